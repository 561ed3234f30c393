"""Work goes on beside the window, and its results come back to it."""

import threading

import pytest
from PySide6.QtWidgets import QWidget

from ui.background import Background


def test_a_result_arrives_in_the_ui_thread(qtbot, background):
    arrived = []
    background.run(threading.get_ident, lambda worker: arrived.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(arrived))

    worker, here = arrived[0]

    assert worker != here == threading.get_ident()


def test_use_cases_run_in_the_order_given(qtbot, background):
    done: list[int] = []
    for number in range(20):
        background.run(lambda number=number: number, done.append)
    qtbot.waitUntil(lambda: len(done) == 20)

    assert done == list(range(20))


def test_a_query_does_not_wait_for_a_use_case(qtbot, background):
    held = threading.Event()
    background.run(held.wait)
    answers: list[str] = []
    background.read(lambda: "here", answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    held.set()

    assert answers == ["here"]


def test_an_error_goes_to_its_handler(qtbot, background):
    errors: list[Exception] = []
    background.run(lambda: 1 / 0, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))

    assert isinstance(errors[0], ZeroDivisionError)


def test_an_error_without_a_handler_is_announced(qtbot, background):
    with qtbot.waitSignal(background.unhandled) as announced:
        background.run(lambda: 1 / 0)

    assert isinstance(announced.args[0], ZeroDivisionError)


def test_a_cancelled_task_calls_nobody(qtbot, background):
    calls: list[object] = []
    held = threading.Event()
    background.run(held.wait)
    task = background.run(lambda: calls.append("ran"), calls.append)
    task.cancel()
    held.set()
    qtbot.waitUntil(lambda: not background.busy)

    assert calls == []


def test_a_deleted_owner_is_not_called(qtbot, background):
    class Screen(QWidget):
        def arrived(self, result: object) -> None:
            pytest.fail("called after its end")

    held = threading.Event()
    screen = Screen()
    background.read(held.wait, screen.arrived)
    with qtbot.waitSignal(screen.destroyed):
        screen.deleteLater()
    held.set()
    qtbot.waitUntil(lambda: not background.busy)


def test_closing_waits_for_work_under_way_and_calls_nobody(qtbot):
    background = Background()
    begun, ended = threading.Event(), []

    def work() -> None:
        begun.set()
        ended.append(True)

    background.run(work, lambda _: pytest.fail("called after closing"))
    begun.wait()
    background.close()

    assert ended == [True]
    assert not background.busy


def test_a_worker_is_never_the_last_to_hold_what_it_runs(qtbot, background):
    dropped_in: list[int] = []

    class Held:
        def __call__(self) -> str:
            return "done"

        def __del__(self) -> None:
            dropped_in.append(threading.get_ident())

    answers: list[str] = []
    background.run(Held(), answers.append)
    qtbot.waitUntil(lambda: bool(answers and dropped_in))

    assert dropped_in == [threading.get_ident()]
