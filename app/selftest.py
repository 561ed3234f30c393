"""Proves that an installed program has all its parts: `roundtrip --selftest`, without a display.

Exits 0 when every check held, and says what it found, on standard output and in the file that the
variable SELFTEST_REPORT names (a windowed program on Windows has no standard output of its own).
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.laptop import Opened

REPORT = "SELFTEST_REPORT"
PLAIN_SQLITE = b"SQLite format 3\x00"
Check = Callable[[Path], object]


def main() -> int:
    """Every check, even after one has failed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    results: dict[str, object] = {
        "frozen": bool(getattr(sys, "frozen", False)),
        "python": sys.version.split()[0],
    }
    failed = []
    for check in CHECKS:
        name = check.__name__.removeprefix("_")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                results[name] = check(Path(folder))
            except Exception:  # whatever is wrong with one part, the others are still looked at
                results[name] = traceback.format_exc()
                failed.append(name)
    results["failed"] = failed
    text = json.dumps(results, ensure_ascii=False, indent=1)
    if report := os.environ.get(REPORT):
        Path(report).write_text(text, "utf-8")
    if sys.stdout:
        print(text)
    return bool(failed)


def _resources(_folder: Path) -> object:
    names = ("fonts/RoundtripHan-Regular.otf", "fonts/OFL.txt", "icons/bell.svg", "places.json.zst")
    return {name: len((files("resources") / name).read_bytes()) for name in names}


def _texts(_folder: Path) -> object:
    from app.language import tr, use_language

    use_language("zh_CN")
    chinese = tr("Customer")
    use_language("en")
    assert (chinese, tr("Customer")) == ("客户", "Customer")
    return chinese


def _pinyin(_folder: Path) -> object:
    from pypinyin import lazy_pinyin

    spelt = lazy_pinyin("往返")
    assert spelt == ["wang", "fan"], spelt
    return spelt


def _replica(folder: Path) -> object:
    """Made by the migrations, encrypted on disk, opened again by its key and by no other."""
    from app.domain.errors import ReplicaLocked
    from app.persistence.replica import open_replica

    path, key = folder / "replica.db", os.urandom(32)
    for _time in range(2):
        open_replica(path, key).close()
    assert not path.read_bytes().startswith(PLAIN_SQLITE)
    try:
        open_replica(path, bytes(32)).close()
    except ReplicaLocked as refused:
        return refused.code
    raise AssertionError("a wrong key opened the replica")


def _no_plain_sqlite(_folder: Path) -> object:
    """A frozen program cannot write an unencrypted database, since it cannot write any."""
    found = find_spec("sqlite3") is not None
    assert not (found and getattr(sys, "frozen", False))
    return not found


def _keyring(_folder: Path) -> object:
    import keyring

    known = sorted(entry.name for entry in entry_points(group="keyring.backends"))
    assert known, "the keyring's metadata is missing: it would find no backend"
    active = type(keyring.get_keyring())
    return {"known": known, "active": f"{active.__module__}.{active.__name__}"}


def _tls(_folder: Path) -> object:
    import ssl

    import truststore

    truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ssl.OPENSSL_VERSION


def _sync_process(_folder: Path) -> object:
    """It starts as the desktop would start it, and ends when told to."""
    from app.main import sync_command

    program, arguments = sync_command()
    stop = json.dumps({"do": "stop"}) + "\n"
    done = subprocess.run(
        [program, *arguments], input=stop, check=True, capture_output=True, text=True, timeout=60
    )
    return done.returncode


@cache
def _application() -> "QApplication":
    from ui.application import make_application

    return make_application(sys.argv[:1])


def _pdf(_folder: Path) -> object:
    """A report in Chinese is set in the font that is brought along."""
    from app.queries.report import ServiceReport
    from ui import fonts
    from ui.paper.service_report import report_pdf

    _application()
    fonts.provide_han()
    facts = (("客户", "往返机电设备有限公司"),)
    pdf = report_pdf(ServiceReport("服务报告", "SO-1", facts, (), (), "", (), (), "页脚", ()))
    assert pdf.startswith(b"%PDF")
    assert b"RoundtripHan" in pdf
    return len(pdf)


def _somebodys_laptop(folder: Path) -> "Opened":
    from app.domain.ids import new_id
    from app.domain.organisation import Role
    from app.laptop import Laptop
    from app.persistence.identity import Identity
    from app.persistence.secret_store import SystemKeyring
    from app.settings import Folders

    person = Identity(new_id(), new_id(), new_id(), Role.ENGINEER, "Selftest")
    laptop = Laptop(Folders(folder, folder, folder), SystemKeyring())
    return laptop.set_up(person, passphrase="the keyring stays untouched")


def _screens(folder: Path) -> object:
    """Every page in every language, over an empty replica; what fails on the way is collected."""
    from app.language import LANGUAGES
    from app.main import make_desk, make_window, sync_command
    from app.settings import Settings
    from ui.background import Background
    from ui.change_feed import ChangeFeed
    from ui.navigation import PAGES
    from ui.sync_link import SyncProcess

    failures: list[BaseException] = []
    sys.excepthook = lambda _kind, error, _trace: failures.append(error)
    app, feed, background = _application(), ChangeFeed(), Background()
    opened = _somebodys_laptop(folder)
    settings = Settings()
    desk = make_desk(opened, settings, background, feed, SyncProcess(*sync_command(), feed))
    background.unhandled.connect(failures.append)
    window = make_window(desk, "Selftest")
    window.show()
    for settings.language in LANGUAGES:
        window.apply_settings()
        for page in PAGES:
            window.show_page(page.key)
            app.processEvents()
            while background.busy:
                app.processEvents()
    window.close()
    background.close()
    opened.replica.close()
    sys.excepthook = sys.__excepthook__
    if failures:
        raise BaseExceptionGroup("while the pages were shown", failures)
    return [page.key for page in PAGES]


CHECKS: tuple[Check, ...] = (
    _resources,
    _texts,
    _pinyin,
    _replica,
    _no_plain_sqlite,
    _keyring,
    _tls,
    _sync_process,
    _pdf,
    _screens,
)
