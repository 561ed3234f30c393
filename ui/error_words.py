"""The sentence for every error code, each with what to do next; {gaps} are the error's facts."""

from collections.abc import Mapping
from types import MappingProxyType

from app.exchange.carried_words import CARRIED
from app.language import msgid

_RECORDS = {
    "field.required": msgid("{label} is missing."),
    "field.too_long": msgid("{label} is longer than {limit} characters."),
    "field.too_large": msgid("The number in {label} is too large."),
    "field.not_positive": msgid("{label} must be greater than zero."),
    "field.malformed": msgid("{label} holds something this field cannot hold."),
    "field.not_a_day": msgid("{label}: write a day like 2026-11-22."),
    "field.not_a_moment": msgid("{label}: write a day like 2026-11-22 and a time like 09:30."),
    "field.not_whole": msgid("{label}: write a whole number like 12."),
    "field.not_a_number": msgid("{label}: write a number like 12.5, with at most four decimal places."),
    "field.unknown": msgid("This version does not know the field “{field}”. Update the program."),
    "field.server_only": msgid("{label} is kept by the office and cannot be changed here."),
    "reference.not_chosen": msgid("{label}: choose a record from the list, or clear the field."),
    "reference.missing": msgid("It points to a record that no longer exists. Choose another one."),
    "reference.foreign_root": msgid(
        "It points to a record of another customer. Choose one of this customer."
    ),
    "entity.unknown": msgid("The server does not know this kind of record. Ask for a newer server."),
    "record.gone": msgid("This record is no longer on this computer. Go back to the list."),
    "record.in_use": msgid("Other records still point to it, so it cannot be deleted."),
    "record.parent_missing": msgid("The record it belongs to is not on this computer."),
    "row.exists": msgid("The server already has this record."),
    "row.deleted": msgid("It has been deleted on the server. You can revert your change."),
    "row.unknown": msgid("The server does not know this record."),
    "row.foreign_root": msgid(
        "The record belongs to another customer by now. Discard the change, and make it there."
    ),
    "row.still_used": msgid("Other records still point to it, so it cannot be deleted."),
    "state.no_edge": msgid("{label} cannot change from “{now}” to “{then}”."),
    "mutation.too_large": msgid("Too much was changed at once. Save it in smaller steps."),
}

_WORK = {
    "asset.already_there": msgid("The machine is with this customer already."),
    "attachment.empty": msgid("The file {name} is empty."),
    "attachment.too_large": msgid("The file {name} is larger than {megabytes} MB. Choose a smaller one."),
    "attachment.unreadable": msgid("The file {name} cannot be read. Check that it is still there."),
    "collaborator.already": msgid("This person already works with the customer."),
    "commitment.already_kept": msgid("This promise has already been kept."),
    "conflict.other_fields": msgid("The choices do not match the open fields. Open the conflict again."),
    "conflict.all_or_nothing": msgid("Part of it could not be merged, so nothing of it was taken over."),
    "delegation.of_nothing": msgid("Choose a territory or at least one customer."),
    "delegation.over": msgid("That day is over. Choose today or a later one, or end the delegation."),
    "delegation.to_oneself": msgid("Choose a colleague; nobody stands in for himself."),
    "order.locked": msgid("Order {number} is signed or finished and can no longer be changed."),
    "order.no_asset": msgid("The order names no machine. Choose the machine first."),
    "order.reason_blank": msgid("Say why, in a few words."),
    "order.signature_blank": msgid("The signature is missing. Let the customer sign in the field."),
    "order.steps_open": msgid("{count} mandatory steps are still open. Tick them off first."),
    "part.amount": msgid("The quantity must be greater than zero."),
    "part.other_machine": msgid("This part belongs to another machine."),
    "report.unwritable": msgid("{name} could not be written. Choose another folder."),
    "request.duplicate": msgid("The same fault of this machine has already been reported and is still open."),
    "time.minutes": msgid("The minutes must be between 1 and 1440."),
    "transfer.to_nobody": msgid("Choose the territory that takes the customer over."),
    "visit.already_begun": msgid("The visit has already begun and can no longer be moved."),
    "visit.no_result": msgid("Write down what came of the visit before you finish it."),
    "visit.not_prepared": msgid("{label} is missing. Prepare the visit first."),
    "visit_plan.cadence": msgid("The number of days between visits must be at least 1."),
    "window.backwards": msgid("The end lies before the start."),
    "outbox.built_upon": msgid("Later changes build on this one. Undo the later ones first."),
    "outbox.deleted": msgid("The record was deleted, so this change cannot be taken back alone."),
    "outbox.gone": msgid("This change has already been sent. Change the record again instead."),
    "outbox.not_refused": msgid("This change was not refused; there is nothing to correct."),
}

_RIGHTS = {
    "right.administrator": msgid("Only an administrator may change this."),
    "right.catalogue": msgid("Only the office may change the shared catalogue."),
    "right.conflict": msgid("This conflict is decided by the office."),
    "right.delegation": msgid("You can delegate your own work only, in territories that are yours."),
    "right.organisation": msgid("Only managers may change regions, territories and people."),
    "right.reassign": msgid("Only the office may give the order to someone else."),
    "right.territory": msgid("Only the office may move a customer to another territory."),
    "scope.foreign": msgid("The customer is not among those you work with."),
    "scope.left": msgid("The customer has moved to another territory; the office decides about your change."),
    "account.disabled": msgid("Your account has been disabled. Your changes stay on this computer."),
}

_SIGN_IN = {
    "auth.wrong_password": msgid("Sign-in name or password is wrong. Check both and try again."),
    "auth.account_disabled": msgid("This account has been disabled. Ask your office."),
    "auth.throttled": msgid("Too many attempts. Try again in {retry_after} seconds."),
    "auth.session_ended": msgid("Your session has ended. Sign in again; you can keep working meanwhile."),
    "auth.token_expired": msgid("Your session has ended. Sign in again; you can keep working meanwhile."),
    "auth.token_invalid": msgid("The server does not accept this session. Sign in again."),
    "auth.token_missing": msgid("You are not signed in. Sign in to synchronise."),
    "auth.never_signed_in": msgid("You are not signed in. Sign in to synchronise."),
    "auth.other_user": msgid(
        "This computer holds the data of {name}. Sign in as {name}, or use another computer account."
    ),
    "auth.device_renewed": msgid("This computer was registered again. Sign in once more to go on."),
    "device.not_the_signed_in_one": msgid(
        "The session belongs to another computer. Sign in again on this one."
    ),
    "device.of_another_user": msgid(
        "This computer is registered for another person. Sign in with that account."
    ),
    "device.suspended": msgid("This computer was suspended by your office. Your changes stay here."),
    "device.leaving": msgid(
        "Your office takes this computer back. What waits is uploaded first; correct or discard refused "
        "changes, then its data is removed."
    ),
    "device.wiped": msgid("Your office has withdrawn this computer's data."),
}

_NETWORK = {
    "sync.unreachable": msgid(
        "The server cannot be reached. Check the network and the address; your work is kept on this computer."
    ),
    "sync.captive_portal": msgid(
        "A web page answered instead of the server. If this network asks for a sign-in of its own, open a "
        "browser and sign in to it; otherwise check the server address."
    ),
    "sync.not_our_server": msgid("There is no Roundtrip server at this address. Check the server address."),
    "sync.bad_address": msgid(
        "This is not a server address. It should look like https://service.example.com."
    ),
    "sync.certificate": msgid(
        "The server's certificate is not trusted, so nothing was sent. Check the clock, or ask your office."
    ),
    "sync.not_secure": msgid(
        "The server at this address does not speak https. Check the address and the port with your office."
    ),
    "sync.use_https": msgid("This server wants a secure connection. Begin its address with https://."),
    "sync.cannot_start": msgid("A part of the program cannot be started. Install the program again."),
    "sync.failed": msgid(
        "Synchronisation met a fault of the program; your work is kept on this computer. Tell your office."
    ),
    "sync.proxy": msgid(
        "The network's proxy wants a name and a password. Enter them in the computer's proxy settings, or "
        "ask whoever runs this network."
    ),
    "sync.proxy_away": msgid(
        "The proxy of this network cannot be reached. Check the computer's proxy settings, or ask whoever "
        "runs this network."
    ),
    "sync.gateway": msgid(
        "The server is down for the moment. Try again later; changes are sent by themselves."
    ),
    "sync.timeout": msgid("The server did not answer in time. Try again; changes are sent by themselves."),
    "sync.paused": msgid("Synchronisation is paused. Your work is kept on this computer."),
    "sync.interrupted": msgid("Synchronisation was interrupted; it goes on by itself."),
    "sync.cut": msgid("The connection broke off. The program goes on where it stopped."),
    "sync.garbled": msgid("The server's answer could not be read. Try again, or check the server address."),
    "sync.unanswered": msgid("The server did not answer everything that was sent. It is sent again."),
    "sync.malformed": msgid("Program and server do not understand each other. Update the program."),
    "sync.removal_held": msgid(
        "The server wants to remove a large part of the records on this computer, and a comparison does not "
        "bear it out. Nothing was removed. Ask your office; in the sync centre you can let it go on."
    ),
    "sync.nothing_received": msgid(
        "There is nothing on this computer yet that could be compared. Sync first."
    ),
    "sync.segment_unknown": msgid("The download begins again where it stopped."),
    "sync.snapshot_stale": msgid("What you may see changed during the download; it starts again by itself."),
    "sync.pages_stale": msgid("The data changed during the download; it starts again by itself."),
    "sync.cursor_too_old": msgid(
        "This computer was away for a long time. Everything is downloaded again; your changes are kept."
    ),
    "sync.timeline_changed": msgid(
        "The server was restored from a backup; everything is compared anew. Your changes are kept."
    ),
    "sync.gap": msgid("The server missed a change; it is sent again by itself."),
    "sync.forked": msgid("This computer's data was copied or restored. It gets a new identity by itself."),
    "sync.quarantined": msgid("The server set this change aside; your office will look at it."),
    "sync.client_too_old": msgid("This version is too old for the server. Install the current version."),
    "sync.server_too_old": msgid("The server is older than this program. Your office must update it."),
    "server.busy": msgid("The server is busy. Try again in a minute; changes are sent by themselves."),
    "server.database": msgid(
        "The server's database is away. Try again in a few minutes; changes are sent by themselves."
    ),
    "server.failed": msgid("Something went wrong on the server. Try again later, and tell your office."),
    "server.disk_full": msgid("The server's disk is full. Tell your office; your work is kept here."),
    "request.malformed": msgid("Program and server do not understand each other. Update the program."),
    "request.too_large": msgid("This is too large for the server."),
    "request.no_such_path": msgid("The server does not know this request. Your office must update it."),
    "request.no_such_method": msgid("The server does not know this request. Your office must update it."),
    "blob.unknown": msgid("This file is not on the server yet. It comes once its author has synchronised."),
    "blob.too_large": msgid(
        "The server takes files up to {megabytes} MB; this one stays on this computer. Ask your office to "
        "allow larger ones: then it is sent by itself."
    ),
    "blob.unreferenced": msgid("The record of this file is not on the server, so the file was not sent."),
    "blob.damaged": msgid("The file arrived damaged; it is fetched again."),
    "blob.part_damaged": msgid("The file was damaged on the way; it is sent again."),
    "blob.part_malformed": msgid("Program and server do not understand each other. Update the program."),
    "blob.hash_mismatch": msgid("The file was damaged on the way; it is sent again."),
    "blob.name_malformed": msgid("Program and server do not understand each other. Update the program."),
    "clock.wrong": msgid(
        "This computer's clock is wrong by {difference}. Set it right; times of your work depend on it."
    ),
}

_REPLICA = {
    "replica.disk_full": msgid(
        "The disk is full. Nothing was lost, but nothing can be saved: free some space and try again."
    ),
    "replica.busy": msgid("The data is in use at the moment. Try again."),
    "replica.in_use": msgid("Roundtrip is already running with this data. Use the window that is open."),
    "replica.damaged": msgid(
        "The data file is damaged. Restore the last backup: unsent work that can still be read is carried "
        "over, what the server has comes back by itself, and the damaged file is kept."
    ),
    "replica.no_backup": msgid(
        "There is no backup to restore. The damaged file can be set aside, whole, and the data downloaded "
        "again."
    ),
    "replica.newer": msgid(
        "A newer version of the program has used this data. Install that version again to open it."
    ),
    "replica.wrong_key": msgid(
        "The key does not open the data. Check the passphrase or unlock the right keyring."
    ),
    "replica.migration_failed": msgid(
        "The data could not be brought to this version and is as it was. Install the previous version again."
    ),
    "key.keyring_away": msgid(
        "The keyring that holds the data's key cannot be reached. Unlock it, or sign in to this computer as "
        "usual, and start the program again."
    ),
    "folder.unusable": msgid(
        "The program cannot write into its folder {folder}. Check that it exists and belongs to you."
    ),
    "key.file_missing": msgid(
        "The file with the data's key is missing. Restore the program's folder, or download the data again."
    ),
    "key.file_damaged": msgid(
        "The file with the data's key is damaged. Restore the program's folder, or download the data again."
    ),
    "key.secret_missing": msgid(
        "This computer's keyring does not hold the data's key. Unlock the keyring, or sign in to this "
        "computer as the person who set up the program."
    ),
    "key.secret_wrong": msgid(
        "The keyring holds the key of other data. Restore the keyring, or download the data again."
    ),
    "key.keyring_forgets": msgid(
        "This computer's keyring does not keep secrets. Choose a passphrase instead."
    ),
    "key.no_keyring": msgid("This computer has no keyring. Choose a passphrase that protects the data."),
    "key.passphrase_needed": msgid("Enter the passphrase that protects the data."),
    "key.passphrase_wrong": msgid("The passphrase does not open the data. Check it and try again."),
    "key.passphrase_short": msgid("The passphrase is too short: use at least {least} characters."),
}

WORDS: Mapping[str, str] = MappingProxyType(
    {**_RECORDS, **_WORK, **_RIGHTS, **_SIGN_IN, **_NETWORK, **_REPLICA, **CARRIED}
)
