"""Hello, pull, push and digest as laptops meet them: over HTTP, compressed, refused with a reason."""

import gzip
import json

import pytest
import zstandard

from app.domain.ids import new_id
from app.domain.organisation import Role
from sync.pages import read_page
from sync.protocol import SCHEMA, Mutation, Op, OpKind, Patch, Status
from sync.server.cursors import Cursor
from tests.server.served import Laptop, Served
from tests.server.test_sign_in import code
from tests.server.world import NOW


def renaming(laptop: Laptop, customer: str, n: int = 1, **wire: object) -> dict[str, object]:
    op = Op(OpKind.PATCH, "customer", new_id(), base_rev=1, patch=Patch({"name": "Neu"}, {"name": "Rossi"}))
    mutation = Mutation(new_id(), laptop.id, n, "customer.edit", NOW, (op,)).to_wire()
    mutation["ops"][0]["id"] = mutation["ops"][0]["root_id"] = customer
    return mutation | wire


@pytest.fixture
def anna(served: Served) -> Laptop:
    return served.laptop().signed_in()


@pytest.fixture
def rossi(served: Served) -> str:
    return served.world.add_customer(served.world.north)


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("zstd, gzip", "zstd", zstandard.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_a_page_travels_in_the_form_the_laptop_can_read(anna, rossi, accepted, encoding, unpack):
    headers = {"Accept-Encoding": accepted}
    with anna.call("GET", "/v1/sync/pull", headers=headers, stream=True) as answer:
        page = read_page(unpack(answer.raw.read(decode_content=False)))

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Content-Type"].startswith("application/x-ndjson")
    assert page.end.complete
    assert rossi in [line[2] for line in page.lines()]


def test_a_pull_goes_on_where_the_last_page_ended(served, anna, rossi):
    cursor, ids = "", []
    while True:
        page = read_page(anna.call("GET", "/v1/sync/pull", params={"cursor": cursor, "limit": 3}).content)
        ids += [line[2] for line in page.lines()]
        cursor = page.end.cursor
        if page.end.complete:
            break

    assert rossi in ids
    assert len(ids) == len(set(ids))
    nothing_new = anna.call("GET", "/v1/sync/pull", params={"cursor": cursor})
    assert (nothing_new.status_code, nothing_new.content) == (204, b"")


@pytest.mark.parametrize(
    "query", ["cursor=%00", "cursor=abc", "cursor=W10=", "limit=0", "limit=x", "settled=-1"]
)
def test_a_pull_nobody_can_mean_is_malformed(anna, query):
    assert anna.call("GET", f"/v1/sync/pull?{query}").status_code == 400


def test_a_cursor_of_another_history_begins_anew(anna):
    answer = anna.call("GET", "/v1/sync/pull", params={"cursor": Cursor(1, "0" * 32).to_token()})

    assert code(answer) == (409, "sync.timeline_changed")


def test_a_push_is_applied_and_repeating_it_gives_the_same_answer(served, anna, rossi):
    mutation = renaming(anna, rossi)

    first, again = anna.pushed(mutation), anna.pushed(mutation)

    assert [result.status for result in first] == [Status.APPLIED]
    assert again == first


def test_a_push_may_come_packed(anna, rossi):
    body = json.dumps({"device_id": anna.id.hex, "mutations": [renaming(anna, rossi)]}).encode()
    headers = {"Content-Encoding": "zstd"}

    answer = anna.call("POST", "/v1/sync/push", data=zstandard.compress(body), headers=headers)
    broken = anna.call("POST", "/v1/sync/push", data=b"not packed", headers=headers)

    assert [said[:2] for said in answer.json()["results"]] == [[1, 1]]
    assert broken.status_code == 400


def test_one_bad_mutation_does_not_hold_up_the_others(anna, rossi):
    half_a_character = renaming(anna, rossi, name="\ud800")
    body = [half_a_character, renaming(anna, rossi, n=2)]

    results = anna.pushed(*body)

    assert [result.status for result in results] == [Status.REJECTED, Status.APPLIED]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"{}", b'{"device_id": 1, "mutations": []}', b"[" * 100_000, b"9" * 9999],
)
def test_a_push_that_is_none_is_malformed(anna, body):
    assert code(anna.call("POST", "/v1/sync/push", data=body)) == (400, "sync.malformed")


def test_more_mutations_than_agreed_are_refused(anna):
    assert code(anna.push(*[{}] * 501)) == (400, "sync.malformed")


def test_a_laptop_pushes_in_its_own_name_only(anna, rossi):
    assert code(anna.push(device_id=new_id().hex)) == (403, "device.not_the_signed_in_one")
    assert code(anna.push(renaming(anna, rossi, device_id=new_id().hex))) == (400, "sync.malformed")


@pytest.mark.parametrize(
    ("schema", "expected"), [(SCHEMA + 1, "sync.server_too_old"), (SCHEMA - 1, "sync.client_too_old")]
)
def test_schemas_too_far_apart_stop_the_push_and_not_the_pull(anna, rossi, schema, expected):
    answer = anna.push(renaming(anna, rossi, schema=schema))

    assert code(answer) == (426, expected)
    assert answer.json()["facts"] == {"client": schema, "server": SCHEMA}
    assert anna.call("GET", "/v1/sync/pull").status_code == 200


def test_hello_says_where_the_server_stands_and_what_it_takes(served, anna, rossi):
    anna.push(renaming(anna, rossi))

    said = anna.call("POST", "/v1/sync/hello", json={"device_id": anna.id.hex, "schema": 7}).json()

    assert (said["schema"], said["oldest_schema"], said["acked"]) == (SCHEMA, 1, 1)
    assert said["head"] > 0
    assert said["limits"]["push_bytes"] > said["limits"]["push_mutations"] > 0
    assert said["server_time"].startswith("20")
    assert len(said["timeline"]) == 32


def test_hello_in_another_laptops_name_is_refused(anna):
    answer = anna.call("POST", "/v1/sync/hello", json={"device_id": new_id().hex, "schema": SCHEMA})

    assert code(answer) == (403, "device.not_the_signed_in_one")


def test_the_digest_is_over_what_the_caller_may_see(served, anna, rossi):
    ben = served.laptop(served.person(Role.ENGINEER, served.world.south)).signed_in()
    asked = [
        laptop.call("POST", "/v1/sync/digest", json={"device_id": laptop.id.hex}).json()
        for laptop in (anna, ben)
    ]

    assert asked[0]["head"] == asked[1]["head"]
    assert asked[0]["entities"]["customer"][0] > asked[1]["entities"]["customer"][0]
    assert asked[0]["total"][0] == sum(count for count, _ in asked[0]["entities"].values())
