"""Log lines as JSON on standard error: what happened and the ids concerned, never customer data."""

import logging
import sys
import traceback
from datetime import UTC, datetime

import orjson

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}


class JsonLines(logging.Formatter):
    """One JSON object a line; whatever was passed as `extra` becomes a member."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        if record.exc_info:
            line["traceback"] = self._frames(record.exc_info[1])
        return orjson.dumps(line, default=str).decode()

    @staticmethod
    def _frames(problem: BaseException | None) -> str:
        """Where it happened and what kind it was: messages quote values, and values are customers'."""
        told = []
        while problem is not None:
            told += [*traceback.format_tb(problem.__traceback__), f"{type(problem).__qualname__}\n"]
            problem = problem.__cause__ or problem.__context__
        return "".join(told)


def log_to_stderr(level: str) -> None:
    """Send everything our code and the web server log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True  # our own request lines say it with ids
