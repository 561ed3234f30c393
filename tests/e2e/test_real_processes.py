"""A real server, real sync processes, and a network between them that fails as networks do."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.demo.fault_proxy import Fault, FaultProxy
from app.domain.customers import Customer
from app.domain.entity import Entity
from app.domain.notes import Attachment, BlobState
from app.domain.organisation import Territory
from app.domain.service_orders import PartUsed, ServiceOrder
from tests.e2e.processes import Laptop, ServerProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path_factory.mktemp("server"))
    yield running
    running.close()


@pytest.fixture
def laptop(tmp_path: Path, server: ServerProcess) -> Iterator[Callable[[str], Laptop]]:
    """Makes laptops, each behind a network of its own."""
    made: list[Laptop] = []

    def make(login: str) -> Laptop:
        proxy = FaultProxy(("127.0.0.1", server.port))
        made.append(Laptop(tmp_path / f"{login}{len(made)}", login, proxy))
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.proxy.close()


@pytest.fixture(scope="module")
def annas_laptop(tmp_path_factory: pytest.TempPathFactory, server: ServerProcess) -> Iterator[Laptop]:
    """Starting a process takes a second; tests that need no fresh one share this."""
    proxy = FaultProxy(("127.0.0.1", server.port))
    one = Laptop(tmp_path_factory.mktemp("laptops") / "anna", "anna", proxy)
    yield one.begin()
    one.close()
    proxy.close()


@pytest.fixture
def anna(annas_laptop: Laptop) -> Laptop:
    """Signed in, and all of her scope downloaded."""
    annas_laptop.get_well()
    return annas_laptop


@pytest.fixture(scope="module")
def chiefs_laptop(tmp_path_factory: pytest.TempPathFactory, server: ServerProcess) -> Iterator[Laptop]:
    proxy = FaultProxy(("127.0.0.1", server.port))
    one = Laptop(tmp_path_factory.mktemp("laptops") / "chief", "chief", proxy)
    yield one.begin()
    one.close()
    proxy.close()


@pytest.fixture
def chief(chiefs_laptop: Laptop) -> Laptop:
    """Sees everything."""
    chiefs_laptop.get_well()
    return chiefs_laptop


def add(laptop: Laptop, entity: type[Entity], **values: Any) -> UUID:
    assert laptop.replica
    with laptop.replica.write("test.add") as write:
        row = entity(**values)
        write.session.add(row)
        write.session.flush()
        return row.id


def edit(laptop: Laptop, entity: type[Entity], row_id: UUID, **values: Any) -> None:
    assert laptop.replica
    with laptop.replica.write("test.edit") as write:
        row = write.session.get_one(entity, row_id)
        for name, value in values.items():
            setattr(row, name, value)


def shown(laptop: Laptop, entity: type[Entity], row_id: UUID, name: str) -> Any:
    assert laptop.replica
    with laptop.replica.read() as session:
        row = session.get(entity, row_id)
        return None if row is None else getattr(row, name)


def a_customer(laptop: Laptop) -> UUID:
    assert laptop.replica
    with laptop.replica.read() as session:
        north = session.scalars(select(Territory.id).where(Territory.name == "N/T")).one()
    return add(laptop, Customer, name="Rossi", territory_id=north)


def test_signing_in_tells_who_it_is(laptop: Callable[[str], Laptop]) -> None:
    said = laptop("anna").sign_in()

    assert said["event"] == "signed_in"
    assert said["identity"]["display_name"] == "Anna"


def test_a_wrong_password_is_told_apart_from_a_wrong_network(laptop: Callable[[str], Laptop]) -> None:
    one = laptop("anna")

    wrong = one.sign_in("battery staple")
    one.proxy.fail("sign-in", Fault.PORTAL)
    portal = one.sign_in()
    one.proxy.go_offline()
    nobody = one.sign_in()

    assert [said["code"] for said in (wrong, portal, nobody)] == [
        "auth.wrong_password",
        "sync.captive_portal",
        "sync.unreachable",
    ]


def test_a_first_download_tells_its_progress_and_ends_in_synced(laptop: Callable[[str], Laptop]) -> None:
    one = laptop("anna").begin()

    moving = one.sync.wait_until(lambda e: bool(e.get("progress")))
    done = one.until_synced()

    assert 0 < moving["progress"]["rows"] <= moving["progress"]["total"]
    assert moving["state"] == "syncing"
    assert done["synced_at"]


def test_what_one_saves_reaches_the_other_without_his_asking(anna: Laptop, chief: Laptop) -> None:
    customer = a_customer(anna)
    anna.sync.tell("changed")
    heard = chief.sync.wait_until(lambda e: e["event"] == "changes" and "customer" in e["entities"])

    assert customer.hex in heard["ids"]
    assert shown(chief, Customer, customer, "name") == "Rossi"


def test_a_lost_answer_is_asked_for_again_and_the_parts_are_used_once(anna: Laptop, chief: Laptop) -> None:
    customer = a_customer(anna)
    order = add(anna, ServiceOrder, customer_id=customer, number="1", subject="Pump")
    part = add(anna, PartUsed, service_order_id=order, description="Seal", amount=Decimal(1))
    anna.come_to_rest()
    edit(anna, PartUsed, part, amount=Decimal(4))
    anna.proxy.fail("sync/push", Fault.LOSE)

    anna.sync.tell("sync")
    offline = anna.sync.wait_for("state", state="offline")
    anna.come_to_rest()
    chief.get_well()

    assert offline["pending"] == 1
    assert offline["retry_at"]
    assert shown(chief, PartUsed, part, "amount") == 4


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.RESET, "sync.unreachable"),
        (Fault.CUT, "sync.garbled"),
        (Fault.PORTAL, "sync.captive_portal"),
    ],
)
def test_a_failing_network_is_named_and_the_work_stays(anna: Laptop, fault: Fault, code: str) -> None:
    customer = a_customer(anna)
    anna.proxy.fail("sync/pull", fault)

    anna.sync.tell("sync")
    offline = anna.sync.wait_for("state", state="offline")
    anna.come_to_rest()

    assert (offline["reason"], offline["pending"]) == (code, 1)
    assert shown(anna, Customer, customer, "name") == "Rossi"


def test_a_process_killed_again_and_again_still_arrives(
    laptop: Callable[[str], Laptop], chief: Laptop
) -> None:
    one = laptop("anna").begin()
    for moment in ("checking", "syncing"):
        one.sync.wait_until(lambda e, moment=moment: e.get("state") in (moment, "synced"))
        one.sync.kill()
        one.restart()
    one.come_to_rest()
    customer = a_customer(one)
    one.sync.tell("changed")
    one.sync.wait_for("state", state="syncing")
    one.sync.kill()
    one.restart()
    one.come_to_rest()
    chief.get_well()

    assert shown(chief, Customer, customer, "name") == "Rossi"


def test_the_process_ends_with_its_input_even_while_a_request_hangs(anna: Laptop) -> None:
    anna.proxy.fail("sync/pull", Fault.STALL)
    anna.sync.tell("sync")
    anna.sync.wait_for("state", state="checking")

    assert anna.sync.end() == 0


def test_after_a_session_ended_work_goes_on_and_signing_in_sends_it(anna: Laptop) -> None:
    anna.open(refresh_token="not one of ours", access_token="nor this")
    anna.sync.wait_for("state", state="sign_in", reason="auth.session_ended")
    a_customer(anna)
    anna.sync.tell("sync")

    anna.sign_in()
    anna.open()
    anna.until_synced()


def test_a_lost_renewal_of_the_sign_in_does_not_look_like_theft(anna: Laptop) -> None:
    anna.proxy.fail("auth/refresh", Fault.LOSE)
    anna.open(access_token="")
    anna.sync.wait_for("state", state="offline")

    anna.sync.tell("sync")
    renewed = anna.sync.wait_for("tokens")
    anna.until_synced()

    assert renewed["refresh_token"]


def test_a_photo_follows_its_record_to_the_other_laptop(anna: Laptop, chief: Laptop) -> None:
    photo = b"\xff\xd8 not much of a photo" * 1000
    customer = a_customer(anna)
    assert anna.replica
    assert chief.replica
    sha256 = anna.replica.blobs.put(photo)
    facts = {"file_name": "pump.jpg", "media_type": "image/jpeg", "size": len(photo), "sha256": sha256}
    attachment = add(anna, Attachment, customer_id=customer, **facts)

    anna.sync.tell("changed")
    chief.sync.wait_until(lambda e: attachment.hex in e.get("ids", ()))
    chief.sync.wait_until(lambda e: shown(chief, Attachment, attachment, "blob") == BlobState.STORED)
    chief.sync.tell("sync")
    chief.sync.wait_until(lambda e: chief.replica.blobs.get(sha256) is not None)

    assert chief.replica.blobs.get(sha256) == photo


def test_while_paused_nothing_is_sent(anna: Laptop) -> None:
    anna.sync.tell("pause")
    anna.sync.wait_for("state", paused=True)
    a_customer(anna)
    anna.sync.tell("sync")
    paused = anna.sync.wait_for("state", paused=True)
    anna.sync.tell("resume")
    anna.until_synced()

    assert paused["pending"] == 1


def test_a_replica_that_the_key_does_not_open_is_reported(anna: Laptop) -> None:
    anna.open(key=bytes(32).hex())

    failed = anna.sync.wait_for("opening_failed")
    anna.sync.kill()

    assert failed["code"] == "replica.wrong_key"
