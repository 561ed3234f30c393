"""The user's day: where to go, what is due, and what needs him."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import Asset
from app.domain.conflicts import Conflict, ConflictState
from app.domain.service_orders import RequestState, ServiceOrder, ServiceRequest
from app.domain.visits import Commitment, Visit, VisitState
from app.persistence.bookkeeping import Outbox, OutboxState
from app.persistence.replica import Replica
from app.queries.assets import warranty_ending
from app.queries.customers import open_states
from app.queries.orders import OrderRow, due_by_tonight, order_rows
from app.queries.visits import CommitmentRow, VisitRow, commitment_rows, visits_between
from app.queries.windows import tested_last

WAITING = (OutboxState.PENDING, OutboxState.WAITING)
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Home:
    """Orders and promises are the user's own; what is due today includes what is overdue."""

    display_name: str
    visits: tuple[VisitRow, ...]
    visits_done: int
    next_visit: VisitRow | None
    open_orders: int
    due_today: int
    orders: tuple[OrderRow, ...]
    waiting: int
    refused: int
    conflicts: int
    oldest_conflict_at: datetime | None
    warranties_ending: int
    open_requests: int
    commitments: tuple[CommitmentRow, ...]
    missed_visits: int


def home(replica: Replica, clock: Clock) -> Home:
    """The picture of this moment."""
    now = clock()
    identity = replica.identity
    me = identity.user_id if identity else None
    with replica.read() as session:
        visits = visits_between(session, now.date(), now.date(), me, now)
        ahead = (v for v in visits if v.state in (VisitState.PLANNED, VisitState.UNDER_WAY))
        mine = (tested_last(ServiceOrder.engineer_id) == me, ServiceOrder.state.in_(open_states()))
        open_conflict = Conflict.state == ConflictState.OPEN
        oldest = select(func.min(Conflict.received_at)).where(open_conflict)
        return Home(
            display_name=identity.display_name if identity else "",
            visits=tuple(visits),
            visits_done=sum(visit.state is VisitState.DONE for visit in visits),
            next_visit=next(ahead, None),
            open_orders=_count(session, ServiceOrder.id, *mine),
            due_today=_count(session, ServiceOrder.id, *mine, due_by_tonight(now)),
            orders=tuple(_soonest(session, mine, now)),
            waiting=_count(session, Outbox.position, Outbox.state.in_(WAITING)),
            refused=_count(session, Outbox.position, Outbox.state == OutboxState.REJECTED),
            conflicts=_count(session, Conflict.id, open_conflict),
            oldest_conflict_at=session.scalar(oldest),
            warranties_ending=_count(session, Asset.id, warranty_ending(now.date())),
            open_requests=_count(session, ServiceRequest.id, ServiceRequest.state == RequestState.OPEN),
            commitments=tuple(_owed(session, me, now)),
            missed_visits=_count(session, Visit.id, Visit.state == VisitState.MISSED, Visit.owner_id == me),
        )


def _soonest(
    session: Session, mine: tuple[ColumnElement[bool], ColumnElement[bool]], now: datetime
) -> list[OrderRow]:
    ids = session.scalars(
        select(ServiceOrder.id)
        .where(*mine)
        .order_by(ServiceOrder.due_at.is_(None), ServiceOrder.due_at, ServiceOrder.planned_from)
        .limit(8)
    )
    return order_rows(session, ids.all(), now)


def _owed(session: Session, me: UUID | None, now: datetime) -> list[CommitmentRow]:
    due = Commitment.due_on <= now.date() + AHEAD
    return commitment_rows(
        session, now.date(), Commitment.owner_id == me, Commitment.kept_at.is_(None), due, limit=8
    )


def _count(session: Session, key: object, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(key)).where(*conditions)) or 0  # type: ignore[arg-type]
