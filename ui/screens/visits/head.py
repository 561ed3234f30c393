"""The head of a visit: what it is for, how it stands, and what can be done with it."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.changes import Changes
from app.domain.visits import VisitState
from app.language import tr
from app.queries.marks import Mark
from app.queries.visit_card import VisitCard
from ui.acts import say
from ui.desk import Desk
from ui.formats import moment, time_of
from ui.layout import clear, column, row
from ui.paper.paper_menu import PaperMenu
from ui.paper.visit_sheet import visit_sheet
from ui.screens.visits.dialogs import WindowDialog, edit_visit, write_note
from ui.screens.visits.words import chips_of, window_words
from ui.widgets.banner import Banner
from ui.widgets.buttons import Choice, button, menu_of
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import Chip, Glyph, label

LINK_PADDING = 5
ENDED = (VisitState.MISSED, VisitState.CANCELLED)


class VisitHead(QWidget):
    """What concerns what is being typed is asked of the page: `check_in_asked`, `finish_asked`."""

    check_in_asked = Signal()
    finish_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._card: VisitCard | None = None
        self._title = label("", "title", wrap=True)
        self._chips, self._facts = FlowLayout(6), FlowLayout(14)
        self._customer = button(icon_name="building-2", kind="link", clicked=self._open_customer)
        self._customer.setProperty("icononly", False)
        self.check_in = button(tr("Check in"), "map-pin", "primary", clicked=self.check_in_asked.emit)
        self.finish = button(tr("Finish the visit"), "check", "primary", clicked=self.finish_asked.emit)
        self.again = button(tr("Plan again"), "calendar-days", "primary", clicked=self._move)
        order = button(tr("New service order"), "clipboard-list", clicked=self._new_order)
        self.paper = PaperMenu(desk, "", "printer", tip=tr("Preparation on paper"))
        self._more = button("", "ellipsis", tip=tr("More"))
        self._more.setMenu(QMenu(self._more))
        self._notices = column(spacing=8)
        actions = FlowLayout(8)
        for action in (self.check_in, self.finish, self.again, order, self.paper.button, self._more):
            actions.addWidget(action)
        self.setLayout(
            column(
                self._title,
                self._chips,
                row(self._customer, None, margins=(-LINK_PADDING, 0, 0, 0)),
                self._facts,
                2,
                actions,
                self._notices,
                spacing=7,
            )
        )

    def show_card(self, card: VisitCard) -> None:
        self._card = card
        visit = card.row
        self.paper.show_record(f"{tr('Visit preparation')} {visit.customer_name}", partial(visit_sheet, card))
        self._title.setText(visit.purpose)
        self._title.setAccessibleName(visit.purpose)
        clear(self._chips)
        for text, tone in chips_of(visit):
            self._chips.addWidget(Chip(text, tone))
        self._customer.setText(f" {visit.customer_name}")
        self._customer.setAccessibleName(visit.customer_name)
        self._show_facts(card)
        self.check_in.setVisible(VisitState.UNDER_WAY in card.next_states)
        self.finish.setVisible(VisitState.DONE in card.next_states)
        self.again.setVisible(visit.state in ENDED)
        self._show_choices(card)
        self._show_notices(visit.mark)

    def _show_facts(self, card: VisitCard) -> None:
        clear(self._facts)
        came, left = card.values["checked_in_at"], card.values["checked_out_at"]
        facts = [
            ("clock", window_words(card.row)),
            ("user", card.row.owner_name or tr("Nobody assigned")),
            ("phone", card.contact_name or ""),
            ("log-in", tr("there since {time}", time=moment(came)) if came and not left else ""),
            ("log-out", f"{moment(came)}–{time_of(left)}" if came and left else ""),
        ]
        for icon_name, text in facts:
            if text:
                fact = QWidget()
                fact.setLayout(row(Glyph(icon_name, "text3", 14), label(text, "label", "text2"), spacing=5))
                self._facts.addWidget(fact)

    def _show_choices(self, card: VisitCard) -> None:
        states, visits = card.next_states, self._desk.services.visits
        state, visit_id = card.row.state, card.row.id
        planned = state is VisitState.PLANNED
        menu = self._more.menu()
        menu.clear()

        def run(words: str, use_case: Callable[[UUID], Changes]) -> None:
            self._desk.change(partial(use_case, visit_id), say(self._desk, words))

        menu_of(
            [
                Choice(tr("Move the visit"), self._move, "calendar", enabled=planned),
                Choice(tr("Edit visit"), self._edit, "pencil", enabled=planned),
                Choice(tr("Write a note"), self._note, "message-square"),
                Choice(""),
                Choice(
                    tr("Not begun after all") if state is VisitState.UNDER_WAY else tr("Planned after all"),
                    lambda: run(tr("Visit is planned again"), visits.reopen),
                    "undo-2",
                    enabled=VisitState.PLANNED in states,
                ),
                Choice(
                    tr("Mark as missed"),
                    lambda: run(tr("Visit marked as missed"), visits.miss),
                    "triangle-alert",
                    enabled=VisitState.MISSED in states,
                ),
                Choice(
                    tr("Cancel the visit"),
                    lambda: run(tr("Visit cancelled"), visits.cancel),
                    "circle-x",
                    enabled=VisitState.CANCELLED in states,
                ),
            ],
            menu,
        )

    def _show_notices(self, mark: Mark) -> None:
        clear(self._notices)
        assert self._card is not None
        if mark is Mark.CONFLICT:
            words = tr("This visit was changed here and elsewhere at the same time.")
            compare = partial(self._desk.open, "conflict", self._card.row.id)
            self._notices.addWidget(Banner(words, "bad", "git-compare", tr("Compare and merge"), compare))
        if mark is Mark.REFUSED:
            words = tr("The server refused a change of this visit. Open the sync panel to correct it.")
            self._notices.addWidget(Banner(words, "bad"))

    def _open_customer(self) -> None:
        if self._card:
            self._desk.open("customer", self._card.row.customer_id)

    def _new_order(self) -> None:
        if self._card:
            known = {name: self._card.values[name] for name in ("customer_id", "contact_id")}
            self._desk.create("service_order", **known)

    def _move(self) -> None:
        if self._card:
            again = self._card.row.state in ENDED
            WindowDialog(self._desk, self.window(), self._card.row, again=again).open()

    def _edit(self) -> None:
        if self._card:
            edit_visit(self._desk, self.window(), self._card.row.id)

    def _note(self) -> None:
        if self._card:
            write_note(self._desk, self.window(), self._card.row)
