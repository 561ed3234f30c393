"""The window goes on beating while the replica changes: it waits for no query and draws nothing twice."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from app.domain.changes import Changes
from app.domain.customers import Contact, Customer
from app.main import make_window
from tests.builders import a_customer
from tests.replicas import pulled
from ui.change_feed import ChangeFeed
from ui.navigation import PAGES

SOMETHING = {"event": "changes", "entities": ["customer"], "ids": []}


@pytest.fixture
def asked_here() -> Iterator[list[str]]:
    """Statements run in the thread of the window."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if threading.current_thread() is threading.main_thread():
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def test_no_page_asks_the_replica_in_the_thread_of_the_window(qtbot, desk, replica, asked_here):
    pulled(replica, a_customer())
    asked_here.clear()
    window = make_window(desk, "李明")
    qtbot.addWidget(window)
    window.show()

    for page in PAGES:
        window.show_page(page.key)
        qtbot.waitUntil(lambda: not desk.background.busy)
        desk.feed.publish(Changes(frozenset({Customer})))
        qtbot.waitUntil(lambda: not desk.background.busy)

    assert asked_here == []


def test_a_hundred_changes_that_come_together_are_told_once(qtbot, desk):
    told: list[Changes] = []
    desk.feed.changed.connect(lambda changes, _: told.append(changes))

    with qtbot.waitSignal(desk.feed.changed):
        for number in range(100):
            ids = [f"{number:032x}"]
            kind = "customer" if number % 2 else "contact"
            desk.sync.receive(SOMETHING | {"entities": [kind], "ids": ids})

    assert len(told) == 1
    assert told[0].entities == {Customer, Contact}
    assert len(told[0].ids) == 100


def test_what_comes_later_is_told_later(qtbot):
    feed = ChangeFeed()
    for _ in range(2):
        with qtbot.waitSignal(feed.changed) as told:
            feed.gather(Changes(frozenset({Customer})))
        assert told.args[0].touch(Customer)


def test_a_customer_who_has_not_changed_is_not_laid_out_anew(qtbot, desk, replica):
    pulled(replica, a_customer())
    window = make_window(desk, "李明")
    qtbot.addWidget(window)
    window.show()
    window.show_page("customers")
    timeline = window._screens["customers"]._view._timeline
    filled: list[object] = []
    show = timeline.show_events
    timeline.show_events = lambda events: (filled.append(events), show(events))
    qtbot.waitUntil(lambda: len(filled) == 1)

    for _ in range(3):
        desk.feed.publish(Changes(frozenset({Customer})))
        qtbot.waitUntil(lambda: not desk.background.busy)

    assert len(filled) == 1
