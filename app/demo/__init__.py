"""The demo: a real server, two engineers and an office on real data.

With a display it opens the desktop as the first engineer; headless it plays the story of one day and
checks every step of it.
"""

import os
import signal
import sys


def main(*, headless: bool) -> int:
    """Run the demo; 0 only if every check of the story held."""
    for told in (signal.SIGINT, signal.SIGTERM):  # what was begun is ended on the way out
        signal.signal(told, lambda number, _: sys.exit(128 + number))
    if headless or not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from app.demo.story import play

        return play()
    from app.demo.desktop import show

    return show()


def _has_display() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
