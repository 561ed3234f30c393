"""Whatever goes wrong in the middle of work is told, the work stays, and the program goes on by itself."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection

from app.clock import local_now
from app.demo.fault_proxy import Fault, FaultProxy
from app.language import tr
from app.main import sync_command
from sync.server.change_log import Author, ChangeLog
from sync.server.devices import State, put_into
from sync.server.people import change_password, disable_person, user_named
from tests.e2e.desktops import Desktop
from tests.e2e.processes import PASSWORD, ServerProcess
from ui.messages import words_for
from ui.sync_status import SyncStatus

OTHER_CLOCK = """
import sys, datetime, app.clock
right = app.clock.local_now
app.clock.local_now = lambda: right() + datetime.timedelta(days={days})
from sync.client.process import main
sys.exit(main())
"""
OTHER_RELEASE = """
import sync.protocol
sync.protocol.SCHEMA = {release}
import sync.server.routes.push
sync.server.routes.push.OLDEST_SCHEMA = {release}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path_factory.mktemp("server"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def proxy(server: ServerProcess) -> Iterator[FaultProxy]:
    made = FaultProxy(("127.0.0.1", server.port))
    yield made
    made.close()


@pytest.fixture(scope="module")
def annas_desktop(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, proxy: FaultProxy
) -> Iterator[Desktop]:
    """Setting one up takes seconds; every test leaves it well."""
    made = a_desktop(tmp_path_factory.mktemp("anna"), proxy)
    yield made.set_up()
    made.stop()


@pytest.fixture
def anna(annas_desktop: Desktop, proxy: FaultProxy) -> Desktop:
    """Signed in, downloaded, at rest."""
    proxy.recover()
    annas_desktop.link.sync_now()
    annas_desktop.until_synced()
    return annas_desktop


def a_desktop(folder: Path, proxy: FaultProxy) -> Desktop:
    os.environ["ROUNDTRIP_HOME"] = str(folder)  # for the sync process
    return Desktop(folder, proxy.url)


def signed_out() -> str:
    return tr("You are signed out. You can keep working here.")


def clock_is_off() -> str:
    return words_for("clock.wrong", {"difference": tr("{count} years", count=5)})


def sign_in_again(desktop: Desktop, password: str = PASSWORD) -> None:
    desktop.click(tr("Sign in"))
    desktop.sign_in(password)


def kill_sync(desktop: Desktop) -> None:
    desktop.link._process.kill()


def run_sync(desktop: Desktop, arguments: list[str]) -> None:
    """Another sync process in place of the one that runs."""
    kill_sync(desktop)
    desktop.until(lambda: not desktop.link.running)
    desktop.link._process.setArguments(arguments)


def put(server: ServerProcess, desktop: Desktop, state: State) -> None:
    identity = desktop.replica.identity
    assert identity
    server.database.transact(
        lambda connection: put_into(connection, UUID(server.tenant), identity.device_id, state)
    )


def enable(server: ServerProcess, login: str) -> None:
    def change(connection: Connection) -> None:
        log = ChangeLog(connection, server.tenant, Author())
        card = log.row(user_named(connection, server.tenant, login).hex)
        assert card is not None
        log.change(card, {"active": 1})
        log.commit()

    server.database.transact(change)


def test_the_network_goes_and_comes_while_at_work(anna: Desktop, proxy: FaultProxy) -> None:
    proxy.go_offline()
    customer = anna.add_customer("Rossi")
    anna.until_it_says(tr("Offline · {count} to sync", count=1))
    assert anna.has(customer)

    proxy.recover()

    anna.until_synced()


def test_a_network_that_wants_a_sign_in_of_its_own_is_told(anna: Desktop, proxy: FaultProxy) -> None:
    proxy.fail("", *[Fault.PORTAL] * 50)
    anna.add_customer("Rossi")
    anna.until_told("sync.captive_portal")
    assert anna.waiting() == 1

    proxy.recover()

    anna.until_synced()
    assert words_for("sync.captive_portal") not in anna.words()


def test_a_session_that_ended_in_the_middle_of_work_is_begun_again_with_the_work_kept(
    anna: Desktop, server: ServerProcess
) -> None:
    change_password(server.database, server.tenant, "anna", PASSWORD)
    anna.add_customer("Rossi")
    anna.until_it_says_in_both(signed_out)
    assert anna.waiting() == 1

    sign_in_again(anna, "battery staple")
    anna.until_it_says(words_for("auth.wrong_password"))
    anna.sign_in()

    anna.until_synced()
    assert signed_out() not in anna.words()


def test_a_disabled_account_is_told_and_its_work_stays(anna: Desktop, server: ServerProcess) -> None:
    disable_person(server.database, server.tenant, "anna")
    anna.add_customer("Rossi")
    anna.until_told("auth.account_disabled")
    assert anna.waiting() == 1

    enable(server, "anna")
    anna.link.sync_now()
    anna.until_it_says_in_both(signed_out)
    sign_in_again(anna)

    anna.until_synced()


def test_a_suspended_laptop_is_told_and_goes_on_when_it_may(anna: Desktop, server: ServerProcess) -> None:
    put(server, anna, State.SUSPENDED)
    anna.add_customer("Rossi")
    anna.until_told("device.suspended")
    assert anna.waiting() == 1

    put(server, anna, State.ACTIVE)
    anna.link.sync_now()

    anna.until_synced()


@pytest.mark.parametrize("years", [-5, 5])
def test_a_clock_that_is_years_off_is_told_until_it_is_right_and_hinders_nothing(
    anna: Desktop, years: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, right = sync_command()
    run_sync(anna, ["-c", OTHER_CLOCK.format(days=years * 365)])
    anna.until_it_says_in_both(clock_is_off)
    monkeypatch.setattr(anna.replica, "_clock", lambda: local_now() + timedelta(days=years * 365))
    anna.add_customer("Rossi")
    anna.until_synced()

    run_sync(anna, right)

    anna.until(lambda: clock_is_off() not in anna.words())
    anna.until_synced()


def test_a_sync_process_that_is_killed_comes_back_and_sends_what_waits(
    anna: Desktop, proxy: FaultProxy
) -> None:
    proxy.fail("sync/push", Fault.STALL)
    before = proxy.requests["/v1/sync/push"]
    told: list[SyncStatus] = []
    anna.link.changed.connect(told.append)
    anna.add_customer("Rossi")
    anna.until(lambda: proxy.requests["/v1/sync/push"] > before and anna.link.status.pending == 1)
    kill_sync(anna)
    anna.until(lambda: ("sync.interrupted", 1) in [(status.reason, status.pending) for status in told])
    anna.until_synced()

    assert anna.waiting() == 0


@pytest.mark.parametrize(
    ("release", "code"), [(2, "sync.client_too_old"), (0, "sync.server_too_old")], ids=["newer", "older"]
)
def test_a_server_of_another_release_is_told_and_the_work_waits_for_it(
    anna: Desktop, server: ServerProcess, release: int, code: str
) -> None:
    server.restart(OTHER_RELEASE.format(release=release))
    anna.add_customer("Rossi")
    anna.until_told(code)
    assert anna.waiting() == 1

    server.restart()
    anna.link.sync_now()

    anna.until_synced()


def test_a_server_whose_disk_is_full_gets_the_work_when_there_is_room(
    anna: Desktop, server: ServerProcess
) -> None:
    resource = pytest.importorskip("resource", reason="only there can a process's files be limited")
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    anna.add_customer("Rossi")
    anna.until(lambda: anna.link.status.reason == "server.database")
    assert anna.waiting() == 1

    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    anna.until_synced()


def test_a_withdrawn_laptop_says_so_and_keeps_nothing(anna: Desktop, server: ServerProcess) -> None:
    """The last one: there is no way back."""
    key = anna.folders.data / "replica.key"
    assert key.exists()
    put(server, anna, State.WIPED)
    anna.add_customer("Rossi")

    anna.until_it_says(words_for("device.wiped"))

    assert not key.exists()
    assert not list(anna.folders.data.glob("replica.db*"))
