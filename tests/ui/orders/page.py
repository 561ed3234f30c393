"""What the tests of the orders page see and press."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.domain.service_orders import (
    ChecklistItem,
    OrderState,
    ServiceOrder,
)
from app.language import tr
from app.persistence.replica import Replica
from tests.replicas import edit
from ui.screens.orders.screen import OrdersScreen
from ui.screens.orders.sign_dialog import SignDialog
from ui.widgets.labels import ElidedLabel
from ui.widgets.stepper import Stepper

NOW = datetime.now().astimezone()


def shows(widget: QWidget, words: str) -> bool:
    texts = (label.text() for label in widget.findChildren(QLabel) if label.isVisible())
    return any(words in text for text in texts)


def the_button(widget: QWidget, words: str) -> QPushButton:
    found = [b for b in widget.findChildren(QPushButton) if b.isVisible() and b.accessibleName() == words]
    assert found, words
    return found[0]


def press(qtbot, widget: QWidget, words: str) -> None:
    qtbot.mouseClick(the_button(widget, words), Qt.MouseButton.LeftButton)


def choose(button: QPushButton, words: str) -> None:
    next(action for action in button.menu().actions() if action.text() == words).trigger()


def the_dialog(qtbot, screen: QWidget, kind: type[QDialog]) -> Any:
    def opened() -> list[QDialog]:
        return [dialog for dialog in screen.window().findChildren(kind) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(opened()))
    return opened()[-1]


def stored(replica: Replica, entity: type, row_id: UUID) -> Any:
    with replica.read() as session:
        return session.get_one(entity, row_id)


def rows(replica: Replica, entity: type) -> list[Any]:
    with replica.read() as session:
        return list(session.query(entity))


def listed(screen: OrdersScreen) -> list[str]:
    model = screen.list._list.model()
    return [model.index(position, 0).data() for position in range(model.rowCount())]


def wait_for(qtbot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition)


def visible_buttons(widget: QWidget) -> list[QPushButton]:
    return [button for button in widget.findChildren(QPushButton) if button.isVisible()]


def can_press(widget: QWidget, words: str) -> bool:
    return any(b.accessibleName() == words and b.isEnabled() for b in visible_buttons(widget))


def stepper_says(widget: QWidget, words: str) -> bool:
    return words in widget.findChildren(Stepper)[0].accessibleName()


def box_of(widget: QWidget, step: str) -> QCheckBox:
    boxes = widget.findChildren(QCheckBox)
    return next(box for box in boxes if box.isVisible() and box.accessibleName().startswith(step))


def tick(qtbot, widget: QWidget, step: str) -> None:
    box = box_of(widget, step)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)


def sign(qtbot, dialog: SignDialog, name: str) -> None:
    line = dialog.form.editor("signer_name").focus
    assert isinstance(line, QLineEdit)
    line.setText(name)  # as an input method does: no keyboard has these keys
    draw(qtbot, dialog.pad)
    press(qtbot, dialog, tr("Confirm"))


def draw(qtbot, pad: QWidget) -> None:
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(130, 80))
    for x in range(140, 400, 20):
        qtbot.mouseMove(pad, QPoint(x, 80 + x % 40))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(390, 40))


def at_work(replica: Replica, order: UUID) -> None:
    edit(replica, ServiceOrder, order, state=OrderState.ACCEPTED)
    for state in (OrderState.EN_ROUTE, OrderState.ON_SITE, OrderState.WORKING):
        edit(replica, ServiceOrder, order, state=state)


def reload(card: OrdersScreen, qtbot, words: str) -> None:
    """As after a sync."""
    card.reload()
    wait_for(qtbot, lambda: can_press(card, words))


def edit_all_done(replica: Replica) -> None:
    for item in rows(replica, ChecklistItem):
        edit(replica, ChecklistItem, item.id, done_at=NOW)


def text_of(card: OrdersScreen, name: str) -> QPlainTextEdit:
    field = card.order.findings.form.editor(name).focus
    assert isinstance(field, QPlainTextEdit)
    return field


def a_photo(folder: Path) -> Path:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("steelblue"))
    path = folder / "主轴.png"
    assert image.save(str(path))
    return path


def drop(target: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, how = QPointF(10, 10), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    target.dropEvent(QDropEvent(where, how, data, buttons, keys))


def says(widget: QWidget, words: str) -> bool:
    return any(label.text() == words for label in widget.findChildren(ElidedLabel) if label.isVisible())
