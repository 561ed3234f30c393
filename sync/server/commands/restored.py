"""`restored`: said once after the database was put back from a backup, or a stand-in took over."""

from app.language import tr
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import out
from sync.server.timeline import begin_another


def restored(database: DatabaseOption = None) -> None:
    """Tell laptops that this database is a restored backup, so that they send again what it lacks.

    Run it before `serve`. Without it laptops find out as well, but cannot tell from when the backup is.
    """
    with opened(database) as at:
        made_at = at.database.transact(lambda connection: begin_another(connection, at.tenant))
    out.print(
        tr("Laptops will send again what they did after {made_at}.", made_at=made_at[:16].replace("T", " ")),
        markup=False,
    )
