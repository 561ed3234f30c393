"""Asks a server who somebody is, with his password; needs no replica yet."""

from app.domain.errors import Offline
from sync.client.commands import SignIn
from sync.client.http import Http
from sync.client.reports import Reports

_IDENTITY = ("user_id", "tenant_id", "role", "display_name")


def ask_who(asked: SignIn, reports: Reports) -> None:
    """Report what the server says. Raises SignInNeeded for a wrong password, Unavailable, SyncRefused."""
    http = Http(asked.server)
    try:
        said = http.json(
            "POST",
            "auth/sign-in",
            {
                "login": asked.login,
                "password": asked.password,
                "device_id": asked.device_id.hex,
                "device_name": asked.device_name,
            },
        )
        identity = {name: str(said[name]) for name in _IDENTITY} | {"device_id": asked.device_id.hex}
        reports.signed_in(identity, str(said["access_token"]), str(said["refresh_token"]))
    except KeyError as problem:
        raise Offline("sync.garbled") from problem
    finally:
        http.close()
