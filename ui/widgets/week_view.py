"""A week on a grid of days and hours; entries are dragged to another time, or moved with the keys."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.language import tr
from ui.formats import full_day, weekday
from ui.layout import column, scrolled
from ui.tables.cells import MARKS
from ui.theme import theme
from ui.tokens import TONES
from ui.widgets.painting import CENTRE, RIGHT, fill, focus_ring, glyph, outline, words
from ui.widgets.week_entry import SNAP_MINUTES, Place, WeekEntry, places

HOUR, GUTTER, HEAD = 52, 56, 52
FIRST_HOUR_SEEN = 7
_STEPS = {
    Qt.Key.Key_Up: timedelta(minutes=-SNAP_MINUTES),
    Qt.Key.Key_Down: timedelta(minutes=SNAP_MINUTES),
    Qt.Key.Key_Left: timedelta(days=-1),
    Qt.Key.Key_Right: timedelta(days=1),
}


class WeekView(QWidget):
    """`opened(id)`, `moved(id, starts, ends)` with aware datetimes, `asked_new(starts)` on a double
    click into the empty grid or the key N."""

    opened = Signal(object)
    moved = Signal(object, object, object)
    asked_new = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._head = _Head()
        self._grid = _Grid(self)
        self._area: QScrollArea = scrolled(self._grid)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setLayout(column(self._head, (self._area, 1), spacing=0))
        self.setFocusProxy(self._grid)
        self._scrolled = False

    def show_week(self, first: date, entries: Sequence[WeekEntry], days: int = 7) -> None:
        """Show `days` days from `first`; the chosen entry stays chosen where it is still there."""
        self._head.show_days(first, days)
        self._grid.show_days(first, days, entries)

    def choose(self, entry_id: UUID | None) -> None:
        self._grid.choose(entry_id)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._scrolled:
            self._scrolled = True
            self._area.verticalScrollBar().setValue(theme.px(HOUR) * FIRST_HOUR_SEEN)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill(QPainter(self), QRectF(self.rect()), "surface")


class _Head(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._days: list[date] = []
        self.setFixedHeight(theme.px(HEAD))

    def show_days(self, first: date, days: int) -> None:
        self._days = [first + timedelta(days=step) for step in range(days)]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill(painter, QRectF(self.rect()), "surface")
        gutter, bar = theme.px(GUTTER), 12
        width = (self.width() - gutter - bar) / max(1, len(self._days))
        for index, day in enumerate(self._days):
            area = QRectF(gutter + index * width, 0, width, self.height())
            today = day == date.today()
            upper = QRectF(area.left(), theme.px(6), width, theme.px(18))
            lower = QRectF(area.left(), theme.px(24), width, theme.px(22))
            words(painter, upper, weekday(day), "caption", "accent" if today else "text3", CENTRE)
            if today:
                side = theme.px(24)
                fill(painter, QRectF(lower.center().x() - side / 2, lower.top(), side, side - 2), "accent", 8)
            words(painter, lower, str(day.day), "strong", "onAccent" if today else "text", CENTRE)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())


class _Grid(QWidget):
    def __init__(self, view: WeekView) -> None:
        super().__init__()
        self._view = view
        self._first, self._count = date.today(), 7
        self._places: list[Place] = []
        self._chosen: UUID | None = None
        self._pressed: tuple[QPointF, Place] | None = None
        self._ghost: WeekEntry | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(theme.px(HOUR) * 24)
        self.setMouseTracking(True)
        self._name_current()

    def show_days(self, first: date, days: int, entries: Sequence[WeekEntry]) -> None:
        self._first, self._count = first, days
        last = first + timedelta(days=days)
        self._places = [place for place in places(entries) if first <= place.day < last]
        self.choose(self._chosen)

    def choose(self, entry_id: UUID | None) -> None:
        known = any(place.entry.id == entry_id for place in self._places)
        self._chosen = entry_id if known else None
        self._name_current()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(700), theme.px(HOUR) * 24)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (event.position(), place) if place else None
            self.choose(place.entry.id if place else None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None:
            over = self._place_at(at) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            return
        start, place = self._pressed
        far = (at - start).manhattanLength() >= QApplication.startDragDistance()
        if place.entry.movable and (self._ghost or far):
            days = round((at.x() - start.x()) / self._day_width())
            hours = (at.y() - start.y()) / theme.px(HOUR)
            self._ghost = place.entry.moved(timedelta(days=days, hours=hours))
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, ghost = self._pressed, self._ghost
        self._pressed = self._ghost = None
        self.unsetCursor()
        self.update()
        if ghost:
            self._move(ghost, pressed[1].entry if pressed else None)
        elif pressed:
            self._view.opened.emit(pressed[1].entry.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._place_at(event.position()) is None:
            self._view.asked_new.emit(self._moment_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.unsetCursor()

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key()) if event.key() in list(_STEPS) else None
        current = self._current()
        if event.key() == Qt.Key.Key_Escape and self._ghost:
            self._pressed = self._ghost = None
            self.update()
        elif key and current and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if current.entry.movable:
                self._move(current.entry.moved(_STEPS[key]), current.entry)
        elif key and self._places:
            self._step(key)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current:
            self._view.opened.emit(current.entry.id)
        elif event.key() == Qt.Key.Key_N and not event.modifiers():
            self._view.asked_new.emit(self._free_moment())
        else:
            super().keyPressEvent(event)

    def _step(self, key: Qt.Key) -> None:
        """Up and Down go through the entries in time, Left and Right to those of the next day."""
        here = self._current()
        position = self._places.index(here) if here else -1
        forward = key in (Qt.Key.Key_Down, Qt.Key.Key_Right)
        ahead = self._places[position + 1 :] if forward else self._places[: max(0, position)][::-1]
        if here and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            ahead = [place for place in ahead if place.day != here.day]
        if ahead or here is None:
            self.choose((ahead or self._places)[0].entry.id)

    def _move(self, target: WeekEntry, source: WeekEntry | None) -> None:
        if source and target.starts != source.local_start:
            self._view.moved.emit(target.id, target.starts, target.ends)

    # Geometry

    def _day_width(self) -> float:
        return (self.width() - theme.px(GUTTER)) / self._count

    def _area_of(self, place: Place) -> QRectF:
        entry, hour = place.entry, theme.px(HOUR)
        width = self._day_width()
        start = entry.local_start
        top = (start.hour + start.minute / 60) * hour
        height = (entry.local_end - start).total_seconds() / 3600 * hour
        left = theme.px(GUTTER) + (place.day - self._first).days * width
        lane = (width - 6) / place.lanes
        return QRectF(left + 3 + place.lane * lane, top + 1, lane - 2, min(height, 24 * hour - top) - 2)

    def _place_at(self, at: QPointF) -> Place | None:
        return next((place for place in reversed(self._places) if self._area_of(place).contains(at)), None)

    def _moment_at(self, at: QPointF) -> datetime:
        day = self._first + timedelta(days=int((at.x() - theme.px(GUTTER)) // self._day_width()))
        quarters = int(at.y() / theme.px(HOUR) * 60 / SNAP_MINUTES)
        return datetime.combine(day, time()).astimezone() + timedelta(minutes=quarters * SNAP_MINUTES)

    def _free_moment(self) -> datetime:
        """Where a new entry is asked for by key: after the chosen one, else soon, else in the morning."""
        if current := self._current():
            return current.entry.local_end
        now = datetime.now().astimezone()
        if 0 <= (now.date() - self._first).days < self._count:
            return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return datetime.combine(self._first, time(9)).astimezone()

    def _current(self) -> Place | None:
        return next((place for place in self._places if place.entry.id == self._chosen), None)

    def _name_current(self) -> None:
        current = self._current()
        if current is None:
            self.setAccessibleName(tr("Calendar, {count} entries", count=len(self._places)))
            return
        entry = current.entry
        when = f"{full_day(current.day)} {entry.local_start:%H:%M}"
        self.setAccessibleName(", ".join(part for part in (when, entry.title, entry.subline) if part))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill(painter, QRectF(self.rect()), "surface")
        self._paint_lines(painter)
        for place in self._places:
            dragged = self._ghost is not None and self._ghost.id == place.entry.id
            painter.setOpacity(0.35 if dragged else 1)
            self._paint_entry(painter, self._area_of(place), place.entry)
        painter.setOpacity(1)
        if self._ghost:
            place = Place(self._ghost, self._ghost.local_start.date(), 0, 1)
            self._paint_entry(painter, self._area_of(place), self._ghost)
        self._paint_now(painter)

    def _paint_lines(self, painter: QPainter) -> None:
        hour, gutter = theme.px(HOUR), theme.px(GUTTER)
        for index in range(24):
            y = index * hour
            painter.setPen(QPen(theme.colour("divider"), 1))
            painter.drawLine(QPointF(gutter, y), QPointF(self.width(), y))
            if index:
                area = QRectF(0, y - 9, gutter - theme.px(8), 18)
                words(painter, area, f"{index:02d}:00", "caption", "text3", RIGHT)
        painter.setPen(QPen(theme.colour("border"), 1))
        for index in range(self._count):
            x = gutter + index * self._day_width()
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def _paint_entry(self, painter: QPainter, area: QRectF, entry: WeekEntry) -> None:
        tone = TONES[entry.tone]
        fill(painter, area, tone.soft, 6)
        outline(painter, area, tone.line, 6)
        fill(painter, QRectF(area.left(), area.top() + 3, 3, area.height() - 6), tone.text, 1.5)
        if entry.id == self._chosen and self.hasFocus():
            focus_ring(painter, area, 6)
        inner = area.adjusted(theme.px(9), theme.px(3), -4, -2)
        if entry.mark in MARKS:
            name, mark_tone, _ = MARKS[entry.mark]
            side = theme.px(13)
            glyph(
                painter, name, mark_tone, side, QPointF(inner.right() - side / 2, inner.top() + side / 2 + 2)
            )
            inner.setRight(inner.right() - side - 2)
        line = theme.px(18)
        texts = (
            (entry.title, "caption", "text"),
            (f"{entry.local_start:%H:%M}  {entry.subline}", "caption", "text2"),
        )
        for index, (text, role, token) in enumerate(texts):
            row = QRectF(inner.left(), inner.top() + index * line, inner.width(), line)
            if row.bottom() <= area.bottom() + 2:
                words(painter, row, text, role, token)

    def _paint_now(self, painter: QPainter) -> None:
        now = datetime.now()
        position = (now.date() - self._first).days
        if 0 <= position < self._count:
            y = (now.hour + now.minute / 60) * theme.px(HOUR)
            left = theme.px(GUTTER) + position * self._day_width()
            painter.setPen(QPen(theme.colour("bad"), 1.5))
            painter.drawLine(QPointF(left, y), QPointF(left + self._day_width(), y))
            fill(painter, QRectF(left - 3, y - 3, 6, 6), "bad", 3)
