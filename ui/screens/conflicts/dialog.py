"""Asks, field by field, what is right where two people changed the same record."""

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from app.domain.conflicts import ConflictKind
from app.domain.errors import RuleViolation
from app.language import tr
from app.queries.conflicts import ConflictCard, Question
from app.services.conflicts import Answer, Take
from ui.desk import Desk
from ui.formats import moment
from ui.forms.lookup import Lookup
from ui.layout import Item, column, frame, line, row, scrolled
from ui.screens.conflicts.question_row import FIELD_WIDTH, QuestionRow
from ui.sync_status import SyncState
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import Chip, Glyph, label

WIDTH, TALLEST, SIDE_WIDTH = 1100, 720, 220


class ConflictDialog(QDialog):
    """Never in the way: it is opened by the user and may be left for later at any time."""

    def __init__(self, desk: Desk, card: ConflictCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._card = desk, card
        self.setWindowTitle(tr("Resolve conflict – {title}", title=card.title))
        lookup = Lookup(desk.background, desk.queries.records)
        self._rows = [QuestionRow(question, lookup, self) for question in card.questions]
        self._left = Chip("", "warn")
        self._save = button(
            tr("Save the result"), "git-merge", "primary", tip="Ctrl+Enter", clicked=self._finish
        )
        parts: list[Item] = [self._head()]
        if card.merged:
            parts.append(self._merged())
        self.setLayout(column(*parts, (self._table(), 1), self._foot(), margins=(24, 20, 24, 18), spacing=14))
        for question_row in self._rows:
            question_row.changed.connect(self._count)
        self.resize(theme.px(WIDTH), min(theme.px(TALLEST), theme.px(320 + 96 * self._lines())))
        self._set_tab_order()
        self._keys()
        self._count()

    def _lines(self) -> int:
        """How tall the questions are, in fields; a group has all of its own one below the other."""
        return sum(max(1, len(question.fields) * 2 // 3) for question in self._card.questions)

    def _head(self) -> Item:
        title = row(label(self._card.title, "title"), Chip(self._card.kind_words), None, spacing=10)
        why = label(explanation(self._card), "label", "text2", wrap=True)
        sign = Glyph("git-compare", "bad", 22, ground="badSoft", box=44)
        return row(sign, 4, (column(title, why, spacing=3), 1), (self._left, 0, Qt.AlignmentFlag.AlignTop))

    def _merged(self) -> QWidget:
        count = len(self._card.merged)
        text = (
            tr("One more field was changed on one side only and merged by itself:")
            if count == 1
            else tr(
                "{count} more fields were changed on one side only and merged by themselves:", count=count
            )
        )
        names = label(tr(", ").join(self._card.merged), "label", wrap=True)
        return frame(
            row(
                Glyph("circle-check", "ok", 18),
                label(text, "label", "text2"),
                (names, 1),
                margins=(14, 9, 12, 9),
            ),
            card=True,
        )

    def _table(self) -> QWidget:
        head, body = _grid(), _grid()
        first = self._card.questions[0]
        for place, (icon_name, title, remark) in enumerate(
            (
                ("", tr("Field"), ""),
                (
                    "laptop",
                    tr("Mine") if self._card.is_mine else first.author_name or tr("Someone else"),
                    _who(first, mine=True),
                ),
                ("server", tr("Server"), _who(first, mine=False)),
                ("pencil", tr("Result"), tr("can be edited")),
            )
        ):
            cell = QWidget()
            sign = [Glyph(icon_name, "text3", 16)] if icon_name else []
            cell.setLayout(
                row(*sign, label(title, "strong"), label(remark, "caption", "text3"), None, spacing=6)
            )
            head.addWidget(cell, 0, place)
        for number, question_row in enumerate(self._rows):
            question_row.add_to(body, number)
        head.setContentsMargins(20, 14, 20, 0)
        body.setContentsMargins(20, 4, 20, 14)
        content = QWidget()
        content.setObjectName("scrolled")
        content.setLayout(column(body, None))
        area = scrolled(content)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(content.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())
        return frame(column(head, line(), (area, 1), spacing=12), card=True)

    def _foot(self) -> Item:
        if self._card.reserved:
            words = tr("The office decides about money and about signed orders. You see both versions here.")
            return row(
                Glyph("lock", "text3", 16), (label(words, "label", "text2", wrap=True), 1),
                button(tr("Close"), clicked=self.reject),
            )  # fmt: skip
        everything = (
            button(tr("All mine"), "laptop", clicked=partial(self._take_all, Take.MINE)),
            button(tr("All from the server"), "server", clicked=partial(self._take_all, Take.THEIRS)),
        )
        offline: list[Item] = []
        if self._desk.sync.status.state is SyncState.OFFLINE:
            words = tr("Offline: saved on this computer first, uploaded later")
            offline = [12, Glyph("cloud-off", "warn", 16), label(words, "label", "text2")]
        later = button(tr("Later"), kind="ghost", clicked=self.reject)
        return row(*everything, *offline, None, later, self._save)

    def _take_all(self, side: Take) -> None:
        for question_row in self._rows:
            (question_row.mine if side is Take.MINE else question_row.theirs).setChecked(True)

    def _take_here(self, side: Take) -> None:
        """Take one side of the question in focus, and go on to the next open one."""
        focused = self.focusWidget()
        place = next((n for n, r in enumerate(self._rows) if focused in r.focus_widgets), 0)
        chosen = self._rows[place]
        (chosen.mine if side is Take.MINE else chosen.theirs).setChecked(True)
        following = [*self._rows[place + 1 :], *self._rows[:place]]
        still_open = next((r for r in following if _answer(r) is None), None)
        (still_open.mine if still_open else self._save).setFocus(Qt.FocusReason.TabFocusReason)

    def _count(self) -> None:
        if self._card.reserved:
            self._left.show_text(tr("For the office to decide"), "neutral")
            return
        left = sum(_answer(question_row) is None for question_row in self._rows)
        self._left.show_text(
            tr("{count} left to choose", count=left) if left else tr("All chosen"), "warn" if left else "ok"
        )
        self._save.setEnabled(left == 0)

    def _finish(self) -> None:
        if not self._save.isEnabled() or self._card.reserved:
            return
        answers: dict[UUID, Answer] = {}
        for question_row in self._rows:
            answer = question_row.answer()
            assert answer is not None
            answers[question_row.question.id] = answer
        self._save.setEnabled(False)
        self._desk.change(
            partial(self._desk.services.conflicts.resolve, answers),
            lambda _: self._done(),
            self._refused,
            self,
        )

    def _done(self) -> None:
        ids = [question.id for question in self._card.questions]
        undo = partial(self._desk.services.conflicts.undo, ids)
        self._desk.toast(tr("Conflict resolved"), partial(self._desk.change, undo))
        self.accept()

    def _refused(self, error: Exception) -> None:
        self._count()
        self._desk.fail(error)

    def _set_tab_order(self) -> None:
        order = [widget for question_row in self._rows for widget in question_row.focus_widgets]
        if self._card.reserved:  # to be looked at only
            for question_row in self._rows:
                question_row.freeze()
            return
        for before, after in zip(order, [*order[1:], self._save], strict=True):
            QWidget.setTabOrder(before, after)

    def _keys(self) -> None:
        for keys, action in (
            ("Ctrl+Return", self._finish),
            ("Ctrl+Enter", self._finish),
            ("Alt+1", partial(self._take_here, Take.MINE)),
            ("Alt+2", partial(self._take_here, Take.THEIRS)),
        ):
            QShortcut(QKeySequence(keys), self, action)

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rows[0].mine.setFocus(Qt.FocusReason.TabFocusReason)


def explanation(card: ConflictCard) -> str:
    """Who did what, in one sentence."""
    first = card.questions[0]
    who = tr("You") if card.is_mine else first.author_name or tr("Someone else")
    other = first.their_author_name
    if first.kind is ConflictKind.RULE and card.is_mine:
        return tr("What you changed does not go together with what is on the server by now.")
    if first.kind is ConflictKind.LATE:
        return tr(
            "{who} changed this after the customer had gone to someone else, without knowing it.", who=who
        )
    if first.kind is ConflictKind.RULE:
        return tr("What {who} changed does not go together with what is on the server by now.", who=who)
    if other:
        return tr("{who} and {other} changed this record at the same time.", who=who, other=other)
    return tr("{who} changed this record while it was also changed on the server.", who=who)


def _who(question: Question, *, mine: bool) -> str:
    name = question.author_name if mine else question.their_author_name
    at = question.acted_at if mine else question.their_acted_at
    return " · ".join(part for part in (name, moment(at) if at else "") if part)


def _answer(question_row: QuestionRow) -> Answer | None:
    try:
        return question_row.answer()
    except RuleViolation:
        return None


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(12)
    grid.setColumnMinimumWidth(0, theme.px(FIELD_WIDTH))
    for place in (1, 2, 3):
        grid.setColumnStretch(place, 1)
        grid.setColumnMinimumWidth(place, theme.px(SIDE_WIDTH))
    return grid
