#!/usr/bin/env python3
"""One door to the project: prepares everything it needs, then runs a task.

    python3 dev.py demo [--headless]     see the program work on a fresh machine
    python3 dev.py test [pytest options] run the tests
    python3 dev.py setup                 prepare only
    python3 dev.py TASK …                any other task of pyproject.toml (poe tasks)

Needs Python 3.11 and the standard library only; on Windows call it with `py -3.11 dev.py …`.
"""

from __future__ import annotations  # an older Python shall read as far as the message that it is too old

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OWN_UV = ROOT / ".uv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "prepared"
WINDOWS = sys.platform == "win32"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")

# What Qt loads at run time, and the Debian package that brings it. On releases that renamed a package
# (libglib2.0-0t64), apt takes the old name too.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
# What only tests and builds want; installed where we may, and not insisted on where we may not.
FILES = {
    "/usr/bin/Xvfb": "xvfb",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core",
    "/etc/ssl/certs/ca-certificates.crt": "ca-certificates",
    "/usr/bin/objdump": "binutils",  # reads libraries when the program is frozen
}


class Problem(Exception):
    """Something the user must do first; the text says what."""


def main(arguments: list[str]) -> int:
    if not (3, 11) <= sys.version_info < (3, 15):
        raise Problem(f"Python 3.11 to 3.14 is needed; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    prepare()
    if arguments[0] == "setup":
        print(f"Ready: {VENV}")
        return 0
    task = [str(SCRIPTS / "poe"), "-C", str(ROOT), *arguments]
    # Tests and the demo start our programs by the hundred; each would compile every module anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not WINDOWS:
        os.execv(task[0], task)  # so that signals reach the task itself
    return subprocess.run(task, check=False).returncode


def prepare() -> None:
    """Make .venv as requirements.lock says; instant when nothing changed since the last time."""
    wanted = hashlib.sha256(
        sys.version.encode() + LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    ).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    ensure_system_packages(missing_packages())
    uv = find_uv()
    if not SCRIPTS.exists():
        run(uv, "venv", "--quiet", "--python", sys.executable, VENV)
    into = ("--quiet", "--python", VENV)
    run(uv, "pip", "sync", *into, "--compile-bytecode", "--require-hashes", LOCK)
    run(uv, "pip", "install", *into, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(wanted)


def missing_packages() -> list[str]:
    """The Debian packages without which Qt does not start; as root also those tests and builds want."""
    if not shutil.which("apt-get"):
        return []
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    return missing + (missing_comforts() if os.geteuid() == 0 else [])


def missing_comforts() -> list[str]:
    """The Debian packages that tests and builds want; without them some tests skip, and say so."""
    missing = [package for path, package in FILES.items() if not Path(path).exists()]
    # Debian's Python keeps its library apart; a frozen program brings it along.
    python = f"libpython3.{sys.version_info.minor}"
    if sys.base_prefix == "/usr" and not loads(f"{python}.so.1.0"):
        missing.append(python)
    return missing


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def ensure_system_packages(packages: list[str]) -> None:
    """Install Debian packages as root; as anyone else, say which command does."""
    if not packages:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        raise Problem(f"Some system packages are missing. Please run:\n\n    sudo {' '.join(install)}\n")
    print("Installing system packages:", " ".join(packages), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*install, "-qq"]):
        subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL)


def find_uv() -> str | Path:
    """uv from the PATH, or the locked version in a folder of our own: no system Python is touched."""
    if found := shutil.which("uv"):
        return found
    own = OWN_UV / "bin" / ("uv.exe" if WINDOWS else "uv")
    if not own.exists():
        if importlib.util.find_spec("pip") is None:
            ensure_pip()
        print("Fetching uv …", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            only_uv = Path(folder) / "uv.txt"
            only_uv.write_text(locked("uv"))
            # --target is allowed where the system's Python is managed by the system (PEP 668).
            quiet = ("--quiet", "--root-user-action=ignore", "--no-warn-script-location")
            into = ("--target", OWN_UV, "--require-hashes", "-r", only_uv)
            run(sys.executable, "-m", "pip", "install", *quiet, *into)
    return own


def ensure_pip() -> None:
    if shutil.which("apt-get"):
        ensure_system_packages(["python3-pip"])
    else:
        run(sys.executable, "-m", "ensurepip", "--user")


def locked(name: str) -> str:
    """The lines of requirements.lock about one package: its version and its hashes."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return "\n".join(lines[start:end]) + "\n"


def run(*command: str | Path) -> None:
    # The system's certificates: many companies look into TLS with one of their own.
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "UV_SYSTEM_CERTS": "1"})


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(f"\n{problem}")
    except subprocess.CalledProcessError as failure:
        sys.exit(f"\nThis step failed (see above): {' '.join(map(str, failure.cmd))}")
    except KeyboardInterrupt:
        sys.exit(130)
