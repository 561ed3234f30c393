"""`check`: looks whether the database is reachable, of this version and sound."""

import typer

from app.language import tr
from sync.server.checking import check as look
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import err, out


def check(database: DatabaseOption = None) -> None:
    """Check that history has no gap and that tables agree with the log. Ends with 1 where not."""
    sound = True
    with opened(database) as at, at.database.read() as connection:
        for finding in look(connection, at.tenant):
            sound &= finding.sound
            (out if finding.sound else err).print(tr(finding.text, **finding.facts), markup=False)
    if not sound:
        raise typer.Exit(1)
