"""What endpoints ask of a request: the server's parts, who calls, the raw body, safe texts."""

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import StringConstraints

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


def _caller(
    request: Request,
    server: Server,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    if credentials is None:
        raise Refusal(401, "auth.token_missing")
    caller = server.accounts.caller(credentials.credentials)
    remember_caller(request.scope, caller.user_id, caller.device_id)
    return caller


Signed = Annotated[Caller, Depends(_caller)]


def _receiver(caller: Signed) -> Caller:
    if caller.leaving:
        raise Refusal(410, "device.leaving")
    return caller


Receiving = Annotated[Caller, Depends(_receiver)]
"""Signed, on a laptop that is still given something; one that is leaving may only send."""


async def _body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_body)]
