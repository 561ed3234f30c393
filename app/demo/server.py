"""`roundtrip-server` for as long as whoever started it lives: it ends when its standard input does."""

import os
import sys
from threading import Thread

from sync.server.main import main


def _follow() -> None:
    sys.stdin.read()
    os._exit(0)  # nobody is left to clean up for, and the database survives any end


if __name__ == "__main__":
    Thread(target=_follow, daemon=True).start()
    main()
