"""The laptops we know: whose they are, when they were last here, and whether they may still come."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from app.domain.errors import RuleViolation
from app.domain.types import InstantType
from sync.server.account_tables import ACCOUNT, DEVICE
from sync.server.caller import Caller
from sync.server.refusals import Refusal


class State(StrEnum):
    """A suspended laptop keeps its data and waits. A wiped one destroys its key when it hears, whatever
    it holds: that is for theft. One that is leaving sends what waits before it does so."""

    ACTIVE = auto()
    SUSPENDED = auto()
    LEAVING = auto()
    WIPED = auto()


@dataclass(frozen=True)
class Laptop:
    """What a device says of itself when someone signs in on it."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Listed:
    """A line of the list of laptops."""

    id: UUID
    name: str
    login: str
    state: State
    last_seen_at: str


def register(connection: Connection, tenant_id: UUID, user_id: UUID, laptop: Laptop, now: float) -> None:
    """Note a sign-in; raises Refusal where the laptop may not come or is someone else's."""
    at = stored(now)
    known = connection.execute(
        select(DEVICE.c.user_id, DEVICE.c.state).where(*_is(tenant_id, laptop.id))
    ).one_or_none()
    if known is None:
        connection.execute(
            insert(DEVICE).values(
                tenant_id=tenant_id.hex,
                id=laptop.id.hex,
                user_id=user_id.hex,
                name=laptop.name,
                state=State.ACTIVE.value,
                registered_at=at,
                last_seen_at=at,
            )
        )
        return
    if known.user_id != user_id.hex:
        raise Refusal(409, "device.of_another_user")
    refuse_unless_active(known.state)
    connection.execute(
        update(DEVICE)
        .where(*_is(tenant_id, laptop.id))
        .values(name=laptop.name, last_seen_at=at, given_up_at=None)
    )


def rename(
    connection: Connection, tenant_id: UUID, user_id: UUID, *, known_as: UUID, device_id: UUID, now: float
) -> None:
    """A laptop that was restored or copied goes on under an id of its own, and leaves under it if it was
    leaving. The old one may still come, since the laptop it was copied from may use it, but nobody waits
    for it. Raises Refusal where the new one may not come or is someone else's."""
    former = connection.execute(select(DEVICE).where(*_is(tenant_id, known_as))).one()
    register(connection, tenant_id, user_id, Laptop(device_id, former.name), now)
    if former.state == State.LEAVING:
        put_into(connection, tenant_id, device_id, State.LEAVING)
    connection.execute(update(DEVICE).where(*_is(tenant_id, known_as)).values(given_up_at=stored(now)))


def note_visit(
    connection: Connection, caller: Caller, schema: int, version: str, *, now: float, cursor_seq: int = 0
) -> None:
    """The laptop said hello, knowing everything up to commit `cursor_seq`."""
    connection.execute(
        update(DEVICE)
        .where(*_is(caller.tenant_id, caller.device_id))
        .values(
            schema=schema, version=version, last_seen_at=stored(now), cursor_seq=cursor_seq, given_up_at=None
        )
    )


def put_into(connection: Connection, tenant_id: UUID, device_id: UUID, state: State) -> None:
    """Suspend, wipe or readmit a laptop; a wiped one stays so, since its data is gone."""
    now = connection.execute(select(DEVICE.c.state).where(*_is(tenant_id, device_id))).scalar()
    if now is None:
        raise RuleViolation("device.unknown", device=device_id.hex)
    if now == State.WIPED and state is not State.WIPED:
        raise RuleViolation("device.wiped_for_good", device=device_id.hex)
    connection.execute(update(DEVICE).where(*_is(tenant_id, device_id)).values(state=state.value))


def list_devices(connection: Connection, tenant: str) -> list[Listed]:
    """Every laptop, the one last seen first."""
    same_user = and_(ACCOUNT.c.tenant_id == DEVICE.c.tenant_id, ACCOUNT.c.user_id == DEVICE.c.user_id)
    query = (
        select(DEVICE.c.id, DEVICE.c.name, ACCOUNT.c.login, DEVICE.c.state, DEVICE.c.last_seen_at)
        .join(ACCOUNT, same_user)
        .where(DEVICE.c.tenant_id == tenant)
        .order_by(DEVICE.c.last_seen_at.desc(), DEVICE.c.id)
    )
    return [
        Listed(UUID(found.id), found.name, found.login, State(found.state), found.last_seen_at)
        for found in connection.execute(query)
    ]


def refuse_unless_active(state: str) -> None:
    """Raises Refusal 403 or 410 for a laptop that may not come."""
    if state == State.SUSPENDED:
        raise Refusal(403, "device.suspended")
    if state == State.WIPED:
        raise Refusal(410, "device.wiped")


def stored(now: float) -> str:
    """Seconds since 1970 as instants are stored."""
    return str(InstantType().to_stored(datetime.fromtimestamp(now, UTC)))


def _is(tenant_id: UUID, device_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return DEVICE.c.tenant_id == tenant_id.hex, DEVICE.c.id == device_id.hex
