"""Use cases: everything the user can do, each as one transaction that says what it changed."""

from dataclasses import dataclass
from typing import Self

from app.clock import Clock, local_now
from app.persistence.replica import Replica
from app.services.assets import Assets
from app.services.attachments import Attachments
from app.services.commitments import Commitments
from app.services.conflicts import Conflicts
from app.services.customers import Customers
from app.services.delegations import Delegations
from app.services.notes import Notes
from app.services.order_work import OrderWork
from app.services.orders import Orders
from app.services.outbox import Outbox
from app.services.records import Records
from app.services.requests import Requests
from app.services.visit_plans import VisitPlans
from app.services.visits import Visits


@dataclass(frozen=True)
class Services:
    """The use cases by subject."""

    records: Records
    customers: Customers
    delegations: Delegations
    visits: Visits
    visit_plans: VisitPlans
    commitments: Commitments
    requests: Requests
    assets: Assets
    orders: Orders
    order_work: OrderWork
    notes: Notes
    attachments: Attachments
    conflicts: Conflicts
    outbox: Outbox

    @classmethod
    def over(cls, replica: Replica, clock: Clock = local_now) -> Self:
        """All of them on one replica."""
        return cls(
            records=Records(replica),
            customers=Customers(replica),
            delegations=Delegations(replica),
            visits=Visits(replica, clock),
            visit_plans=VisitPlans(replica, clock),
            commitments=Commitments(replica, clock),
            requests=Requests(replica, clock),
            assets=Assets(replica),
            orders=Orders(replica, clock),
            order_work=OrderWork(replica, clock),
            notes=Notes(replica, clock),
            attachments=Attachments(replica, clock),
            conflicts=Conflicts(replica, clock),
            outbox=Outbox(replica),
        )
