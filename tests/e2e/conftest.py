"""A server, a network that can fail, and a person's program, for tests with real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.demo.fault_proxy import FaultProxy
from tests.e2e.desktops import Desktop
from tests.e2e.processes import ServerProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path_factory.mktemp("server"))
    yield running
    running.close()


@pytest.fixture
def proxy(server: ServerProcess) -> Iterator[FaultProxy]:
    made = FaultProxy(("127.0.0.1", server.port))
    yield made
    made.close()


@pytest.fixture
def desktop(
    qapp: QApplication, tmp_path: Path, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desktop]:
    monkeypatch.setenv("ROUNDTRIP_HOME", str(tmp_path))  # for the sync process
    made = Desktop(tmp_path, proxy.url)
    yield made
    made.stop()
