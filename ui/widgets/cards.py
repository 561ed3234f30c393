"""Cards: a titled frame for anything, and a figure that opens what it counts."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from ui.layout import Item, Margins, column, row
from ui.theme import theme
from ui.widgets.labels import ElidedLabel, Glyph, label, set_tone
from ui.widgets.painting import fill, focus_ring, outline

RADIUS = 10


class Card(QFrame):
    """A frame with a title, a note beside it and actions at its right; content goes into `body`."""

    def __init__(
        self, title: str = "", note: str = "", *actions: Item, padding: Margins = (16, 12, 16, 14)
    ) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.body: QVBoxLayout = column(spacing=10)
        self._title = label(title, "subtitle")
        self._note = label(note, "caption", "text3")
        self._note.setVisible(bool(note))
        head = row(self._title, self._note, None, *actions, margins=(16, 12, 12, 0))
        content = column((self.body, 1), margins=padding)
        if title:
            self.setLayout(column(head, content, spacing=0))
        else:
            self.setLayout(content)

    def show_title(self, title: str, note: str = "") -> None:
        self._title.setText(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def add(self, item: QWidget, stretch: int = 0) -> None:
        self.body.addWidget(item, stretch)


class Metric(QAbstractButton):
    """A figure with a name above and a remark below."""

    def __init__(self, name: str, icon_name: str) -> None:
        super().__init__()
        self._name = name
        self._value = label("–", "metric")
        # A Chinese fallback glyph makes a line taller: without a fixed height cards stop lining up.
        self._value.setFixedHeight(theme.px(34))
        self._remark = ElidedLabel("", "caption", "text3")
        self._remark.setFixedHeight(theme.px(18))
        title = label(name, "label", "text2")
        title.setFixedHeight(theme.px(20))
        glyph = Glyph(icon_name, "text3", 18)
        texts = column(title, self._value, self._remark, spacing=1)
        top = Qt.AlignmentFlag.AlignTop
        self._layout = row((texts, 1), (glyph, 0, top), margins=(16, 12, 14, 12))
        self.setLayout(self._layout)
        for part in (title, self._value, self._remark, glyph):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def show_value(self, value: str, remark: str = "", tone: str = "text3") -> None:
        self._value.setText(value)
        self._remark.setText(remark)
        set_tone(self._remark, tone)
        self.setAccessibleName(" ".join(part for part in (self._name, value, remark) if part))

    def sizeHint(self) -> QSize:
        return self._layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(130), self._layout.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        fill(painter, area, "hover" if self.underMouse() and self.isEnabled() else "surface", RADIUS)
        if self.hasFocus():
            focus_ring(painter, area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS)
        else:
            outline(painter, area, "border", RADIUS)
