"""`check`: looks whether the database is reachable, of this version and sound, and mends what can be."""

from typing import Annotated

import typer

from app.language import msgid, tr
from sync.server.checking import check as look
from sync.server.commands.opening import DatabaseOption, Opened, opened
from sync.server.commands.words import err, out
from sync.server.mending import mend as publish

MendOption = Annotated[
    bool, typer.Option("--mend", help="Publish to the laptops what was changed in the tables by SQL.")
]


def check(database: DatabaseOption = None, mend: MendOption = False) -> None:
    """Check that history has no gap and that tables agree with the log. Ends with 1 where not."""
    with opened(database) as at:
        if mend:
            _mend(at)
        if not _is_sound(at):
            raise typer.Exit(1)


def _is_sound(at: Opened) -> bool:
    sound = True
    with at.database.read() as connection:
        for finding in look(connection, at.tenant):
            sound &= finding.sound
            (out if finding.sound else err).print(tr(finding.text, **finding.facts), markup=False)
    return sound


def _mend(at: Opened) -> None:
    mended = at.database.transact(lambda connection: publish(connection, at.tenant))
    out.print(tr(msgid("{count} rows published anew."), count=mended.published), markup=False)
    if mended.refused:
        said = msgid("{count} rows break a rule and were left as they are, such as {example}.")
        facts = {"count": len(mended.refused), "example": mended.refused[0]}
        err.print(tr(said, **facts), markup=False)
