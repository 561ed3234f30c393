"""What the palette lists: records found, and things to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.language import tr
from app.queries.search import Hit
from ui.desk import Desk

ICONS = {
    "customer": "building-2", "contact": "user", "site": "factory", "asset": "cpu", "visit": "calendar-days",
    "service_order": "clipboard-list", "service_request": "inbox", "commitment": "flag",
    "note": "message-square", "attachment": "paperclip", "product": "package", "spare_part": "package",
}  # fmt: skip
NO_PAGE = frozenset({"product", "spare_part", "region", "product_line", "user"})
"""Catalogue rows have no page of their own; they lead nowhere from here."""


@dataclass(frozen=True)
class Entry:
    """One line; a heading has nothing to do. `marks` are (start, length) within the title."""

    title: str
    subtitle: str = ""
    icon: str = ""
    right: str = ""
    marks: Sequence[tuple[int, int]] = ()
    chosen: Callable[[], object] | None = None

    @property
    def is_heading(self) -> bool:
        return self.chosen is None


def found(desk: Desk, hits: Sequence[Hit]) -> list[Entry]:
    """Hits below the name of their kind."""
    entries: list[Entry] = []
    heading = ""
    for hit in hits:
        entity = hit.entity.__tablename__
        if entity in NO_PAGE:
            continue
        if hit.kind_words != heading:
            heading = hit.kind_words
            entries.append(Entry(heading))
        icon_name = ICONS.get(entity, "file-text")
        entries.append(
            Entry(hit.title, hit.subtitle, icon_name, marks=hit.highlights, chosen=_open(desk, hit))
        )
    return entries


def actions(desk: Desk, typed: str) -> list[Entry]:
    """What can be done from anywhere; all of it, or what the typed words name."""
    known = [
        (tr("New service order"), "clipboard-list", "Ctrl+Shift+O", lambda: desk.create("service_order")),
        (tr("Plan a visit"), "calendar-days", "Ctrl+Shift+V", lambda: desk.create("visit")),
        (tr("New customer"), "building-2", "", lambda: desk.create("customer")),
        (tr("New service request"), "inbox", "", lambda: desk.create("service_request")),
        (tr("Sync now"), "refresh-cw", "F5", desk.sync.sync_now),
        (tr("Settings"), "settings", "Ctrl+7", lambda: desk.shell.show_page("settings")),
    ]
    matching = [entry for entry in known if not typed or typed.lower() in entry[0].lower()]
    entries = [Entry(title, "", icon, right, chosen=chosen) for title, icon, right, chosen in matching]
    return [Entry(tr("Actions")), *entries] if entries else []


def _open(desk: Desk, hit: Hit) -> Callable[[], object]:
    entity = hit.entity.__tablename__
    if entity in ("note", "attachment", "collaborator") and hit.customer_id:
        return lambda: desk.open("customer", hit.customer_id)  # type: ignore[arg-type]
    return lambda: desk.open(entity, hit.id)
