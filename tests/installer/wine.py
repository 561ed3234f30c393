"""A fresh Windows for each test: a copy of one prepared wine prefix, and what to ask of it."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOOLS = {
    "wine": "wine wine64",
    "makensis": "nsis",
    "wixl": "wixl",
    "msibuild": "msitools",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
}
VERSIONS = ("1.0.0", "1.1.0")
ENVIRONMENT = {
    "WINEDEBUG": "-all",
    "WINEDLLOVERRIDES": "mscoree=d;mshtml=d",
    "DISPLAY": "",
    "LC_ALL": "C.UTF-8",
}


def missing_packages() -> str:
    """The Debian packages these tests lack here, as one would type them; empty when all is there."""
    return " ".join(package for tool, package in TOOLS.items() if not shutil.which(tool))


class Wine:
    """A Windows of its own, in `prefix`."""

    def __init__(self, prefix: Path) -> None:
        self.drive = prefix / "drive_c"
        self.environment = {**os.environ, **ENVIRONMENT, "WINEPREFIX": str(prefix)}
        self.home = self.drive / "users" / getpass.getuser()
        self.local = self.home / "AppData" / "Local"

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its end."""
        return subprocess.run(
            ["wine", *map(str, command)], env=self.environment, check=False,
            capture_output=True, text=True, errors="replace", timeout=120,
        )  # fmt: skip

    def wait(self) -> None:
        """Until every Windows process is gone: an uninstaller goes on in a copy of itself."""
        subprocess.run(["wineserver", "-w"], env=self.environment, check=True, timeout=90)

    def stop(self) -> None:
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False, timeout=30)

    def become(self, windows: str) -> None:
        """Change the version of Windows that programs see ("win10", "win81")."""
        self.run("winecfg", "-v", windows)

    def registry(self, key: str, value: str) -> str | None:
        answer = self.run("reg", "query", key, "/v", value, "/reg:64")
        for line in answer.stdout.splitlines():
            parts = line.split(None, 2)
            if len(parts) == 3 and parts[0] == value:
                return parts[2].strip()
        return None

    def find(self, pattern: str) -> list[Path]:
        return sorted(self.drive.rglob(pattern))

    @contextmanager
    def running(self, program: Path) -> Iterator[None]:
        """The program runs, and has said so, for as long as the block lasts."""
        process = subprocess.Popen(
            ["wine", str(program), "--hold"], env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("Roundtrip")
            yield
        finally:
            process.stdin.write("\n")
            process.stdin.close()
            process.wait(30)
            process.stdout.close()


def prepare(prefix: Path) -> Wine:
    """The one prefix the others are copies of."""
    wine = Wine(prefix)
    subprocess.run(
        ["wine", "wineboot", "-i"], env=wine.environment, check=True, timeout=300, capture_output=True
    )
    wine.become("win10")
    wine.wait()
    return wine


def copy(template: Wine, prefix: Path) -> Wine:
    source = template.drive.parent
    subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(prefix)], check=True)
    return Wine(prefix)


def compile_payload(bundle: Path, version: str) -> Path:
    """A bundle whose program only says its version."""
    (bundle / "_internal").mkdir(parents=True)
    source = Path(__file__).with_name("payload.c")
    compiler = ["x86_64-w64-mingw32-gcc", "-Os", "-s", f'-DVERSION="{version}"']
    subprocess.run([*compiler, source, "-o", bundle / "Roundtrip.exe"], check=True)
    (bundle / "_internal" / f"library-{version}.txt").write_text(version)
    (bundle / "_internal" / "common.txt").write_text(version)
    return bundle
