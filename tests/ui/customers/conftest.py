"""A customer with something in every tab, and the page that shows it."""

import pytest

from app.domain.customers import Customer, Industry, PriorityClass
from app.persistence.replica import Replica
from tests.builders import (
    LI_WEI,
    a_contact,
    a_customer,
    a_note,
    a_site,
    a_visit,
    a_visit_plan,
    an_asset,
    an_attachment,
    an_order,
)
from tests.replicas import pulled
from ui.screens.customers.screen import CustomersScreen


@pytest.fixture
def customer(replica: Replica) -> Customer:
    """One with something in every tab, beside two plain ones."""
    found = a_customer(
        name="苏州恒远精密机械有限公司", code="KH-1001", owner_id=LI_WEI, industry=Industry.MACHINE_TOOL,
        priority_class=PriorityClass.A, phone="0512-1111", email="info@hengyuan.example",
        province="江苏省", city="苏州市", district="虎丘区", street="星湖街 218 号", is_reference=True,
    )  # fmt: skip
    plain = a_customer(name="上海常青机电有限公司", code="KH-0002")
    other = a_customer(name="北京华衡自动化", code="KH-0003", industry=Industry.CRANE)
    pulled(replica, found, plain, other)
    machine = an_asset(found.id)
    pulled(
        replica,
        a_contact(found.id, email="wang@hengyuan.example"),
        a_site(found.id),
        machine,
        an_order(found.id, asset_id=machine.id),
        a_visit_plan(found.id),
        a_visit(found.id, purpose="季度回访"),
        a_note(found.id, body="门卫要看身份证"),
        an_attachment(found.id),
    )
    return found


@pytest.fixture
def screen(qtbot, desk, customer) -> CustomersScreen:
    """The page as it stands once the list is filled."""
    made = CustomersScreen(desk)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activate()
    qtbot.waitUntil(lambda: made._list._model.rowCount() == 3)
    return made


@pytest.fixture
def opened(qtbot, screen, customer) -> CustomersScreen:
    screen.open_record("customer", customer.id)
    qtbot.waitUntil(lambda: screen._view._id == customer.id)
    return screen
