"""Runs use cases and queries off the UI thread and brings their results back to it.

A Python thread must never be the last to drop an object with connected slots: PySide then waits for
Qt's signal lock while the UI thread, holding it, waits for Python's. So the UI thread keeps every
closure in `_open` until the answer has arrived, and the threads see tickets and plain results only.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

T = TypeVar("T")
Callback = Callable[[Any], object]
READERS = 2


@dataclass
class Task:
    """A piece of work under way."""

    work: Callable[[], Any]
    then: Callback | None
    failed: Callback | None
    owner: QObject | None
    cancelled: bool = field(default=False)

    def cancel(self) -> None:
        """Drop the result; work that has not started never starts."""
        self.cancelled = True

    @property
    def wanted(self) -> bool:
        return not self.cancelled and (self.owner is None or isValid(self.owner))


class Background(QObject):
    """One worker for use cases, which therefore run in order; a few more for reading."""

    unhandled = Signal(object)
    """An error of a task that was started without a handler of its own."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets = count()
        self._open: dict[int, Task] = {}
        self._outcomes: deque[tuple[int, bool, Any]] = deque()
        self._writing: SimpleQueue[int | None] = SimpleQueue()
        self._reading: SimpleQueue[int | None] = SimpleQueue()
        queues = [self._writing, *[self._reading] * READERS]
        self._threads = [Thread(target=self._serve, args=(queue,), daemon=True) for queue in queues]
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        for thread in self._threads:
            thread.start()

    def run(
        self,
        use_case: Callable[[], T],
        then: Callable[[T], object] | None = None,
        failed: Callback | None = None,
        owner: QObject | None = None,
    ) -> Task:
        """Do `use_case` after those given before; `then` or `failed` is called in the UI thread.

        Nothing is called once `owner` is deleted; a bound method of a widget owns itself.
        """
        return self._start(self._writing, use_case, then, failed, owner)

    def read(
        self,
        query: Callable[[], T],
        then: Callable[[T], object],
        failed: Callback | None = None,
        owner: QObject | None = None,
    ) -> Task:
        """As `run`, for a query: it neither waits for use cases nor keeps them waiting."""
        return self._start(self._reading, query, then, failed, owner)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._open)

    def close(self) -> None:
        """Let the work under way end, start no other, and call nobody any more."""
        for task in self._open.values():
            task.cancel()
        for queue in (self._writing, *[self._reading] * READERS):
            queue.put(None)
        for thread in self._threads:
            thread.join()
        self._open.clear()
        self._outcomes.clear()

    def _start(
        self,
        queue: SimpleQueue[int | None],
        work: Callable[[], Any],
        then: Callback | None,
        failed: Callback | None,
        owner: QObject | None,
    ) -> Task:
        task = Task(work, then, failed, owner or _owner_of(then))
        ticket = next(self._tickets)
        self._open[ticket] = task
        queue.put(ticket)
        return task

    def _serve(self, queue: SimpleQueue[int | None]) -> None:
        while (ticket := queue.get()) is not None:
            self._outcomes.append((ticket, *_outcome(self._open[ticket])))
            self._arrived.emit()

    @Slot()
    def _deliver(self) -> None:
        while self._outcomes:
            ticket, succeeded, result = self._outcomes.popleft()
            task = self._open.pop(ticket)
            if not task.wanted:
                continue
            if not succeeded:
                (task.failed or self.unhandled.emit)(result)
            elif task.then:
                task.then(result)


def _outcome(task: Task) -> tuple[bool, Any]:
    """Runs in a worker; its own frame, so that an error's traceback holds nothing but this task."""
    if task.cancelled:
        return True, None
    try:
        return True, task.work()
    except Exception as error:  # it is raised again, or shown, where the answer arrives
        return False, error


def _owner_of(callback: Callback | None) -> QObject | None:
    bound_to = getattr(callback, "__self__", None)
    return bound_to if isinstance(bound_to, QObject) else None
