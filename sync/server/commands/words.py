"""What the command line says to the operator, in the language of the system."""

import locale
import os
from collections.abc import Mapping

from rich.console import Console

from app.domain.errors import AppError
from app.exchange.carried_words import CARRIED
from app.exchange.reasons import sentence
from app.language import msgid, tr, use_language

# Tables keep their columns when piped to a file, where there is no width to fit.
out = Console(highlight=False, width=None if os.isatty(1) else 200)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_SENTENCES: Mapping[str, str] = {
    "server.not_set_up": msgid("This database holds no server yet. Run “roundtrip-server migrate” first."),
    "schema.older": msgid("The database is not ready. Run “roundtrip-server migrate” first."),
    "schema.newer": msgid("A newer version of the program has written this database. Install that version."),
    "server.address_in_use": msgid("{host} port {port} cannot be used: {reason}"),
    "server.bad_address": msgid("“{address}” is not a database address."),
    "server.signing_key_short": msgid("The signing key needs at least {shortest} characters."),
    "password.length": msgid("A password has {shortest} to {longest} characters."),
    "password.different": msgid("The two passwords are not the same."),
    "password.unreadable": msgid("The password file cannot be read: {reason}"),
    "user.login_taken": msgid("There is already a user “{login}”."),
    "user.unknown": msgid("There is no user “{login}”."),
    "territory.exists": msgid("There is already a territory “{territory}”."),
    "territory.unknown": msgid("There is no territory “{territory}”. “territory list” shows them."),
    "device.unknown": msgid("There is no laptop with the id {device}."),
    **CARRIED,
    "sync.client_too_old": msgid("The laptop's program is too old for this server; update it first."),
    "sync.server_too_old": msgid("The laptop's program is newer than this server; update the server first."),
    "server.failed": msgid("The server could not apply a change. Try again; what was applied stays applied."),
    "server.disk_full": msgid("The disk is full. Free some space and apply the file again."),
    "device.wiped_for_good": msgid("Laptop {device} was wiped; its user signs in again with a new one."),
}


def speak_the_systems_language() -> None:
    """Chinese where the system is Chinese or ROUNDTRIP_LANGUAGE says so; else English."""
    chosen = os.environ.get("ROUNDTRIP_LANGUAGE") or locale.setlocale(locale.LC_CTYPE, "") or ""
    use_language("zh_CN" if chosen.lower().startswith(("zh", "chinese")) else "en")


def explained(problem: AppError) -> str:
    """A sentence for an error of ours."""
    if problem.code in _SENTENCES:
        return tr(_SENTENCES[problem.code], **problem.facts)
    return sentence(problem.code, problem.facts)
