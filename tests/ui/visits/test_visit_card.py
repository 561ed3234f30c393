"""One visit, from its preparation to its report, driven as its user drives it."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt

from app.domain.changes import Changes
from app.domain.customers import Contact
from app.domain.notes import Note
from app.domain.visits import Commitment, Visit, VisitState
from app.language import tr
from tests.builders import (
    LI_WEI,
    a_commitment,
    a_note,
    a_visit,
    an_asset,
    an_order,
)
from tests.replicas import edit, pulled
from tests.ui.hands import write
from tests.ui.visits.page import CTRL, PREPARED, TEN, type_into
from ui.paper.sheet import sheet_pdf
from ui.paper.visit_sheet import visit_sheet
from ui.screens.visits.screen import PLANS, WEEK


def test_a_visit_goes_from_preparation_to_report(page, visit, language):
    page.opened(visit)
    page.press(tr("Check in"))
    page.wait(page.report_field("needs").hasFocus)
    assert not page.screen.visit.plan.isVisible()
    assert "先听诊再拆检" in page.texts(page.screen.visit)

    page.report("needs", "备件")
    assert page.screen.visit.is_dirty
    page.qtbot.keyClick(page.report_field("needs"), Qt.Key.Key_S, CTRL)
    page.wait(lambda: tr("Report saved") in page.shell.toasts)
    assert page.stored(Visit, visit).needs == "备件"
    assert not page.screen.visit.is_dirty

    page.report("actual_result", "已修复")
    page.press(tr("Finish the visit"))

    page.wait(lambda: tr("Visit finished") in page.shell.toasts)
    done = page.stored(Visit, visit)
    assert done.state is VisitState.DONE
    assert done.actual_result == "已修复"
    assert done.checked_in_at <= done.checked_out_at
    assert page.shell.errors == []


def test_no_visit_is_finished_without_a_result(page, customer, language):
    visit = page.planned(customer, state=VisitState.UNDER_WAY, **PREPARED)
    page.opened(visit)
    page.report("needs", "备件")

    page.press(tr("Finish the visit"))

    field = page.report_field("actual_result")
    page.wait(lambda: bool(field.accessibleDescription()))
    assert field.accessibleDescription() == tr("Write down what came of the visit before you finish it.")
    assert not field.visibleRegion().isEmpty()
    assert page.state_of(visit) is VisitState.UNDER_WAY
    assert page.report_field("needs").toPlainText() == "备件"
    assert page.screen.visit.is_dirty


def test_checking_in_names_what_is_not_prepared(page, customer, language):
    visit = page.planned(customer)
    page.opened(visit)
    assert tr("To prepare") in page.texts(page.screen.visit.head)

    page.press(tr("Check in"))

    field = page.screen.visit.plan.form.editor("action_plan").focus
    said = tr("{label} is missing. Prepare the visit first.", label=tr("Action plan"))
    page.wait(lambda: field.accessibleDescription() == said)
    assert page.state_of(visit) is VisitState.PLANNED


def test_a_preparation_being_typed_is_saved_before_checking_in(page, visit):
    page.opened(visit)
    plan = page.screen.visit.plan.form.editor("action_plan").focus
    write(plan, "！")

    page.press(tr("Check in"))
    assert page.shell.toasts == [tr("Save the preparation first")]

    page.press(tr("Save"), page.screen.visit.plan)
    page.wait(lambda: not page.screen.visit.is_dirty)
    assert "！" in page.stored(Visit, visit).action_plan


def test_what_is_typed_is_never_overwritten(page, customer, language):
    visit = page.planned(customer, state=VisitState.UNDER_WAY, **PREPARED)
    page.opened(visit)
    page.report("opinions", "很满意")

    edit(page.replica, Visit, visit, opinions="不满意")
    page.desk.feed.publish(Changes(frozenset({Visit}), frozenset({visit})))

    words = tr("These texts were changed elsewhere meanwhile. Saving keeps both where it can.")
    page.wait(lambda: page.says(words))
    assert page.report_field("opinions").toPlainText() == "很满意"
    page.press(tr("Reload"), page.screen.visit.report)
    assert page.report_field("opinions").toPlainText() == "不满意"
    assert not page.screen.visit.is_dirty


def test_leaving_asks_about_what_was_typed(page, customer, language):
    visit = page.planned(customer, state=VisitState.UNDER_WAY, **PREPARED)
    page.opened(visit)
    assert page.screen.leave()
    page.report("needs", "备件")

    assert not page.screen.leave()
    page.answer(tr("Keep editing"))
    assert page.report_field("needs").toPlainText() == "备件"

    page.screen.go_back()
    page.answer(tr("Discard"))
    page.wait(lambda: not page.screen.visit.isVisible())
    assert page.screen.leave()


def test_keeping_what_was_typed_keeps_the_view(page, customer):
    visit = page.planned(customer, state=VisitState.UNDER_WAY, **PREPARED)
    page.opened(visit)
    page.report("needs", "备件")

    page.screen.board.choose(PLANS)
    page.answer(tr("Keep editing"))

    assert page.screen.board.current == WEEK
    assert page.screen.week.isVisible()


@pytest.mark.parametrize(
    ("words", "done", "state"),
    [
        ("Mark as missed", "Visit marked as missed", VisitState.MISSED),
        ("Cancel the visit", "Visit cancelled", VisitState.CANCELLED),
    ],
)
def test_a_visit_not_made_is_missed_or_cancelled_and_taken_back(page, visit, words, done, state):
    page.opened(visit)
    page.choose(tr(words))
    page.wait(lambda: tr(done) in page.shell.toasts)
    assert page.state_of(visit) is state

    page.wait(page.screen.visit.head.again.isVisible)
    page.choose(tr("Planned after all"))

    page.wait(lambda: page.state_of(visit) is VisitState.PLANNED)


def test_a_missed_visit_is_planned_again_at_another_time(page, customer, language):
    visit = page.planned(customer, planned_from=TEN - timedelta(days=3), state=VisitState.MISSED)
    page.opened(visit)

    page.press(tr("Plan again"))
    dialog = page.dialog()
    dialog.save()

    page.wait(lambda: page.state_of(visit) is VisitState.PLANNED)
    assert page.stored(Visit, visit).planned_from > datetime.now().astimezone()


def test_checking_in_by_mistake_is_taken_back(page, customer):
    visit = page.planned(customer, state=VisitState.UNDER_WAY, checked_in_at=TEN, **PREPARED)
    page.opened(visit)

    page.choose(tr("Not begun after all"))

    page.wait(lambda: page.state_of(visit) is VisitState.PLANNED)
    assert page.stored(Visit, visit).checked_in_at is None


def test_the_preparation_says_who_what_and_what_is_open(page, customer, visit, language):
    machine = an_asset(customer.id, name="卧式加工中心 HMC-630")
    order = an_order(customer.id, subject="更换主轴轴承", asset_id=machine.id)
    order_id, machine_id = order.id, machine.id
    pulled(
        page.replica,
        machine,
        a_commitment(customer.id, promise="寄送滤芯"),
        a_visit(
            customer.id, purpose="上次回访", planned_from=TEN - timedelta(days=30), state=VisitState.DONE
        ),
        a_note(customer.id, visit_id=visit, body="门卫处登记"),
    )
    pulled(page.replica, order)

    page.opened(visit)

    shown = page.texts(page.screen.visit)
    for words in (
        "218 号",
        "周建国",
        "卧式加工中心 HMC-630",
        "更换主轴轴承",
        "寄送滤芯",
        "上次回访",
        "门卫处登记",
    ):
        assert words in shown
    assert tr("Ask for") in shown
    assert tr("Phone") in shown
    page.press(tr("Open"), page.screen.visit._preparation._machines)
    page.press(tr("Open"), page.screen.visit._preparation._open)
    page.press(customer.name, page.screen.visit.head)
    assert page.shell.opened == [
        ("asset", machine_id),
        ("service_order", order_id),
        ("customer", customer.id),
    ]


def test_the_preparation_is_put_on_paper(page, customer, visit, tmp_path: Path, language):
    page.opened(visit)
    paper = page.screen.visit.head.paper
    assert customer.name in paper.file_name

    paper.save(tmp_path / "visit.pdf")

    page.wait((tmp_path / "visit.pdf").exists)
    card = page.desk.queries.visit_card(visit)
    text = PdfReader(BytesIO(sheet_pdf(visit_sheet(card)))).pages[0].extract_text().replace("\n", "")
    for words in (tr("Visit preparation"), customer.name, "主轴异响", "先听诊再拆检", "周建国"):
        assert words.replace(" ", "") in text.replace(" ", "")


def test_a_service_order_begins_at_the_visit(page, customer, visit):
    page.opened(visit)

    page.press(tr("New service order"))

    assert page.shell.created == [("service_order", {"customer_id": customer.id, "contact_id": None})]


def test_a_promise_is_given_kept_and_taken_back(page, customer, visit, language):
    page.opened(visit)
    page.press(tr("Promise something"))
    dialog = page.dialog()
    type_into(dialog, promise="寄送滤芯")
    dialog.save()
    page.wait(lambda: page.says("寄送滤芯"))
    with page.replica.read() as session:
        promise = session.query(Commitment).one()
    assert (promise.visit_id, promise.owner_id) == (visit, LI_WEI)

    page.press(tr("Mark as kept"))
    page.wait(lambda: page.shell.toasts[-1] == tr("Promise kept"))
    assert page.stored(Commitment, promise.id).kept_at is not None
    page.shell.undos[-1]()

    page.wait(lambda: page.stored(Commitment, promise.id).kept_at is None)


def test_a_note_is_written_on_the_visit(page, customer, visit):
    page.opened(visit)
    page.choose(tr("Write a note"))
    dialog = page.dialog()
    type_into(dialog, body="门卫处登记")
    dialog.save()

    page.wait(lambda: page.says("门卫处登记"))
    with page.replica.read() as session:
        assert session.query(Note).one().visit_id == visit


def test_time_and_contact_are_edited_until_the_visit_begins(page, customer, visit):
    with page.replica.read() as session:
        contact = session.query(Contact).filter_by(customer_id=customer.id).one()
    page.opened(visit)
    page.choose(tr("Edit visit"))
    dialog = page.dialog()
    dialog.form.editor("contact_id").show(contact.id, contact.name)
    dialog.form.editor("contact_id").changed.emit()
    dialog.save()

    page.wait(lambda: page.stored(Visit, visit).contact_id == contact.id)
    page.wait(lambda: page.says("周建国"))


def test_a_visit_that_is_gone_is_said_to_be(page, customer):
    page.screen.open_record("visit", customer.id)

    page.wait(lambda: page.says(tr("This visit is not on this computer")))
