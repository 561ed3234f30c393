"""A laptop that its office takes back: what waits is sent first, then nothing of it can be read any more."""

from uuid import UUID

from sqlalchemy import select

from app.demo.fault_proxy import FaultProxy
from app.domain.customers import Customer
from app.domain.organisation import Territory
from app.persistence.bookkeeping import Outbox as Mutations
from app.persistence.bookkeeping import OutboxState
from app.services.outbox import Outbox
from sync.server.devices import State, put_into
from sync.server.tables import TABLES
from tests.e2e.desktops import Desktop
from tests.e2e.processes import ServerProcess
from ui.messages import words_for


def test_its_work_arrives_and_what_was_refused_is_decided_before_its_key_is_destroyed(
    desktop: Desktop, server: ServerProcess, proxy: FaultProxy
) -> None:
    desktop.set_up()
    key = desktop.folders.data / "replica.key"
    proxy.go_offline()
    add_customer(desktop, "in Bo's territory", "S/T")
    add_customer(desktop, "Rossi", "N/T")
    take_back(server, desktop)

    proxy.come_back()
    desktop.link.sync_now()
    desktop.until_it_says(words_for("device.leaving"))

    assert names(server) == {"Rossi"}
    assert key.exists()

    Outbox(desktop.replica).revert(refused(desktop))
    desktop.link.sync_now()
    desktop.until_it_says(words_for("device.wiped"))

    assert not key.exists()
    assert not list(desktop.folders.data.glob("replica.db*"))


def add_customer(desktop: Desktop, name: str, territory: str) -> None:
    with desktop.replica.write("customer.create") as write:
        where = write.session.scalars(select(Territory.id).where(Territory.name == territory)).one()
        write.session.add(Customer(name=name, territory_id=where))


def refused(desktop: Desktop) -> UUID:
    with desktop.replica.read() as session:
        mine = select(Mutations.op_id).where(Mutations.state == OutboxState.REJECTED)
        found: UUID = session.scalars(mine).one()
        return found


def take_back(server: ServerProcess, desktop: Desktop) -> None:
    identity = desktop.replica.identity
    assert identity
    server.database.transact(lambda c: put_into(c, UUID(server.tenant), identity.device_id, State.LEAVING))


def names(server: ServerProcess) -> set[str]:
    with server.database.read() as connection:
        return set(connection.scalars(select(TABLES[Customer].c.name)))
