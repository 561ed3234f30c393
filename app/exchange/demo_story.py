"""The demo's story: what its people have done and mean to do around a given day.

The fictional customers with all below them come from resources/demo/story.json, whose keys are the
fields' own names; days and instants there count from `today`. On top, the imported customers get
visits and orders, the same for the same day and the same import.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib.resources import files
from typing import Any
from uuid import UUID

from app.domain.checklists import CHECKLISTS
from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Field, Kind
from app.domain.organisation import Role
from app.domain.products import Product, ProductPart, SparePart
from app.domain.registry import entity_named, parent_of
from app.domain.service_orders import ChecklistItem, ServiceOrder, SignOff
from app.exchange.demo_rounds import rounds
from app.exchange.organisation import Organisation
from app.exchange.rows import Row, below_row, catalogue_row, customer_row
from app.language import tr_in

SOURCE = "demo"
STORY_TIME = timezone(timedelta(hours=8))
_SIGNATURE = (
    "[[[0.08,0.62],[0.16,0.30],[0.22,0.66],[0.30,0.41]],[[0.36,0.52],[0.52,0.47],[0.74,0.55],[0.9,0.35]]]"
)
_MINUTES_PER_STEP = 25


@dataclass(frozen=True)
class Person:
    """Someone of the demo: how he signs in, and the region and product line he works in."""

    login: str
    name: str
    role: Role
    territories: tuple[tuple[str, str], ...]


_EAST = (("east", "machines"), ("east", "lifts"), ("east", "bikes"))
_NORTH = (("north", "machines"), ("north", "bikes"))
PEOPLE: Mapping[str, Person] = {
    "first": Person("liming", "李明", Role.ENGINEER, _EAST),
    "second": Person("chenli", "陈立", Role.ENGINEER, _NORTH),
    "office": Person("wangfang", "王芳", Role.OFFICE, _EAST + _NORTH),
}


class Story:
    """Builds the rows of one day; `people` says which user each of PEOPLE became."""

    def __init__(self, today: date, organisation: Organisation, people: Mapping[str, UUID]) -> None:
        self._today = today
        self._known: dict[tuple[str, str], UUID] = {("user", key): user for key, user in people.items()}
        for region in organisation.regions:
            for line in organisation.product_lines:
                key = ("territory", f"{region}/{line}")
                self._known[key] = organisation.territory(region, line)
        for line in organisation.product_lines:
            self._known["product_line", line] = organisation.product_line(line)
        self._orders = 0

    def fictional(self) -> Iterator[Row]:
        """Our own customers, machines and history; nobody and nothing in them exists."""
        told = json.loads((files("resources") / "demo" / "story.json").read_text("utf-8"))
        for entity in (Product, SparePart, ProductPart):
            for item in told[name_of(entity)]:
                key = item.get("code") or f"{item['product_id']}/{item['spare_part_id']}"
                self._known[name_of(entity), key] = (row := self._catalogue(entity, key, item)).id
                yield row
        for item in told["customer"]:
            yield from self._tree(entity_named("customer"), item, item["key"], None)

    def around(self, imported: Iterable[Row]) -> Iterator[Row]:
        """Visits and orders at customers that were imported."""
        for number, (customer, entity, item) in enumerate(rounds(imported, self._known), start=1):
            yield from self._tree(entity, item, f"round-{number}", customer)

    def _catalogue(self, entity: type[Entity], key: str, item: Mapping[str, Any]) -> Row:
        values = {name: self._value(fields(entity)[name], raw, "") for name, raw in item.items()}
        return catalogue_row(SOURCE, entity, key, values)

    def _tree(
        self, entity: type[Entity], item: Mapping[str, Any], key: str, parent: Row | None
    ) -> Iterator[Row]:
        """The row `item` describes, then all rows below it, in the order they are told."""
        scope = key.partition("/")[0]
        known = fields(entity)
        values = {name: self._value(known[name], raw, scope) for name, raw in item.items() if name in known}
        if entity is ServiceOrder:
            values["number"] = self._number(item["created"])
        elif entity is SignOff:
            values["strokes"] = _SIGNATURE
        row = self._row(entity, key, values, parent)
        self._remember(entity, item, scope, row)
        yield row
        if entity is ServiceOrder:
            yield from self._checklist(row, item["steps_done"])
        for name, children in item.get("below", {}).items():
            for number, child in enumerate(children):
                yield from self._tree(entity_named(name), child, f"{key}/{name}-{number}", row)

    def _row(self, entity: type[Entity], key: str, values: dict[str, Any], parent: Row | None) -> Row:
        if parent is None:
            return customer_row(SOURCE, entity, key, values)
        above = parent_of(entity)
        assert above is not None
        return below_row(parent, SOURCE, entity, key, {above[0]: parent.id, **values})

    def _remember(self, entity: type[Entity], item: Mapping[str, Any], scope: str, row: Row) -> None:
        for name in ("key", "serial_no", "name"):
            if name in item:
                self._known.setdefault((name_of(entity), f"{scope}:{item[name]}"), row.id)

    def _number(self, created: int) -> str:
        self._orders += 1
        return f"SO-{self._today + timedelta(created):%y%m}-DEM0-{self._orders:03d}"

    def _checklist(self, order: Row, done: int) -> Iterator[Row]:
        """The standard procedure in Chinese, its first `done` steps ticked off one after another."""
        began = order.values["arrived_at"] or order.values["planned_from"]
        for position, step in enumerate(CHECKLISTS[order.values["type"]], start=1):
            ticked = position <= done and began is not None
            values = {
                "service_order_id": order.id,
                "position": position,
                "step": tr_in("zh_CN", step.text),
                "mandatory": step.mandatory,
                "done_at": began + timedelta(minutes=_MINUTES_PER_STEP * position) if ticked else None,
            }
            yield below_row(order, SOURCE, ChecklistItem, f"{order.id.hex}/{position}", values)

    def _value(self, spec: Field, raw: Any, scope: str) -> Any:
        if spec.kind is Kind.DAY:
            return self._today + timedelta(raw)
        if spec.kind is Kind.INSTANT:
            return self._instant(raw)
        if spec.kind is Kind.CHOICE:
            return next(option for option in spec.options if option == raw)
        if spec.kind is Kind.REFERENCE:
            return self._reference(str(spec.target), raw, scope)
        return Decimal(str(raw)) if spec.kind in (Kind.MONEY, Kind.QUANTITY) else _plain(spec, raw)

    def _reference(self, target: str, raw: UUID | str, scope: str) -> UUID:
        """What `raw` names: below the same customer first, then of what all share."""
        if isinstance(raw, UUID):
            return raw
        own = self._known.get((target, f"{scope}:{raw}"))
        return own or self._known[target, raw]

    def _instant(self, raw: str) -> datetime:
        """ "-1 16:40" is yesterday at twenty to five, Chinese time."""
        days, clock = raw.split()
        return datetime.combine(self._today + timedelta(int(days)), time.fromisoformat(clock), STORY_TIME)


def _plain(spec: Field, raw: Any) -> Any:
    return frozenset(raw) if spec.kind is Kind.TAGS else raw


def rows(
    today: date, organisation: Organisation, people: Mapping[str, UUID], imported: Iterable[Row]
) -> Iterator[Row]:
    """The whole story around `today`: `people` are the users by the keys of PEOPLE, `imported` the
    rows of the demo's real sets."""
    story = Story(today, organisation, people)
    yield from story.fictional()
    yield from story.around(imported)
