"""What a record is called, wherever it is mentioned: the words for its kind and its own title."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Kind
from app.domain.registry import entity_named
from app.language import msgid, tr

WORDS = {
    "region": msgid("Region"),
    "product_line": msgid("Product line"),
    "territory": msgid("Territory"),
    "user": msgid("Person"),
    "territory_assignment": msgid("Territory assignment"),
    "delegation": msgid("Delegation"),
    "product": msgid("Product"),
    "spare_part": msgid("Spare part"),
    "product_part": msgid("Parts list line"),
    "customer": msgid("Customer"),
    "site": msgid("Site"),
    "contact": msgid("Contact"),
    "collaborator": msgid("Collaborator"),
    "delegated_customer": msgid("Delegated customer"),
    "asset": msgid("Machine"),
    "as_built_item": msgid("Built-in part"),
    "visit_plan": msgid("Visit plan"),
    "visit": msgid("Visit"),
    "commitment": msgid("Commitment"),
    "service_request": msgid("Service request"),
    "service_order": msgid("Service order"),
    "checklist_item": msgid("Checklist item"),
    "time_entry": msgid("Time entry"),
    "part_used": msgid("Part used"),
    "sign_off": msgid("Customer sign-off"),
    "part_replacement": msgid("Part replacement"),
    "note": msgid("Note"),
    "attachment": msgid("File"),
    "conflict": msgid("Conflict"),
}
LONGEST = 60


def word_for(entity: type[Entity] | str) -> str:
    """The kind of a record in the user's language: "Service order"."""
    return tr(WORDS[entity if isinstance(entity, str) else name_of(entity)])


@cache
def title_field(entity: type[Entity]) -> str | None:
    """The field whose text names a record; None for those known only by what they belong to."""
    known = fields(entity)
    if "name" in known:
        return "name"
    texts = (name for name, spec in known.items() if spec.kind in (Kind.TEXT, Kind.LONG_TEXT))
    return next((name for name in texts if known[name].required), None)


def title_column(entity: type[Entity]) -> InstrumentedAttribute[Any] | None:
    name = title_field(entity)
    return None if name is None else getattr(entity, name)


def titles(session: Session, entity: type[Entity] | str, ids: Collection[UUID]) -> dict[UUID, str]:
    """Titles of the rows that are on this laptop."""
    if isinstance(entity, str):
        entity = entity_named(entity)
    column = title_column(entity)
    if not ids or column is None:
        return {}
    found = session.execute(select(entity.id, column).where(entity.id.in_(ids)))
    return {row_id: shortened(text) for row_id, text in found}


def shortened(text: str) -> str:
    """The first line, cut where it would not fit."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
