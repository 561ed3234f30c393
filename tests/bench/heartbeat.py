"""How evenly a window beats while a first download runs beside it: `python -m tests.bench.heartbeat [size]`.

A real window over a real replica (offscreen where there is no display), the real sync process, a real
server. Prints the longest pauses of a timer that should fire every few milliseconds.
"""

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer

from app.laptop import Opened
from app.main import make_desk, make_window, sync_command
from app.persistence.replica import join_replica
from app.settings import Settings
from tests.bench import meters, workload
from tests.bench.scene import found_company, served
from tests.replicas import KEY
from ui.application import apply_settings, make_application
from ui.background import Background
from ui.change_feed import ChangeFeed
from ui.sync_link import SyncProcess
from ui.sync_status import SyncState, SyncStatus

BEAT_MS = 4
DRAWN_MS, IDLE_MS = 2_000, 5_000  # until the window is drawn; and then to see how busy this computer is
MOST_MS = 10 * 60_000


class Heart:
    """Notes how late each beat comes."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._due = 0.0
        self._timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._due = time.perf_counter() + BEAT_MS / 1e3
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._due) * 1e3))
        self._due = now + BEAT_MS / 1e3


def main(size: str) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        os.environ["ROUNDTRIP_HOME"] = str(folder / "home")
        company = found_company(folder / "office.db")
        held = workload.rows(workload.SIZES[size], company.territory, company.engineer.hex)
        company.write(held)
        with served(company, folder) as laptop:
            path = folder / "laptop.db"
            path.write_bytes(laptop.blank)
            print(f"{size}: {workload.size_of(held):,} rows, {meters.busy()}")
            late = watch(path, laptop.url, laptop.tokens)
    for when, beats in late.items():
        p99 = sorted(beats)[len(beats) * 99 // 100]
        print(
            f"{when:12} {len(beats):6,} beats: p99 {p99:.1f} ms late (≤ 16), worst {max(beats):.1f} (≤ 100)"
        )


def watch(path: Path, url: str, tokens: Mapping[str, str]) -> dict[str, list[float]]:
    """How late the window's beats were while nothing happened, and during the download."""
    application = make_application(["heartbeat"])
    settings = Settings()
    apply_settings(application, settings)
    background, feed = Background(), ChangeFeed()
    sync = SyncProcess(*sync_command(), feed)
    replica = join_replica(path, KEY)
    window = make_window(make_desk(Opened(replica, KEY), settings, background, feed, sync), "王工")
    window.show()
    window.show_page("customers")
    heart = Heart()

    def follow(status: SyncStatus) -> None:
        if status.state is SyncState.SYNCED:
            application.quit()

    sync.changed.connect(follow)
    QTimer.singleShot(MOST_MS, application.quit)
    idle: list[float] = []

    def begin() -> None:
        idle.extend(heart.late)
        heart.late.clear()
        sync.open(str(path), KEY, url, tokens["refresh"], tokens["access"])

    QTimer.singleShot(DRAWN_MS, heart.start)
    QTimer.singleShot(DRAWN_MS + IDLE_MS, begin)
    application.exec()
    sync.stop()
    background.close()
    window.close()
    replica.close()
    return {"idle": idle, "downloading": heart.late}


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "M")
