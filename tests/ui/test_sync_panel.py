"""The sync panel: what waits, what needs the user, taking back, correcting, and the log."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from sqlalchemy import text

from app.domain.customers import Customer
from app.domain.notes import Note
from app.domain.types import InstantType
from app.language import tr
from app.persistence.replica import Replica
from app.persistence.sync_journal import note
from tests.builders import MORNING, a_customer
from tests.replicas import count, pulled, queued
from tests.ui.hands import write
from tests.ui.test_conflicts import a_conflict
from ui.formats import moment
from ui.screens.sync_centre.log import LogDialog, in_words
from ui.screens.sync_centre.panel import SyncPanel
from ui.screens.sync_centre.refused import FixDialog

OFFLINE = {
    "event": "state", "state": "offline", "pending": 2, "attention": 0, "conflicts": 0,
    "synced_at": "2026-11-22T08:00:00Z", "retry_at": "2026-11-22T18:00:00Z", "reason": "sync.timeout",
}  # fmt: skip


@pytest.fixture
def customer(replica: Replica) -> Customer:
    found = a_customer(name="苏州恒远精密机械有限公司", phone="111")
    pulled(replica, found)
    return found


@pytest.fixture
def panel(qtbot, desk, customer) -> SyncPanel:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    made = SyncPanel(desk, window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return made


def words(panel: QWidget) -> str:
    labels = panel.findChildren(QLabel) + panel.findChildren(QPushButton)
    return " ".join(found.text() for found in labels if not found.isHidden())


def shown(qtbot, panel: SyncPanel, *expected: str) -> None:
    """Open it and wait for what it reads."""
    panel.open_centred(40)
    qtbot.waitUntil(lambda: all(part in words(panel) for part in expected))


def links(panel: SyncPanel, name: str) -> list[QPushButton]:
    return [b for b in panel.findChildren(QPushButton) if b.text() == tr(name) and not b.isHidden()]


def phone(replica: Replica, customer: Customer) -> str | None:
    with replica.read() as session:
        return session.get_one(Customer, customer.id).phone


def refuse_all(replica: Replica, code: str, field: str | None) -> None:
    """As an answer of the server does."""
    with replica.absorb() as connection:
        connection.execute(
            text("UPDATE outbox SET state='rejected', n=1, code=:code, field=:field"),
            {"code": code, "field": field},
        )


def edit_phone(panel: SyncPanel, customer: Customer, number: str) -> None:
    panel._desk.services.records.save(Customer, customer.id, {"phone": number})


def test_with_nothing_to_do_it_says_so(language, qtbot, panel):
    shown(qtbot, panel, tr("Nothing waits."))


def test_what_waits_is_named_with_its_customer(language, qtbot, desk, panel, customer):
    edit_phone(panel, customer, "222")
    desk.services.notes.write(customer.id, "下周回电")

    shown(qtbot, panel, customer.name, "下周回电", tr("To upload"))

    assert len(links(panel, "Undo")) == 2


def test_offline_it_says_since_when_and_when_it_tries_again(language, qtbot, desk, panel):
    desk.sync.receive(OFFLINE)

    shown(qtbot, panel, tr("Working offline"))

    assert tr("Last sync {time}", time="")[:4] in panel._head._remark.text()


def test_an_unsent_change_is_taken_back(qtbot, replica, panel, customer, shell):
    edit_phone(panel, customer, "222")
    shown(qtbot, panel, customer.name)

    links(panel, "Undo")[0].click()

    qtbot.waitUntil(lambda: phone(replica, customer) == "111")
    qtbot.waitUntil(lambda: tr("Nothing waits.") in words(panel))
    assert queued(replica) == []
    assert shell.toasts == [tr("Change undone")]


def test_a_new_note_is_taken_back_whole(qtbot, desk, replica, panel, customer):
    desk.services.notes.write(customer.id, "下周回电")
    shown(qtbot, panel, "下周回电")

    links(panel, "Undo")[0].click()

    qtbot.waitUntil(lambda: count(replica, Note.__tablename__) == 0)


def test_a_refused_change_says_why_and_is_corrected_through_its_form(
    language, qtbot, replica, panel, customer
):
    edit_phone(panel, customer, "222")
    refuse_all(replica, "field.too_long", "phone")
    shown(qtbot, panel, tr("Needs you"))
    assert {"zh_CN": "“电话”超过 40 个字符", "en": "Phone is longer than 40 characters"}[language] in words(
        panel
    )

    links(panel, "Fix")[0].click()
    dialog = panel.window().findChild(FixDialog)
    named = words(dialog)
    error = dialog.form._rows["phone"]._error.text()
    line = dialog.form.editor("phone").focus
    line.selectAll()
    write(line, "333")
    with qtbot.waitSignal(dialog.accepted):
        dialog._button.click()

    assert "苏州恒远精密机械有限公司" in named
    assert "40" in error
    assert phone(replica, customer) == "333"
    with replica.read() as session:
        states = session.execute(text("SELECT state FROM outbox")).scalars().all()
    assert "pending" in states
    assert "rejected" not in states


def test_a_refusal_that_names_no_field_is_said_above_the_form(qtbot, desk, replica, panel, customer):
    edit_phone(panel, customer, "222")
    refuse_all(replica, "row.deleted", None)
    shown(qtbot, panel, tr("Needs you"))

    links(panel, "Fix")[0].click()

    dialog = panel.window().findChild(FixDialog)
    assert tr("It has been deleted on the server. You can revert your change.") in words(dialog)


def test_a_refused_change_is_discarded(qtbot, replica, panel, customer, shell):
    edit_phone(panel, customer, "222")
    refuse_all(replica, "field.too_long", "phone")
    shown(qtbot, panel, tr("Needs you"))

    links(panel, "Discard")[0].click()

    qtbot.waitUntil(lambda: phone(replica, customer) == "111")
    qtbot.waitUntil(lambda: bool(shell.toasts))


def test_a_conflict_leads_to_its_question(qtbot, replica, panel, customer, shell):
    pulled(replica, a_conflict(customer, "phone", {"phone": "1"}, {"phone": "2"}, {"phone": "111"}))
    shown(qtbot, panel, customer.name)

    links(panel, "Compare")[0].click()

    assert shell.opened == [("conflict", customer.id)]
    assert not panel.isVisible()


def test_synchronisation_is_paused_and_goes_on(language, qtbot, desk, panel):
    shown(qtbot, panel, tr("Nothing waits."))

    head = panel._head
    head._ways.actions()[0].trigger()
    assert desk.settings.sync_paused
    assert head._pause.accessibleName() == tr("Continue synchronisation")
    assert tr("Paused") in words(panel)
    head._pause.click()

    assert not desk.settings.sync_paused


def test_a_pause_of_an_hour_says_when_it_ends(language, qtbot, desk, panel):
    shown(qtbot, panel, tr("Nothing waits."))

    panel._head._ways.actions()[1].trigger()

    assert desk.pausing.until
    assert tr("Paused until {time}", time=f"{desk.pausing.until:%H:%M}") in words(panel)


def test_a_pause_counts_no_seconds_to_a_next_try(qtbot, desk, panel):
    shown(qtbot, panel, tr("Nothing waits."))
    retry_at = (datetime.now().astimezone() + timedelta(seconds=90)).isoformat()
    desk.sync.receive(OFFLINE | {"retry_at": retry_at})
    assert panel._head._again.isVisible()

    panel._head._ways.actions()[1].trigger()

    assert not panel._head._again.isVisible()


def test_a_next_try_more_than_an_hour_away_counts_hours(qtbot, desk, panel):
    shown(qtbot, panel, tr("Nothing waits."))
    retry_at = (datetime.now().astimezone() + timedelta(hours=2, seconds=90)).isoformat()

    desk.sync.receive(OFFLINE | {"retry_at": retry_at})

    assert re.search(r"2:01:[0-3]\d", words(panel))


def test_a_network_that_wants_a_sign_in_of_its_own_offers_the_browser(language, qtbot, desk, panel):
    shown(qtbot, panel, tr("Nothing waits."))
    assert panel._sign_in.isHidden()
    retry_at = (datetime.now().astimezone() + timedelta(seconds=90)).isoformat()
    stopped = {"state": "offline", "reason": "sync.captive_portal", "retry_at": retry_at}

    desk.sync.receive({"event": "state", **stopped})

    assert panel._sign_in.accessibleName() == tr("Open the browser")
    assert not panel._sign_in.isHidden()
    assert re.search(r"1:[0-3]\d", words(panel))


def test_a_change_made_while_it_is_open_appears(qtbot, desk, panel, customer):
    shown(qtbot, panel, tr("Nothing waits."))

    desk.change(lambda: desk.services.notes.write(customer.id, "新备注"))

    qtbot.waitUntil(lambda: "新备注" in words(panel))


def test_escape_closes_it(qtbot, panel):
    shown(qtbot, panel, tr("Nothing waits."))

    qtbot.keyClick(panel, Qt.Key.Key_Escape)

    assert not panel.isVisible()


def test_the_log_is_empty_before_the_first_round(language, qtbot, desk, panel):
    dialog = LogDialog(desk, panel.window())
    dialog.open()

    qtbot.waitUntil(lambda: tr("Not synced yet") in dialog._stack.currentWidget().accessibleName())


def test_an_entry_of_the_log_too_long_for_its_line_is_read_below_it(language, qtbot, replica, desk, panel):
    said = ({"changes": 2, "customers": "Rossi Meccanica S.p.A."}, {"changes": 3})
    with replica.absorb() as connection:
        for minutes, counts in enumerate(said):
            note(connection, MORNING + timedelta(minutes=minutes), "handed_on", counts)
    dialog = LogDialog(desk, panel.window())
    dialog.open()
    newest, oldest = in_words("handed_on", said[1]), in_words("handed_on", said[0])
    qtbot.waitUntil(lambda: dialog._whole.text() == newest)

    qtbot.keyClick(dialog._table, Qt.Key.Key_Down)

    assert dialog._whole.text() == oldest


def test_the_log_tells_what_each_round_did(language):
    said = in_words("round", {"sent": 2, "pulled": 3, "conflicts": 1})

    assert tr("{count} uploaded", count=2) in said
    assert tr("{count} downloaded", count=3) in said
    assert in_words("round", {}) == tr("Nothing new")


def test_the_log_says_that_a_restored_server_got_its_changes_again() -> None:
    made_at = datetime(2026, 11, 20, 21, tzinfo=UTC)
    stored = InstantType().to_stored(made_at)

    with_date = in_words("restored", {"again": 3, "restored_from": stored})

    when = moment(made_at.astimezone())
    assert tr("The server was restored from a backup of {when}", when=when) in with_date
    assert tr("{count} changes of yours were sent again", count=3) in with_date
    assert tr("nothing of yours was missing") in in_words("restored", {"again": 0})
    assert "Rossi" in in_words("handed_on", {"changes": 2, "customers": "Rossi"})
    assert "2" in in_words("handed_on", {"changes": 2})
    assert tr("your unsent changes were kept") in in_words("renamed", {"again": 2})
