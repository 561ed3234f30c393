"""What every screen is handed: the use cases, the queries, and the ways to reach the rest of the program."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, SignalInstance

from app.domain.changes import Changes
from ui.background import Background, Callback, Task
from ui.change_feed import ChangeFeed
from ui.pausing import Pausing
from ui.sync_status import FileNews, SyncStatus

if TYPE_CHECKING:
    from app.queries import Queries
    from app.services import Services
    from app.settings import Settings

T = TypeVar("T")


class SyncLink(Protocol):
    """The sync process as a screen sees it."""

    changed: SignalInstance
    """Emits the new SyncStatus."""
    file: SignalInstance
    """Emits FileNews of a file that moves, that was asked for, or that the server will not take."""
    errand: SignalInstance
    """Emits ErrandNews of what is carried by hand."""

    @property
    def status(self) -> SyncStatus: ...

    @property
    def coming(self) -> Set[str]:
        """Hashes of files that were asked for."""
        ...

    @property
    def moving(self) -> Mapping[str, FileNews]:
        """How far files are that are under way, by their hashes."""
        ...

    @property
    def refused(self) -> Set[str]:
        """Hashes of files that the server will not take."""
        ...

    def sync_now(self) -> None: ...

    def fetch(self, sha256: str) -> None: ...

    def export(self, path: Path, with_files: bool) -> None: ...

    def take_in(self, path: Path) -> None: ...

    def check_replica(self) -> None: ...

    def let_remove(self) -> None: ...

    def cancel_errand(self) -> None: ...

    def prefer(self, originals: str, largest: int) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class Shell(Protocol):
    """The main window as a screen sees it."""

    def show_page(self, key: str) -> None: ...

    def show_sync(self) -> None: ...

    def open_record(self, entity: str, row_id: UUID) -> None: ...

    def create_record(self, entity: str, preset: dict[str, Any]) -> None: ...

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None: ...

    def fail(self, error: Exception) -> None: ...

    def apply_settings(self) -> None: ...


@dataclass
class Desk:
    """One per signed-in user. The window puts itself into `shell` when it is built."""

    services: "Services"
    queries: "Queries"
    settings: "Settings"
    background: Background
    feed: ChangeFeed
    sync: SyncLink
    shell: Shell = field(init=False)
    pausing: Pausing = field(init=False)

    def __post_init__(self) -> None:
        self.pausing = Pausing(self.settings, self.sync)

    def open(self, entity: str, row_id: UUID) -> None:
        """Show a record, on whichever page shows its kind."""
        self.shell.open_record(entity, row_id)

    def create(self, entity: str, **preset: Any) -> None:
        """Begin a new record, with some fields filled in."""
        self.shell.create_record(entity, preset)

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say what was done, for a few seconds; `undo` takes it back."""
        self.shell.toast(text, undo)

    def fail(self, error: Exception) -> None:
        """Tell the user what went wrong and what to do about it."""
        self.shell.fail(error)

    def apply_settings(self) -> None:
        """Take on a changed language, scheme or text size."""
        self.shell.apply_settings()

    def read(
        self,
        query: Callable[[], T],
        then: Callable[[T], object],
        failed: Callback | None = None,
        owner: QObject | None = None,
    ) -> Task:
        """Ask the replica without keeping the window waiting."""
        return self.background.read(query, then, failed, owner)

    def change(
        self,
        use_case: Callable[[], T],
        then: Callable[[T], object] | None = None,
        failed: Callback | None = None,
        initiator: QObject | None = None,
    ) -> Task:
        """Run a use case and tell every screen what it touched.

        The use case returns Changes, or a tuple with Changes in it. Without `failed`, an error is
        shown as `fail` does.
        """

        def succeeded(result: T) -> None:
            self.feed.publish(_changes_in(result), initiator)
            if then is not None:
                then(result)

        return self.background.run(use_case, succeeded, failed, initiator)


def _changes_in(result: object) -> Changes:
    parts = result if isinstance(result, tuple) else (result,)
    return next((part for part in parts if isinstance(part, Changes)), Changes())
