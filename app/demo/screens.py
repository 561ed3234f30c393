"""Photographs the real screens over a real replica, in both languages."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app.demo.colleague import Colleague
from app.main import make_desk, make_window, sync_command
from app.settings import Settings
from ui.application import apply_settings, make_application
from ui.background import Background
from ui.change_feed import ChangeFeed
from ui.sync_link import SyncProcess

SIZE = (1440, 900)
PAGES = ("home", "customers", "assets", "visits", "orders", "conflicts", "settings")
SETTLE_MS = 400
"""The page has its rows when nothing has been under way for so long."""


def photograph(colleague: Colleague, folder: Path) -> Iterator[Path]:
    """Save each page in Chinese and English, light; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
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
        for page in PAGES:
            window.show_page(page)
            _settle(app, background)
            target = folder / f"{page}-{language}.png"
            window.grab().save(str(target))
            yield target
        background.close()
        window.close()
        window.deleteLater()


def _settle(app: QApplication, background: Background) -> None:
    quiet = QDeadlineTimer(SETTLE_MS)
    while not quiet.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if background.busy:
            quiet = QDeadlineTimer(SETTLE_MS)
