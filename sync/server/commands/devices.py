"""`device …`: the laptops, and stopping one that is lost."""

from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from app.language import msgid, tr
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import out
from sync.server.devices import State, list_devices, put_into

app = typer.Typer(no_args_is_help=True, help="The laptops, and stopping one that is lost.")

DeviceId = Annotated[UUID, typer.Argument(help="The id that “device list” shows.")]

STATES = {
    State.ACTIVE: msgid("Active"),
    State.SUSPENDED: msgid("Suspended"),
    State.LEAVING: msgid("Leaving"),
    State.WIPED: msgid("Wiped"),
}


@app.command("list")
def list_laptops(database: DatabaseOption = None) -> None:
    """List laptops with their users and when they were last here."""
    with opened(database) as at, at.database.read() as connection:
        found = list_devices(connection, at.tenant)
    table = Table(tr("Id"), tr("Laptop"), tr("Person"), tr("State"), tr("Last seen"))
    for line in found:
        table.add_row(line.id.hex, line.name, line.login, tr(STATES[line.state]), line.last_seen_at)
    out.print(table)


@app.command("suspend")
def suspend(device: DeviceId, database: DatabaseOption = None) -> None:
    """Keep a laptop out until “device resume”; what is on it stays."""
    _put(device, State.SUSPENDED, database)


@app.command("resume")
def resume(device: DeviceId, database: DatabaseOption = None) -> None:
    """Let a suspended laptop in again."""
    _put(device, State.ACTIVE, database)


@app.command("retire")
def retire(device: DeviceId, database: DatabaseOption = None) -> None:
    """Take a laptop back from who leaves: it sends what waits, then destroys its data."""
    _put(device, State.LEAVING, database)


@app.command("wipe")
def wipe(device: DeviceId, database: DatabaseOption = None) -> None:
    """Keep a laptop out for good; it destroys its data when it next calls."""
    _put(device, State.WIPED, database)


def _put(device: UUID, state: State, address: str | None) -> None:
    with opened(address) as at:
        at.database.transact(lambda connection: put_into(connection, UUID(at.tenant), device, state))
    out.print(tr("Laptop {device}: {state}", device=device.hex, state=tr(STATES[state])), markup=False)
