"""The forms of a customer and what hangs below it."""

from PySide6.QtWidgets import QPushButton

from app.domain.customers import Collaborator, Contact, Customer, Site
from app.domain.notes import Note
from app.domain.organisation import Role
from tests.builders import (
    EAST,
    EAST_PRESSES,
    LI_WEI,
    PRESSES,
    a_territory,
    a_user,
)
from tests.replicas import pulled, queued
from tests.ui.customers.page import choose, pick, rows, save, stored, the_form, type_into


def test_editing_sends_only_what_was_changed(qtbot, opened, replica, customer):
    opened._view._edit()
    dialog = the_form(qtbot, opened)
    type_into(qtbot, dialog, "phone", "0512-2222")

    save(qtbot, dialog)

    assert stored(replica, Customer, customer.id).phone == "0512-2222"
    (op,) = queued(replica)
    assert set(op["patch"]["set"]) == {"phone"}
    qtbot.waitUntil(
        lambda: any(b.text() == "0512-2222" for b in opened._view._head.findChildren(QPushButton))
    )


def test_a_name_cannot_be_taken_away(language, qtbot, opened, replica, customer):
    opened._view._edit()
    dialog = the_form(qtbot, opened)
    dialog.form.editor("name").focus.clear()

    dialog._button.click()

    assert dialog.isVisible()
    errors = dialog.form._rows["name"]._error.text()
    assert {"zh_CN": "名称", "en": "Name"}[language] in errors
    assert stored(replica, Customer, customer.id).name == customer.name


def test_a_new_customer_is_mine_and_shown(qtbot, screen, shell, replica):
    screen.create_record("customer", {"territory_id": EAST_PRESSES})
    dialog = the_form(qtbot, screen)
    qtbot.waitUntil(lambda: dialog.form.editor("owner_id").focus.text() == "李伟")
    type_into(qtbot, dialog, "name", "无锡新客户")

    save(qtbot, dialog)

    (made,) = [row for row in rows(replica, Customer) if row.name == "无锡新客户"]
    assert made.owner_id == LI_WEI
    qtbot.waitUntil(lambda: ("customer", made.id) in shell.opened)


def test_the_address_is_chosen_from_the_divisions_of_china(qtbot, opened, replica, customer):
    opened._view._edit()
    form = the_form(qtbot, opened).form
    province, city, district = (form.editor(name) for name in ("province", "city", "district"))
    assert district._box.findText("姑苏区") >= 0

    choose(province, "浙江省")
    assert (city.read(), district.read()) == (None, None)
    assert city._box.findText("杭州市") >= 0
    choose(province, "北京市")

    assert city.read() == "北京市"
    assert district._box.findText("海淀区") >= 0


def test_a_place_is_found_by_its_pinyin(qtbot, opened):
    opened._view._edit()
    form = the_form(qtbot, opened).form
    completer = form.editor("city")._box.completer()

    completer.setCompletionPrefix("wx")

    assert "无锡市" in [
        completer.pathFromIndex(completer.completionModel().index(place, 0))
        for place in range(completer.completionCount())
    ]


def test_an_address_abroad_may_be_typed(qtbot, opened, replica, customer):
    opened._view._edit()
    dialog = the_form(qtbot, opened)
    for name, text in (("province", "Bayern"), ("city", "München"), ("district", "")):
        dialog.form.editor(name)._box.setCurrentText(text)

    save(qtbot, dialog)

    found = stored(replica, Customer, customer.id)
    assert (found.province, found.city, found.district) == ("Bayern", "München", None)


def test_a_new_contact_site_and_note_hang_below_the_customer(qtbot, opened, replica, customer):
    for add, field, text in (
        (opened._editors.add_contact, "name", "周建国"),
        (opened._editors.add_site, "name", "三号厂房"),
        (opened._editors.add_note, "body", "下周回电"),
    ):
        add(customer.id)
        dialog = the_form(qtbot, opened)
        type_into(qtbot, dialog, field, text)
        save(qtbot, dialog)

    assert "周建国" in {row.name for row in rows(replica, Contact)}
    assert "三号厂房" in {row.name for row in rows(replica, Site)}
    assert "下周回电" in {row.body for row in rows(replica, Note)}
    assert all(
        row.root_id == customer.id for entity in (Contact, Site, Note) for row in rows(replica, entity)
    )
    qtbot.waitUntil(lambda: opened._view._tabs.tabText(1).endswith("2"))


def test_handing_over_changes_owner_and_territory(qtbot, opened, replica, customer):
    west = a_territory(name="华西 压力机", region_id=EAST, product_line_id=PRESSES)
    colleague = a_user(login="chen", name="陈立", role=Role.ENGINEER)
    pulled(replica, west, colleague)
    opened._editors.transfer(customer.id)
    dialog = the_form(qtbot, opened)

    pick(qtbot, dialog, "territory_id", "华西")
    pick(qtbot, dialog, "owner_id", "陈立")
    save(qtbot, dialog)

    found = stored(replica, Customer, customer.id)
    assert (found.territory_id, found.owner_id) == (west.id, colleague.id)


def test_a_collaborator_is_added_and_listed(qtbot, opened, replica, customer):
    opened._editors.add_collaborator(customer.id)
    dialog = the_form(qtbot, opened)
    pick(qtbot, dialog, "user_id", "李伟")

    save(qtbot, dialog)

    assert [row.user_id for row in rows(replica, Collaborator)] == [LI_WEI]
