"""The full real sets: what comes in, what is left out, and that reading twice gives the same."""

from collections import Counter
from pathlib import Path

import pytest

from app.domain.assets import Asset, AssetStatus
from app.domain.customers import Contact, Customer, Site
from app.domain.entity import CATALOGUE, fields, name_of
from app.domain.errors import RuleViolation
from app.domain.products import Product, ProductPart, SparePart
from app.domain.registry import ENTITIES
from app.domain.service_orders import OrderState, OrderType, ServiceOrder
from app.exchange import sets
from app.exchange.reasons import words
from app.exchange.rows import BadRow, Row

ROWS = {
    "adventureworks": {
        "region": 6, "product_line": 4, "territory": 24, "product": 322, "spare_part": 352,
        "product_part": 2383, "customer": 9408, "site": 723, "contact": 9300, "asset": 1196,
    },
    "nyc-elevators": {
        "region": 6, "product_line": 4, "territory": 24, "customer": 7629, "site": 8648, "asset": 13975,
    },
    "excavator-work-orders": {
        "region": 6, "product_line": 4, "territory": 24, "customer": 1, "site": 1, "asset": 3,
        "service_order": 2159,
    },
    "china-regions": {},
}  # fmt: skip
BAD = {
    "adventureworks": {("AdventureWorks_Sales_2017.csv", "cell.unknown"): 1434},
    "nyc-elevators": {("elevators_raw-brooklyn.csv", "cell.date"): 5},
    "excavator-work-orders": {("excavators-ABC.csv", "cell.choice"): 1},
    "china-regions": {("town.csv", "place.no_district"): 743},
}


@pytest.fixture(scope="session")
def items(full_sets: Path) -> dict[str, list[Row | BadRow]]:
    return {name: list(sets.read(name, full_sets / name)) for name in sets.SETS}


def rows(found: list[Row | BadRow], entity: type) -> list[Row]:
    return [item for item in found if isinstance(item, Row) and item.entity is entity]


@pytest.mark.parametrize("name", sets.SETS)
def test_every_good_line_comes_in_and_every_bad_one_is_reported(name, items):
    good = Counter(name_of(item.entity) for item in items[name] if isinstance(item, Row))
    bad = Counter((item.file, item.code) for item in items[name] if isinstance(item, BadRow))

    assert good == ROWS[name]
    assert bad == BAD[name]


@pytest.mark.parametrize("name", sets.SETS)
def test_reading_a_set_twice_gives_the_same_ids_and_the_progress_ends_at_its_end(name, items, full_sets):
    reading = sets.read(name, full_sets / name)

    assert list(reading) == items[name]
    assert reading.done == reading.total


@pytest.mark.parametrize("name", sets.SETS)
def test_no_id_is_given_twice_and_no_row_dangles(name, items):
    seen = {CATALOGUE}
    for row in (item for item in items[name] if isinstance(item, Row)):
        assert row.id not in seen
        seen.add(row.id)
        assert row.root_id in seen
        for field, spec in fields(row.entity).items():
            if spec.target and row.values[field] is not None:
                assert row.values[field] in seen, (row.entity, field)


def test_every_row_has_all_fields_of_its_entity(items):
    for found in items.values():
        for row in (item for item in found if isinstance(item, Row)):
            assert row.entity in ENTITIES
            assert row.values.keys() == fields(row.entity).keys()


def test_a_store_brings_its_address_survey_and_contacts(items):
    store = next(row for row in rows(items["adventureworks"], Customer) if row.values["code"] == "AW00000001")
    contacts = [row for row in rows(items["adventureworks"], Contact) if row.root_id == store.id]

    assert store.values["name"] == "A Bike Store"
    assert store.values["city"]
    assert store.values["currency"] == "USD"
    assert store.values["employees"] > 0
    assert [row.values["is_primary"] for row in contacts][:1] == [True]
    assert all(row.values["job_title"] for row in contacts)


def test_names_keep_their_accents_whatever_the_files_encoding(items):
    streets = {row.values["street"] for row in rows(items["adventureworks"], Customer)}
    names = {row.values["name"] for row in rows(items["adventureworks"], Customer)}

    assert any("Léo Delibes" in street for street in streets if street)
    assert any(name.endswith(" Muñoz") for name in names)


def test_a_wheel_is_sold_and_fitted_and_has_spokes(items):
    catalogue = items["adventureworks"]
    wheel = next(row for row in rows(catalogue, Product) if row.values["name"] == "HL Mountain Front Wheel")
    fitted = next(row for row in rows(catalogue, SparePart) if row.values["name"] == wheel.values["name"])
    parts = {row.id: row.values["name"] for row in rows(catalogue, SparePart)}
    lines = [row.values for row in rows(catalogue, ProductPart)]

    assert "Spokes" in {parts[line["spare_part_id"]] for line in lines if line["product_id"] == wheel.id}
    assert any(line["spare_part_id"] == fitted.id for line in lines)


def test_an_elevator_keeps_its_register_number_dates_and_one_name_per_maker(items):
    lifts = rows(items["nyc-elevators"], Asset)
    makers = Counter(row.values["maker"] for row in lifts)
    dumbwaiter = next(row for row in lifts if row.values["serial_no"] == "3D142")

    assert dumbwaiter.values["name"] == "Dumbwaiter"
    assert dumbwaiter.values["status"] is AssetStatus.SCRAPPED
    assert dumbwaiter.values["commissioned_on"].isoformat() == "2013-12-16"
    assert makers["Otis"] > 1400
    assert makers["Staley"] > 600
    assert not {"OTIS ELEV CO", "Oits", "Stlaey", "Housing Authority"} & makers.keys()
    assert len([maker for maker in makers if maker]) < 250


def test_the_housing_authority_is_one_customer_with_many_buildings(items):
    found = items["nyc-elevators"]
    authority = next(row for row in rows(found, Customer) if row.values["code"] == "NYCHA")

    assert sum(row.root_id == authority.id for row in rows(found, Asset)) == 1161
    assert sum(row.root_id == authority.id for row in rows(found, Site)) > 100


def test_work_orders_become_completed_orders_with_cost_and_type(items):
    orders = rows(items["excavator-work-orders"], ServiceOrder)
    numbers = {row.values["number"] for row in orders}
    bucket = next(row.values for row in orders if row.values["subject"] == "BUCKET WON'T OPEN")

    assert {row.values["state"] for row in orders} == {OrderState.COMPLETED}
    assert bucket["type"] is OrderType.REPAIR
    assert (str(bucket["cost"]), bucket["currency"]) == ("183.05", "AUD")
    assert bucket["completed_at"].date().isoformat() == "2004-07-01"
    assert "System: Bucket" in bucket["findings"]
    assert len(numbers) == len(orders)


def test_the_broken_order_type_is_named_with_file_and_line(items):
    (bad,) = [item for item in items["excavator-work-orders"] if isinstance(item, BadRow)]

    assert (bad.file, bad.line) == ("excavators-ABC.csv", 1332)
    assert "“t swing” in PMType is none of" in words(bad)


def test_only_the_list_of_places_is_for_a_file_instead_of_the_database():
    assert [name for name, real_set in sets.SETS.items() if real_set.finish] == ["china-regions"]


def test_a_missing_file_is_said_by_name(tmp_path):
    with pytest.raises(RuleViolation) as refusal:
        sets.read("nyc-elevators", tmp_path)

    assert refusal.value.code == "import.file_missing"
    assert refusal.value.facts["file"] == "elevators_raw-brooklyn.csv"


def test_an_unknown_set_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(RuleViolation) as refusal:
        sets.read("northwind", tmp_path)

    assert "adventureworks" in str(refusal.value.facts["sets"])
