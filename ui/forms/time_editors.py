"""Editors for days and moments: typed in any usual form, or picked from a calendar."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QMenu, QWidget, QWidgetAction

from app.domain.fields import Field
from app.language import current_language, tr
from ui.forms.editor import Editor
from ui.icons import icon
from ui.layout import row
from ui.theme import theme

_DAY = re.compile(r"(?:(\d{4})\D?)?(\d{1,2})\D(\d{1,2})\D?|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2})(?:[:：.]?(\d{2}))?")


class DayField(QLineEdit):
    """A line for a day. Up and Down turn it, the icon opens a calendar."""

    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(theme.font("body"))
        self.setPlaceholderText(tr("year-month-day"))
        opener = self.addAction(icon("calendar", "text3"), QLineEdit.ActionPosition.TrailingPosition)
        opener.setToolTip(tr("Open calendar"))
        opener.triggered.connect(self._open_calendar)

    def show_day(self, value: date | None) -> None:
        self.setText("" if value is None else value.isoformat())

    def day(self) -> date | None:
        """ValueError where the text is not a day."""
        text = self.text().strip()
        return parse_day(text) if text else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps and not event.modifiers():
            self._turn(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_F4:
            self._open_calendar()
        else:
            super().keyPressEvent(event)

    def _turn(self, days: int) -> None:
        try:
            self.show_day((self.day() or date.today()) + timedelta(days=days))
        except (ValueError, OverflowError):
            self.show_day(date.today())

    def _open_calendar(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget()
        calendar.setLocale(QLocale("zh_CN" if current_language() == "zh_CN" else "en_GB"))
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        calendar.setFont(theme.font("label"))
        try:
            shown = self.day() or date.today()
        except ValueError:
            shown = date.today()
        calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))

        def choose(chosen: QDate) -> None:
            self.show_day(date(chosen.year(), chosen.month(), chosen.day()))
            menu.close()
            self.picked.emit()

        calendar.clicked.connect(choose)
        calendar.activated.connect(choose)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        calendar.setFocus()


class DayEditor(Editor):
    """A day, the same in every time zone; an empty line means none."""

    def __init__(self, spec: Field) -> None:
        self._field = DayField()
        super().__init__(spec, self._field)
        self._field.textChanged.connect(self.changed)

    def show(self, value: Any, title: str | None = None) -> None:
        self._field.show_day(value)

    def read(self) -> date | None:
        try:
            return self._field.day()
        except ValueError:
            raise self.not_understood() from None


class InstantEditor(Editor):
    """A day and a time on this computer's clock."""

    def __init__(self, spec: Field) -> None:
        self._day, self._time = DayField(), QLineEdit()
        self._time.setFont(theme.font("body"))
        self._time.setPlaceholderText("09:00")
        self._time.setFixedWidth(theme.px(72))
        self._time.setAccessibleName(tr("{label}: time", label=tr(spec.label)))
        box = QWidget()
        box.setLayout(row((self._day, 1), self._time, spacing=6))
        super().__init__(spec, box, self._day)
        self._day.textChanged.connect(self.changed)
        self._time.textChanged.connect(self.changed)

    def show(self, value: Any, title: str | None = None) -> None:
        local = value.astimezone() if value else None
        self._day.show_day(local.date() if local else None)
        self._time.setText(f"{local:%H:%M}" if local else "")

    def read(self) -> datetime | None:
        try:
            day, clock = self._day.day(), self._time.text().strip()
            if day is None and not clock:
                return None
            if day is None:
                raise self.not_understood()
            return datetime.combine(day, parse_time(clock) if clock else time(9)).astimezone()
        except (ValueError, OverflowError):
            raise self.not_understood() from None


def parse_day(text: str) -> date:
    """2026-11-22, 2026/11/22, 20261122, 2026年11月22日, or 11-22 of this year; ValueError otherwise."""
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day = found.group(1, 2, 3) if found.group(2) else found.group(4, 5, 6)
    return date(int(year or date.today().year), int(month), int(day))


def parse_time(text: str) -> time:
    """9, 09:30, 0930; ValueError otherwise."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    return time(int(found.group(1)), int(found.group(2) or 0))
