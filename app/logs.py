"""Where the program writes down what it does: ids and counts, never customers' data."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
SIZE = 1_000_000
KEPT = 5


def start_logging(folder: Path, name: str = "roundtrip", level: int = logging.INFO) -> Path:
    """Log to `folder`; the desktop and its sync process each need a `name` of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    handler = RotatingFileHandler(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(LINE))
    root = logging.getLogger()
    stop_logging()
    root.addHandler(handler)
    root.setLevel(level)
    # These would quote requests and statements, and with them customers' data.
    for talkative in ("sqlalchemy", "urllib3", "requests"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    return path


def stop_logging() -> None:
    """Close the log file, so that its folder can be moved or removed."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()


def tail(path: Path, lines: int = 200) -> str:
    """The end of a log, for "Copy diagnostics"."""
    try:
        return "\n".join(path.read_text("utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
