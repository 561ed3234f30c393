"""Signing in, refreshing and signing out."""

from functools import partial
from typing import Self
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, SecretStr

from sync.server.accounts import SignedIn
from sync.server.devices import Laptop
from sync.server.routes.asking import Line, Server, Signed

router = APIRouter(prefix="/v1/auth", tags=["auth"])


class SignIn(BaseModel):
    login: Line
    password: SecretStr = Field(max_length=1024)
    device_id: UUID
    device_name: Line


class Refresh(BaseModel):
    """The laptop invents `nonce` and stores it first, and repeats it when it asks again. With `device_id`
    it goes on as another device, since its numbers mean something else here than to itself."""

    refresh_token: Line
    nonce: Line
    device_id: UUID | None = None


class Tokens(BaseModel):
    access_token: str
    refresh_token: str
    expires_in: int
    user_id: str
    tenant_id: str
    display_name: str
    role: str

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        return cls(
            access_token=signed_in.access_token,
            refresh_token=signed_in.refresh_token,
            expires_in=signed_in.expires_in,
            user_id=signed_in.user_id.hex,
            tenant_id=signed_in.tenant_id.hex,
            display_name=signed_in.display_name,
            role=signed_in.role,
        )


@router.post("/sign-in")
async def sign_in(request: Request, asked: SignIn, server: Server) -> Tokens:
    """A password for tokens: 401 wrong, 429 too often, 403 disabled, 409 another's laptop, 410 wiped.

    Few at a time, and whoever waits holds no thread: a flood of guesses must not stop the others' work.
    """
    address = request.client.host if request.client else "unknown"
    laptop = Laptop(asked.device_id, asked.device_name)
    enter = partial(server.accounts.sign_in, asked.login, asked.password.get_secret_value(), laptop, address)
    return Tokens.of(await to_thread.run_sync(enter, limiter=request.app.state.hashing))


@router.post("/refresh")
def refresh(asked: Refresh, server: Server) -> Tokens:
    """The next pair of tokens: 401 when the person must sign in again, 403 disabled, 409 another's laptop,
    410 wiped."""
    return Tokens.of(server.accounts.refresh(asked.refresh_token, asked.nonce, asked.device_id))


@router.post("/sign-out", status_code=204)
def sign_out(caller: Signed, server: Server) -> None:
    """Ends the laptop's sign-in."""
    server.accounts.sign_out(caller)
