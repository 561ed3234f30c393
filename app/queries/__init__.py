"""Reads: everything a screen shows, as frozen dataclasses that hold no connection to the database."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self
from uuid import UUID

from app.clock import Clock, local_now
from app.persistence.replica import Replica
from app.places import Places
from app.places import load as load_places
from app.queries import asset_card, customer_overview, home, order_card, report, visit_card
from app.queries.asset_card import AsBuiltRow, AssetCard
from app.queries.assets import Assets
from app.queries.catalogue import Catalogue
from app.queries.conflicts import Conflicts
from app.queries.customer_overview import CustomerOverview
from app.queries.customers import Customers
from app.queries.delegations import Delegations
from app.queries.home import Home
from app.queries.order_card import OrderCard
from app.queries.orders import Orders
from app.queries.records import Records
from app.queries.report import ServiceReport
from app.queries.search import Search
from app.queries.sync_centre import SyncCentres
from app.queries.visit_card import PrepPack, VisitCard
from app.queries.visits import Visits


@dataclass(frozen=True)
class Queries:
    """Lists by subject, and the cards of single records, which are None where a record is not here.

    `me` is whose laptop this is; forms ask for it in the thread of the window, so it is read only once.
    """

    me: UUID | None
    my_name: str
    """Empty before anybody signed in."""

    customers: Customers
    assets: Assets
    visits: Visits
    orders: Orders
    search: Search
    conflicts: Conflicts
    sync_centre: SyncCentres
    catalogue: Catalogue
    delegations: Delegations
    records: Records
    _replica: Replica
    _clock: Clock

    @classmethod
    def over(cls, replica: Replica, clock: Clock = local_now) -> Self:
        """All of them on one replica."""
        identity = replica.identity
        return cls(
            me=identity.user_id if identity else None,
            my_name=identity.display_name if identity else "",
            customers=Customers(replica),
            assets=Assets(replica, clock),
            visits=Visits(replica, clock),
            orders=Orders(replica, clock),
            search=Search(replica),
            conflicts=Conflicts(replica),
            sync_centre=SyncCentres(replica),
            catalogue=Catalogue(replica),
            delegations=Delegations(replica),
            records=Records(replica),
            _replica=replica,
            _clock=clock,
        )

    @property
    def places(self) -> Places:
        """China's divisions, for choosing an address."""
        return load_places()

    def file(self, sha256: str) -> bytes | None:
        """The bytes of an attachment; None where they have not come yet."""
        return self._replica.blobs.get(sha256)

    def has_file(self, sha256: str) -> bool:
        """Are the bytes of an attachment on this computer?"""
        return not self._replica.blobs.missing([sha256])

    def copy_file(self, sha256: str, path: Path) -> bool:
        """Write an attachment, of any size, into the open; False where it is not here whole.

        Raises OSError where `path` cannot be written.
        """
        return self._replica.blobs.copy(sha256, path)

    def home(self) -> Home:
        return home.home(self._replica, self._clock)

    def customer_overview(self, customer_id: UUID) -> CustomerOverview | None:
        return customer_overview.overview(self._replica, self._clock, customer_id)

    def asset_card(self, asset_id: UUID) -> AssetCard | None:
        return asset_card.card(self._replica, self._clock, asset_id)

    def configuration(self, asset_id: UUID, on: date) -> list[AsBuiltRow]:
        """What was built into a machine at the end of a day."""
        return asset_card.configuration(self._replica, self._clock, asset_id, on)

    def visit_card(self, visit_id: UUID) -> VisitCard | None:
        return visit_card.card(self._replica, self._clock, visit_id)

    def prep_pack(self, customer_id: UUID) -> PrepPack | None:
        """What to know before going in."""
        return visit_card.prep(self._replica, self._clock, customer_id)

    def order_card(self, order_id: UUID) -> OrderCard | None:
        return order_card.card(self._replica, self._clock, order_id)

    def service_report(self, order_id: UUID) -> ServiceReport | None:
        """The texts of the PDF."""
        return report.report(self._replica, self._clock, order_id)
