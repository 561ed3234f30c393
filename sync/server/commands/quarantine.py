"""`quarantine …`: changes that made the server fail and were set aside."""

import typer
from rich.table import Table

from app.language import tr
from sync.protocol import Result
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import err, out
from sync.server.quarantine import SetAside, set_aside
from sync.server.quarantine import retry as take_again

app = typer.Typer(no_args_is_help=True, help="Changes that made the server fail and were set aside.")


@app.command("list")
def list_set_aside(database: DatabaseOption = None) -> None:
    """List them; the server's log says why each failed."""
    with opened(database) as at, at.database.read() as connection:
        waiting = set_aside(connection, at.tenant)
    table = Table(tr("Id"), tr("Person"), tr("Change"), tr("Received"))
    for mutation in waiting:
        table.add_row(mutation.op_id, mutation.person, mutation.name, mutation.received_at)
    out.print(table)


@app.command("retry")
def retry(database: DatabaseOption = None) -> None:
    """Take them again, after the fault was mended. Ends with 1 where one still fails."""

    def tell(mutation: SetAside, result: Result | None) -> None:
        if result is None:
            err.print(tr("{id}: fails still", id=mutation.op_id), markup=False)
        else:
            out.print(f"{mutation.op_id}: {result.status.value}", markup=False)

    with opened(database) as at:
        sound = take_again(at.database, at.tenant, tell)
    if not sound:
        raise typer.Exit(1)
