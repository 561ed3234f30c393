"""Builds what is handed out: `bundle` freezes the program, `package` makes Windows installers of it.

The bundle is made on the system it is for. The installers are made on Debian, of a Windows bundle, so that
what ships is what the tests exercised: apt-get install nsis wixl msitools
"""

import hashlib
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from installer.icon import write_icon, write_side
from installer.msi_package import build_msi
from installer.version_info import version_info

HERE = Path(__file__).parent
ROOT = HERE.parent
DIST = ROOT / "dist"
BUNDLE = DIST / "Roundtrip"
PACKAGES = DIST / "packages"
DRAWING = ROOT / "resources" / "icons" / "roundtrip.svg"
ICON = ROOT / "build" / "roundtrip.ico"
SIDE = ICON.with_name("side.bmp")


def version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def bundle(dist: Path = DIST) -> Path:
    """Freeze the program with everything it needs into `dist`/Roundtrip."""
    icon()
    (ICON.parent / "version.txt").write_text(version_info(version()), "utf-8")
    _run(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
        "--distpath", dist, "--workpath", ROOT / "build" / "bundle", HERE / "desktop.spec",
    )  # fmt: skip
    return dist / BUNDLE.name


def package(source: Path = BUNDLE, target: Path = PACKAGES, of: str | None = None) -> list[Path]:
    """Make setup.exe, MSI and their checksums of the Windows bundle in `source`."""
    if not (source / "Roundtrip.exe").exists():
        sys.exit(f"{source} holds no Windows program; make the bundle on Windows first.")
    for tool, debian in (("makensis", "nsis"), ("wixl", "wixl"), ("msibuild", "msitools")):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing: apt-get install {debian}")
    target.mkdir(parents=True, exist_ok=True)
    name = f"Roundtrip-{of or version()}-x64"
    packages = [target / f"{name}-setup.exe", target / f"{name}.msi"]
    build_setup(source, of or version(), packages[0])
    build_msi(source.resolve(), of or version(), icon(), packages[1].resolve())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in packages]
    (target / "SHA256SUMS").write_text("".join(sums))
    return packages


def build_setup(source: Path, of: str, target: Path) -> None:
    pictures = {"ICON": icon(), "SIDE": SIDE}
    write_side(DRAWING, SIDE)
    facts = {"VERSION": of, "BUNDLE": source.resolve(), "OUT": target.resolve(), **pictures}
    defines = [f"-D{name}={value}" for name, value in facts.items()]
    _run("makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defines, HERE / "nsis" / "setup.nsi")


def icon() -> Path:
    write_icon(DRAWING, ICON)
    return ICON


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bundle"]:
            print(bundle())
        case ["package"]:
            print(*package(), sep="\n")
        case _:
            sys.exit("usage: python -m installer.build bundle | package")
