"""The moments at which a database commits: counted, watched, and where the simulator wants it, fatal."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine


class Crash(BaseException):
    """The process is gone. Nothing but the simulator may catch it."""


class Commits:
    """Of one engine. `plan` is asked at each commit by its number and says what happens there:
    "before" and "after" end the process, an exception is raised instead of the commit, None lets it be.
    `committed` is called after each; `said` are the statements since the one before.
    """

    def __init__(self, engine: Engine, committed: Callable[[], None]) -> None:
        self.plan: dict[int, str | Exception] = {}
        self.count = 0
        self.fatal = False
        self.said: set[str] = set()
        self._committed = committed
        self._commit = engine.dialect.do_commit
        self._execute = engine.dialect.do_execute
        self._execute_many = engine.dialect.do_executemany
        self._due: str | Exception | None = None
        # Events would cost more than most statements do.
        engine.dialect.do_commit = self._do_commit  # type: ignore[assignment]
        engine.dialect.do_execute = self._do_execute  # type: ignore[assignment]
        engine.dialect.do_executemany = self._do_execute_many  # type: ignore[assignment]

    def expect(self, nth: int, fate: str | Exception) -> None:
        """At the `nth` commit from here, once."""
        self.plan = {self.count + nth: fate}

    def forget(self) -> None:
        """From here on commits are only watched; who died has risen."""
        self.plan = {}
        self.fatal = False

    def _do_commit(self, connection: Any) -> None:
        if not getattr(connection, "in_transaction", True):  # committed by a statement already
            return
        self._before()
        self._commit(connection)
        self._after()

    def _do_execute(self, cursor: Any, statement: str, values: Any, context: Any = None) -> None:
        if statement != "COMMIT":
            self.said.add(statement)
            self._execute(cursor, statement, values, context)
            return
        self._before()
        self._execute(cursor, statement, values, context)
        self._after()

    def _do_execute_many(self, cursor: Any, statement: str, values: Any, context: Any = None) -> None:
        self.said.add(statement)
        self._execute_many(cursor, statement, values, context)

    def _before(self) -> None:
        self.count += 1
        self._due = self.plan.pop(self.count, None)
        if isinstance(self._due, Exception):
            raise self._due
        if self._due == "before":
            self._die()

    def _after(self) -> None:
        self._committed()
        self.said.clear()
        if self._due == "after":
            self._die()

    def _die(self) -> None:
        """Whatever is raised from here on, on the way out, is of no interest."""
        self.fatal = True
        raise Crash
