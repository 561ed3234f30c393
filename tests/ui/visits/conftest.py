"""The page of visits over a replica with two customers and a visit today."""

from uuid import UUID

import pytest

from app.domain.customers import Customer
from tests.ui.visits.page import PREPARED, VisitsPage, two_customers


@pytest.fixture
def page(request, qtbot, desk, shell, replica) -> VisitsPage:
    if "language" in request.fixturenames:
        request.getfixturevalue("language")  # texts are those of the moment a widget is made
    return VisitsPage(qtbot, desk, shell, replica)


@pytest.fixture
def customer(replica) -> Customer:
    return two_customers(replica)


@pytest.fixture
def visit(page, customer) -> UUID:
    return page.planned(customer, purpose="主轴异响", **PREPARED)
