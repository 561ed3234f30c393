"""The panel below the sync pill: state, changes that wait, what needs the user."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QMimeData, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.language import tr
from app.queries.conflicts import ConflictRow
from app.queries.sync_centre import Change, Draft, SyncCentre
from ui.change_feed import GATHER_MS
from ui.desk import Desk
from ui.error_words import WORDS
from ui.formats import moment
from ui.layout import Item, clear, column, line, row, scrolled
from ui.messages import words_for
from ui.screens.sync_centre.by_hand import SUFFIX, ask_to_export, ask_to_take_in, take_in
from ui.screens.sync_centre.check import check_replica
from ui.screens.sync_centre.head import PanelHead
from ui.screens.sync_centre.log import LogDialog
from ui.screens.sync_centre.refused import FixDialog, refusal
from ui.sync_status import SyncStatus
from ui.theme import theme
from ui.widgets.buttons import Choice, button, menu_of
from ui.widgets.labels import Chip, ElidedLabel, Glyph, label
from ui.widgets.popup import GAP, Popup

WIDTH, MOST_HEIGHT = 420, 420
LINK_PADDING = 5
_ICONS = {
    "service_order": "clipboard-list", "visit": "calendar-days", "customer": "building-2", "contact": "user",
    "asset": "cpu", "note": "message-square", "attachment": "paperclip", "delegation": "users",
}  # fmt: skip


class SyncPanel(Popup):
    """Everything in it is read anew each time it opens, and while it is open."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self.setFixedWidth(theme.px(WIDTH))
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Synchronisation"))
        self._head = PanelHead(desk)
        self._why = label("", "caption", "text2", wrap=True)
        self._let = button(tr("Let it remove them"), kind="danger", clicked=desk.sync.let_remove)
        self._sign_in = button(tr("Open the browser"), "external-link", clicked=self._open_browser)
        self._trouble = QWidget()
        self._trouble.setLayout(
            column(self._why, row(None, self._sign_in, self._let), margins=(16, 0, 14, 12), spacing=8)
        )
        self._list = column(spacing=2)
        self._content = QWidget()
        self._content.setLayout(column(self._list, None, margins=(16, 8, 12, 8)))
        self._content.setObjectName("scrolled")  # on the ground of the panel
        self._area = scrolled(self._content)
        log = button(tr("Sync log"), kind="link", clicked=self._open_log)
        note = label(tr("All changes are safe on this computer."), "caption", "text3")
        check = button(tr("Check this replica"), kind="link", clicked=partial(self._leave_for, check_replica))
        self._more = button("", "ellipsis", "ghost", tip=tr("By hand"))
        self._more.setMenu(menu_of(self._by_hand(), QMenu(self._more)))
        ways = row(check, log, None, self._more, margins=(-LINK_PADDING, 0, 0, 0), spacing=14)
        foot = column(note, ways, margins=(16, 8, 12, 6), spacing=2)
        self.setLayout(column(self._head, self._trouble, line(), (self._area, 1), line(), foot, spacing=0))
        self._shown: SyncCentre | None = None
        self._soon = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._soon.timeout.connect(self.refresh)
        desk.sync.changed.connect(self._on_status)
        desk.feed.changed.connect(self._on_changed)

    def refresh(self) -> None:
        """Read what is shown."""
        self._say(self._desk.sync.status)
        self._desk.read(self._desk.queries.sync_centre.overview, self._show, owner=self)

    def _on_status(self, status: SyncStatus) -> None:
        """A download says how far it is many times a second; what waits is read more rarely."""
        if not self.isVisible():
            return
        self._say(status)
        if not self._soon.isActive():
            self._soon.start()

    def _on_changed(self, *_: object) -> None:
        if self.isVisible():
            self.refresh()

    def _say(self, status: SyncStatus) -> None:
        self._head.say(status)
        why = words_for(status.reason) if status.reason and status.reason in WORDS else ""
        if not why and status.progress and status.progress.total:
            why = status.progress.words
        self._why.setText(why)
        self._sign_in.setVisible(status.reason == "sync.captive_portal")
        self._let.setVisible(status.reason == "sync.removal_held")
        self._trouble.setVisible(bool(why))

    def _open_browser(self) -> None:
        """Over plain http a network that wants a sign-in of its own can put its page in front."""
        host = QUrl(self._desk.settings.server_url).host()
        QDesktopServices.openUrl(QUrl(f"http://{host}/"))

    def _show(self, centre: SyncCentre) -> None:
        if centre != self._shown:
            self._shown = centre
            self._lay_out(centre)
        QTimer.singleShot(0, self, self._fit)  # once the layout has shown what was put into it

    def _lay_out(self, centre: SyncCentre) -> None:
        clear(self._list)
        needs = len(centre.drafts) + len(centre.conflicts)
        if centre.waiting:
            self._section(tr("To upload"), centre.waiting_count, "warn")
            for change in centre.waiting:
                self._list.addWidget(self._change(change))
            hidden = centre.waiting_count - len(centre.waiting)
            if hidden > 0:
                self._list.addWidget(label(tr("and {count} more", count=hidden), "caption", "text3"))
        if needs:
            self._section(tr("Needs you"), needs, "bad")
            for conflict in centre.conflicts:
                self._list.addWidget(self._conflict(conflict))
            for draft in centre.drafts:
                self._list.addWidget(self._draft(draft))
        if not centre.waiting and not needs:
            self._list.addSpacing(12)
            self._list.addLayout(
                row(Glyph("circle-check", "ok", 18), label(tr("Nothing waits."), "label"), None)
            )

    def _fit(self) -> None:
        """As high as what is listed, up to what a small screen has room for."""
        wanted = min(self._content.sizeHint().height() + 2, theme.px(MOST_HEIGHT))
        self._area.setFixedHeight(wanted)
        over = self.y() + self._full_height() + GAP - self.window().height()
        if over > 0:
            self._area.setFixedHeight(max(0, wanted - over))
        self.resize(self.width(), self._full_height())

    def _full_height(self) -> int:
        """With its texts wrapped as they are: Qt's own size hint guesses at that for all but windows."""
        return self.heightForWidth(self.width())

    def _section(self, title: str, count: int, tone: str) -> None:
        self._list.addSpacing(6)
        self._list.addLayout(row(label(title, "label", "text2"), Chip(str(count), tone), None, spacing=6))

    def _change(self, change: Change) -> QWidget:
        left = tr("no longer on this computer; will be uploaded") if change.departed else ""
        remark = " · ".join(part for part in (change.subtitle, left, moment(change.at)) if part)
        undo = (
            button(tr("Undo"), kind="link", clicked=partial(self._undo, change)) if change.can_undo else None
        )
        name = change.entity.__tablename__
        opened = None if change.departed else partial(self._show_record, name, change.row_id)
        return _entry(_ICONS.get(name, "pencil"), "text2", change.title, remark, opened, undo)

    def _conflict(self, conflict: ConflictRow) -> QWidget:
        several = tr("{count} fields in conflict", count=conflict.count)
        what = several if conflict.count > 1 else conflict.labels[0]
        compare = button(
            tr("Compare"), kind="link", clicked=partial(self._show_record, "conflict", conflict.row_id)
        )
        who = " / ".join(name for name in (conflict.author_name, conflict.their_author_name) if name)
        remark = " · ".join(part for part in (what, who) if part)
        return _entry("git-compare", "bad", conflict.title, remark, None, compare)

    def _draft(self, draft: Draft) -> QWidget:
        reason = tr("Server: {reason}", reason=refusal(draft))
        fix = button(tr("Fix"), kind="link", clicked=partial(self._fix, draft))
        revert = button(tr("Discard"), kind="link", clicked=partial(self._revert, draft))
        return _entry("circle-alert", "bad", draft.change.title, reason, None, fix, revert)

    def _undo(self, change: Change) -> None:
        self._desk.change(
            partial(self._desk.services.outbox.undo, change.op_id),
            lambda _: self._desk.toast(tr("Change undone")),
        )

    def _revert(self, draft: Draft) -> None:
        self._desk.change(
            partial(self._desk.services.outbox.revert, draft.change.op_id),
            lambda _: self._desk.toast(tr("Discarded; the record is as the server has it")),
        )

    def _fix(self, draft: Draft) -> None:
        self.close_popup()
        FixDialog(self._desk, draft, self.window()).open()

    def _show_record(self, entity: str, row_id: UUID) -> None:
        self.close_popup()
        self._desk.open(entity, row_id)

    def _by_hand(self) -> list[Choice]:
        """For places where no laptop may connect."""
        ways = (
            (tr("Export what waits…"), ask_to_export, "file-down"),
            (tr("Take in a file…"), ask_to_take_in, "folder-open"),
        )
        return [Choice(words, partial(self._leave_for, ask), icon_name) for words, ask, icon_name in ways]

    def _leave_for(self, ask: Callable[[Desk, QWidget], object]) -> None:
        self.close_popup()
        ask(self._desk, self.window())

    def _open_log(self) -> None:
        self.close_popup()
        LogDialog(self._desk, self.window()).open()

    # Qt overrides: a file for the sync centre may be dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _carried(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := _carried(event.mimeData()):
            event.acceptProposedAction()
            self.close_popup()
            take_in(self._desk, self.window(), path)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _carried(dragged: QMimeData) -> Path | None:
    """The one file carried by hand among what is dragged."""
    paths = [Path(url.toLocalFile()) for url in dragged.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() == SUFFIX else None


def _entry(icon_name: str, tone: str, title: str, remark: str, opened: Callable[[], object] | None,
           *actions: QWidget | None) -> QWidget:  # fmt: skip
    entry = QWidget()
    name: QWidget = ElidedLabel(title, "body")
    links: list[Item] = [action for action in actions if action is not None]
    if opened:
        links.insert(0, button("", "external-link", "ghost", tip=tr("Open"), clicked=opened))
    texts = column(name, *([ElidedLabel(remark, "caption", "text3")] if remark else []), spacing=1)
    entry.setLayout(row(Glyph(icon_name, tone, 18), (texts, 1), *links, margins=(0, 5, 0, 5), spacing=8))
    return entry
