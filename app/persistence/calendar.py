"""Ends on this laptop what ends by date, on its day and without a network: a delegation, an assignment.

The server's clock decides, as far as we know it: how far ours was from it when we last spoke, and the
latest it ever showed. Should the server see it otherwise when it is next heard, digests differ, and what
left too early is fetched again.
"""

from datetime import date, datetime, timedelta

import orjson
from sqlalchemy import Connection

from app.domain.ambient import day_at
from app.domain.changes import Changes
from app.domain.customers import Collaborator, Customer, DelegatedCustomer
from app.domain.entity import Entity, fields, name_of
from app.domain.organisation import Delegation, TerritoryAssignment, User
from app.domain.registry import entity_named
from app.persistence import facts
from app.persistence.clipping import commit
from app.persistence.departures import leave
from app.persistence.facts import Fact
from app.persistence.identity import read_identity
from app.persistence.replica import Replica
from app.persistence.tally import doubt
from sync.protocol import Values
from sync.scopes import Given, scopes_of_customer, scopes_of_user


class Calendar:
    """Of one replica; `now` is always what the laptop's own clock shows."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def heard(self, server_time: datetime, now: datetime) -> None:
        """The server has said what its clock shows."""
        with self._replica.absorb() as connection:
            _, latest = _clock(connection)
            _keep(connection, (server_time - now).total_seconds(), max(latest or server_time, server_time))

    def met(self, now: datetime) -> None:
        """A round has ended well: up to now we know what the server gives us."""
        with self._replica.look() as connection:
            ahead, latest = _clock(connection)
        met = now + timedelta(seconds=ahead)
        if latest is not None and day_at(met) > day_at(latest):  # else there is nothing to write down
            with self._replica.absorb() as connection:
                _keep(connection, ahead, met)

    def end_what_is_over(self, now: datetime) -> Changes:
        """Remove customers that are ours no longer since the server was last heard."""
        with self._replica.absorb() as connection:
            ahead, latest = _clock(connection)
            if latest is None:
                return Changes()
            then, today = day_at(latest), day_at(max(latest, now + timedelta(seconds=ahead)))
            lost: set[str] = set()
            for root_id in _over(connection, then, today) if today > then else ():
                lost |= leave(connection, root_id)
            if lost:
                doubt(connection)
            commit(connection)
        return Changes(frozenset(map(entity_named, lost)))


def _over(connection: Connection, then: date, today: date) -> list[str]:
    """Customers that were ours to see `then`, by their own rows, and are no longer `today`."""
    identity = read_identity(connection)
    card = _rows(connection, User, "id", identity.user_id.hex) if identity else []
    if not card:
        return []
    me = str(card[0]["id"])
    given = Given(
        _rows(connection, TerritoryAssignment, "user_id", me),
        _rows(connection, Collaborator, "user_id", me),
        _rows(connection, Delegation, "delegate_id", me),
        _rows(connection, DelegatedCustomer),
    )
    before, after = (scopes_of_user(card[0], given, day) for day in (then, today))
    if before <= after:
        return []
    customers = {str(row["id"]): row for row in _rows(connection, Customer)}
    places = ((root_id, scopes_of_customer(root_id, row)) for root_id, row in customers.items())
    return [root_id for root_id, scopes in places if scopes & before and not scopes & after]


def _rows(
    connection: Connection, entity: type[Entity], key: str | None = None, value: str = ""
) -> list[Values]:
    columns = ", ".join(f'"{name}"' for name in ("id", *fields(entity)))
    where = f' WHERE "{key}" = ?' if key else ""
    found = connection.exec_driver_sql(
        f'SELECT {columns} FROM "{name_of(entity)}"{where}', (value,) if key else ()
    )
    return [dict(row) for row in found.mappings()]


def _clock(connection: Connection) -> tuple[float, datetime | None]:
    """(seconds the server's clock is ahead of ours, the latest it is known to have shown)."""
    noted = facts.get(connection, Fact.SERVER_CLOCK)
    if noted is None:
        return 0.0, None
    ahead, latest = orjson.loads(noted)
    return float(ahead), datetime.fromisoformat(latest)


def _keep(connection: Connection, ahead: float, latest: datetime) -> None:
    facts.put(connection, Fact.SERVER_CLOCK, orjson.dumps([ahead, latest.isoformat()]).decode())
