"""`territory …`: regions and product lines, and who works where."""

from typing import Annotated

import typer
from rich.table import Table

from app.language import tr
from sync.server import territories
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import out

app = typer.Typer(no_args_is_help=True, help="Regions and product lines, and who works where.")

Login = Annotated[str, typer.Argument(help="The user's sign-in name.")]
Code = Annotated[str, typer.Argument(help="REGION/LINE, or the territory's name.")]


@app.command("add")
def add(
    region: Annotated[str, typer.Argument(help="The code of the region; a new one is made.")],
    line: Annotated[str, typer.Argument(help="The code of the product line; a new one is made.")],
    database: DatabaseOption = None,
) -> None:
    """Add a territory: one product line in one region."""
    with opened(database) as at:
        code = territories.add_territory(at.database, at.tenant, region, line)
    out.print(tr("Territory “{territory}” was added.", territory=code), markup=False)


@app.command("list")
def list_territories(database: DatabaseOption = None) -> None:
    """List territories and who works there."""
    with opened(database) as at:
        lines = territories.list_territories(at.database, at.tenant)
    table = Table(tr("Code"), tr("Name"), tr("People"))
    for line in lines:
        table.add_row(line.code, line.name, ", ".join(line.people))
    out.print(table)


@app.command("assign")
def assign(login: Login, territory: Code, database: DatabaseOption = None) -> None:
    """Let a user work in a territory: its customers come to his laptop."""
    with opened(database) as at:
        new = territories.assign(at.database, at.tenant, login, territory)
    said = (
        tr("“{login}” now works in “{territory}”.")
        if new
        else tr("“{login}” already works in “{territory}”.")
    )
    out.print(said.format(login=login, territory=territory), markup=False)


@app.command("unassign")
def unassign(login: Login, territory: Code, database: DatabaseOption = None) -> None:
    """Take a territory from a user: its customers leave his laptop."""
    with opened(database) as at:
        had = territories.unassign(at.database, at.tenant, login, territory)
    said = (
        tr("“{login}” no longer works in “{territory}”.")
        if had
        else tr("“{login}” does not work in “{territory}”.")
    )
    out.print(said.format(login=login, territory=territory), markup=False)
