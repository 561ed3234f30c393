"""Photos and files of an order."""

from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
)

from app.domain.notes import Attachment
from app.language import tr
from tests.ui.orders.page import a_photo, can_press, drop, press, rows, the_dialog, wait_for
from ui.widgets.photo_dialog import PhotoDialog


def test_files_dropped_on_an_order_are_kept_with_it(qtbot, card, replica, order, tmp_path):
    notes = tmp_path / "测量.csv"
    notes.write_text("1,2")
    drop(card.order, a_photo(tmp_path), notes)

    wait_for(qtbot, lambda: can_press(card, "测量.csv"))
    kept = rows(replica, Attachment)
    assert {row.file_name for row in kept} == {"主轴.png", "测量.csv"}
    assert {row.service_order_id for row in kept} == {order}


def test_a_photo_is_seen_large_and_can_be_removed(qtbot, card, replica, tmp_path):
    card.order._files.add_files([a_photo(tmp_path)])
    strip = card.order._files._strip
    wait_for(
        qtbot,
        lambda: any(
            tile.accessibleName() == "主轴.png"
            for tile in strip.children()
            if isinstance(tile, QAbstractButton)
        ),
    )
    strip.opened.emit(rows(replica, Attachment)[0].id)
    dialog = the_dialog(qtbot, card, PhotoDialog)
    assert any(not label.pixmap().isNull() for label in dialog.findChildren(QLabel))

    press(qtbot, dialog, tr("Remove photo"))

    wait_for(qtbot, lambda: rows(replica, Attachment) == [])


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_added(
    qtbot, card, replica, tmp_path, background
):
    errors: list[Exception] = []
    background.unhandled.connect(errors.append)
    drop(card.order, tmp_path / "gone.png", a_photo(tmp_path))

    wait_for(qtbot, lambda: [row.file_name for row in rows(replica, Attachment)] == ["主轴.png"])
    assert [getattr(error, "code", "") for error in errors] == ["attachment.unreadable"]
