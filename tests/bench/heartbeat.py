"""How evenly a window beats while a first download runs beside it: `python -m tests.bench.heartbeat [size]`.

A real window over a real replica (offscreen where there is no display), the real sync process, a real
server. Prints the longest pauses of a timer that should fire every few milliseconds, once as the user has
them here and once without the time in which the window could have gone on and got no processor: that
figure is the program's own, however busy the computer. What every thread did during long pauses is
written to the file named last: `python -m tests.bench.heartbeat M /tmp/pauses.txt`.
"""

import faulthandler
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

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
from ui.garbage import keep_what_is_here
from ui.sync_link import SyncProcess
from ui.sync_status import SyncState, SyncStatus

BEAT_MS = 4
LONG_MS = 50
DRAWN_MS, IDLE_MS = 2_000, 5_000  # until the window is drawn; and then to see how busy this computer is
MOST_MS = 10 * 60_000


@dataclass(frozen=True)
class Beat:
    """Milliseconds since the beat was due: all of them; those spent waiting for a processor, as the kernel
    counts them; those at work. The rest is waiting for a lock or a disk."""

    late: float
    starved: float
    worked: float

    @property
    def own(self) -> float:
        """How late it would have been on a processor of its own."""
        return max(0.0, self.late - self.starved)


class Heart:
    """Notes how late each beat comes; what keeps one longer than LONG is told in `pauses`."""

    def __init__(self, pauses: TextIO | None) -> None:
        self.beats: list[Beat] = []
        self._pauses = pauses
        self._due = self._starved = self._worked = 0.0
        self._timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._kernel = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        self._expect()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()
        os.close(self._kernel)

    def _expect(self) -> None:
        """The next beat."""
        self._due = time.perf_counter() + BEAT_MS / 1e3
        self._worked, self._starved = self._spent()
        if self._pauses:
            faulthandler.dump_traceback_later(LONG_MS / 1e3, file=self._pauses)

    def _spent(self) -> tuple[float, float]:
        """Milliseconds on a processor, and ready for one, since this thread began."""
        worked, starved, _turns = os.pread(self._kernel, 64, 0).split()
        return int(worked) / 1e6, int(starved) / 1e6

    def _beat(self) -> None:
        late = max(0.0, (time.perf_counter() - self._due) * 1e3)
        worked, starved = self._spent()
        beat = Beat(late, starved - self._starved, worked - self._worked)
        self.beats.append(beat)
        if self._pauses and late > LONG_MS:
            self._pauses.write(f"^ {late:.0f} ms: starved {beat.starved:.0f}, worked {beat.worked:.0f}\n\n")
            self._pauses.flush()
        self._expect()


def main(size: str, told: str | None = None) -> None:
    with ExitStack() as open_files, tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        os.environ["ROUNDTRIP_HOME"] = str(folder / "home")
        company = found_company(folder / "office.db")
        held = workload.rows(workload.SIZES[size], company.territory, company.engineer.hex)
        company.write(held)
        with served(company, folder) as laptop:
            path = folder / "laptop.db"
            path.write_bytes(laptop.blank)
            print(f"{size}: {workload.size_of(held):,} rows, {meters.busy()}")
            pauses = open_files.enter_context(Path(told).open("w")) if told else None
            beats = watch(path, laptop.url, laptop.tokens, Heart(pauses))
    lines = []
    for when, noted in beats.items():
        lines.append((when, "here", *_figures([beat.late for beat in noted])))
        lines.append(("", "on a processor of its own", *_figures([beat.own for beat in noted])))
    print(meters.table(("ms late", "", "beats", "p50", "p99 (≤ 16)", "worst (≤ 100)"), lines))


def _figures(late: list[float]) -> tuple[str, ...]:
    ordered = sorted(late)
    chosen = (ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1])
    return (f"{len(ordered):,}", *(f"{figure:.1f}" for figure in chosen))


def watch(path: Path, url: str, tokens: Mapping[str, str], heart: Heart) -> dict[str, list[Beat]]:
    """How late the window's beats were while nothing happened, and during the download."""
    application = make_application(["heartbeat"])
    settings = Settings()
    apply_settings(application, settings)
    background, feed = Background(), ChangeFeed()
    sync = SyncProcess(*sync_command(), feed)
    replica = join_replica(path, KEY)
    keep_what_is_here()
    window = make_window(make_desk(Opened(replica, KEY), settings, background, feed, sync), "王工")
    window.show()
    window.show_page("customers")

    def follow(status: SyncStatus) -> None:
        if status.state is SyncState.SYNCED:
            application.quit()

    sync.changed.connect(follow)
    QTimer.singleShot(MOST_MS, application.quit)
    idle: list[Beat] = []

    def begin() -> None:
        idle.extend(heart.beats)
        heart.beats.clear()
        sync.open(str(path), KEY, url, tokens["refresh"], tokens["access"])

    QTimer.singleShot(DRAWN_MS, heart.start)
    QTimer.singleShot(DRAWN_MS + IDLE_MS, begin)
    application.exec()
    heart.stop()
    sync.stop()
    background.close()
    window.close()
    replica.close()
    return {"idle": idle, "downloading": heart.beats}


if __name__ == "__main__":
    main(*sys.argv[1:] or ["M"])
