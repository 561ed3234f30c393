"""The demo's data as shipped: small, licensed, repeatable, and fit for its screens."""

import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from zstandard import ZstdDecompressor

from app import places
from app.domain.assets import Asset
from app.domain.customers import Contact, Customer
from app.domain.entity import fields, name_of
from app.domain.registry import own_root
from app.domain.service_orders import ChecklistItem, OrderState, ServiceOrder, SignOff
from app.domain.visits import Visit, VisitState
from app.exchange import demo_story, demo_subset, sets
from app.exchange.organisation import DEFAULT
from app.exchange.rows import BadRow, Row

DEMO = demo_subset.SHIPPED.parent
TODAY = date(2026, 11, 24)
PEOPLE = {key: uuid5(UUID(int=7), key) for key in demo_story.PEOPLE}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row | BadRow]]:
    folders = demo_subset.unpack(tmp_path_factory.mktemp("demo"))
    return {name: list(sets.read(name, folder)) for name, folder in folders.items()}


@pytest.fixture(scope="module")
def good(imported) -> list[Row]:
    rows = {item.id: item for found in imported.values() for item in found if isinstance(item, Row)}
    return list(rows.values())


@pytest.fixture(scope="module")
def story(good) -> list[Row]:
    return list(demo_story.rows(TODAY, DEFAULT, PEOPLE, good))


def of(rows: list[Row], entity: type) -> list[Row]:
    return [row for row in rows if row.entity is entity]


def test_the_shipped_data_is_at_most_three_megabytes_with_every_licence():
    shipped = [*DEMO.iterdir(), DEMO.parent / places.RESOURCE]
    provenance = (DEMO / "PROVENANCE.md").read_text("utf-8")

    assert sum(file.stat().st_size for file in shipped) <= 3_000_000
    for file in shipped:
        assert file.name in provenance or file.name == "PROVENANCE.md"
    for licence in DEMO.glob("LICENSE-*"):
        assert "MIT" in licence.read_text("utf-8") or "Permission is hereby granted" in licence.read_text(
            "utf-8"
        )


def test_the_shipped_sets_import_with_the_readers_of_the_full_ones(imported):
    counts = {
        name: Counter(name_of(item.entity) for item in found if isinstance(item, Row))
        for name, found in imported.items()
    }

    assert counts["adventureworks"]["customer"] == 1478
    assert counts["adventureworks"]["product_part"] == 2383
    assert counts["nyc-elevators"]["asset"] == 1510
    assert [item.code for found in imported.values() for item in found if isinstance(item, BadRow)] == [
        "cell.date"
    ] * 3


def test_the_shipped_sets_are_what_the_full_sets_give(full_sets, tmp_path):
    demo_subset.build(full_sets, tmp_path / "sets.tar.zst")

    assert unpacked(tmp_path / "sets.tar.zst") == unpacked(demo_subset.SHIPPED)


def unpacked(file: Path) -> bytes:
    """What is compressed; another release of the compressor may write other bytes around it."""
    return ZstdDecompressor().decompress(file.read_bytes())


def test_every_shipped_line_stands_in_the_full_set(full_sets, tmp_path):
    for name, folder in demo_subset.unpack(tmp_path).items():
        for file in folder.iterdir():
            whole = set((full_sets / name / file.name).read_bytes().splitlines())
            assert whole.issuperset(file.read_bytes().splitlines())


def test_the_same_day_tells_the_same_story(story, good):
    assert list(demo_story.rows(TODAY, DEFAULT, PEOPLE, good)) == story


def test_nothing_in_the_story_dangles(story, good):
    known = {row.id for row in good} | set(PEOPLE.values())
    for row in story:
        assert row.id not in known
        known.add(row.id)
        for field, spec in fields(row.entity).items():
            if spec.target and row.values[field] is not None:
                assert row.values[field] in known, (row.entity, field)
        root = own_root(row.entity, row.id)
        assert row.root_id == (root or row.root_id)
        assert row.root_id in known or root is not None


def test_the_first_engineer_has_a_full_day(story):
    def today(rows):
        return [row for row in rows if row.values["planned_from"].date() == TODAY]

    mine = [row for row in of(story, Visit) if row.values["owner_id"] == PEOPLE["first"]]
    orders = [row for row in of(story, ServiceOrder) if row.values["engineer_id"] == PEOPLE["first"]]
    open_orders = [row for row in orders if row.values["state"] is not OrderState.COMPLETED]

    assert len(today(mine)) >= 3
    assert all(row.values["state"] is VisitState.PLANNED for row in today(mine))
    assert len(open_orders) >= 10


def test_nothing_is_planned_in_the_past_or_done_in_the_future(story):
    for row in of(story, Visit):
        is_past = row.values["planned_from"].date() < TODAY
        assert (row.values["state"] is VisitState.PLANNED) != is_past
    for row in story:
        for name, value in row.values.items():
            if isinstance(value, datetime) and name.endswith("_at") and name != "due_at":
                assert value.date() < TODAY, (row.entity, name)


def test_completed_orders_have_every_step_done_and_a_signature(story):
    signed = {row.values["service_order_id"] for row in of(story, SignOff)}
    for order in of(story, ServiceOrder):
        steps = [row for row in of(story, ChecklistItem) if row.values["service_order_id"] == order.id]
        assert steps
        if order.values["state"] is OrderState.COMPLETED:
            assert all(step.values["done_at"] for step in steps)
            assert order.id in signed
        else:
            assert order.id not in signed


def test_order_numbers_are_unique_and_say_their_month(story):
    numbers = [row.values["number"] for row in of(story, ServiceOrder)]

    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"SO-\d{4}-DEM0-\d{3}", number) for number in numbers)


def test_the_fictional_customers_live_at_places_that_exist_and_cannot_be_reached(story):
    tree = places.load()
    for row in of(story, Customer):
        values = row.values
        assert tree.at(values["province"], values["city"], values["district"]), values["name"]
        assert re.search(r"^0\d+-0", values["phone"])
    for row in of(story, Contact):
        assert re.match(r"12[89] ", row.values["mobile"] or "128 ")
        assert (row.values["email"] or ".example").endswith(".example")


def test_both_engineers_have_customers_machines_and_orders_of_their_own(story):
    for key in ("first", "second"):
        roots = {row.id for row in of(story, Customer) if row.values["owner_id"] == PEOPLE[key]}
        assert len(roots) >= 4
        assert any(row.root_id in roots for row in of(story, Asset))
        assert any(row.root_id in roots for row in of(story, ServiceOrder))
        territories = {row.values["territory_id"] for row in of(story, Customer) if row.id in roots}
        worked = {DEFAULT.territory(*pair) for pair in demo_story.PEOPLE[key].territories}
        assert territories <= worked
