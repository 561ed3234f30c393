"""`migrate`: makes the database ready for this version of the program."""

from sqlalchemy import Connection

from app.language import tr
from sync.server.commands.opening import DatabaseOption, connected, settings_for
from sync.server.commands.words import out
from sync.server.schema import migrate as bring_up_to_date
from sync.server.tenants import all_tenants, create_tenant
from sync.server.territories import seed


def migrate(database: DatabaseOption = None) -> None:
    """Create or update the tables; a new server gets the six regions and their territories.

    Repeating it changes nothing. A failure leaves the tables as they were.
    """
    settings = settings_for(database)

    def found(connection: Connection) -> bool:
        if all_tenants(connection):
            return False
        seed(connection, create_tenant(connection, settings.name))
        return True

    with connected(settings) as at:
        bring_up_to_date(at)
        new = at.transact(found)
    out.print(tr("The database is ready; the server is new.") if new else tr("The database is ready."))
