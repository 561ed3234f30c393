"""Builds the MSI with wixl, and says afterwards what wixl cannot."""

import csv
import os
import subprocess
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pefile

SOURCE = Path(__file__).parent / "msi" / "roundtrip.wxs"
CHINESE = {
    "A newer version of Roundtrip is already installed.": "电脑上已安装更新版本的 Roundtrip。",
    "Windows 10 version 1809 or newer is needed.": "需要 Windows 10 版本 1809 或更高版本。",
}
VERSIONED = {".dll", ".exe", ".pyd"}


def build_msi(bundle: Path, version: str, icon: Path, target: Path) -> None:
    """Pack `bundle` as an MSI of `version`."""
    with TemporaryDirectory() as folder:
        files = Path(folder) / "files.wxs"
        files.write_text(_components(bundle), "utf-8")
        # wixl wants all sources relative to the working folder.
        facts = {"Win64": "yes", "VERSION": version, "BUNDLE": ".", "ICON": os.path.relpath(icon, bundle)}
        defined = [part for name, value in facts.items() for part in ("-D", f"{name}={value}")]
        _run("wixl", "-a", "x64", *defined, "-o", str(target), str(SOURCE), str(files), folder=bundle)
    _add_chinese(target)
    _fill_file_versions(target, bundle)


def _add_chinese(msi: Path) -> None:
    """Say both languages at once: an MSI has one, and wixl crashes on what is not Latin."""
    with TemporaryDirectory() as folder:
        code_page = Path(folder) / "utf8.idt"
        code_page.write_bytes(b"\r\n\r\n65001\t_ForceCodepage\r\n")
        _run("msibuild", str(msi), "-i", str(code_page))
    for english, chinese in CHINESE.items():
        both = f"{english} {chinese}"
        _query(msi, f"UPDATE LaunchCondition SET Description='{both}' WHERE Description='{english}'")


def _components(bundle: Path) -> str:
    names = sorted(path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file())
    listing = "".join(f"BUNDLE/{name}\n" for name in names)
    options = ["-p", "BUNDLE/", "--component-group", "Bundle", "--var", "var.BUNDLE"]
    return _run("wixl-heat", *options, "--directory-ref", "INSTALLDIR", "--win64", given=listing)


def _fill_file_versions(msi: Path, bundle: Path) -> None:
    """Without versions, an upgrade keeps a library of the old version and then removes it with that.

    See "Why Windows Installer removes files during a major upgrade" in Aaron Stebner's blog. `amus` makes
    Windows replace every file in any case.
    """
    folders = {row[0]: (row[1], row[2].split("|")[-1]) for row in _table(msi, "Directory")}
    components = {row[0]: row[2] for row in _table(msi, "Component")}
    for key, component, name, *_rest in _table(msi, "File"):
        path = bundle / _path(folders, components[component]) / name.split("|")[-1]
        if path.suffix.lower() in VERSIONED and (version := _version(path)):
            _query(msi, f"UPDATE File SET Version='{version}', Language='1033' WHERE File='{key}'")
    _query(msi, "INSERT INTO Property (Property, Value) VALUES ('REINSTALLMODE', 'amus')")


def _path(folders: dict[str, tuple[str, str]], folder: str) -> PurePosixPath:
    names: list[str] = []
    while folder in folders and folder != "INSTALLDIR":
        parent, name = folders[folder]
        names.append(name)
        folder = parent
    return PurePosixPath(*reversed(names))


def _version(path: Path) -> str | None:
    program = pefile.PE(str(path), fast_load=True)
    program.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
    fixed = getattr(program, "VS_FIXEDFILEINFO", None)
    if not fixed:
        return None
    high, low = fixed[0].FileVersionMS, fixed[0].FileVersionLS
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


def _table(msi: Path, name: str) -> list[list[str]]:
    exported = _run("msiinfo", "export", str(msi), name).replace("\r", "").splitlines()
    return list(csv.reader(exported[3:], delimiter="\t"))  # names, types and keys come first


def _query(msi: Path, statement: str) -> None:
    _run("msibuild", str(msi), "-q", statement)


def _run(*command: str, given: str = "", folder: Path | None = None) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, input=given, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout
