"""What may be wrong with a file that carries changes by hand, for the window and the server alike."""

from collections.abc import Mapping

from app.language import msgid

CARRIED: Mapping[str, str] = {
    "carried.not_one": msgid("This is no file that Roundtrip exported. Choose one that ends in .rtx."),
    "carried.newer": msgid("A newer version of the program wrote this file. Update this computer first."),
    "carried.damaged": msgid(
        "The file was cut short or altered on the way, so nothing of it was taken. Copy it again; the "
        "original laptop still has everything."
    ),
    "carried.unreadable": msgid("The file {name} cannot be read. Check that the stick is still plugged in."),
    "carried.unwritable": msgid(
        "{name} could not be written. Choose another folder, or copy the file to this computer first."
    ),
    "carried.nothing": msgid("Nothing waits to be sent, so there is nothing to export."),
    "carried.never_met": msgid(
        "This laptop has to be connected to its server once before it can export, so that the file can be "
        "sealed for it."
    ),
    "carried.other_server": msgid(
        "The file is not for this server: it is another company's, or the server has been set up anew. "
        "Export it again once the laptop was connected."
    ),
    "carried.is_receipt": msgid("This is a receipt. It belongs to the laptop whose changes it confirms."),
    "carried.receipt_of_other": msgid(
        "This receipt is for another laptop, of {sender}. It can be taken in only there."
    ),
    "carried.revoked": msgid(
        "The laptop that wrote this file, or its user's account, is blocked. Ask your administrator; the "
        "file stays as it is."
    ),
    "carried.unknown_device": msgid(
        "The server does not know the laptop that wrote this file. It has to be connected once; its changes "
        "stay on it."
    ),
    "carried.gap": msgid(
        "Changes that were exported earlier have not arrived here yet. Bring the earlier file first, or "
        "export again: a new file holds everything that is unconfirmed."
    ),
    "carried.forked": msgid(
        "The laptop's data was restored or copied since. It has to be connected once to get a new identity; "
        "its changes stay on it."
    ),
    "carried.onto_itself": msgid("The receipt must not replace the file. Choose another path."),
}
