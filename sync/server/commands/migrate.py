"""`migrate`: makes the database ready for this version of the program."""

from sqlalchemy import Connection

from app.language import tr
from sync.server.commands.opening import DatabaseOption, connected, settings_for
from sync.server.commands.words import out
from sync.server.migrate import bring_up_to_date, version
from sync.server.tenants import all_tenants, create_tenant
from sync.server.territories import seed


def migrate(database: DatabaseOption = None) -> None:
    """Create or update the tables; a new server gets the six regions and their territories.

    Repeating it changes nothing. A failure leaves the database as it was.
    """
    settings = settings_for(database)

    def prepare(connection: Connection) -> tuple[str | None, str | None]:
        before = version(connection)
        bring_up_to_date(connection)
        tenants = list(all_tenants(connection)) or [create_tenant(connection, settings.name)]
        if before is None:
            seed(connection, tenants[0])
        return before, version(connection)

    with connected(settings) as at:
        before, after = at.transact(prepare)
    if before == after:
        out.print(tr("The database is up to date ({version}).", version=after))
    else:
        out.print(tr("The database was brought to version {version}.", version=after))
