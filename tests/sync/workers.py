"""Someone with a laptop and a line to the office."""

from uuid import UUID

from sqlalchemy import text

from app.domain.conflicts import Conflict
from app.domain.customers import Customer
from app.persistence.fingerprint import fingerprint, total
from sync.client.engine import Report, perform, run_round
from sync.client.news import News
from tests.sync.laptops import Laptop
from tests.sync.office import Office


class Worker:
    """`news` is what the last round told."""

    def __init__(self, office: Office, laptop: Laptop, user: UUID) -> None:
        self.office, self.laptop, self.user = office, laptop, user
        self.line = office.line_for(user, laptop.store.identity().device_id)
        self.news: list[News] = []

    def sync(self, *faults: str | None) -> Report:
        self.news.clear()
        self.line.faults = list(faults)
        report = perform(run_round(self.laptop.store, self.news.append), self.line)
        assert isinstance(report, Report)
        return report

    def agrees(self) -> bool:
        """Does he hold what the office says he should?"""
        return total(fingerprint(self.laptop.replica)) == self.office.fingerprint(self.user)

    def sees(self, customer: UUID) -> bool:
        return self.laptop.shown(Customer, customer, "name") is not None

    def conflicts(self) -> list[UUID]:
        with self.laptop.replica.read() as session:
            return [conflict.id for conflict in session.query(Conflict)]

    def log(self, kind: str) -> list[str]:
        with self.laptop.replica.read() as session:
            found = session.execute(text("SELECT counts FROM sync_log WHERE kind = :kind"), {"kind": kind})
            return list(found.scalars())
