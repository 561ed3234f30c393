"""The public keys of laptops: they check what a laptop signed, and seal what only it may read."""

from sqlalchemy import Connection, insert, select, update

from sync.carried import PublicKeys
from sync.server.account_tables import CARRYING_KEY
from sync.server.caller import Caller


def note(connection: Connection, caller: Caller, keys: PublicKeys) -> None:
    """The laptop says what its keys are; new ones replace those of before."""
    of_device = (CARRYING_KEY.c.tenant_id == caller.tenant, CARRYING_KEY.c.device_id == caller.device)
    known = update(CARRYING_KEY).where(*of_device).values(public=keys.written())
    if not connection.execute(known).rowcount:
        connection.execute(
            insert(CARRYING_KEY).values(
                tenant_id=caller.tenant, device_id=caller.device, public=keys.written()
            )
        )


def of(connection: Connection, caller: Caller) -> PublicKeys | None:
    """None where the laptop never said them."""
    query = select(CARRYING_KEY.c.public).where(
        CARRYING_KEY.c.tenant_id == caller.tenant, CARRYING_KEY.c.device_id == caller.device
    )
    written = connection.execute(query).scalar()
    return None if written is None else PublicKeys.read(written)
