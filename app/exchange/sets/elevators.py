"""The elevators of Brooklyn: every device in the city's register, at the building it stands in.

The register knows buildings (BIN) and properties (tax block and lot), but hardly any owner. A
property has one owner, so each property becomes a customer, named by its address; the housing
authority, the one owner the register does name, becomes a single customer. Every building becomes
a site, every device a machine. All of them lie in one borough, hence in one territory.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from app.domain.assets import Asset, AssetStatus
from app.domain.customers import Customer, Industry, LifecycleStage, Site
from app.domain.errors import RuleViolation
from app.exchange.files import Folder, Record
from app.exchange.organisation import Organisation
from app.exchange.rows import BadRow, Row, customer_row, row_id
from app.exchange.sets.elevator_makers import maker_of

_SOURCE = "nyc-elevators"
_FILE = "elevators_raw-brooklyn.csv"
FILES = (_FILE,)
_DATE = "%Y%m%d"
_HOUSING_AUTHORITY = "H"

_STATUS = {
    "A": AssetStatus.RUNNING,
    "H": AssetStatus.RUNNING,  # the housing authority's own
    "J": AssetStatus.RUNNING,  # outside the department's jurisdiction
    "W": AssetStatus.IN_MAINTENANCE,
    "D": AssetStatus.SCRAPPED,
}
_FACTS = {
    "DV_TRAVEL_DISTANCE": "Travel distance (ft)",
    "DV_SPEED_FPM": "Speed (ft/min)",
    "DV_CAPACITY_LBS": "Capacity (lb)",
    "DV_MACHINE_TYPE": "Machine type",
    "DV_GOVERNOR_TYPE": "Governor type",
    "DV_CAR_BUFFER_TYPE": "Car buffer type",
    "DV_SAFETY_TYPE": "Safety type",
    "DV_MODE_OPERATION": "Mode of operation",
    "LATITUDE": "Latitude",
    "LONGITUDE": "Longitude",
}


def read(folder: Folder, organisation: Organisation) -> Iterator[Row | BadRow]:
    """Customers, sites and machines, each owner and building before what stands in it."""
    yield from organisation.rows()
    territory = organisation.territory("east", "lifts")
    known: set[UUID] = set()
    for record in folder.records(_FILE):
        for item in record.attempt(_device(record, territory)):
            if isinstance(item, BadRow):
                yield item
            elif item.id not in known:
                known.add(item.id)
                yield item


def _device(record: Record, territory: UUID) -> Iterator[Row]:
    address = _address(record)
    owner = _owner_key(record)
    customer = row_id(_SOURCE, Customer, owner)
    building = f"{owner}/{record['BIN']}"
    yield customer_row(_SOURCE, Customer, owner, _owner(record, owner, address) | {"territory_id": territory})
    site = {"customer_id": customer, "name": address["street"], **address}
    yield customer_row(_SOURCE, Site, building, site)
    machine = {"customer_id": customer, "site_id": row_id(_SOURCE, Site, building), **_machine(record)}
    yield customer_row(_SOURCE, Asset, record["DV_DEVICE_NUMBER"], machine)


def _owner_key(record: Record) -> str:
    if record["Device Status"] == _HOUSING_AUTHORITY:
        return "NYCHA"
    if record["TAX_BLOCK"] and record["TAX_LOT"]:
        return f"BK-{record['TAX_BLOCK']:0>5}-{record['TAX_LOT']:0>4}"
    return f"BIN-{record['BIN']}"


def _owner(record: Record, owner: str, address: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "code": owner,
        "industry": Industry.PROPERTY,
        "lifecycle_stage": LifecycleStage.IN_SERVICE,
    }
    if owner == "NYCHA":
        city = {"province": "New York", "city": "New York"}
        return values | city | {"name": "New York City Housing Authority", "short_name": "NYCHA"}
    return values | {"name": address["street"], **address}


def _address(record: Record) -> dict[str, str]:
    street = " ".join(record["STREET_NAME"].split())
    return {
        "province": "New York",
        "city": record["Borough"],
        "street": f"{record['HOUSE_NUMBER']} {_title(street)}",
        "postcode": _postcode(record["ZIP_CODE"]),
    }


def _title(text: str) -> str:
    """ "8TH AVE" as "8th Ave": capitals at the start of a word that starts with a letter."""
    return " ".join(word.capitalize() for word in text.split(" "))


def _postcode(digits: str) -> str:
    """Five digits, or nine as 11201-1234; the register writes an unknown part as zeros."""
    if len(digits) != 9:
        return "" if digits == "0" else digits
    return digits[:5] if digits.endswith("0000") else f"{digits[:5]}-{digits[5:]}"


def _status(letter: str) -> AssetStatus:
    if letter not in _STATUS:
        raise RuleViolation("cell.choice", column="Device Status", value=letter, choices=" ".join(_STATUS))
    return _STATUS[letter]


def _machine(record: Record) -> dict[str, Any]:
    maker = maker_of(record["DV_MANUFACTURER"])
    remark = record["DV_MANUFACTURER"].strip("-* ") if maker is None else ""
    served = [record["DV_FLOOR_FROM"].strip(". "), record["DV_FLOOR_TO"].strip(". ")]
    return {
        "name": record["Device Type"].rpartition(" (")[0],
        "serial_no": record["DV_DEVICE_NUMBER"],
        "maker": maker,
        "location": " – ".join(filter(None, served)),
        "status": _status(record["Device Status"]),
        "commissioned_on": record.day("DV_APPROVAL_DATE", _DATE),
        "last_inspected_on": record.day("DV_LASTPER_INSP_DATE", _DATE),
        "specification": "\n".join(f"{title}: {record[c]}" for c, title in _FACTS.items() if record[c]),
        "note": remark,
    }
