"""A window system, a desk over a real replica, and both languages and schemes."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.language import LANGUAGES
from app.persistence.replica import Replica
from app.queries import Queries
from app.services import Services
from app.settings import Settings
from tests.replicas import a_replica
from ui import fonts
from ui.application import apply_settings
from ui.background import Background
from ui.change_feed import ChangeFeed
from ui.desk import Desk
from ui.sync_link import SyncProcess

PATIENCE_MS = 30_000
"""Nothing takes that long; a computer that does ten other things at once is no reason to fail."""

SHOWING = {"qtbot", "desk", "background"}
"""Whoever asks for one of these makes widgets or runs threads."""


class PatientBot(QtBot):
    """Waits as long as it takes, unless told otherwise."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@dataclass
class RecordingShell:
    """Stands where the main window would, and remembers what it was asked for."""

    opened: list[tuple[str, UUID]] = field(default_factory=list)
    created: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    undos: list[Callable[[], object] | None] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    settings_applied: int = 0

    def open_record(self, entity: str, row_id: UUID) -> None:
        self.opened.append((entity, row_id))

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        self.created.append((entity, preset))

    def show_page(self, key: str) -> None:
        self.pages.append(key)

    def show_sync(self) -> None:
        self.pages.append("sync")

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        self.toasts.append(text)
        self.undos.append(undo)

    def fail(self, error: Exception) -> None:
        self.errors.append(error)

    def apply_settings(self) -> None:
        self.settings_applied += 1


@pytest.fixture(scope="session", autouse=True)
def bundled_fonts(qapp: QApplication) -> None:
    """The same fonts on every machine."""
    fonts.provide()
    fonts.provide_han()
    gc.collect()
    gc.freeze()  # what is imported stays; collecting after each test looks at the rest only


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Widgets go in the UI thread, before the next test: never by a collection inside a worker."""
    if not SHOWING & set(request.fixturenames):
        yield
        return
    gc.disable()
    yield
    for widget in QApplication.topLevelWidgets():
        if widget.parent() is None:
            widget.close()
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    gc.enable()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Each test runs in both languages."""
    apply_settings(qapp, Settings(language=request.param, theme="light"))
    yield request.param
    apply_settings(qapp, Settings(theme="light"))


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Each test runs in both schemes."""
    apply_settings(qapp, Settings(theme=request.param))
    yield request.param
    apply_settings(qapp, Settings(theme="light"))


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


@pytest.fixture
def shell() -> RecordingShell:
    return RecordingShell()


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """A real replica with the small catalogue of `tests/builders.py`."""
    made = a_replica(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(replica: Replica, background: Background, shell: RecordingShell) -> Iterator[Desk]:
    """Over a real replica; its sync process is never started."""
    feed = ChangeFeed()
    sync = SyncProcess("nothing", [], feed)
    made = Desk(
        Services.over(replica), Queries.over(replica), Settings(theme="light"), background, feed, sync
    )
    made.shell = shell
    yield made
    background.close()  # before the replica it reads
