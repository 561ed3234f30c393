"""The tokens of a sign-in: short ones for each request, and a long one that buys the next pair.

The long one works once. Before it is used a nonce is stored, so that a lost answer can be asked for
again and does not look like theft.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol, TypeVar
from uuid import UUID

from app.domain.errors import SignInNeeded
from sync.client.http import Http, Unauthorised

R = TypeVar("R")


class Memory(Protocol):
    """Where a nonce survives the end of the process."""

    def recall_renewal(self) -> str | None: ...
    def remember_renewal(self, renewal: str) -> None: ...


@dataclass(frozen=True)
class Tokens:
    """`access` may be empty where only the long one was kept."""

    refresh: str
    access: str = ""


class Credentials:
    """Gives each request a token that counts; `renewed` hears of each new pair, to keep it."""

    def __init__(
        self,
        http: Http,
        memory: Memory,
        make_nonce: Callable[[], str],
        renewed: Callable[[Tokens], None],
        tokens: Tokens,
    ) -> None:
        self._http = http
        self._memory = memory
        self._make_nonce = make_nonce
        self._renewed = renewed
        self._tokens = tokens

    @property
    def access(self) -> str:
        """The short token that counted last; empty before the first."""
        return self._tokens.access

    def with_token(self, call: Callable[[str], R]) -> R:
        """What `call` returns for a token that counts; raises SignInNeeded where there is none."""
        if not self._tokens.refresh:
            raise SignInNeeded("auth.never_signed_in")
        if self._tokens.access:
            try:
                return call(self._tokens.access)
            except Unauthorised:
                pass
        try:
            return call(self._renew(self._tokens.refresh).access)
        except Unauthorised as problem:
            raise SignInNeeded("auth.session_ended") from problem

    def go_on_as(self, device_id: UUID) -> None:
        """The laptop took another id; raises SignInNeeded where that takes the password."""
        try:
            self._renew(self._tokens.refresh, device_id)
        except Unauthorised as problem:
            raise SignInNeeded("auth.session_ended") from problem

    def _renew(self, refresh: str, device_id: UUID | None = None) -> Tokens:
        body = {"refresh_token": refresh, "nonce": self._nonce_for(refresh)}
        if device_id:
            body["device_id"] = device_id.hex
        said: Any = self._http.json("POST", "auth/refresh", body)
        tokens = Tokens(str(said["refresh_token"]), str(said["access_token"]))
        self._tokens = tokens
        self._renewed(tokens)
        return tokens

    def _nonce_for(self, refresh: str) -> str:
        """The nonce this token was used with before, or a new one, kept before it is used."""
        name = sha256(refresh.encode()).hexdigest()[:16]
        kept, _, nonce = (self._memory.recall_renewal() or "").partition(" ")
        if kept != name:
            nonce = self._make_nonce()
            self._memory.remember_renewal(f"{name} {nonce}")
        return nonce
