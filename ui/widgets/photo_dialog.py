"""A photo as large as the window allows."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from app.language import tr
from ui.layout import column, row
from ui.widgets.buttons import button
from ui.widgets.labels import ElidedLabel, label
from ui.widgets.photo_strip import thumbnail

SHARE = 0.72


class PhotoDialog(QDialog):
    """Escape closes it."""

    def __init__(self, parent: QWidget, name: str, content: bytes, remove: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        room = parent.window().size() * SHARE
        image = thumbnail(content, max(room.width(), room.height()))
        picture: QLabel = label("" if image else tr("This picture cannot be shown"), "body", "text2")
        picture.setAccessibleName(name)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if image is not None:
            how = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            picture.setPixmap(QPixmap.fromImage(image).scaled(room, *how))

        def take_away() -> None:
            self.accept()
            remove()

        removing = button(tr("Remove photo"), "trash-2", "danger", clicked=take_away)
        closing = button(tr("Close"), kind="primary", clicked=self.reject)
        foot = row((ElidedLabel(name, "label", "text2"), 1), removing, closing)
        self.setLayout(column((picture, 1), foot, margins=(16, 16, 16, 14), spacing=12))
        closing.setFocus()
