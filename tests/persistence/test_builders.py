"""Every builder makes a row that the replica accepts."""

import tests.builders as make
from app.persistence.replica import Replica


def test_every_entity_a_test_can_build_is_valid(replica: Replica) -> None:
    customer = make.a_customer()
    asset = make.an_asset(customer.id)
    order = make.an_order(customer.id)

    with replica.write("customer.create") as write:
        write.session.add_all([customer, asset, order])
        write.session.add_all(builder(customer.id) for builder in (
            make.a_site, make.a_contact, make.a_collaborator, make.a_visit_plan, make.a_visit,
            make.a_commitment, make.a_request, make.a_note, make.an_attachment,
        ))  # fmt: skip
        write.session.add_all([make.an_as_built_item(asset.id), make.a_part_replacement(asset.id)])
        write.session.add_all(builder(order.id) for builder in (
            make.a_checklist_item, make.a_time_entry, make.a_part_used, make.a_sign_off,
        ))  # fmt: skip
        write.session.add_all([make.an_assignment(), make.a_product_part()])

    assert len(write.changes.ids) == 20
