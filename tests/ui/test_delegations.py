"""Delegations on the settings page: made longer or shorter, ended, and given again."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from app.domain.ambient import today
from app.domain.ids import new_id
from app.domain.organisation import Delegation, Role
from app.language import tr
from app.main import make_window
from tests.builders import EAST_PRESSES, LI_WEI, a_user
from tests.replicas import pulled
from tests.ui.orders.page import can_press, press, rows, the_dialog
from ui.delegating import PeriodDialog
from ui.screens.settings.screen import SettingsScreen

DAY = timedelta(days=1)


@pytest.fixture
def colleague(replica):
    made = a_user(id=new_id(), login="wang", name="王倩", role=Role.ENGINEER)
    colleague_id = made.id
    pulled(replica, made)
    return colleague_id


@pytest.fixture
def screen(qtbot, desk, colleague) -> SettingsScreen:
    """One territory is delegated from today to tomorrow."""
    desk.services.delegations.begin(
        LI_WEI, colleague, today(), today() + DAY, territory_ids=[EAST_PRESSES], reason="培训"
    )
    made = SettingsScreen(desk)
    qtbot.addWidget(made)
    made.resize(1100, 900)
    made.show()
    made.activate()
    qtbot.waitUntil(lambda: can_press(made, tr("End now")))
    return made


def asked_for(qtbot, screen: SettingsScreen, until: str) -> PeriodDialog:
    """The form of the period, with another last day typed."""
    press(qtbot, screen, tr("Change period…"))
    dialog = the_dialog(qtbot, screen, PeriodDialog)
    line = dialog.form.editor("ends_on").focus
    assert isinstance(line, QLineEdit)
    line.setText(until)
    press(qtbot, dialog, tr("Save"))
    return dialog


def test_a_colleague_stands_in_for_longer(qtbot, replica, screen, shell):
    later = today() + 5 * DAY
    asked_for(qtbot, screen, later.isoformat())

    qtbot.waitUntil(lambda: shell.toasts == [tr("Period changed")])
    [found] = rows(replica, Delegation)
    assert (found.starts_on, found.ends_on) == (today(), later)

    shell.undos[-1]()

    qtbot.waitUntil(lambda: rows(replica, Delegation)[0].ends_on == today() + DAY)


def test_a_last_day_that_is_over_is_told_beside_its_field(qtbot, replica, screen):
    dialog = asked_for(qtbot, screen, (today() - DAY).isoformat())
    told = tr("That day is over. Choose today or a later one, or end the delegation.")

    qtbot.waitUntil(lambda: told in [label.text() for label in dialog.findChildren(QLabel)])
    assert rows(replica, Delegation)[0].ends_on == today() + DAY


def test_a_period_does_not_end_before_it_begins(qtbot, replica, screen):
    press(qtbot, screen, tr("Change period…"))
    dialog = the_dialog(qtbot, screen, PeriodDialog)
    dialog.form.editor("starts_on").focus.setText((today() + 3 * DAY).isoformat())
    press(qtbot, dialog, tr("Save"))

    told = tr("The end lies before the start.")
    qtbot.waitUntil(lambda: told in [label.text() for label in dialog.findChildren(QLabel)])
    assert rows(replica, Delegation)[0].starts_on == today()


def test_who_ends_one_too_early_gives_it_again(qtbot, replica, colleague, screen, shell):
    press(qtbot, screen, tr("End now"))
    qtbot.waitUntil(lambda: rows(replica, Delegation) == [])
    qtbot.waitUntil(lambda: shell.toasts == [tr("Delegation ended")])

    shell.undos[-1]()

    qtbot.waitUntil(lambda: len(rows(replica, Delegation)) == 1)
    [found] = rows(replica, Delegation)
    assert (found.owner_id, found.delegate_id, found.territory_id) == (LI_WEI, colleague, EAST_PRESSES)
    assert (found.starts_on, found.ends_on, found.reason) == (today(), today() + DAY, "培训")


def test_a_delegation_that_waits_to_be_sent_opens_on_the_settings_page(qtbot, desk, colleague):
    begun = desk.services.delegations.begin(LI_WEI, colleague, today(), today(), territory_ids=[EAST_PRESSES])
    window = make_window(desk, "李伟")
    qtbot.addWidget(window)
    window.show()

    desk.open("delegation", next(iter(begun.ids)))

    assert isinstance(window._stack.currentWidget(), SettingsScreen)
