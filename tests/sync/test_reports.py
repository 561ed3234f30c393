"""What the desktop is told."""

import io
import json
from datetime import UTC, datetime

import pytest

from app.persistence.sync_journal import Standing
from sync.client.commands import STOP, Open, SignIn, Simple, read_commands
from sync.client.file_news import FileNews, FileStanding, FileState
from sync.client.reports import Reports, shown_state
from sync.client.schedule import Event, Schedule, State

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def standing(pending: int = 0, attention: int = 0, conflicts: int = 0) -> Standing:
    return Standing(pending, attention, conflicts, synced_at=NOW, head=0)


@pytest.mark.parametrize(
    ("state", "counts", "moving", "shown"),
    [
        (State.RESTING, standing(), False, "synced"),
        (State.RESTING, standing(pending=1), False, "pending"),
        (State.RESTING, standing(conflicts=1), False, "conflict"),
        (State.RESTING, standing(attention=1, conflicts=1), False, "refused"),
        (State.RUNNING, standing(), False, "checking"),
        (State.RUNNING, standing(), True, "syncing"),
        (State.RUNNING, standing(pending=1), False, "syncing"),
        (State.AGAIN, standing(), False, "checking"),
        (State.OFFLINE, standing(conflicts=1), False, "offline"),
        (State.REFUSED, standing(), False, "offline"),
        (State.SIGNED_OUT, standing(pending=1), False, "sign_in"),
        (State.FULL, standing(), False, "storage"),
        (State.PAUSED, standing(), False, "pending"),
    ],
)
def test_the_pill_is_green_only_when_nothing_waits(
    state: State, counts: Standing, moving: bool, shown: str
) -> None:
    assert shown_state(state, counts, moving) == shown


@pytest.mark.parametrize(
    ("files", "counts", "shown"),
    [
        (FileStanding(up=1), standing(), "pending"),
        (FileStanding(down=1), standing(), "synced"),
        (FileStanding(full=True), standing(pending=1), "storage"),
        (FileStanding(full=True), standing(conflicts=1), "conflict"),
    ],
)
def test_files_that_wait_are_no_secret(files: FileStanding, counts: Standing, shown: str) -> None:
    assert shown_state(State.RESTING, counts, moving=False, files=files) == shown


def test_what_became_of_a_file_is_told_with_its_reason() -> None:
    out = io.StringIO()

    Reports(out).file(FileNews("ab", FileState.REFUSED, "blob.too_large", {"megabytes": 1}))

    assert json.loads(out.getvalue()) == {
        "event": "file", "sha256": "ab", "state": "refused", "code": "blob.too_large",
        "facts": {"megabytes": 1}, "percent": 0,
    }  # fmt: skip


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_shown(state: State) -> None:
    assert shown_state(state, standing(), moving=False)


def test_trouble_is_told_with_its_reason_and_the_next_attempt() -> None:
    out, schedule = io.StringIO(), Schedule(lambda: 0.0, lambda: 1.0)
    schedule.on(Event.ASKED)
    schedule.on(Event.NO_SERVER, "sync.timeout")

    Reports(out).state(schedule, standing(pending=3), NOW)

    said = json.loads(out.getvalue())
    assert (said["state"], said["reason"], said["pending"]) == ("offline", "sync.timeout", 3)
    assert said["retry_at"] == "2026-11-22T12:00:02+00:00"


def test_a_reader_that_has_gone_is_no_matter() -> None:
    out = io.StringIO()
    out.close()

    Reports(out).log("nobody hears this")


def test_commands_are_read_and_what_is_none_is_passed_over() -> None:
    lines = [
        '{"do": "open", "path": "p", "key": "00ff", "server": "s", "refresh_token": null}',
        "not json",
        '{"do": "dance"}',
        '{"do": "open", "key": "xyz"}',
        "[]",
        '{"do": "sign_in", "server": "s", "login": "l", "password": "p",'
        ' "device_id": "00000000000000000000000000000001", "device_name": "d"}',
        '{"do": "fetch", "sha256": "../etc/passwd"}',
        '{"do": "fetch"}',
        '{"do": "sync"}',
    ]

    read = list(read_commands(io.StringIO("\n".join(lines))))

    assert [type(command) for command in read] == [Open, SignIn, Simple, Simple]
    assert read[-1] == STOP


def test_secrets_do_not_show_when_a_command_is_printed() -> None:
    line = '{"do": "open", "path": "p", "key": "00ff", "server": "s", "refresh_token": "hush"}'

    [command, _] = read_commands(io.StringIO(line))

    assert "hush" not in repr(command)
    assert "xff" not in repr(command)
