"""What a laptop asks after one of us was put back from a backup: what is lacking, and another id."""

import pytest

from app.domain.ids import new_id
from sync.server.routes.known import MOST
from sync.server.timeline import begin_another
from tests.server.served import Laptop, Served
from tests.server.test_sign_in import code
from tests.server.world import World


@pytest.fixture
def anna(served: Served) -> Laptop:
    return served.laptop().signed_in()


def known(laptop: Laptop, *op_ids: str) -> list[str]:
    answer = laptop.call("POST", "/v1/sync/ops/known", json={"op_ids": list(op_ids)})
    assert answer.status_code == 200
    unknown: list[str] = answer.json()["unknown"]
    return unknown


def pushed(laptop: Laptop, n: int) -> str:
    op_id: str = new_id().hex
    mutation = {"op_id": op_id, "device_id": laptop.id.hex, "n": n, "name": "x", "schema": 1, "ops": []}
    answer = laptop.push(mutation | {"acted_at": "2026-11-22T08:15:00.000Z+08:00"})
    assert answer.json()["results"][0]["status"] in ("applied", "rejected")
    return op_id


def test_a_laptop_hears_which_of_its_mutations_are_lacking(anna: Laptop) -> None:
    here, lost = pushed(anna, 1), new_id().hex

    assert known(anna, here, lost) == [lost]


def test_another_persons_mutations_are_as_unknown_as_none(served: Served, anna: Laptop) -> None:
    theirs = pushed(served.laptop().signed_in(), 1)

    assert known(anna, theirs) == [theirs]


def test_another_laptop_of_the_same_person_is_known(served: Served, anna: Laptop) -> None:
    """It is the same laptop, for all we know, under the name it had before."""
    before = pushed(anna, 1)
    again = served.laptop(anna.person).signed_in()

    assert known(again, before) == []


def test_nobody_is_asked_about_more_than_the_limit(anna: Laptop) -> None:
    many = [new_id().hex] * (MOST + 1)

    answer = anna.call("POST", "/v1/sync/ops/known", json={"op_ids": many})
    nonsense = anna.call("POST", "/v1/sync/ops/known", json={"op_ids": ["x"]})

    assert (answer.status_code, nonsense.status_code) == (400, 400)
    assert anna.call("POST", "/v1/sync/ops/known", json={"op_ids": []}).json()["unknown"] == []


def test_nobody_hears_anything_without_signing_in(served: Served) -> None:
    answer = served.laptop().call("POST", "/v1/sync/ops/known", json={"op_ids": []})

    assert code(answer) == (401, "auth.token_missing")


def test_a_restored_server_says_from_when_it_is(world: World) -> None:
    with world.database.write() as connection:
        first = begin_another(connection, world.tenant)
    with world.database.write() as connection:
        assert begin_another(connection, world.tenant) == first


def test_the_sign_in_comes_along_to_another_id(anna: Laptop) -> None:
    pushed(anna, 1)
    before, anna.id = anna.id, new_id()
    assert code(anna.push()) == (403, "device.not_the_signed_in_one")

    assert anna.refresh(device_id=anna.id.hex).status_code == 200

    pushed(anna, 1)
    hello = {"device_id": before.hex, "schema": 1}
    assert code(anna.call("POST", "/v1/sync/hello", json=hello)) == (403, "device.not_the_signed_in_one")


def test_a_lost_answer_about_another_id_is_asked_for_again(anna: Laptop) -> None:
    token, anna.id = anna.refresh_token, new_id()

    for _ in range(2):
        assert anna.refresh("nonce", token=token, device_id=anna.id.hex).status_code == 200

    pushed(anna, 1)


def test_the_copy_whose_token_was_used_signs_in_again_and_goes_on(served: Served, anna: Laptop) -> None:
    """Two that hold one token cannot be told from a thief and his victim, so both are asked."""
    clone = served.laptop(anna.person)
    clone.id, clone.refresh_token = anna.id, anna.refresh_token
    assert anna.refresh().status_code == 200
    assert code(clone.refresh(device_id=new_id().hex)) == (401, "auth.session_ended")

    assert clone.signed_in().refresh().status_code == 200


def test_nobody_takes_the_id_of_someone_elses_laptop(served: Served, anna: Laptop) -> None:
    other = served.laptop().signed_in()

    assert code(anna.refresh(device_id=other.id.hex)) == (409, "device.of_another_user")
    assert anna.refresh().status_code == 200
