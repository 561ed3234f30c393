"""`import`: brings a real set of data in."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.exchange import sets
from app.exchange.reasons import words
from app.exchange.rejects import write_rejects
from app.language import tr
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import err, out
from sync.server.importing import Imported, import_rows

SHOWN = 20  # bad lines on the screen; the file has them all


def import_set(
    name: Annotated[str, typer.Argument(metavar="SET", help=f"One of: {', '.join(sets.SETS)}.")],
    folder: Annotated[Path, typer.Argument(help="The folder with the set's files.")],
    rejects: Annotated[
        Path | None, typer.Option(help="Where to write lines left out. Default: SET-rejects.csv here.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Import a set. Lines that cannot be used are shown and written to a file; running it twice
    changes nothing."""
    reading = sets.read(name, folder)
    with opened(database) as at, _bar() as bar:
        task = bar.add_task(name, total=reading.total)
        done = import_rows(
            at.database, at.tenant, reading, progress=lambda: bar.update(task, completed=reading.done)
        )
        bar.update(task, completed=reading.total)
    _report(done, rejects or Path(f"{name}-rejects.csv"))
    if finish := sets.SETS[name].finish:
        out.print(tr("Written: {file}", file=finish(folder)))


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err)


def _report(done: Imported, rejects: Path) -> None:
    for bad in done.bad[:SHOWN]:
        err.print(f"{bad.file}:{bad.line}: {words(bad)}", markup=False)
    if len(done.bad) > SHOWN:
        err.print(tr("… and {count} more", count=len(done.bad) - SHOWN))
    if done.bad:
        write_rejects(rejects, done.bad)
        err.print(tr("{count} lines left out, see {file}", count=len(done.bad), file=rejects), markup=False)
    out.print(tr("{new} rows new, {known} already there", new=done.new, known=done.known))
