"""The window speaks with a real child process, line by line, and starts it again when it dies."""

import sys
from datetime import datetime
from uuid import UUID

import pytest

from app.domain.customers import Customer
from ui.change_feed import ChangeFeed
from ui.sync_link import SyncProcess
from ui.sync_status import Progress, SyncState, SyncStatus

ECHO = """
import json, sys
say = lambda **message: print(json.dumps(message), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    do = message["do"]
    if do == "open":
        say(event="state", state="syncing", pending=2, progress={"rows": 41, "total": 100, "bytes": 9})
    elif do == "sync":
        print("not json", flush=True)
        say(event="changes", entities=["customer"], ids=["0" * 31 + "1"])
    elif do == "changed":
        say(event="tokens", refresh_token=message.get("token", "second"))
    elif do == "pause":
        sys.exit(3)
    elif do == "stop":
        break
"""


@pytest.fixture
def feed() -> ChangeFeed:
    return ChangeFeed()


@pytest.fixture
def link(qtbot, feed):
    made = SyncProcess(sys.executable, ["-c", ECHO], feed)
    yield made
    made.stop()


@pytest.fixture
def opened(qtbot, link):
    with qtbot.waitSignal(link.changed):
        link.open("replica.db", bytes(32), "https://server", "first")
    return link


def test_the_process_says_how_it_stands(opened):
    assert opened.status == SyncStatus(SyncState.SYNCING, pending=2, progress=Progress(41, 100, 9))


def test_what_it_changed_reaches_the_screens(qtbot, opened, feed):
    with qtbot.waitSignal(feed.changed) as told:
        opened.sync_now()

    changes, initiator = told.args
    assert changes.touch(Customer)
    assert changes.ids == {UUID(int=1)}
    assert initiator is None


def test_a_new_token_is_handed_on(qtbot, opened):
    with qtbot.waitSignal(opened.tokens) as told:
        opened.tell_changed()

    assert told.args == ["second"]


def test_a_process_that_dies_is_said_to_be_away_and_started_again(qtbot, opened):
    told = []
    opened.changed.connect(told.append)

    opened._tell({"do": "pause"})

    qtbot.waitUntil(lambda: len(told) == 2)
    assert [(one.state, one.reason) for one in told] == [
        (SyncState.OFFLINE, "sync.interrupted"),
        (SyncState.SYNCING, None),
    ]
    assert opened.running


def test_a_process_that_dies_while_it_signs_in_is_asked_once_more_and_then_given_up(qtbot, feed):
    link = SyncProcess(sys.executable, ["-c", "import sys; sys.stdin.readline(); sys.exit(9)"], feed)

    with qtbot.waitSignal(link.sign_in_failed) as told:
        link.sign_in("https://server", "anna", "secret", UUID(int=1), "laptop")

    assert told.args[0].code == "sync.cannot_start"
    link.stop()


def test_a_program_that_cannot_start_refuses_to_sign_in(qtbot, feed):
    link = SyncProcess("/nowhere/at/all", [], feed)

    with qtbot.waitSignal(link.sign_in_failed) as told:
        link.sign_in("https://server", "anna", "secret", UUID(int=1), "laptop")

    assert told.args[0].code == "sync.cannot_start"
    link.stop()


def test_a_replica_that_the_process_cannot_open_is_told_and_tried_again(qtbot, opened):
    told = []
    opened.changed.connect(told.append)

    opened.receive({"event": "opening_failed", "code": "replica.busy"})

    assert (opened.status.state, opened.status.reason) == (SyncState.OFFLINE, "replica.busy")
    qtbot.waitUntil(lambda: told[-1].state == SyncState.SYNCING)


def test_a_wrong_clock_is_remembered_until_it_is_right(opened):
    opened.receive({"event": "clock", "off_by": 90_000})
    opened.receive({"event": "state", "state": "synced"})

    assert opened.status.clock_off == 90_000
    opened.receive({"event": "clock", "off_by": 0})
    assert opened.status.clock_off == 0


def test_a_stopped_process_stays_down(qtbot, opened):
    opened.stop()

    assert not opened.running
    assert not opened._again.isActive()


def test_a_program_that_cannot_start_is_tried_again(qtbot, feed):
    link = SyncProcess("/nowhere/at/all", [], feed)

    link.open("replica.db", bytes(32), "https://server", "first")
    qtbot.waitUntil(link._again.isActive)

    link.stop()


MORNING = datetime(2026, 11, 22, 10, 42).astimezone()
WORDS = [
    (SyncStatus(SyncState.SYNCED, synced_at=MORNING), "已同步 · 10:42", "Synced · 10:42"),
    (SyncStatus(SyncState.CHECKING), "正在检查更新", "Checking"),
    (SyncStatus(SyncState.SYNCING, progress=Progress(41, 100, 0)), "同步中 · 41%", "Syncing · 41%"),
    (SyncStatus(SyncState.PENDING, pending=3), "3 项待同步", "3 to sync"),
    (SyncStatus(SyncState.OFFLINE, pending=3), "离线 · 3 项待同步", "Offline · 3 to sync"),
    (SyncStatus(SyncState.CONFLICT, conflicts=2), "2 项冲突待处理", "2 conflicts"),
    (SyncStatus(SyncState.REFUSED, attention=1), "1 项被服务器拒绝", "1 refused by server"),
    (SyncStatus(SyncState.SIGN_IN), "登录已过期，本机可继续使用", "Signed out; keep working"),
    (SyncStatus(SyncState.STORAGE), "磁盘空间不足，照片暂不下载", "Disk low; photos paused"),
]


@pytest.mark.parametrize(
    ("status", "chinese", "english"), WORDS, ids=lambda part: str(getattr(part, "state", ""))
)
def test_every_state_is_worded_as_designed(language, status, chinese, english):
    assert status.words == (chinese if language == "zh_CN" else english)


def test_every_state_has_words():
    assert {status.state for status, _, _ in WORDS} == set(SyncState)


@pytest.mark.parametrize("message", [{}, {"state": "merry"}, {"state": "synced", "pending": "many"}])
def test_a_line_of_another_form_is_refused(message):
    with pytest.raises((KeyError, ValueError)):
        SyncStatus.from_message(message)
