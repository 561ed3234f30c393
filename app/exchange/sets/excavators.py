"""Twelve years of work orders on three excavators of one mine: the service history of its machines.

The first file holds the orders as they were written; the second the same orders, line for line,
with the system, part and action that researchers read out of the text. The mine is not named in
the data, nor are the machines' makers. It lies in Western Australia, whose offset the dates get.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from uuid import UUID

from app.domain.assets import Asset
from app.domain.customers import Customer, Industry, LifecycleStage, Site
from app.domain.errors import RuleViolation
from app.domain.service_orders import OrderState, OrderType, ServiceOrder, Severity
from app.exchange.files import Folder, Record
from app.exchange.organisation import Organisation
from app.exchange.rows import BadRow, Row, customer_row, row_id

_SOURCE = "excavator-work-orders"
_ORDERS = "excavators-ABC.csv"
_READ_OUT = "excavators-cleaned-ABC.csv"
FILES = (_ORDERS, _READ_OUT)
_PERTH = timezone(timedelta(hours=8))
_MINE = "mine"
_ASSETS = ("A", "B", "C")

# The order types of the maintenance system the orders were kept in.
_TYPES = {
    "PM01": OrderType.REPAIR,
    "PM02": OrderType.MAINTENANCE,
    "PM04": OrderType.PARTS,
    "PM05": OrderType.MAINTENANCE,
    "PM06": OrderType.REPAIR,
    "PM13": OrderType.SUPPORT,
}
_FACTS = {
    "MajorSystem": "System",
    "Part": "Part",
    "Action": "Action",
    "FM": "Failure",
    "Location": "Position",
    "FuncLocation": "Functional location",
}


def read(folder: Folder, organisation: Organisation) -> Iterator[Row | BadRow]:
    """The mine, its site and machines, then one completed order per good line."""
    yield from organisation.rows()
    yield from _mine(organisation.territory("south_central", "excavators"))
    details = {record.line: record for record in folder.records(_READ_OUT, report=False)}
    repeats: Counter[tuple[str, ...]] = Counter()
    for record in folder.records(_ORDERS):
        repeats[record.raw] += 1
        yield from record.attempt(_order(record, details.get(record.line), repeats[record.raw]))


def _mine(territory: UUID) -> Iterator[Row]:
    customer = row_id(_SOURCE, Customer, _MINE)
    values = {
        "code": "EXC-MINE",
        "name": "Mine with excavators A, B and C",
        "territory_id": territory,
        "province": "Western Australia",
        "industry": Industry.MINING,
        "lifecycle_stage": LifecycleStage.IN_SERVICE,
    }
    yield customer_row(_SOURCE, Customer, _MINE, values)
    site = {"customer_id": customer, "name": "Pit", "province": "Western Australia"}
    yield customer_row(_SOURCE, Site, _MINE, site)
    for letter in _ASSETS:
        machine = {
            "customer_id": customer,
            "site_id": row_id(_SOURCE, Site, _MINE),
            "name": f"Excavator {letter}",
            "serial_no": letter,
        }
        yield customer_row(_SOURCE, Asset, letter, machine)


def _order(record: Record, detail: Record | None, repeat: int) -> Iterator[Row]:
    if record["Asset"] not in _ASSETS:
        raise RuleViolation("cell.unknown", column="Asset", value=record["Asset"])
    if record["PMType"] not in _TYPES:
        choices = ", ".join(_TYPES)
        raise RuleViolation("cell.choice", column="PMType", value=record["PMType"], choices=choices)
    day = record.day("BscStartDate", "%Y-%m-%d")
    if day is None:
        raise RuleViolation("cell.date", column="BscStartDate", value="")
    at = datetime.combine(day, time(8), _PERTH)
    # Two orders may agree in every word; what tells them apart is which of them this is.
    key = "|".join((*record.raw, str(repeat)))
    own = row_id(_SOURCE, ServiceOrder, key)
    values = {
        "number": f"EX-{record['Asset']}-{day:%y%m%d}-{own.hex[:4].upper()}",
        "customer_id": row_id(_SOURCE, Customer, _MINE),
        "asset_id": row_id(_SOURCE, Asset, record["Asset"]),
        "type": _TYPES[record["PMType"]],
        "state": OrderState.COMPLETED,
        "severity": Severity.NORMAL,
        "subject": record["OriginalShorttext"],
        "description": f"{record['PMType']} · {record['OriginalShorttext']}",
        "planned_from": at,
        "completed_at": at,
        "findings": _read_out(record, detail),
        "cost": record.number("Cost"),
        "currency": "AUD",
    }
    yield customer_row(_SOURCE, ServiceOrder, key, values)


def _read_out(record: Record, detail: Record | None) -> str | None:
    """What the second file adds, if its line is about the same order."""
    if detail is None or detail.raw[:3] != record.raw[:3]:
        return None
    facts = ((title, detail[column].replace("_", ", ")) for column, title in _FACTS.items())
    return "\n".join(f"{title}: {fact}" for title, fact in facts if fact not in ("", "NA")) or None
