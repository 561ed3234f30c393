"""The composition root: the one place that knows how everything fits together."""

import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from filelock import FileLock
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.domain.changes import Changes
from app.domain.errors import AppError, Busy, ReplicaDamaged, ReplicaLocked, SignInNeeded, SyncRefused
from app.domain.ids import new_id
from app.language import msgid
from app.laptop import Laptop, Opened, identity_from
from app.logs import start_logging
from app.persistence.secret_store import NoKeyring, SecretStore, SystemKeyring
from app.queries import Queries
from app.services import Services
from app.settings import Folders, Settings
from ui.application import apply_settings, make_application
from ui.background import Background
from ui.change_feed import ChangeFeed
from ui.desk import Desk
from ui.garbage import keep_what_is_here
from ui.main_window import MainWindow
from ui.network_watch import NetworkWatch, know_the_network
from ui.screens.first_run.questions import Notice, Passphrase, Question
from ui.screens.first_run.sign_in import SignInDialog
from ui.screens.first_run.window import FirstRunWindow
from ui.screens.search.palette import SearchPalette
from ui.screens.sync_centre.panel import SyncPanel
from ui.sync_link import SyncProcess
from ui.sync_status import SyncState, SyncStatus

DAMAGED, NO_BACKUP, WITHDRAWN = "replica.damaged", "replica.no_backup", "device.wiped"
ALREADY_RUNNING, UNUSABLE_FOLDER = 3, 4
PLANNED_AHEAD = timedelta(days=28)


def run(arguments: Sequence[str]) -> int:
    """Start the desktop of this computer's user; returns the process's exit code."""
    return run_on(make_application(arguments), Folders.of_this_user(), SystemKeyring())


def run_on(app: QApplication, folders: Folders, secrets: SecretStore) -> int:
    """Start the desktop on given folders and a given keyring."""
    settings = Settings.load(folders)
    apply_settings(app, settings)
    laptop = Laptop(folders, secrets)
    try:
        start_logging(folders.make().logs)
        lock = laptop.lock()
    except Busy as error:
        Notice.of(error).exec()
        return ALREADY_RUNNING
    except OSError as error:
        Notice.of(AppError("folder.unusable", folder=error.filename or folders.data)).exec()
        return UNUSABLE_FOLDER
    program = Program(app, laptop, folders, settings, lock)
    app.aboutToQuit.connect(program.close)
    program.start()
    return app.exec()


def sync_command() -> tuple[str, list[str]]:
    """How the sync process is started: the bundle itself, or this interpreter."""
    return (
        (sys.executable, ["--sync"])
        if getattr(sys, "frozen", False)
        else (sys.executable, ["-m", "app", "--sync"])
    )


def make_desk(
    opened: Opened, settings: Settings, background: Background, feed: ChangeFeed, sync: SyncProcess
) -> Desk:
    """Everything a screen is handed."""
    services, queries = Services.over(opened.replica), Queries.over(opened.replica)
    return Desk(services, queries, settings, background, feed, sync)


def make_window(desk: Desk, person: str) -> MainWindow:
    """The main window over a desk."""
    return MainWindow(desk, person, SearchPalette, SyncPanel)


class Program(QObject):
    """From the first start to the last window: who signs in, what is open, and what must be closed."""

    def __init__(
        self, app: QApplication, laptop: Laptop, folders: Folders, settings: Settings, lock: FileLock
    ) -> None:
        super().__init__()
        self._app, self._laptop, self._folders, self._settings = app, laptop, folders, settings
        self._lock = lock
        self._background, self._feed = Background(self), ChangeFeed(self)
        program, sync_arguments = sync_command()
        self._sync = SyncProcess(program, sync_arguments, self._feed, self)
        self._sync.tokens.connect(laptop.keep_refresh_token)
        self._sync.signed_in.connect(self._on_signed_in)
        self._sync.sign_in_failed.connect(self._on_sign_in_failed)
        self._sync.changed.connect(self._on_status)
        self._feed.changed.connect(self._tell_sync)
        know_the_network()
        NetworkWatch(self._sync, self)
        self._device_id = new_id()
        self._said: Mapping[str, Any] = {}
        self._opened: Opened | None = None
        self._first: FirstRunWindow | None = None
        self._window: MainWindow | None = None
        self._sign_in: SignInDialog | None = None
        self._passphrase: str | None = None
        self._backed_up = self._asked_to_repair = False
        self._planned_on: date | None = None

    def start(self) -> None:
        """Show the first run, or open the replica there is."""
        if not self._laptop.is_set_up:
            self._show_first_run()
            return
        try:
            ask = self._laptop.asks_for_passphrase()
        except AppError as error:
            self._cannot_open(error)
            return
        if ask:
            Passphrase(self._open, new=False, refused=self._app.quit).open()
        else:
            self._open()

    def close(self) -> None:
        """Stop the sync process, let the last use case end, and give the files back."""
        self._settings.save(self._folders)
        self._sync.stop()
        self._background.close()
        if self._window is not None:
            self._window.deleteLater()
        if self._opened is not None:
            self._opened.replica.close()
        self._lock.release()

    # Opening what is there

    def _open(self, passphrase: str | None = None) -> None:
        self._passphrase = passphrase
        self._background.run(partial(self._laptop.open, passphrase), self._work, self._cannot_open)

    def _cannot_open(self, error: Exception) -> None:
        if isinstance(error, ReplicaDamaged) and error.code != NO_BACKUP:
            Question.over(error, yes=self._repair, no=self._app.quit).open()
        elif isinstance(error, ReplicaLocked) and self._passphrase:
            Passphrase(self._open, new=False, refused=self._app.quit, problem=error).open()
        elif isinstance(error, ReplicaLocked | ReplicaDamaged):
            Question.over(error, yes=self._start_afresh, no=self._app.quit).open()
        else:
            self._give_up(error)

    def _repair(self) -> None:
        repair = partial(self._laptop.repair, self._passphrase)
        self._background.run(repair, self._work, self._cannot_open)

    def _start_afresh(self) -> None:
        self._laptop.set_aside()
        self._show_first_run()

    def _give_up(self, error: Exception) -> None:
        self._notice = Notice.of(error)  # kept here, or it would be gone before it is read
        self._notice.finished.connect(lambda _: self._app.quit())
        self._notice.open()

    # The first start

    def _show_first_run(self) -> None:
        self._first = FirstRunWindow(self._settings.server_url, self._settings.login)
        self._first.sign_in.connect(self._ask_server)
        self._first.language_chosen.connect(self._speak)
        self._first.begin.connect(self._show_window)
        self._first.pause.connect(self._sync.pause)
        self._first.resume.connect(self._sync.resume)
        self._sync.changed.connect(self._first.show_status)
        self._first.show()

    def _speak(self, language: str) -> None:
        self._settings.language = language
        apply_settings(self._app, self._settings)
        if self._first is not None:
            self._first.deleteLater()
            self._show_first_run()

    def _ask_server(self, server: str, login: str, password: str) -> None:
        self._settings.server_url, self._settings.login = server, login
        identity = self._opened.replica.identity if self._opened else None
        device_id = identity.device_id if identity else self._device_id
        self._sync.sign_in(server, login, password, device_id, platform.node()[:60] or "laptop")

    def _on_sign_in_failed(self, error: AppError) -> None:
        if self._sign_in is not None:
            self._sign_in.show_problem(error)
        elif self._first is not None:
            self._first.show_problem(error)

    def _on_signed_in(self, said: Mapping[str, Any]) -> None:
        self._settings.save(self._folders)
        self._said = said
        if self._opened is None:
            self._set_up()
            return
        identity = self._opened.replica.identity
        if identity is not None and identity.user_id != identity_from(said["identity"]).user_id:
            self._on_sign_in_failed(SignInNeeded("auth.other_user", name=identity.display_name))
            return
        if self._sign_in is not None:
            self._sign_in.accept()
        self._begin_sync()

    def _set_up(self, passphrase: str | None = None) -> None:
        identity = identity_from(self._said["identity"])
        self._background.run(
            partial(self._laptop.set_up, identity, passphrase),
            self._downloading,
            partial(self._no_replica, passphrase),
        )

    def _no_replica(self, passphrase: str | None, error: Exception) -> None:
        if isinstance(error, NoKeyring) or passphrase is not None:
            problem = error if passphrase is not None else None
            Passphrase(self._set_up, new=True, refused=self._app.quit, problem=problem).open()
        elif self._first is not None:
            self._first.show_problem(error)

    def _downloading(self, opened: Opened) -> None:
        self._opened = opened
        self._begin_sync()
        if self._first is not None:
            self._first.show_download(self._person())

    # At work

    def _work(self, opened: Opened) -> None:
        if opened.replica.identity is None:  # the first run was cut short before anybody worked in it
            opened.replica.close()
            self._show_first_run()
            return
        self._opened = opened
        self._show_window()
        self._begin_sync()
        self._back_up()

    def _on_status(self, status: SyncStatus) -> None:
        if status.state is SyncState.SYNCED:  # after the first download there is something to copy
            self._back_up()
            self._plan_visits()
        elif status.reason == WITHDRAWN:
            self._destroy()
        elif status.reason == DAMAGED:
            self._offer_repair(ReplicaDamaged(DAMAGED))

    def _back_up(self) -> None:
        """Once a start; where a page cannot be copied, the window says that the data is damaged."""
        if self._opened is not None and not self._backed_up:
            self._backed_up = True
            self._background.read(partial(self._laptop.back_up_today, self._opened.key), lambda _: None)

    def _plan_visits(self) -> None:
        """Once a day: what falls due by one's plans stands in the calendar, weeks ahead. Only when all
        is synchronised, since another laptop of the same person may have planned it already."""
        today = date.today()
        if self._window is not None and self._planned_on != today:
            self._planned_on = today
            desk = self._window.desk
            desk.change(
                partial(desk.services.visit_plans.generate, today + PLANNED_AHEAD), None, lambda _: None
            )

    def _offer_repair(self, error: ReplicaDamaged) -> None:
        """Once, in the middle of work; whoever declines is asked again at the next start."""
        if self._asked_to_repair or self._window is None:
            return
        self._asked_to_repair = True
        self._laptop.distrust()
        Question.over(error, yes=self._repair_now, no=lambda: None, refuse=msgid("Later")).open()

    def _close_work(self) -> None:
        self._sync.stop()
        if self._window is not None:
            self._window.hide()
            self._window.deleteLater()
            self._window = None
        if self._opened is not None:
            self._opened.replica.close()
            self._opened = None

    def _repair_now(self) -> None:
        self._close_work()
        self._asked_to_repair = False
        self._repair()

    def _destroy(self) -> None:
        """The office has withdrawn what is on this computer."""
        if self._opened is None:
            return
        self._close_work()
        self._laptop.destroy()
        self._give_up(SyncRefused(WITHDRAWN))

    def _begin_sync(self) -> None:
        if self._opened is None:
            return
        access = self._said.get("access_token")
        token = self._said.get("refresh_token") or self._laptop.refresh_token or ""
        if self._said:
            self._laptop.keep_refresh_token(token)
        self._said = {}
        path, key = str(self._laptop.path), self._opened.key
        self._sync.open(path, key, self._settings.server_url, token, access)
        self._sync.prefer(self._settings.originals, self._settings.largest_mb * 2**20)
        if self._settings.sync_paused:
            self._sync.pause()

    def _show_window(self) -> None:
        if self._opened is None:
            return
        keep_what_is_here()
        desk = make_desk(self._opened, self._settings, self._background, self._feed, self._sync)
        self._window = make_window(desk, self._person())
        self._window.sign_in_asked.connect(self._ask_to_sign_in)
        self._window.sign_out_asked.connect(self._sign_out)
        self._window.damaged.connect(self._offer_repair)
        self._window.settings_changed.connect(lambda: self._settings.save(self._folders))
        self._window.show()
        if self._first is not None:
            self._first.close()
            self._first.deleteLater()
            self._first = None

    def _tell_sync(self, changes: Changes, initiator: object) -> None:
        """Only what was changed here is news to the sync process."""
        if changes.op_id is not None:
            self._sync.tell_changed()

    def _ask_to_sign_in(self) -> None:
        self._sign_in = SignInDialog(self._settings.server_url, self._settings.login, self._window)
        self._sign_in.wanted.connect(self._ask_server)
        self._sign_in.finished.connect(self._forget_dialog)
        self._sign_in.open()

    def _forget_dialog(self) -> None:
        if self._sign_in is not None:
            self._sign_in.deleteLater()
            self._sign_in = None

    def _sign_out(self) -> None:
        """The replica stays, locked by its key; the next start asks for the password."""
        self._laptop.forget_sign_in()
        self._app.quit()

    def _person(self) -> str:
        identity = self._opened.replica.identity if self._opened else None
        return identity.display_name if identity else ""
