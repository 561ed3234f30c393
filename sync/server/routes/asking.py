"""What endpoints ask of a request: the server's parts, who calls, the raw body, safe texts."""

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import StringConstraints
from sqlalchemy import Connection

from sync.server.answers import remember_caller
from sync.server.caller import Caller
from sync.server.parts import Parts
from sync.server.refusals import Refusal

_bearer = HTTPBearer(auto_error=False, description="The access token of auth/sign-in or auth/refresh.")

# No NUL: PostgreSQL stores none, and nobody types one.
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


async def _parts(request: Request) -> Parts:  # what waits for nothing needs no thread
    return cast("Parts", request.app.state.parts)


Server = Annotated[Parts, Depends(_parts)]


async def _token(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    if credentials is None:
        raise Refusal(401, "auth.token_missing")
    return credentials.credentials


Token = Annotated[str, Depends(_token)]
"""What the caller shows, not looked at yet: for an endpoint that does so in a transaction of its own."""


def identify(request: Request, server: Parts, connection: Connection, token: str) -> Caller:
    """Who calls, at the moment that `connection` sees; raises Refusal 401, 403 or 410."""
    caller = server.accounts.caller_at(connection, token)
    remember_caller(request.scope, caller.user_id, caller.device_id)
    return caller


def _caller(request: Request, server: Server, token: Token) -> Caller:
    with server.database.read() as connection:
        return identify(request, server, connection, token)


Signed = Annotated[Caller, Depends(_caller)]


def require_receiver(caller: Caller) -> None:
    """A laptop that is leaving may only send."""
    if caller.leaving:
        raise Refusal(410, "device.leaving")


async def _receiver(caller: Signed) -> Caller:
    require_receiver(caller)
    return caller


Receiving = Annotated[Caller, Depends(_receiver)]
"""Signed, on a laptop that is still given something."""


async def _body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_body)]
