"""Laptops that look closer over HTTP are answered about what they may see, and nothing else."""

import orjson
import pytest

from app.domain.customers import Contact
from app.domain.ids import new_id
from sync.comparison import (
    AskBuckets,
    AskContents,
    AskRoots,
    AskRows,
    BucketDigests,
    Contents,
    RootDigests,
    RowHashes,
    ask_to_wire,
    found_from_wire,
)
from sync.pages import read_page
from sync.protocol import SCHEMA
from sync.server.cursors import Cursor
from tests.server.served import Laptop, Served
from tests.server.test_sign_in import code
from tests.server.world import a_contact


@pytest.fixture
def anna(served: Served) -> Laptop:
    return served.laptop().signed_in()


@pytest.fixture
def rossi(served: Served) -> str:
    return served.world.add_customer(served.world.north)


@pytest.fixture
def wang(served: Served, rossi: str) -> str:
    return served.world.add(Contact, rossi, **a_contact(rossi))


def cursor_of(laptop: Laptop) -> str:
    """Where the laptop stands once it has pulled everything."""
    return read_page(laptop.call("GET", "/v1/sync/pull", params={"limit": 10_000}).content).end.cursor


def asks(laptop: Laptop, ask):
    answer = laptop.call("POST", "/v1/sync/digest", json=ask_to_wire(ask))
    assert answer.status_code == 200, answer.text
    return found_from_wire(ask, answer.json())


@pytest.mark.parametrize("content", [False, True])
def test_roots_buckets_and_rows_add_up_to_the_same(anna: Laptop, rossi: str, wang: str, content: bool):
    cursor = cursor_of(anna)

    roots = asks(anna, AskRoots(cursor, SCHEMA, "", content))
    buckets = asks(anna, AskBuckets(cursor, rossi, content))
    rows = asks(anna, AskRows(cursor, rossi, content=content))

    assert isinstance(roots, RootDigests)
    assert isinstance(buckets, BucketDigests)
    assert isinstance(rows, RowHashes)
    assert roots.content == content
    assert roots.roots[rossi].count == 2 == sum(bucket.count for bucket in buckets.buckets)
    assert roots.roots[rossi].total == sum(bucket.total for bucket in buckets.buckets) % 2**64
    assert rows.rows.keys() == {("customer", rossi), ("contact", wang)}


@pytest.mark.parametrize("content", [False, True])
def test_roots_and_rows_are_told_in_order_whatever_the_database_finds_first(
    served: Served, anna: Laptop, rossi: str, content: bool
):
    roots = [rossi, *(served.world.add_customer(served.world.north) for _ in range(5))]
    for root in reversed(roots):
        served.world.edit(root, phone="changed")
    cursor = cursor_of(anna)

    told = asks(anna, AskRoots(cursor, SCHEMA, "", content))
    whole = asks(anna, AskContents(cursor, tuple(("customer", root) for root in reversed(roots))))

    assert list(told.roots) == sorted(told.roots)
    assert [line[2] for line in whole.lines] == sorted(roots)


def test_a_laptop_of_another_schema_is_answered_by_revisions(anna: Laptop, rossi: str):
    assert not asks(anna, AskRoots(cursor_of(anna), SCHEMA + 1, "", True)).content


def test_what_belongs_to_others_is_not_there(served: Served, anna: Laptop, wang: str):
    verdi = served.world.add_customer(served.world.south)
    cursor = cursor_of(anna)

    found = asks(anna, AskContents(cursor, (("customer", verdi), ("contact", wang))))

    assert isinstance(found, Contents)
    assert [line[2] for line in found.lines] == [wang]
    assert (found.newer, asks(anna, AskRows(cursor, verdi)).rows) == (frozenset(), {})
    assert verdi not in asks(anna, AskRoots(cursor, SCHEMA)).roots


def test_what_changed_since_is_named_as_newer(served: Served, anna: Laptop, rossi: str, wang: str):
    cursor = cursor_of(anna)
    served.world.edit(wang, name="Wang F.")

    listed = asks(anna, AskRows(cursor, rossi))
    found = asks(anna, AskContents(cursor, (("contact", wang),)))

    assert (listed.newer, found.newer, found.lines) == ({("contact", wang)}, {("contact", wang)}, ())


@pytest.mark.parametrize(
    "said",
    [
        {"what": "roots"}, {"what": "all"}, {"what": ["roots"]}, {"what": "roots", "schema": "x"},
        {"what": "roots", "cursor": "x", "schema": 1}, {"what": "buckets", "root": "'; DROP"},
        {"what": "rows", "root": "0" * 32, "buckets": [256]}, {"what": "contents", "rows": [["contact"]]},
        {"what": "contents", "rows": [["contact", "0" * 32]] * 501},
        {"device_id": 5}, [], 5,
    ],
)  # fmt: skip
def test_a_question_nobody_can_mean_is_malformed(anna: Laptop, said: object):
    if isinstance(said, dict) and "what" in said:
        said = {"cursor": cursor_of(anna), "buckets": [], **said}

    answer = anna.call("POST", "/v1/sync/digest", data=orjson.dumps(said))

    assert code(answer) == (400, "sync.malformed")


def test_a_cursor_of_another_history_is_told_so(anna: Laptop):
    ask = AskRoots(Cursor(1, new_id().hex).to_token(), SCHEMA)

    assert code(anna.call("POST", "/v1/sync/digest", json=ask_to_wire(ask))) == (409, "sync.timeline_changed")
