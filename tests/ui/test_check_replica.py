"""Check this replica, and a pull that is held, as the user meets them; the sync process is played."""

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from app.language import tr
from ui.screens.sync_centre.check import CheckDialog, check_replica
from ui.screens.sync_centre.log import in_words
from ui.screens.sync_centre.panel import SyncPanel
from ui.sync_status import ErrandNews, ErrandState


@pytest.fixture
def told(desk, monkeypatch) -> list[dict[str, object]]:
    """What the sync process was asked."""
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(desk.sync, "_tell", asked.append)
    monkeypatch.setattr(type(desk.sync), "running", property(lambda sync: True))
    return asked


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(desk, told, window) -> CheckDialog:
    check_replica(desk, window)
    [found] = window.findChildren(CheckDialog)
    return found


def says(desk, state: str, **said: object) -> None:
    desk.sync.receive({"event": "errand", "state": state, **said})


def test_a_check_says_how_far_it_is_and_what_it_found(*, language, desk, told, dialog):
    says(desk, "running", facts={"done": 4_000, "total": 15_032})
    underway = dialog.words.text()
    found = {"kind": "check", "compared": 15_032, "fetched": 2, "dropped": 0, "parked": 0}
    says(desk, "done", facts=found)

    assert told == [{"do": "errand", "kind": "check"}]
    assert underway == tr("{done} of {total} records compared", done="4,000", total="15,032")
    assert dialog.words.text().splitlines() == [
        tr("{compared} records compared; {count} differed.", compared="15,032", count=2),
        tr("Fetched anew: {count}.", count=2),
        tr("Your unsent changes were not touched."),
    ]


def test_nothing_differs_and_the_log_says_so_too(desk, dialog):
    found = {"compared": 15_032, "fetched": 0, "dropped": 0, "parked": 0}
    says(desk, "done", facts={"kind": "check", **found})

    assert dialog.title.text() == tr("Everything agrees")
    assert in_words("check", found) == " ".join(dialog.words.text().splitlines())


def test_where_releases_differ_it_is_said_that_only_revisions_were_compared(*, language, desk, dialog):
    found = {
        "kind": "check",
        "compared": 15_032,
        "fetched": 0,
        "dropped": 0,
        "parked": 0,
        "revisions_only": 1,
    }
    says(desk, "done", facts=found)

    assert len(dialog.words.text().splitlines()) == 3
    assert in_words("check", found) == " ".join(dialog.words.text().splitlines())


def test_what_this_version_cannot_read_is_no_good_news(*, qtbot, desk, dialog):
    found = {"kind": "check", "compared": 15_032, "fetched": 0, "dropped": 0, "parked": 1}
    says(desk, "done", facts=found)

    assert dialog.title.text() == tr("Some records cannot be read")
    assert dialog.leaves_doubt(ErrandNews(ErrandState.DONE, found))


def test_a_check_can_be_left(desk, told, dialog):
    dialog.reject()

    assert told[-1] == {"do": "cancel"}


def test_a_pull_that_wants_to_remove_much_waits_until_the_user_lets_it(desk, told, window):
    panel = SyncPanel(desk, window)
    panel.show()
    let = next(found for found in panel.findChildren(QPushButton) if found.text() == tr("Let it remove them"))
    hidden_before = let.isVisible()
    desk.sync.receive({"event": "state", "state": "offline", "reason": "sync.removal_held"})

    assert (hidden_before, let.isVisible()) == (False, True)
    let.click()
    assert told[-1] == {"do": "remove"}
