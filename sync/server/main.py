"""The command line of the server: `roundtrip-server …`.

Ends with 0 when all went well, 1 for what the operator can correct, 2 for a command not understood,
3 when the database cannot be reached.
"""

import sys

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError

from app.domain.errors import AppError
from app.language import tr
from sync.server.commands import devices, quarantine, territories, users
from sync.server.commands.apply_file import apply_file
from sync.server.commands.check import check
from sync.server.commands.collect import collect
from sync.server.commands.importing import import_set
from sync.server.commands.migrate import migrate
from sync.server.commands.restored import restored
from sync.server.commands.serve import serve
from sync.server.commands.words import err, explained, speak_the_systems_language

CORRECTABLE, UNREACHABLE = 1, 3

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks print local values, passwords among them
    help="The Roundtrip server: it keeps everybody's work and brings laptops together.",
)
app.command()(serve)
app.command()(migrate)
app.add_typer(users.app, name="user")
app.add_typer(territories.app, name="territory")
app.add_typer(devices.app, name="device")
app.add_typer(quarantine.app, name="quarantine")
app.command("import")(import_set)
app.command()(check)
app.command()(collect)
app.command()(restored)
app.command("apply-file")(apply_file)


def main() -> None:
    """Entry of the program."""
    speak_the_systems_language()
    try:
        app()
    except AppError as problem:
        _end(explained(problem), CORRECTABLE)
    except ValidationError as problem:
        names = ", ".join(
            f"ROUNDTRIP_{error['loc'][0]}".upper() for error in problem.errors() if error["loc"]
        )
        _end(tr("These settings are not understood: {names}", names=names), CORRECTABLE)
    except OSError as problem:
        _end(f"{problem.filename or ''}: {problem.strerror or problem}".lstrip(": "), CORRECTABLE)
    except OperationalError as problem:
        _end(tr("The database cannot be reached: {reason}", reason=_first_line(problem)), UNREACHABLE)


def _end(text: str, code: int) -> None:
    err.print(text, markup=False)
    sys.exit(code)


def _first_line(problem: DBAPIError) -> str:
    return str(problem.orig).strip().partition("\n")[0]


if __name__ == "__main__":
    main()
