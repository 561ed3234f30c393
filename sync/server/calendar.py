"""Lets a new day take effect: assignments and delegations begin and end without anyone editing them."""

from app.domain.ambient import today
from sync.server.database import Database
from sync.server.tenants import follow_the_calendar


class Calendar:
    """Of one server process; several may do the same work, which changes nothing the second time."""

    def __init__(self, database: Database, tenant: str) -> None:
        self._database = database
        self._tenant = tenant
        self._followed = ""

    def follow(self) -> int:
        """How many people a new day concerned; costs nothing while the day is the same."""
        day = today()
        if day.isoformat() == self._followed:
            return 0
        moved = self._database.transact(lambda connection: follow_the_calendar(connection, self._tenant, day))
        self._followed = day.isoformat()
        return moved
