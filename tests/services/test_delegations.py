"""Work is delegated and given back; machines change hands with all that is theirs."""

from datetime import timedelta

import pytest

from app.domain.ambient import today
from app.domain.assets import Asset
from app.domain.customers import DelegatedCustomer
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.domain.organisation import Delegation, Role
from tests.builders import EAST_PRESSES, LI_WEI, a_customer, a_site, a_user, an_asset
from tests.replicas import pulled

DAY = timedelta(days=1)


@pytest.fixture
def colleague(replica):
    made = a_user(id=new_id(), login="wang", name="王倩", role=Role.ENGINEER)
    colleague_id = made.id
    pulled(replica, made)
    return colleague_id


def test_a_territory_is_delegated_from_one_day_to_another(services, queries, colleague) -> None:
    services.delegations.begin(
        LI_WEI, colleague, today(), today() + DAY, territory_ids=[EAST_PRESSES], reason="leave"
    )

    [found] = queries.delegations.page()
    assert (found.owner_id, found.delegate_name, found.reason) == (LI_WEI, "王倩", "leave")
    assert (found.in_force, found.over, found.may_change) == (True, False, True)


def test_chosen_customers_are_delegated_and_given_back(replica, services, queries, colleague) -> None:
    first, second = a_customer(name="Alpha"), a_customer(name="Beta")
    ids = [first.id, second.id]
    pulled(replica, first, second)
    services.delegations.begin(LI_WEI, colleague, today() + DAY, today() + 2 * DAY, customer_ids=ids)

    [found] = queries.delegations.page()
    assert (found.what, found.in_force) == (("Alpha", "Beta"), False)
    services.delegations.change_period(found.id, today(), today())
    assert queries.delegations.page()[0].in_force
    services.delegations.end(found.id)

    with replica.read() as session:
        assert session.query(Delegation).all() == session.query(DelegatedCustomer).all() == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"delegate_id": LI_WEI}, "delegation.to_oneself"),
        ({"territory_ids": []}, "delegation.of_nothing"),
        ({"ends_on": today() - DAY}, "window.backwards"),
    ],
)
def test_a_delegation_that_makes_no_sense_is_refused(services, colleague, facts, code) -> None:
    said = {
        "owner_id": LI_WEI, "delegate_id": colleague, "starts_on": today(), "ends_on": today(),
        "territory_ids": [EAST_PRESSES],
    }  # fmt: skip

    with pytest.raises(RuleViolation) as refused:
        services.delegations.begin(**(said | facts))

    assert refused.value.code == code


def test_an_engineer_gives_away_nobody_elses_work(services, colleague) -> None:
    with pytest.raises(RuleViolation, match=r"right\.delegation"):
        services.delegations.begin(colleague, LI_WEI, today(), today(), territory_ids=[EAST_PRESSES])


def test_a_sold_machine_takes_its_parts_along_and_leaves_its_hall(replica, services) -> None:
    seller, buyer = a_customer(), a_customer()
    hall = a_site(seller.id)
    crane = an_asset(seller.id, site_id=hall.id)
    motor = an_asset(seller.id, part_of_id=crane.id, site_id=hall.id)
    ids, to = (crane.id, motor.id), buyer.id
    pulled(replica, seller, buyer, hall, crane, motor)

    services.assets.sell(ids[0], to)

    with replica.read() as session:
        for machine in (session.get_one(Asset, asset_id) for asset_id in ids):
            assert (machine.customer_id, machine.root_id, machine.site_id) == (to, to, None)
        assert session.get_one(Asset, ids[1]).part_of_id == ids[0]
    with pytest.raises(RuleViolation, match=r"asset\.already_there"):
        services.assets.sell(ids[0], to)
