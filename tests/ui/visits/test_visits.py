"""The page of visits: week, list, plans and promises, driven as its user drives it."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt

from app.domain.visits import Commitment, Visit, VisitPlan, VisitState
from app.language import tr
from tests.builders import (
    LI_WEI,
    a_commitment,
    a_visit_plan,
)
from tests.replicas import count, pulled
from tests.ui.hands import write
from tests.ui.visits.page import CTRL, PREPARED, TEN, TODAY, type_into
from ui.formats import monday_of
from ui.screens.visits.dialogs import VisitDialog, next_hour
from ui.screens.visits.plans import DueDialog
from ui.screens.visits.screen import EVERYBODY, LIST, PLANS, PROMISES


def test_the_week_shows_my_visits_and_everybodys_when_asked(page, customer, visit, language):
    page.planned(customer, owner_id=None)
    page.screen.reload()
    page.wait(lambda: page.entries() == [customer.name])

    page.screen.whose.choose(EVERYBODY)

    page.wait(lambda: len(page.entries()) == 2)


def test_one_turns_to_other_weeks_and_back(page, customer, visit):
    page.wait(lambda: len(page.entries()) == 1)
    page.screen.week.week.setFocus()

    page.qtbot.keyClick(page.screen.week.week._grid, Qt.Key.Key_PageDown)
    page.wait(lambda: page.entries() == [])
    assert page.screen.week.first == monday_of(TODAY) + timedelta(days=7)

    page.qtbot.keyClick(page.screen.week.week._grid, Qt.Key.Key_T)
    page.wait(lambda: len(page.entries()) == 1)


def test_a_visit_is_moved_with_the_keyboard_and_put_back(page, visit, language):
    page.wait(lambda: len(page.entries()) == 1)
    grid = page.screen.week.week._grid
    page.qtbot.keyClick(grid, Qt.Key.Key_Down)

    page.qtbot.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)

    page.wait(lambda: page.shell.toasts == [tr("Visit moved")])
    assert page.stored(Visit, visit).planned_from == TEN + timedelta(minutes=15)
    assert page.stored(Visit, visit).planned_to == TEN + timedelta(minutes=75)
    page.shell.undos[0]()
    page.wait(lambda: page.stored(Visit, visit).planned_from == TEN)


def test_a_visit_is_dragged_to_another_time(page, visit):
    page.wait(lambda: len(page.entries()) == 1)
    grid = page.screen.week.week._grid
    start = grid._area_of(grid._places[0]).center().toPoint()
    page.qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=start)
    for step in (30, 104):
        page.qtbot.mouseMove(grid, start + QPoint(0, step))
    page.qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=start + QPoint(0, 104))

    page.wait(lambda: len(page.shell.toasts) == 1)
    assert page.stored(Visit, visit).planned_from == TEN + timedelta(hours=2)


def test_a_visit_that_is_done_stays_where_it_was(page, customer):
    page.planned(customer, state=VisitState.DONE)
    page.screen.reload()
    page.wait(lambda: len(page.entries()) == 1)

    assert not page.screen.week.week._grid._places[0].entry.movable


def test_a_click_opens_the_visit_and_escape_closes_it(page, visit):
    page.wait(lambda: len(page.entries()) == 1)
    grid = page.screen.week.week._grid
    page.qtbot.keyClick(grid, Qt.Key.Key_Down)
    page.qtbot.keyClick(grid, Qt.Key.Key_Return)
    page.wait(page.screen.visit.head.isVisible)
    assert "主轴异响" in page.texts(page.screen.visit.head)
    assert page.screen.week.isVisible()

    page.screen.go_back()

    assert not page.screen.visit.isVisible()


def test_a_narrow_page_shows_the_visit_instead_of_the_week(page, visit):
    page.screen.resize(900, 640)

    page.opened(visit)
    assert not page.screen.week.isVisible()

    page.screen.go_back()
    assert page.screen.week.isVisible()
    assert not page.screen.visit.isVisible()


def test_a_visit_is_planned_at_the_time_asked_for(page, customer, language):
    page.screen.week.asked_new.emit(TEN + timedelta(days=1))
    dialog = page.dialog(VisitDialog)
    dialog.form.editor("customer_id").show(customer.id, customer.name)
    type_into(dialog, **PREPARED, purpose="回访")

    page.qtbot.keyClick(dialog.form.editor("purpose").focus, Qt.Key.Key_Return, CTRL)

    page.wait(lambda: page.shell.toasts == [tr("Visit planned")])
    page.wait(page.screen.visit.head.isVisible)
    made = page.stored(Visit, page.screen.visit.visit_id)
    assert made.planned_from == TEN + timedelta(days=1)
    assert made.planned_to == TEN + timedelta(days=1, hours=1)
    assert made.owner_id == LI_WEI
    assert made.purpose == "回访"


def test_nobody_sets_out_without_purpose_plan_and_expectation(page, customer, language):
    page.screen.create_record("visit", {"customer_id": customer.id})
    dialog = page.dialog(VisitDialog)

    dialog.save()

    for name, words in (
        ("purpose", "Purpose"),
        ("action_plan", "Action plan"),
        ("expected_result", "Expected result"),
    ):
        said = dialog.form.editor(name).focus.accessibleDescription()
        assert said == tr("{label} is missing.", label=tr(words))
    assert dialog.isVisible()
    assert count(page.replica, "visit") == 0


def test_only_contacts_of_the_customer_are_offered(page, customer):
    page.screen.create_record("visit", {"customer_id": customer.id})
    dialog = page.dialog(VisitDialog)
    editor = dialog.form.editor("contact_id")
    editor.focus.setFocus()

    page.qtbot.keyClick(editor.focus, Qt.Key.Key_Down)

    page.wait(lambda: [choice.title for choice in editor._found] == ["周建国"])


def test_the_end_moves_with_the_start(page, customer):
    page.screen.create_record("visit", {"customer_id": customer.id, "planned_from": TEN})
    dialog = page.dialog(VisitDialog)
    start, end = dialog.form.editor("planned_from"), dialog.form.editor("planned_to")

    start._time.setText("14:30")

    assert end.read() == TEN.replace(hour=15, minute=30)


@pytest.mark.parametrize(
    ("now", "usual"),
    [
        ("2026-11-23 10:20", "2026-11-23 11:00"),
        ("2026-11-23 05:00", "2026-11-23 09:00"),
        ("2026-11-23 17:10", "2026-11-24 09:00"),
        ("2026-11-27 16:30", "2026-11-30 09:00"),
        ("2026-11-28 10:00", "2026-11-30 09:00"),
    ],
)
def test_a_new_visit_begins_at_the_next_hour_one_may_call(now, usual):
    assert next_hour(datetime.fromisoformat(now)) == datetime.fromisoformat(usual)


def test_the_list_has_what_is_ahead_missed_and_done(page, customer, visit, language):
    page.planned(customer, purpose="没去成", planned_from=TEN - timedelta(days=2), state=VisitState.MISSED)
    page.planned(customer, purpose="去过了", planned_from=TEN - timedelta(days=9), state=VisitState.DONE)
    page.screen.board.choose(LIST)

    page.wait(lambda: page.listed() == ["主轴异响"])
    page.wait(page.screen.visit.head.isVisible)  # the first of the list stands beside it
    page.screen.list.filters.choose("missed")
    page.wait(lambda: page.listed() == ["没去成"])
    page.screen.list.filters.choose("all")
    page.wait(lambda: len(page.listed()) == 3)

    write(page.screen.list.search, "去过")
    page.wait(lambda: page.listed() == ["去过了"])


def test_an_empty_list_offers_to_plan(page, language):
    page.screen.board.choose(LIST)

    page.wait(lambda: page.says(tr("No visits are planned")))
    page.press(tr("Plan a visit"), page.screen.list._stack)
    page.dialog(VisitDialog)


def test_the_view_chosen_is_still_there_later(page, visit):
    page.screen.board.choose(LIST)
    page.screen.hide()
    page.screen.show()
    page.screen.activate()

    assert page.screen.board.current == LIST
    assert page.screen.list.isVisible()


def test_visits_that_fall_due_are_planned_once(page, customer, language):
    pulled(page.replica, a_visit_plan(customer.id, owner_id=LI_WEI, starts_on=TODAY, visit_cadence=30))
    page.screen.board.choose(PLANS)
    page.wait(lambda: page.screen.plans.table.model().rowCount() == 1)

    for said in (
        tr("Visits planned: {count}", count=4),
        tr("Every visit due until then is planned already."),
    ):
        page.press(tr("Plan what is due…"), page.screen.plans)
        dialog = page.dialog(DueDialog)
        dialog.until.show_day(TODAY + timedelta(days=90))
        page.qtbot.keyClick(dialog.until, Qt.Key.Key_Return)
        page.wait(lambda said=said: page.shell.toasts[-1:] == [said])

    assert count(page.replica, "visit") == 4


def test_a_day_that_is_none_is_said_beside_the_field(page):
    page.screen.plans.ask_until()
    dialog = page.dialog(DueDialog)
    dialog.until.setText("soon")

    page.qtbot.keyClick(dialog.until, Qt.Key.Key_Return)

    assert dialog._problem.isVisible()
    assert count(page.replica, "visit") == 0


def test_a_visit_plan_is_made_and_edited(page, customer):
    page.screen.create_record("visit_plan", {"customer_id": customer.id})
    dialog = page.dialog()
    type_into(dialog, purpose="月度巡访")
    dialog.save()
    page.wait(lambda: page.shell.toasts == [tr("Visit plan made")])
    with page.replica.read() as session:
        plan = session.query(VisitPlan).one()
    assert (plan.visit_cadence, plan.owner_id) == (30, LI_WEI)

    page.screen.open_record("visit_plan", plan.id)
    edited = page.dialog()
    type_into(edited, visit_cadence="0")
    edited.save()
    said = tr("The number of days between visits must be at least 1.")
    field = edited.form.editor("visit_cadence").focus
    page.wait(lambda: field.accessibleDescription() == said)
    type_into(edited, visit_cadence="14")
    edited.save()

    page.wait(lambda: page.stored(VisitPlan, plan.id).visit_cadence == 14)


def test_a_promise_is_kept_from_the_list(page, customer, language):
    promise = a_commitment(customer.id, owner_id=LI_WEI)
    promise_id = promise.id
    pulled(page.replica, promise)
    page.screen.board.choose(PROMISES)
    page.wait(lambda: page.screen.promises.table.model().rowCount() == 1)
    page.screen.promises.table.selectRow(0)

    page.press(tr("Kept"), page.screen.promises)

    page.wait(lambda: page.says(tr("No open promises")))
    assert page.stored(Commitment, promise_id).kept_at is not None
    assert page.shell.toasts == [tr("Promise kept")]


def test_a_promise_is_opened_from_elsewhere(page, customer):
    promise = a_commitment(customer.id, promise="寄送滤芯")
    promise_id = promise.id
    pulled(page.replica, promise)

    page.screen.open_record("commitment", promise_id)

    dialog = page.dialog()
    assert dialog.form.values()["promise"] == "寄送滤芯"
    assert page.screen.board.current == PROMISES
