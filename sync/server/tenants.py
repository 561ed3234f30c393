"""Tenants: beginning one, finding the one a small installation has, and following the calendar."""

from datetime import date

from sqlalchemy import Connection, insert, select

from app.domain.ambient import random_hex
from app.domain.ids import new_id
from sync.server.intervals import open_catalogue, place_users, users_to_move
from sync.server.log_writer import next_seq, note_commits
from sync.server.tables import CLOCK, TENANT


def create_tenant(connection: Connection, name: str) -> str:
    """A new, empty tenant with its history at commit 0; its id as stored."""
    tenant: str = new_id().hex
    timeline = random_hex(16)
    connection.execute(insert(TENANT).values(tenant_id=tenant, name=name, timeline=timeline))
    connection.execute(insert(CLOCK).values(tenant_id=tenant, seq=0))
    note_commits(connection, tenant, [0])
    open_catalogue(connection, tenant)
    return tenant


def all_tenants(connection: Connection) -> dict[str, str]:
    """The name of each tenant by its id, oldest first."""
    found = connection.execute(select(TENANT).order_by(TENANT.c.tenant_id))
    return {tenant.tenant_id: tenant.name for tenant in found}


def follow_the_calendar(connection: Connection, tenant: str, today: date) -> int:
    """Give and take what assignments with dates say for `today`; how many people it concerned."""
    users = users_to_move(connection, tenant, today)
    if users:
        place_users(connection, tenant, next_seq(connection, tenant), users, today)
    return len(users)
