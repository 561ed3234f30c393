"""The demo in a terminal: whatever ends it, nothing of it goes on running."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sync.server.commands.migrate import migrate

PATIENCE = 60.0


@pytest.fixture
def demo() -> Iterator[subprocess.Popen[str]]:
    """The windowed one, on a display that only Qt's own platform has."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":none"}
    command = [sys.executable, "-m", "app", "demo"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="one process cannot press another's Ctrl+C there")
def test_ctrl_c_closes_the_window_and_stops_the_server(demo: subprocess.Popen[str]) -> None:
    assert demo.stdout
    _, running, _, _, open_now = (demo.stdout.readline() for _ in range(5))
    assert "Ctrl+C" in open_now
    address = urlsplit(running.strip().rpartition(" ")[2])

    demo.send_signal(signal.SIGINT)

    assert demo.wait(PATIENCE) == 128 + signal.SIGINT
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port or 80), timeout=PATIENCE).close()


def test_the_server_of_a_demo_that_was_killed_ends_too(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'server.db'}"
    migrate(database)
    command = [sys.executable, "-m", "app.demo.server", "serve", "--port", "0", "--database", database]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes, text=True) as server:
        assert server.stdin
        assert server.stdout
        assert "listening on" in server.stdout.readline()

        server.stdin.close()

        assert server.wait(PATIENCE) == 0
