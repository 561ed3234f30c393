"""Finding anything on this laptop while it is typed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app.domain.assets import Asset
from app.domain.customers import Contact, Customer
from app.domain.entity import CATALOGUE, Entity
from app.language import tr
from app.persistence import search as index
from app.persistence.replica import Replica
from app.persistence.search_text import asked, may_be_pinyin
from app.queries.records import subtitle_column
from app.queries.titles import titles, word_for

Span = tuple[int, int]
"""Start and length of a piece of a title."""

Rows = Mapping[UUID, tuple[UUID, str | None]]
"""(root, subtitle) of rows of one kind."""


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
    """Hits of one kind stand together, the kind with the best hit first; a customer found by his name
    before all that belongs to him."""

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
            rows = {
                kind: _rows(session, kind, [hit.row_id for hit in found if hit.entity is kind])
                for kind in {hit.entity for hit in found}
            }
            by_kind: dict[type[Entity], list[index.Hit]] = defaultdict(list)
            for hit in _customers_first([hit for hit in found if hit.row_id in rows[hit.entity]], rows):
                by_kind[hit.entity].append(hit)
            hits = [
                hit for kind, of_kind in by_kind.items() for hit in _hits(session, of_kind, rows[kind], typed)
            ]
        return SearchResult(tuple(hits), (perf_counter() - begun) * 1000)


def _rows(session: Session, entity: type[Entity], ids: list[UUID]) -> Rows:
    subtitle = subtitle_column(entity)
    columns = [entity.id, entity.root_id, literal(None) if subtitle is None else subtitle]
    return {row[0]: (row[1], row[2]) for row in session.execute(select(*columns).where(entity.id.in_(ids)))}


def _customers_first(found: list[index.Hit], rows: Mapping[type[Entity], Rows]) -> list[index.Hit]:
    """A customer who is called as was typed is as good a hit as the site of his that is called so too.

    People have names of their own: who types zhou means 周建国 rather than his employer in 苏州.
    """
    best: dict[UUID, index.Rank] = {}
    for hit in found:
        if hit.entity is not Contact:
            root_id, _ = rows[hit.entity][hit.row_id]
            best[root_id] = min(best.get(root_id, hit.rank), hit.rank)
    lifted = (
        replace(hit, rank=best[hit.row_id]) if hit.entity is Customer and hit.rank <= index.Rank.NAME else hit
        for hit in found
    )
    return sorted(lifted, key=index.goodness)


def _hits(session: Session, found: list[index.Hit], rows: Rows, typed: str) -> list[Hit]:
    """Of one kind."""
    customers = titles(session, Customer, {root_id for root_id, _ in rows.values()})
    entity = found[0].entity
    machines = _machines(session, [hit.row_id for hit in found]) if entity is Customer else {}
    hits = []
    for hit in found:
        root_id, own = rows[hit.row_id]
        parts = [own, None if entity is Customer else customers.get(root_id)]
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
