"""One day of two engineers and an office, played with real processes and checked step by step."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.clock import local_now
from app.demo.colleague import Colleague
from app.demo.fault_proxy import Fault, FaultProxy
from app.demo.narrator import Narrator
from app.demo.stage import Stage
from app.domain.assets import Asset
from app.domain.conflicts import Conflict, ConflictState
from app.domain.customers import Contact, Customer, Industry
from app.domain.entity import Entity
from app.domain.service_orders import Activity, OrderState, PartUsed, ServiceOrder, SignOff, TimeEntry
from app.domain.visits import Visit, VisitState
from app.exchange.demo_story import PEOPLE
from app.exchange.organisation import DEFAULT
from app.services.conflicts import Take

CUSTOMER, MOVING = "苏州恒远精密机械有限公司", "宁波东骏注塑设备股份有限公司"
MINE, THEIRS = "0512-6800 1288", "0512-6800 1234 转 806"
SHOTS = Path.cwd() / "out" / "demo"
PUSH = "/v1/sync/push"
STREET = "星湖街 218 号 B2 栋 1 层（卸货口在东门）"
SIGNATURE = [[(0.1, 0.6), (0.3, 0.3), (0.5, 0.7)], [(0.6, 0.5), (0.9, 0.4)]]


def play() -> int:
    """Play the story; 0 only if every check held."""
    say = Narrator()
    say.step("A server with the shipped data, two engineers, an office")
    with Stage() as stage, closing(FaultProxy(stage.listens)) as proxy:
        say.tell(f"server {stage.url}, {stage.rows:,} rows imported, {len(stage.people)} people")
        colleagues = [Colleague(p.name, p.login, stage.folder / key) for key, p in PEOPLE.items()]
        try:
            Story(say, stage, proxy, colleagues).tell()
        finally:
            for colleague in colleagues:
                colleague.close()
    return say.end()


class Story:
    """`first` and `second` are engineers on the road, behind the faulty line; the office is not."""

    def __init__(
        self, say: Narrator, stage: Stage, proxy: FaultProxy, colleagues: Sequence[Colleague]
    ) -> None:
        self._say, self._stage, self._proxy = say, stage, proxy
        self._first, self._second, self._office = colleagues
        self._all = tuple(colleagues)

    def tell(self) -> None:
        self._bootstrap()
        customer = only(self._first, Customer, Customer.name == CUSTOMER)
        order = only(self._first, ServiceOrder, ServiceOrder.customer_id == customer.id,
                     ServiceOrder.state == OrderState.ACCEPTED)  # fmt: skip
        self._offline(customer.id, order.id)
        visit_id = self._office_edits(customer)
        self._reconnect()
        self._merged(customer, visit_id)
        self._resolve(customer.id)
        self._completed_once(order.id)
        self._reassign()
        self._equal("All three laptops equal the server within their scope")
        machine = only(self._first, Asset, Asset.customer_id == customer.id, first=True)
        self._screenshots({"customer": customer.id, "service_order": order.id, "asset": machine.id})

    def _bootstrap(self) -> None:
        self._say.step("Everybody signs in and downloads what is his")
        for colleague in self._all:
            begun, before = time.monotonic(), self._proxy.bytes_down
            colleague.sign_in(self._address(colleague), self._stage.password)
            colleague.sync()
            took, received = time.monotonic() - begun, self._proxy.bytes_down - before
            rows = colleague.digest().count
            line = f", {received / 1e6:.2f} MB on the wire" if received else ""
            self._say.tell(f"{colleague.name}: {rows:,} rows in {took:.1f} s{line}")
        self._equal("Each replica equals the server within its scope")

    def _offline(self, customer_id: UUID, order_id: UUID) -> None:
        first = self._first
        self._say.step(f"The network is cut; {first.name} completes an order and edits the customer")
        self._proxy.go_offline()
        orders, work = first.services.orders, first.services.order_work
        orders.set_out(order_id)
        orders.arrive(order_id)
        orders.start_work(order_id)
        card = first.queries.order_card(order_id)
        assert card is not None
        for item in card.checklist:
            work.tick(item.id)
        work.use_part(order_id, Decimal(2), description="主轴轴承 7014C")
        work.book_time(order_id, 95, Activity.WORK)
        work.record(
            order_id, findings="主轴前轴承磨损，异响明显。", remedy="更换前轴承一对，试车 40 分钟正常。"
        )
        orders.sign(order_id, "周建国", SIGNATURE, signer_title="设备科科长")
        orders.complete(order_id)
        note = "门卫处登记。\n"
        now = only(first, Customer, Customer.id == customer_id)
        edited = {"phone": MINE, "street": STREET, "note": f"{now.note or ''}\n{note}".strip()}
        first.services.records.save(Customer, customer_id, edited)
        waiting = first.queries.sync_centre.overview().waiting_count
        self._say.check(f"{waiting} changes wait on the laptop, the order is complete there", waiting >= 9)

    def _office_edits(self, customer: Customer) -> Any:
        office = self._office
        self._say.step(f"Meanwhile {office.name} edits the same customer and moves a visit")
        office.services.records.save(
            Customer, customer.id, {"phone": THEIRS, "industry": Industry.ENVIRONMENT}
        )
        visit = only(
            office, Visit, Visit.customer_id == customer.id, Visit.state == VisitState.PLANNED, first=True
        )
        moved = visit.planned_from + timedelta(days=2)
        office.services.visits.reschedule(visit.id, moved, moved + timedelta(hours=2))
        office.sync()
        self._say.check("the office's changes are at the server", office.state["pending"] == 0)
        return visit.id

    def _reconnect(self) -> None:
        self._say.step("The network returns; the first answer to the upload is lost on the way")
        proxy = self._proxy
        begun, sent, received = time.monotonic(), proxy.bytes_up, proxy.bytes_down
        proxy.fail(PUSH, Fault.LOSE)
        proxy.come_back()
        self._first.sync()
        self._office.sync()
        up, down = proxy.bytes_up - sent, proxy.bytes_down - received
        self._say.tell(f"{time.monotonic() - begun:.1f} s, {up / 1e3:.1f} kB up, {down / 1e3:.1f} kB down")
        self._say.check("the answer to the upload was lost", proxy.suffered[Fault.LOSE] == 1)
        before = self._first.digest_of_server(self._stage.url)
        answers = self._first.push_again(proxy.url)
        again = Counter(answers).most_common()
        self._say.check(
            f"the same {len(answers)} changes are sent again: {again}, the same answers", len(answers) >= 9
        )
        same = self._first.digest_of_server(self._stage.url) == before
        self._say.check("and nothing at the server has changed by it", same)

    def _merged(self, before: Customer, visit_id: Any) -> None:
        self._say.step("What one side changed has merged; what both changed is asked")
        for colleague in (self._first, self._office):
            now = only(colleague, Customer, Customer.id == before.id)
            merged = (now.street, now.industry) == (STREET, Industry.ENVIRONMENT) and "门卫处登记" in (
                now.note or ""
            )
            self._say.check(
                f"{colleague.name} sees address and note of the engineer, industry of the office", merged
            )
            self._say.check(
                f"{colleague.name} sees the server's phone until it is decided", now.phone == THEIRS
            )
            card = colleague.queries.conflicts.card(Customer, before.id)
            question = card.questions[0] if card and len(card.questions) == 1 else None
            sides = question and [
                side["phone"].value for side in (question.base, question.mine, question.theirs)
            ]
            self._say.check(f"{colleague.name} is asked about the phone: {sides}",
                            sides == [before.phone, MINE, THEIRS])  # fmt: skip
            moved = only(colleague, Visit, Visit.id == visit_id)
            self._say.check(f"{colleague.name} sees the moved visit", moved.planned_from > local_now())
        self._photograph_conflict(before.id)

    def _resolve(self, customer_id: UUID) -> None:
        self._say.step(f"{self._first.name} decides; both see the answer")
        conflict = only(self._first, Conflict, Conflict.row_id == customer_id)
        self._first.services.conflicts.resolve({conflict.id: Take.MINE})
        self._first.sync()
        self._office.sync()
        for colleague in (self._first, self._office):
            now = only(colleague, Customer, Customer.id == customer_id)
            settled = only(colleague, Conflict, Conflict.id == conflict.id)
            done = now.phone == MINE and settled.state is ConflictState.RESOLVED
            self._say.check(f"{colleague.name}: phone {now.phone}, conflict resolved", done)

    def _completed_once(self, order_id: UUID) -> None:
        self._say.step("The order is complete at the office, exactly once")
        office = self._office
        order = only(office, ServiceOrder, ServiceOrder.id == order_id)
        self._say.check(f"{order.number} is {order.state.value}", order.state is OrderState.COMPLETED)
        for entity, wanted in ((PartUsed, 1), (TimeEntry, 1), (SignOff, 1)):
            found = count(office, entity, entity.service_order_id == order_id)
            self._say.check(f"{entity.__tablename__}: {found}", found == wanted)
        used = only(office, PartUsed, PartUsed.service_order_id == order_id)
        self._say.check(f"parts used: {used.amount.normalize():f}", used.amount == 2)

    def _reassign(self) -> None:
        self._say.step("A customer moves to the other territory, with everything below it")
        office, first, second = self._office, self._first, self._second
        customer = only(office, Customer, Customer.name == MOVING)
        below = {e: count(office, e, e.root_id == customer.id) for e in (Contact, Asset, Visit, ServiceOrder)}
        office.services.customers.transfer([customer.id], territory_id=DEFAULT.territory("north", "machines"))
        for colleague in (office, first, second):
            colleague.sync()
        left = sum(count(first, entity, entity.root_id == customer.id) for entity in (Customer, *below))
        came = {entity: count(second, entity, entity.root_id == customer.id) for entity in below}
        self._say.check(f"it left {first.name}'s laptop: {left} rows remain", left == 0)
        words = ", ".join(f"{n} {entity.__tablename__}" for entity, n in came.items())
        self._say.check(
            f"it reached {second.name}'s laptop with {words}", came == below and any(came.values())
        )

    def _equal(self, text: str) -> None:
        self._say.step(text)
        for colleague in self._all:
            colleague.sync()
            mine, servers = colleague.digest(), colleague.digest_of_server(self._stage.url)
            words = f"{colleague.name}: {mine.count:,} rows, digest {mine.total:016x}"
            self._say.check(f"{words}; server {servers.count:,}, {servers.total:016x}", mine == servers)

    def _screenshots(self, records: Mapping[str, UUID]) -> None:
        from app.demo.screens import photograph  # Qt is needed for pictures only

        self._say.step("The screens, as the first engineer sees them")
        for shot in photograph(self._first, SHOTS, records):
            self._say.tell(str(shot))

    def _photograph_conflict(self, customer_id: UUID) -> None:
        from app.demo.screens import photograph_conflict  # Qt is needed for pictures only

        for shot in photograph_conflict(self._first, customer_id, SHOTS):
            self._say.tell(f"what {self._first.name} is asked: {shot}")

    def _address(self, colleague: Colleague) -> str:
        return self._stage.url if colleague is self._office else self._proxy.url


def only(colleague: Colleague, entity: type[Any], *conditions: Any, first: bool = False) -> Any:
    """The one row on the colleague's laptop that meets the conditions, or the first of several."""
    with colleague.opened.replica.read() as session:
        found = session.scalars(select(entity).where(*conditions).order_by(entity.id))
        return found.first() if first else found.one()


def count(colleague: Colleague, entity: type[Entity], *conditions: Any) -> int:
    """How many rows on the colleague's laptop meet the conditions."""
    with colleague.opened.replica.read() as session:
        return session.scalar(select(func.count(entity.id)).where(*conditions)) or 0
