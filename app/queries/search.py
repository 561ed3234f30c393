"""Finding anything on this laptop while it is typed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.assets import Asset
from app.domain.customers import Customer
from app.domain.entity import CATALOGUE, Entity
from app.language import tr
from app.persistence import search as index
from app.persistence.replica import Replica
from app.persistence.search_text import asked, may_be_pinyin
from app.queries.records import subtitle_column
from app.queries.titles import titles, word_for

Span = tuple[int, int]
"""Start and length of a piece of a title."""


@dataclass(frozen=True)
class Hit:
    """`customer_id` is the customer the record belongs to, itself for one; None in the catalogue."""

    entity: type[Entity]
    id: UUID
    kind_words: str
    title: str
    subtitle: str
    highlights: tuple[Span, ...]
    customer_id: UUID | None


@dataclass(frozen=True)
class SearchResult:
    """Hits of one kind stand together, the kind with the best hit first."""

    hits: tuple[Hit, ...]
    milliseconds: float


class Search:
    """Over names, contacts, numbers and longer texts of everything at once."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def find(self, typed: str, limit: int = 20, entities: Sequence[type[Entity]] = ()) -> SearchResult:
        """The best hits; `entities` narrows the search, empty means all."""
        begun = perf_counter()
        with self._replica.read() as session:
            found = index.search(session, typed, limit, entities)
            by_kind: dict[type[Entity], list[index.Hit]] = defaultdict(list)
            for hit in found:
                by_kind[hit.entity].append(hit)
            hits = [hit for kind, of_kind in by_kind.items() for hit in _hits(session, kind, of_kind, typed)]
        return SearchResult(tuple(hits), (perf_counter() - begun) * 1000)


def _hits(session: Session, entity: type[Entity], found: list[index.Hit], typed: str) -> list[Hit]:
    ids = [hit.row_id for hit in found]
    subtitle = subtitle_column(entity)
    columns = [entity.id, entity.root_id, *([] if subtitle is None else [subtitle])]
    rows = {row[0]: row[1:] for row in session.execute(select(*columns).where(entity.id.in_(ids)))}
    customers = titles(session, Customer, {row[0] for row in rows.values()})
    machines = _machines(session, ids) if entity is Customer else {}
    hits = []
    for hit in found:
        if hit.row_id not in rows:
            continue
        root_id, *own = rows[hit.row_id]
        parts = [own[0] if own else None, None if entity is Customer else customers.get(root_id)]
        if count := machines.get(hit.row_id):
            parts.append(tr("Machines: {count}", count=count))
        hits.append(
            Hit(
                entity=entity,
                id=hit.row_id,
                kind_words=word_for(entity),
                title=hit.title,
                subtitle=" · ".join(part for part in parts if part),
                highlights=highlights(hit.title, typed),
                customer_id=None if root_id == CATALOGUE else root_id,
            )
        )
    return hits


def highlights(title: str, typed: str) -> tuple[Span, ...]:
    """Where a title shows what was typed, or where that is heard in it."""
    lowered = title.lower()
    spans = set()
    for run in asked(typed):
        start = lowered.find(run)
        if start >= 0:
            spans.add((start, len(run)))
        elif may_be_pinyin(run) and not title.isascii():
            from app.persistence.pinyin import heard_at  # its dictionaries take a while to load

            if span := heard_at(lowered, run):
                spans.add(span)
    return tuple(sorted(spans))


def _machines(session: Session, customer_ids: list[UUID]) -> dict[UUID, int]:
    counted = select(Asset.customer_id, func.count()).where(Asset.customer_id.in_(customer_ids))
    return dict(session.execute(counted.group_by(Asset.customer_id)).all())
