"""`user …`: who may sign in."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.domain.errors import RuleViolation
from app.domain.organisation import Role
from app.language import tr
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import err, out
from sync.server.people import add_person, change_password, disable_person, list_people
from sync.server.territories import assign

app = typer.Typer(no_args_is_help=True, help="Who may sign in.")

PasswordFile = Annotated[
    Path | None,
    typer.Option(help="Read the password from the first line of this file.", show_default=False),
]
Login = Annotated[str, typer.Argument(help="The sign-in name.")]


@app.command("add")
def add(
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.ENGINEER,
    territory: Annotated[
        list[str] | None, typer.Option(help="REGION/LINE to work in; may be repeated.", show_default=False)
    ] = None,
    password_file: PasswordFile = None,
    database: DatabaseOption = None,
) -> None:
    """Add a user. The password is asked for, or read from standard input or a file."""
    with opened(database) as at:
        user_id = add_person(
            at.database, at.tenant, login=login, name=name, role=role, password=_password(password_file)
        )
        for code in territory or []:
            assign(at.database, at.tenant, login, code)
    out.print(tr("User “{login}” was added: {id}", login=login, id=user_id.hex), markup=False)


@app.command("list")
def list_users(database: DatabaseOption = None) -> None:
    """List users with their roles and territories."""
    with opened(database) as at:
        people = list_people(at.database, at.tenant)
    roles = {role.value: tr(role.label) for role in Role}
    table = Table(tr("Sign-in name"), tr("Name"), tr("Role"), tr("State"), tr("Territories"))
    for person in people:
        state = tr("Active") if person.active else tr("Disabled")
        table.add_row(person.login, person.name, roles[person.role], state, ", ".join(person.territories))
    out.print(table)


@app.command("disable")
def disable(login: Login, database: DatabaseOption = None) -> None:
    """End every sign-in of a user and let no new one begin. His work stays."""
    with opened(database) as at:
        disable_person(at.database, at.tenant, login)
    out.print(tr("User “{login}” was disabled.", login=login), markup=False)


@app.command("password")
def password(login: Login, password_file: PasswordFile = None, database: DatabaseOption = None) -> None:
    """Give a user a new password; he signs in again on every laptop."""
    with opened(database) as at:
        change_password(at.database, at.tenant, login, _password(password_file))
    out.print(tr("User “{login}” has a new password.", login=login), markup=False)


def _password(file: Path | None) -> str:
    """Never an argument: arguments are seen by everyone on the machine and kept in histories."""
    if file is not None:
        try:
            return file.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as problem:
            raise RuleViolation("password.unreadable", reason=str(problem)) from problem
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = err.input(tr("Password: "), password=True)
    if err.input(tr("Once more: "), password=True) != first:
        raise RuleViolation("password.different")
    return first
