"""The preparation of a visit on one page of A4: what for, who, what stands there, what is open."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.entity import fields
from app.domain.visits import Visit
from app.language import tr
from app.queries.report import Pair, Table
from app.queries.visit_card import VisitCard
from ui.formats import day, moment, value_of
from ui.paper.sheet import Sheet, facts_part, head, table_part, texts_part
from ui.tables.columns import warranty

WRITTEN = (
    "action_plan", "expected_result", "needs", "product_usage", "requirements", "opinions", "actual_result",
)  # fmt: skip
MOST = 6


def visit_sheet(card: VisitCard) -> Sheet:
    """What is not known is left out. Needs no window."""
    title = tr("Visit preparation")
    texts = [(tr(fields(Visit)[name].label), card.values[name] or "") for name in WRITTEN]
    missing = tr(", ").join(tr(item.label) for item in card.prep.completeness.missing)
    texts.append((tr("Ask for"), missing))
    body = (
        head(title, tr("Customer"), card.row.customer_name)
        + facts_part([fact for fact in _facts(card) if fact[1]], columns=2)
        + texts_part([text for text in texts if text[1]])
        + "".join(table_part(table) for table in _tables(card) if table.rows)
    )
    printed = tr("Printed {at}", at=moment(datetime.now().astimezone()))
    return Sheet(
        f"{title} {card.row.customer_name}", body, f"{card.row.customer_name} · {printed}", close=True
    )


def _facts(card: VisitCard) -> list[Pair]:
    visit, known = card.row, fields(Visit)
    return [
        (tr("Purpose"), visit.purpose),
        (tr("Type"), tr(visit.type.label)),
        (tr("Start"), value_of(known["planned_from"], visit.planned_from)),
        (tr("Owner"), visit.owner_name or ""),
        (tr("Contact"), card.contact_name or ""),
        (tr("Address"), card.prep.address),
    ]


def _tables(card: VisitCard) -> list[Table]:
    prep = card.prep
    before = [visit for visit in prep.last_visits if visit.id != card.row.id]
    asked = [(r.symptom, r.asset_name or "", tr(r.state.label)) for r in prep.open_requests]
    ordered = [(o.subject, o.asset_name or "", tr(o.state.label)) for o in prep.open_orders]
    return [
        _table(
            tr("Contacts"),
            (tr("Name"), tr("Job title"), tr("Mobile")),
            [(p.name, p.job_title or "", p.mobile or p.phone or "") for p in prep.contacts],
        ),
        _table(
            tr("Open promises"),
            (tr("Promise"), tr("Owner"), tr("Due")),
            [(p.promise, p.owner_name or "", day(p.due_on)) for p in prep.open_commitments],
        ),
        _table(tr("Open orders and requests"), (tr("Subject"), tr("Machine"), tr("State")), asked + ordered),
        _table(
            tr("Last visits"),
            (tr("Day"), tr("Purpose"), tr("Actual result")),
            [(day(v.planned_from.astimezone().date()), v.purpose, v.actual_result or "") for v in before],
        ),
        _table(
            tr("Machines"),
            (tr("Name"), tr("Serial number"), tr("Location"), tr("Warranty")),
            [(m.name, m.serial_no or "", m.location or "", warranty(m).text) for m in prep.machines],
        ),
    ]


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """The first few rows, and how many more there are."""
    rest = len(rows) - MOST
    tail = [(tr("{count} more", count=rest), *[""] * (len(columns) - 1))] if rest > 0 else []
    return Table(title, columns, (*rows[:MOST], *tail))
