"""One declaration makes the form: every kind has its editor, and only what was changed is saved."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.domain.assets import Asset
from app.domain.changes import Changes
from app.domain.customers import Contact, Customer, Industry, PriorityClass
from app.domain.entity import fields, name_of
from app.domain.errors import RuleViolation
from app.domain.fields import Kind
from app.domain.registry import ENTITIES
from app.domain.service_orders import OrderState, ServiceOrder
from app.language import tr
from tests.builders import EAST_PRESSES, PUMP
from ui.forms.editors import EDITORS, editor_for
from ui.forms.entity_form import EntityForm, defaults
from ui.forms.form_dialog import FormDialog
from ui.forms.lookup import Lookup
from ui.forms.time_editors import parse_day, parse_time

MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SAMPLES = {
    Kind.TEXT: "0512-6800 1234",
    Kind.LONG_TEXT: "第一行\n第二行",
    Kind.WHOLE: 12,
    Kind.QUANTITY: Decimal("12.5"),
    Kind.MONEY: Decimal("186400.25"),
    Kind.FLAG: True,
    Kind.DAY: date(2026, 11, 22),
    Kind.INSTANT: MORNING,
    Kind.TAGS: frozenset({"重点", "华东"}),
    Kind.REFERENCE: PUMP,
}


def line_of(form: EntityForm, name: str) -> QLineEdit:
    widget = form.editor(name).focus
    assert isinstance(widget, QLineEdit)
    return widget


def compose(line: QWidget, text: str) -> None:
    """Type what no key stands for, as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(line, event)


def test_every_kind_of_field_has_an_editor():
    assert set(EDITORS) == set(Kind)


@pytest.mark.parametrize("entity", ENTITIES, ids=name_of)
def test_every_field_of_every_entity_reads_back_what_it_shows(qtbot, entity):
    for name, spec in fields(entity).items():
        editor = editor_for(name, spec)
        qtbot.addWidget(editor.widget)
        value = spec.options[0] if spec.kind is Kind.CHOICE else SAMPLES[spec.kind]
        value = "CNY" if name == "currency" else value

        editor.show(value, "title")

        assert editor.read() == value, name


@pytest.mark.parametrize("entity", ENTITIES, ids=name_of)
def test_an_empty_field_reads_back_as_nothing(qtbot, entity):
    for name, spec in fields(entity).items():
        if spec.kind is not Kind.FLAG:
            editor = editor_for(name, spec)
            qtbot.addWidget(editor.widget)

            editor.show(None)

            assert editor.read() is None, name


def test_only_what_the_user_changed_is_edited(qtbot):
    form = EntityForm(Customer, ["name", "phone", "priority_class", "note", "since_on"])
    qtbot.addWidget(form)
    form.show_values({"name": "恒远", "phone": " 1 ", "priority_class": PriorityClass.A, "note": "a\n"})

    line_of(form, "phone").setText("2")

    assert form.edited() == {"phone": "2"}
    assert form.is_dirty


def test_a_change_taken_back_is_no_change(qtbot):
    form = EntityForm(Customer, ["name", "phone"])
    qtbot.addWidget(form)
    form.show_values({"name": "恒远", "phone": "1"})

    line_of(form, "phone").setText("2")
    line_of(form, "phone").setText("1")

    assert not form.is_dirty
    assert form.edited() == {}


def test_errors_stand_beside_their_fields(qtbot, language):
    form = EntityForm(Customer, ["name", "phone", "since_on"])
    qtbot.addWidget(form)
    form.show_values({"name": "恒远"})
    form.show()
    line_of(form, "name").setText("  ")
    line_of(form, "since_on").setText("soon")

    assert not form.check()
    assert form.editor("name").focus.accessibleDescription() == tr("{label} is missing.", label=tr("Name"))
    assert "2026-11-22" in form.editor("since_on").focus.accessibleDescription()
    assert not form.editor("phone").focus.accessibleDescription()


def test_what_was_not_understood_stays_typed(qtbot):
    form = EntityForm(Customer, ["employees"])
    qtbot.addWidget(form)
    form.show_values({})
    line_of(form, "employees").setText("a dozen")

    with pytest.raises(RuleViolation):
        form.edited()

    assert line_of(form, "employees").text() == "a dozen"


def test_an_error_of_the_server_finds_its_field(qtbot):
    form = EntityForm(Customer, ["name", "phone"])
    qtbot.addWidget(form)
    form.show_values({"name": "恒远"})

    assert form.show_problem(RuleViolation("field.too_long", field="phone", label="Phone", limit=40))
    assert "40" in form.editor("phone").focus.accessibleDescription()
    assert not form.show_problem(RuleViolation("field.required", field="city", label="City"))


@pytest.mark.parametrize("keys", [(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier),
                                  (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)])  # fmt: skip
def test_the_saving_keys_work_in_every_field(qtbot, keys):
    form = EntityForm(Customer, ["name", "note"])
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    form.focus_field("note")
    qtbot.waitUntil(form.editor("note").focus.hasFocus)

    with qtbot.waitSignal(form.save_asked):
        qtbot.keyClick(form.editor("note").focus, *keys)


def test_tab_leaves_a_long_text(qtbot):
    editor = editor_for("note", fields(Customer)["note"])
    qtbot.addWidget(editor.widget)

    assert isinstance(editor.focus, QPlainTextEdit)
    assert editor.focus.tabChangesFocus()


def test_a_state_offers_only_what_may_follow(qtbot):
    editor = editor_for("state", fields(ServiceOrder)["state"])
    qtbot.addWidget(editor.widget)

    editor.show(OrderState.SIGNED)

    texts = [editor.widget.itemText(index) for index in range(editor.widget.count())]
    assert texts == [tr(OrderState.SIGNED.label), tr(OrderState.COMPLETED.label)]


def test_an_option_of_a_newer_version_is_not_lost(qtbot):
    editor = editor_for("industry", fields(Customer)["industry"])
    qtbot.addWidget(editor.widget)

    editor.show("robotics")
    assert editor.read() == "robotics"

    editor.show(Industry.CRANE)
    assert editor.read() is Industry.CRANE


def test_an_amount_brings_its_currency(qtbot):
    form = EntityForm(Customer, ["annual_sales", "currency"])
    qtbot.addWidget(form)
    form.show_values({})

    form.editor("annual_sales").focus.setText("1,200.50")

    assert form.edited() == {"annual_sales": Decimal("1200.50"), "currency": "CNY"}


def test_a_reference_is_found_by_typing(qtbot, desk):
    lookup = Lookup(desk.background, desk.queries.records)
    editor = editor_for("territory_id", fields(Customer)["territory_id"], lookup)
    qtbot.addWidget(editor.widget)
    editor.widget.show()
    editor.show(None)

    compose(editor.focus, "华")
    with pytest.raises(RuleViolation):
        editor.read()
    qtbot.waitUntil(lambda: bool(editor._found))
    editor._choose(editor._titles.index(0, 0))

    assert editor.read() == EAST_PRESSES


def test_a_reference_without_a_title_asks_for_it(qtbot, desk):
    lookup = Lookup(desk.background, desk.queries.records)
    editor = editor_for("product_id", fields(Asset)["product_id"], lookup)
    qtbot.addWidget(editor.widget)

    editor.show(PUMP)

    qtbot.waitUntil(lambda: editor.focus.text() == desk.queries.records.title("product", PUMP))
    assert editor.read() == PUMP


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-22", date(2026, 11, 22)), ("2026/1/2", date(2026, 1, 2)), ("20261122", date(2026, 11, 22)),
     ("2026年11月22日", date(2026, 11, 22)), ("11-22", date(date.today().year, 11, 22))],
)  # fmt: skip
def test_a_day_is_understood_in_the_usual_forms(text, day):
    assert parse_day(text) == day


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "soon", "1", "2026-11-22-01"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_day(text)


@pytest.mark.parametrize(("text", "clock"), [("9", time(9)), ("09:30", time(9, 30)), ("0930", time(9, 30))])
def test_a_time_is_understood_in_the_usual_forms(text, clock):
    assert parse_time(text) == clock


def test_a_dialog_saves_a_new_record_and_tells_the_feed(qtbot, desk, language):
    customer_id, _ = desk.services.records.create(Customer, {"name": "恒远", "territory_id": EAST_PRESSES})
    dialog = FormDialog(
        desk, None, Contact, "x", lambda values: desk.services.records.create(Contact, values),
        only=["name", "mobile"], preset={"customer_id": customer_id},
    )  # fmt: skip
    qtbot.addWidget(dialog)
    dialog.open()
    line_of(dialog.form, "name").setText("周建国")

    told: list[Changes] = []
    desk.feed.changed.connect(lambda changes, initiator: told.append(changes))

    with qtbot.waitSignal(dialog.accepted):
        dialog.save()

    assert told[0].touch(Contact)


def test_a_dialog_that_cannot_save_keeps_what_was_typed(qtbot, desk):
    def refuse(values: object) -> None:
        raise RuleViolation("field.required", field="mobile", label="Mobile")

    dialog = FormDialog(desk, None, Contact, "x", refuse, only=["name", "mobile"], preset={})
    qtbot.addWidget(dialog)
    dialog.open()
    line_of(dialog.form, "name").setText("周建国")
    dialog.save()
    qtbot.waitUntil(lambda: bool(dialog.form.editor("mobile").focus.accessibleDescription()))

    assert dialog.isVisible()
    assert line_of(dialog.form, "name").text() == "周建国"


def test_a_dialog_asks_before_it_throws_anything_away(qtbot, desk):
    dialog = FormDialog(desk, None, Contact, "x", lambda values: None, only=["name"], values={"name": "周"})
    qtbot.addWidget(dialog)
    dialog.open()
    line_of(dialog.form, "name").setText("周建国")

    dialog.close()

    assert dialog.isVisible()


def test_a_new_record_starts_with_its_defaults():
    assert defaults(ServiceOrder)["state"] is OrderState.DISPATCHED
    assert "subject" not in defaults(ServiceOrder)
