"""When the server itself fails: nothing half done, nothing blocked for ever."""

import logging
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from app.domain.customers import Contact
from app.domain.errors import SyncRefused, Unavailable
from app.domain.ids import new_id
from sync.protocol import Result, Status
from sync.server.change_log import ChangeLog
from sync.server.push import FAILURES, push
from sync.server.quarantine import SetAside, retry, set_aside
from tests.server.world import Laptop, World


class Bug(Exception):
    """A mistake of ours somewhere below."""


def _break(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(ChangeLog, "add", fail)


def _send(laptop: Laptop, *wire: dict[str, object]) -> list[Status]:
    return [result.status for result in push(laptop.database, laptop.caller, list(wire))]


def _fail_until_set_aside(laptop: Laptop, poison: object) -> list[Status]:
    """What the laptop hears at the last try."""
    for _ in range(FAILURES - 1):
        with pytest.raises(Unavailable):
            _send(laptop, poison)
    return _send(laptop, poison)


def _set_something_aside(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Laptop, UUID, str]:
    """(Anna, her customer, the op id of what was set aside for a mistake that is mended now)."""
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    poison = anna.mutation(anna.new_contact(rossi)).to_wire()
    with monkeypatch.context() as broken:
        _break(broken, Bug())
        _fail_until_set_aside(anna, poison)
    return anna, rossi, str(poison["op_id"])


def test_a_mutation_that_makes_the_server_fail_is_set_aside_in_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    poison = anna.mutation(anna.new_contact(rossi, phone="138 0000")).to_wire()
    behind = anna.mutation(anna.new_contact(rossi)).to_wire()

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        _break(broken, Bug())
        [quarantined] = _fail_until_set_aside(anna, poison)
    afterwards = _send(anna, poison, behind)

    assert quarantined is Status.QUARANTINED
    assert afterwards == [Status.QUARANTINED, Status.APPLIED]
    assert len(anna.pull().of(Contact)) == 1
    assert "138 0000" not in caplog.text


def test_what_was_set_aside_is_taken_again_once_the_server_is_mended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    poison = anna.mutation(anna.new_contact(rossi, name="Li")).to_wire()
    heard: list[Status | None] = []

    def tell(_: SetAside, result: Result | None) -> None:
        heard.append(result and result.status)

    with monkeypatch.context() as broken:
        _break(broken, Bug())
        _fail_until_set_aside(anna, poison)
        still_broken = retry(world.database, world.tenant, tell)
    with world.database.read() as connection:
        listed = [(mutation.person, mutation.name) for mutation in set_aside(connection, world.tenant)]
    anna.pull()
    mended = retry(world.database, world.tenant, tell)

    assert (still_broken, mended, heard) == (False, True, [None, Status.APPLIED])
    assert listed == [("Anna", "test.change")]
    assert [contact["name"] for contact in anna.pull().of(Contact).values()] == ["Li"]
    assert anna.results[-1].status is Status.APPLIED
    with world.database.read() as connection:
        assert set_aside(connection, world.tenant) == []


def test_a_laptop_hears_what_was_taken_again_under_another_id_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, _, op_id = _set_something_aside(world, monkeypatch)
    anna.pull()
    anna.caller = replace(anna.caller, device_id=new_id())

    retry(world.database, world.tenant, lambda mutation, result: None)

    anna.pull()
    assert [(result.op_id.hex, result.status) for result in anna.results[-1:]] == [(op_id, Status.APPLIED)]


def test_what_its_author_has_sent_anew_is_not_taken_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, rossi, op_id = _set_something_aside(world, monkeypatch)

    anna.push(anna.new_contact(rossi), replaces=UUID(op_id))

    with world.database.read() as connection:
        assert set_aside(connection, world.tenant) == []


def test_what_was_taken_before_a_failure_is_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    sound, next_one = (anna.mutation(anna.new_contact(rossi, name=name)).to_wire() for name in "AB")
    add = ChangeLog.add

    def fail_for_the_second(log: ChangeLog) -> int:
        if any(row.values["name"] == "B" for row in log.touched):
            raise Bug
        return add(log)

    with monkeypatch.context() as broken:
        broken.setattr(ChangeLog, "add", fail_for_the_second)
        first = _send(anna, sound, next_one)
    again = _send(anna, sound, next_one)

    assert first == [Status.APPLIED]
    assert again == [Status.APPLIED, Status.APPLIED]


def test_a_database_that_is_away_is_no_fault_of_the_mutation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    mutation = anna.mutation(anna.new_contact(rossi)).to_wire()

    with monkeypatch.context() as broken:
        _break(broken, OperationalError("", {}, Exception("gone")))
        for _ in range(FAILURES + 1):
            with pytest.raises(OperationalError):
                _send(anna, mutation)

    assert _send(anna, mutation) == [Status.APPLIED]


def test_a_device_is_one_persons(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    anna.push(anna.new_contact(rossi))
    lin = world.laptop(world.lin).pull()
    lin.caller = type(lin.caller)(lin.caller.tenant_id, lin.caller.user_id, anna.caller.device_id)

    with pytest.raises(SyncRefused, match=r"device\.of_another_user"):
        lin.push(lin.new_contact(rossi))


def test_someone_dismissed_can_push_no_more(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    world.edit(world.anna, active=0)

    with pytest.raises(SyncRefused, match=r"account\.disabled"):
        anna.push(anna.new_contact(rossi))
