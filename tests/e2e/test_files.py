"""A photo taken on the road reaches the office, whatever happens on the way: real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.demo.fault_proxy import Fault, FaultProxy
from app.domain.customers import Customer
from app.domain.notes import Attachment, BlobState
from app.domain.organisation import Territory
from tests.e2e.processes import Laptop, ServerProcess

PHOTO = b"\xff\xd8 a gearbox, photographed from much too near " * 20_000  # too large to come unasked


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    one = ServerProcess(tmp_path_factory.mktemp("server"))
    yield one
    one.close()


@pytest.fixture
def anna(server: ServerProcess, tmp_path: Path) -> Iterator[Laptop]:
    yield from laptop(server, tmp_path, "anna")


@pytest.fixture
def chief(server: ServerProcess, tmp_path: Path) -> Iterator[Laptop]:
    yield from laptop(server, tmp_path, "chief")


def laptop(server: ServerProcess, folder: Path, login: str) -> Iterator[Laptop]:
    proxy = FaultProxy(("127.0.0.1", server.port))
    one = Laptop(folder / login, login, proxy).begin()
    one.until_synced()
    yield one
    one.close()
    proxy.close()


def a_photo_of(anna: Laptop) -> str:
    """Of a new customer; kept on her laptop, and nowhere else."""
    assert anna.replica
    sha256 = anna.replica.blobs.put(PHOTO)
    with anna.replica.write("test.add") as write:
        north = write.session.scalars(select(Territory.id).where(Territory.name == "N/T")).one()
        customer = Customer(name="Rossi", territory_id=north)
        write.session.add(customer)
        write.session.flush()
        facts = {"file_name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO), "sha256": sha256}
        write.session.add(Attachment(customer_id=customer.id, **facts))
    return sha256


def place(one: Laptop, sha256: str) -> BlobState | None:
    assert one.replica
    with one.replica.read() as session:
        return session.scalars(select(Attachment.blob).where(Attachment.sha256 == sha256)).first()


def test_the_office_opens_a_photo_that_an_engineer_took_without_a_network(
    anna: Laptop, chief: Laptop
) -> None:
    anna.proxy.go_offline()
    sha256 = a_photo_of(anna)
    anna.sync.tell("sync")
    anna.sync.wait_for("state", state="offline")

    anna.proxy.recover()
    anna.proxy.fail("blobs", Fault.STALL)
    anna.sync.tell("sync")
    waiting = anna.sync.wait_for("state", state="pending", pending=0)
    assert waiting["files"]["up"] == 1
    anna.sync.kill()
    anna.proxy.recover()
    anna.restart()
    anna.until_synced()

    chief.sync.tell("sync")
    chief.sync.wait_until(lambda e: place(chief, sha256) is BlobState.STORED)
    assert chief.replica
    assert chief.replica.blobs.get(sha256) is None
    chief.sync.tell("fetch", sha256=sha256)
    chief.sync.wait_for("file", sha256=sha256, state="here")

    assert chief.replica.blobs.get(sha256) == PHOTO
    assert not any(PHOTO[:40] in path.read_bytes() for path in (chief.folder / "blobs").iterdir())


def test_what_is_nowhere_to_be_had_is_said(anna: Laptop) -> None:
    anna.sync.tell("fetch", sha256="0" * 64)

    said = anna.sync.wait_for("file", sha256="0" * 64)

    assert (said["state"], said["code"]) == ("missing", "blob.unknown")


def test_while_paused_a_wish_is_told_why_it_waits(anna: Laptop) -> None:
    anna.sync.tell("pause")
    anna.sync.wait_for("state", paused=True)
    anna.sync.tell("fetch", sha256="0" * 64)

    assert anna.sync.wait_for("file")["code"] == "sync.paused"
