"""Signing in, staying signed in, and knowing at every request who calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, bindparam, select

from app.domain.organisation import User
from sync.server import devices, passwords, sign_ins, throttle
from sync.server.access_tokens import LIFETIME, AccessTokens, Claims
from sync.server.account_tables import ACCOUNT, DEVICE
from sync.server.caller import Caller
from sync.server.database import Database
from sync.server.devices import Laptop
from sync.server.refusals import Refusal
from sync.server.tables import TABLES

_USER = TABLES[User]
_CARD = (
    select(ACCOUNT, _USER.c.name, _USER.c.role, _USER.c.active)
    .join(_USER, and_(_USER.c.tenant_id == ACCOUNT.c.tenant_id, _USER.c.id == ACCOUNT.c.user_id))
    .where(ACCOUNT.c.tenant_id == bindparam("tenant"))
)
_BY_LOGIN = _CARD.where(ACCOUNT.c.login == bindparam("name"))
_SAME_USER = and_(DEVICE.c.tenant_id == ACCOUNT.c.tenant_id, DEVICE.c.user_id == ACCOUNT.c.user_id)
_ON_DEVICE = (
    _CARD.add_columns(DEVICE.c.state)
    .join(DEVICE, _SAME_USER)
    .where(ACCOUNT.c.user_id == bindparam("user"), DEVICE.c.id == bindparam("device"))
)


@dataclass(frozen=True)
class SignedIn:
    """What a laptop gets when it signs in or refreshes."""

    access_token: str
    refresh_token: str
    expires_in: int
    user_id: UUID
    tenant_id: UUID
    display_name: str
    role: str


class Accounts:
    """One tenant's accounts; `clock` is seconds since 1970."""

    def __init__(
        self, database: Database, tenant_id: UUID, tokens: AccessTokens, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._tenant_id = tenant_id
        self._tokens = tokens
        self._clock = clock

    def sign_in(self, login: str, password: str, laptop: Laptop, address: str) -> SignedIn:
        """Raises Refusal: 401 wrong name or password, 429 too many attempts, 403 or 410 not welcome.

        The attempt is counted and committed before the slow look at the password, which happens
        outside any transaction.
        """
        login = normal_login(login)
        now = self._clock()
        self._database.transact(lambda connection: throttle.count_attempt(connection, login, address, now))
        with self._database.read() as connection:
            about = {"tenant": self._tenant_id.hex, "name": login}
            found = connection.execute(_BY_LOGIN, about).one_or_none()
        if not passwords.matches(found.password if found else None, password) or found is None:
            raise Refusal(401, "auth.wrong_password")
        _refuse_unless_active(found)
        user_id = UUID(found.user_id)

        def begin(connection: Connection) -> str:
            throttle.forgive(connection, login, address)
            devices.register(connection, self._tenant_id, user_id, laptop, now)
            return sign_ins.begin(connection, self._tenant_id, user_id, laptop.id, now)

        return self._signed_in(found, laptop.id, self._database.transact(begin))

    def refresh(self, token: str, nonce: str, device_id: UUID | None = None) -> SignedIn:
        """Swap a refresh token for its successor; raises Refusal 401, 403 or 410.

        The sign-in goes on under `device_id`, where that is another than before. A replay ends it, and
        that must be committed before the refusal is raised.
        """
        now = self._clock()

        def swap(connection: Connection) -> tuple[Row[Any], UUID, str | None]:
            sign_in = sign_ins.holder(connection, token, now)
            user_id, known_as = UUID(sign_in.user_id), UUID(sign_in.device_id)
            found = self._on_device(connection, user_id, known_as)
            successor = sign_ins.rotate(connection, sign_in, token, nonce, now)
            if successor and device_id and device_id != known_as:
                devices.rename(
                    connection, self._tenant_id, user_id, known_as=known_as, device_id=device_id, now=now
                )
                sign_ins.move(connection, sign_in, device_id)
            return found, device_id or known_as, successor

        found, named, successor = self._database.transact(swap)
        if successor is None:
            raise sign_ins.ended()
        return self._signed_in(found, named, successor)

    def sign_out(self, caller: Caller) -> None:
        """The laptop's sign-in ends; its access token runs out by itself."""
        self._database.transact(
            lambda connection: sign_ins.end_all(
                connection, self._tenant_id, "signed_out", device_id=caller.device_id
            )
        )

    def caller(self, token: str) -> Caller:
        """Who sends this access token; raises Refusal 401, 403 or 410."""
        with self._database.read() as connection:
            return self.caller_at(connection, token)

    def caller_at(self, connection: Connection, token: str) -> Caller:
        """As `caller`, at the moment that `connection` sees."""
        claims = self._tokens.read(token)
        found = self._on_device(connection, claims.user_id, claims.device_id)
        if found.scope_version != claims.scope_version:
            raise Refusal(401, "auth.token_expired")
        leaving = found.state == devices.State.LEAVING
        return Caller(self._tenant_id, claims.user_id, claims.device_id, leaving)

    def on_device(self, user_id: UUID, device_id: UUID) -> Caller:
        """Somebody who does not call himself; raises Refusal where he or his laptop may not come."""
        with self._database.read() as connection:
            self._on_device(connection, user_id, device_id)
        return Caller(self._tenant_id, user_id, device_id)

    def _on_device(self, connection: Connection, user_id: UUID, device_id: UUID) -> Row[Any]:
        about = {"tenant": self._tenant_id.hex, "user": user_id.hex, "device": device_id.hex}
        found = connection.execute(_ON_DEVICE, about).one_or_none()
        if found is None:
            raise sign_ins.ended()
        _refuse_unless_active(found)
        devices.refuse_unless_active(found.state)
        return found

    def _signed_in(self, found: Row[Any], device_id: UUID, refresh_token: str) -> SignedIn:
        user_id = UUID(found.user_id)
        access = self._tokens.issue(Claims(user_id, device_id, found.scope_version))
        return SignedIn(access, refresh_token, LIFETIME, user_id, self._tenant_id, found.name, found.role)


def normal_login(login: str) -> str:
    """Sign-in names are the same in capitals and with spaces around."""
    return login.strip().casefold()


def _refuse_unless_active(found: Row[Any]) -> None:
    if not found.active:
        raise Refusal(403, "auth.account_disabled")
