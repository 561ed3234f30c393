"""Changes carried by hand: out of a laptop that may not connect, through an office computer, and back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.clock import local_now
from app.domain.customers import Customer
from app.domain.errors import AppError, RuleViolation
from app.domain.ids import new_id
from app.domain.notes import Attachment, BlobState
from app.domain.organisation import Role
from app.language import use_language
from app.persistence.bookkeeping import OutboxState
from app.persistence.identity import Identity
from sync.carried import Head, Keys, Kind, Writer
from sync.client.by_hand import ByHand, Facts
from sync.client.commands import Errand, ErrandKind
from sync.client.credentials import Credentials, Tokens
from sync.client.engine import perform, run_round
from sync.client.http import Http
from sync.client.transport import HttpServer
from sync.server import devices
from sync.server.account_tables import DEVICE
from sync.server.database import Database
from sync.server.main import main
from sync.server.schema import migrate
from sync.server.tables import LEDGER, TABLES
from tests.server.served import Laptop as Caller
from tests.server.served import Served, serving
from tests.sync.laptops import Laptop

PHOTO = b"\xff\xd8 a gearbox " * 200_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("office")
    database = Database(f"sqlite:///{folder / 'server.db'}")
    migrate(database)
    database.close()
    with serving(f"sqlite:///{folder / 'server.db'}", folder) as served:
        yield served


class Forgetful:
    def recall_renewal(self) -> str | None:
        return None

    def remember_renewal(self, renewal: str) -> None:
        pass


@dataclass
class Traveller:
    """Someone's laptop, with or without a network."""

    caller: Caller
    laptop: Laptop
    by_hand: ByHand
    server: HttpServer
    north: UUID

    def sync(self) -> None:
        perform(run_round(self.laptop.store, lambda _: None), self.server)

    def run(self, kind: ErrandKind, path: Path, files: bool = True) -> Facts:
        return self.by_hand.run(Errand(kind, path, files), lambda done, total: None)[0]

    def export(self, path: Path, *, files: bool = True) -> Path:
        self.run(ErrandKind.EXPORT, path, files=files)
        return path

    def bring(self, path: Path) -> Path:
        """To the server; the receipt."""
        self.brought = self.run(ErrandKind.TAKE, path)
        return path.with_name(str(self.brought["receipt"]))

    def take_in(self, path: Path) -> Facts:
        return self.run(ErrandKind.TAKE, path)

    def add_customer(self, name: str = "Rossi") -> UUID:
        return self.laptop.add(Customer, name=name, territory_id=self.north)


@pytest.fixture
def traveller(office: Served, tmp_path: Path) -> Iterator[Callable[..., Traveller]]:
    made: list[Traveller] = []

    def make(role: Role = Role.ENGINEER) -> Traveller:
        caller = office.laptop(office.person(role)).signed_in()
        laptop = Laptop(tmp_path / f"{len(made)}.db")
        tenant = UUID(office.world.tenant)
        laptop.replica.belong_to(Identity(UUID(caller.person.id), caller.id, tenant, role, "李伟"))
        http = Http(office.url)
        tokens = Tokens(caller.refresh_token, caller.access_token)
        credentials = Credentials(http, Forgetful(), lambda: new_id().hex, lambda _: None, tokens)
        by_hand = ByHand(laptop.replica, laptop.store, http, credentials, clock=local_now)
        by_hand.meet()
        north = UUID(office.world.north)
        one = Traveller(caller, laptop, by_hand, HttpServer(http, credentials), north)
        one.sync()
        made.append(one)
        return one

    yield make
    for one in made:
        one.laptop.replica.close()


@pytest.fixture
def li(traveller: Callable[..., Traveller]) -> Traveller:
    """At the plant, where no laptop may connect."""
    return traveller()


@pytest.fixture
def clerk(traveller: Callable[..., Traveller]) -> Traveller:
    """In the office, of another territory and another role."""
    return traveller(Role.MANAGER)


def known(office: Served, op_id: UUID) -> int:
    """How often the server entered this mutation."""
    with office.world.database.read() as connection:
        query = select(func.count()).where(LEDGER.c.op_id == op_id.hex)
        return int(connection.execute(query).scalar_one())


def on_server(office: Served, customer: UUID) -> str | None:
    table = TABLES[Customer]
    with office.world.database.read() as connection:
        name = connection.execute(select(table.c.name).where(table.c.id == customer.hex)).scalar()
        return None if name is None else str(name)


def code(of: Callable[[], Any]) -> str:
    with pytest.raises(AppError) as refused:
        of()
    return refused.value.code


def test_what_was_done_at_the_plant_reaches_the_office_and_the_receipt_settles_it(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer()
    [op_id] = li.laptop.outbox()

    receipt = clerk.bring(li.export(tmp_path / "out.rtx"))

    assert on_server(office, rossi) == "Rossi"
    assert clerk.brought == {
        "kind": "changes", "sender": "李伟", "receipt": "out-receipt.rtx", "changes": 1,
        "already": 0, "files": 0,
    }  # fmt: skip
    assert li.laptop.outbox() == {op_id: OutboxState.PENDING}
    assert li.take_in(receipt) == {"kind": "receipt", "changes": 1, "refused": 0, "already": 0}
    assert li.laptop.outbox() == {op_id: OutboxState.DONE}
    assert li.laptop.shown(Customer, rossi, "name", "rev") == ("Rossi", 1)


def test_the_author_is_who_signed_not_who_carries(
    office: Served, li: Traveller, traveller: Callable[..., Traveller], tmp_path: Path
) -> None:
    li.laptop.add(Customer, name="Foreign", territory_id=UUID(office.world.south))

    receipt = traveller(Role.MANAGER).bring(li.export(tmp_path / "out.rtx"))

    assert li.take_in(receipt)["refused"] == 1, "a manager may, but he only carries"
    assert list(li.laptop.outbox().values()) == [OutboxState.REJECTED]


def test_a_file_brought_twice_and_then_sent_over_the_line_is_applied_once(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer()
    [op_id] = li.laptop.outbox()
    file = li.export(tmp_path / "out.rtx")

    first = clerk.bring(file).read_bytes()
    receipt = clerk.bring(file)
    li.sync()

    assert clerk.brought["already"] == 1
    assert first != receipt.read_bytes(), "sealed anew"
    assert known(office, op_id) == 1
    assert li.take_in(receipt) == {"kind": "receipt", "changes": 0, "refused": 0, "already": 1}
    assert li.laptop.shown(Customer, rossi, "rev") == 1


def test_a_later_file_holds_what_the_first_held_and_what_was_added(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer()
    first = li.export(tmp_path / "first.rtx")
    li.laptop.edit(Customer, rossi, name="Rossi & Co")
    second = li.export(tmp_path / "second.rtx")

    late = clerk.bring(first)
    receipt = clerk.bring(second)

    assert on_server(office, rossi) == "Rossi & Co"
    assert li.take_in(receipt)["changes"] == 2
    assert li.take_in(late)["changes"] == 0, "an old receipt changes nothing"


def test_a_change_made_after_the_export_stays_over_the_row(
    li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer()
    file = li.export(tmp_path / "out.rtx")
    li.laptop.edit(Customer, rossi, name="Later")

    li.take_in(clerk.bring(file))

    assert li.laptop.shown(Customer, rossi, "name") == "Later"
    assert list(li.laptop.outbox().values()) == [OutboxState.DONE, OutboxState.PENDING]


def test_the_receipt_brings_what_others_did_meanwhile(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    other = UUID(office.world.add_customer(office.world.north, name="Bianchi"))
    li.add_customer()

    li.take_in(clerk.bring(li.export(tmp_path / "out.rtx")))

    assert li.laptop.shown(Customer, other, "name") == "Bianchi"


def test_photos_go_along_where_wanted(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer()
    sha256 = li.laptop.replica.blobs.put(PHOTO)
    facts = {"file_name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO), "sha256": sha256}
    photo = li.laptop.add(Attachment, customer_id=rossi, root_id=rossi, **facts)

    without = li.export(tmp_path / "small.rtx", files=False)
    file = li.export(tmp_path / "out.rtx")
    receipt = clerk.bring(file)
    li.take_in(receipt)

    assert without.stat().st_size < len(PHOTO) / 10
    assert clerk.brought["files"] == 1
    assert office.parts.blobs.path_of(sha256).read_bytes() == PHOTO
    assert li.laptop.shown(Attachment, photo, "blob") is BlobState.STORED


def test_whoever_carries_it_can_neither_read_nor_change_it(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer("Confidential GmbH")
    file = li.export(tmp_path / "out.rtx")
    content = file.read_bytes()

    assert b"Confidential" not in content
    for place in (30, len(content) // 2, len(content) - 1):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert code(lambda: clerk.bring(file)) in ("carried.damaged", "carried.other_server")
    for size in (3, 25, 200, len(content) - 1):
        file.write_bytes(content[:size])
        assert code(lambda: clerk.bring(file)) in ("carried.damaged", "carried.not_one")
    assert on_server(office, rossi) is None
    file.write_bytes(content)
    clerk.bring(file)
    assert on_server(office, rossi) == "Confidential GmbH"


def test_files_that_do_not_belong_here_are_named_for_what_they_are(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    li.add_customer()
    file = li.export(tmp_path / "out.rtx")
    receipt = clerk.bring(file)
    content = file.read_bytes()
    letter, newer = tmp_path / "letter.rtx", tmp_path / "newer.rtx"
    letter.write_bytes(b"Dear Sir")
    newer.write_bytes(content[:17] + b"\x02" + content[18:])
    clerk.add_customer("Other")

    assert code(lambda: clerk.bring(letter)) == "carried.not_one"
    assert code(lambda: clerk.bring(newer)) == "carried.newer"
    assert code(lambda: clerk.bring(tmp_path / "gone.rtx")) == "carried.unreadable"
    assert code(lambda: clerk.take_in(receipt)) == "carried.receipt_of_other"
    assert code(lambda: li.export(tmp_path / "no such folder" / "out.rtx")) == "carried.unwritable"
    cut = tmp_path / "cut.rtx"
    cut.write_bytes(receipt.read_bytes()[:-9])
    assert code(lambda: li.take_in(cut)) == "carried.damaged"
    assert li.take_in(receipt)["changes"] == 1


def test_a_file_for_another_companys_server_is_not_taken(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    stranger = Keys(bytes(32))
    identity = li.laptop.store.identity()
    head = Head(
        Kind.CHANGES, identity.tenant_id, identity.user_id, identity.device_id, "李伟", "", 0, 0, 0,
        stranger.public.written(),
    )  # fmt: skip
    file = tmp_path / "out.rtx"
    for wrong in (head, replace(head, tenant=new_id(), reader=office.parts.keys.public.written())):
        with file.open("wb") as out:
            Writer(out, wrong, stranger.public, stranger, entropy=bytes).close()
        assert code(lambda: clerk.bring(file)) == "carried.other_server"


def test_a_laptop_that_was_suspended_is_not_answered(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer()
    file = li.export(tmp_path / "out.rtx")
    office.world.database.transact(
        lambda c: devices.put_into(c, UUID(office.world.tenant), li.caller.id, devices.State.SUSPENDED)
    )

    assert code(lambda: clerk.bring(file)) == "carried.revoked"
    assert on_server(office, rossi) is None


def test_a_laptop_the_server_never_met_is_not_believed(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    li.add_customer()
    file = li.export(tmp_path / "out.rtx")
    with office.world.database.write() as connection:
        connection.execute(update(DEVICE).where(DEVICE.c.id == li.caller.id.hex).values(id=new_id().hex))

    assert code(lambda: clerk.bring(file)) == "carried.unknown_device"


def test_numbers_the_server_has_not_reached_wait_for_the_file_before(
    office: Served, li: Traveller, clerk: Traveller, tmp_path: Path
) -> None:
    rossi = li.add_customer()
    li.export(tmp_path / "first.rtx")
    with li.laptop.replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE outbox SET n = n + 5")

    assert code(lambda: clerk.bring(li.export(tmp_path / "later.rtx"))) == "carried.gap"
    assert on_server(office, rossi) is None


def test_there_must_be_something_to_export_and_somebody_to_seal_it_for(li: Traveller, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.rtx"

    assert code(lambda: li.export(nothing)) == "carried.nothing"
    with li.laptop.replica.absorb() as connection:
        connection.exec_driver_sql("DELETE FROM sync_state WHERE key = 'server_keys'")
    assert code(lambda: li.export(nothing)) == "carried.never_met"
    assert not nothing.exists()


def test_an_export_that_is_given_up_leaves_no_file_and_all_its_changes(li: Traveller, tmp_path: Path) -> None:
    rossi = li.add_customer()
    facts = {"file_name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}
    sha256 = li.laptop.replica.blobs.put(PHOTO)
    li.laptop.add(Attachment, customer_id=rossi, root_id=rossi, sha256=sha256, **facts)

    def give_up(done: int, total: int) -> None:
        raise RuleViolation("given.up")

    errand = Errand(ErrandKind.EXPORT, tmp_path / "out.rtx", with_files=True)
    assert code(lambda: li.by_hand.run(errand, give_up)) == "given.up"
    assert not list(tmp_path.glob("*.rtx*"))
    assert set(li.laptop.outbox().values()) == {OutboxState.PENDING}


def test_the_operator_applies_a_file_without_any_carrier(
    office: Served,
    li: Traveller,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rossi = li.add_customer()
    file = li.export(tmp_path / "out.rtx")
    monkeypatch.setenv("ROUNDTRIP_LANGUAGE", "en")
    address = str(office.world.database.engine.url)

    def apply(*options: str) -> str:
        monkeypatch.setattr("sys.argv", ["roundtrip-server", "apply-file", "--database", address, *options])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return f"{ended.value.code} {said.out}{said.err}"

    assert "0 李伟: 1 changes, 0 of them here before, 0 refused; 0 files." in apply(str(file))
    assert "1 changes, 1 of them" in apply(str(file))
    assert apply(str(file), "--receipt", str(file)).startswith("1 The receipt must not replace")
    assert apply(str(tmp_path / "out-receipt.rtx")).startswith("1 This is a receipt")
    assert on_server(office, rossi) == "Rossi"
    assert li.take_in(tmp_path / "out-receipt.rtx")["changes"] == 1
    use_language("zh_CN")
