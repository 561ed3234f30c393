"""Photographs the real screens over a real replica, in both languages."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.demo.colleague import Colleague
from app.main import make_desk, make_window, sync_command
from app.settings import Settings
from ui.application import apply_settings, make_application
from ui.background import Background
from ui.change_feed import ChangeFeed
from ui.main_window import MainWindow
from ui.sync_link import SyncProcess

SIZE = (1440, 900)
PAGES = ("home", "customers", "assets", "visits", "orders", "conflicts", "settings")
PAGE_OF = {"customer": "customers", "asset": "assets", "service_order": "orders"}
SETTLE_MS = 400
"""The page has its rows when nothing has been under way for so long."""


def photograph(colleague: Colleague, folder: Path, records: Mapping[str, UUID]) -> Iterator[Path]:
    """Save each page in Chinese and English, light, with these records open; the files."""
    for language, window, settle in _windows(colleague):
        for page in PAGES:
            window.show_page(page)
            settle()
            for entity, row_id in records.items():
                if PAGE_OF[entity] == page:
                    window.open_record(entity, row_id)
            settle()
            yield _save(window, folder, page, language)


def photograph_conflict(colleague: Colleague, row_id: UUID, folder: Path) -> Iterator[Path]:
    """Save the dialog that asks about a record, in both languages."""
    for language, window, settle in _windows(colleague):
        window.open_record("conflict", row_id)
        settle()
        dialog = window.findChild(QDialog)
        if dialog is not None:
            yield _save(dialog, folder, "conflict", language)
            dialog.reject()


def _windows(colleague: Colleague) -> Iterator[tuple[str, MainWindow, Callable[[], None]]]:
    """The main window over the colleague's replica, in one language after the other."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else make_application(["roundtrip"])
    for language in ("zh_CN", "en"):
        settings = Settings(language=language, theme="light")
        apply_settings(app, settings)
        background, feed = Background(), ChangeFeed()
        program, arguments = sync_command()
        sync = SyncProcess(program, arguments, feed)  # never started: it shows what the real one said
        sync.receive(colleague.state)
        window = make_window(make_desk(colleague.opened, settings, background, feed, sync), colleague.name)
        window.resize(*SIZE)
        window.show()
        yield language, window, partial(_settle, app, background)
        background.close()
        window.close()
        window.deleteLater()


def _save(widget: QWidget, folder: Path, name: str, language: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-{language}.png"
    widget.grab().save(str(target))
    return target


def _settle(app: QApplication, background: Background) -> None:
    quiet = QDeadlineTimer(SETTLE_MS)
    while not quiet.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if background.busy:
            quiet = QDeadlineTimer(SETTLE_MS)
