"""The rules of the house that a machine can check (CONTRIBUTING.md says why each is there)."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LONGEST_MODULE = 400
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
AT_THE_ROOT = {
    ".ci", ".github", ".gitignore", "app", "ui", "sync", "resources", "installer", "tests",
    "dev.py", "pyproject.toml", "requirements.lock",
    "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE",
}  # fmt: skip
# Written in two halves, so that this file does not name one itself.
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npmjs" + ".org",
    "registry." + "yarnpkg",
    "docker" + ".io",
)


def committed() -> list[Path]:
    """Every file under version control, and those about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


OURS = modules("app", "ui", "sync", "resources", "installer", "tests")
WRITTEN = [path for path in OURS if path.parent.name != "versions"]  # migrations are generated


def test_no_module_outgrows_one_idea() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in WRITTEN}

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_each_module_says_what_it_is_responsible_for() -> None:
    trees = {named(path): ast.parse(path.read_text("utf-8")) for path in OURS if path.stem != "__init__"}

    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [
        named(path)
        for path in OURS
        if VAGUE & set(re.split("_", path.stem)) or VAGUE & set(path.relative_to(ROOT).parent.parts)
    ]

    assert vague == []


def test_only_declared_files_lie_at_the_root() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in committed()} <= AT_THE_ROOT


def test_no_committed_file_names_a_package_registry() -> None:
    naming = [
        f"{named(path)}: {host}"
        for path in committed()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]

    assert naming == []


def test_no_dependency_ships_a_package_with_one_of_our_names() -> None:
    # Our own names are general ones, so the project is installed editable and never published.
    owners = packages_distributions()

    for name in ("app", "ui", "sync", "resources", "installer"):
        assert set(owners.get(name, [])) <= {"roundtrip"}


def test_the_lock_pins_every_package_with_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.split(r"\n(?=\S)", lock.strip())

    assert len(pinned) > 50
    assert [entry.splitlines()[0] for entry in pinned if "--hash=sha256:" not in entry] == []


def test_the_lock_covers_all_that_is_declared() -> None:
    declared = (ROOT / "pyproject.toml").read_text("utf-8")
    names = re.findall(r'^  "([a-z0-9-]+)(?:\[\w+\])?[><=]', declared, re.MULTILINE)
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert [name for name in names if not re.search(rf"^{name}==", lock, re.MULTILINE)] == []


def test_imports_point_down() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def every_test() -> Iterator[tuple[str, str]]:
    for path in modules("tests"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield named(path), node.name


def test_the_name_of_every_test_is_a_sentence() -> None:
    terse = [(path, name) for path, name in every_test() if len(name.split("_")) < 4]

    assert terse == []


def test_no_test_waits_by_sleeping() -> None:
    sleeping = [
        named(path)
        for path in modules("tests")
        if path.parent.name not in ("bench", "load")  # they play laptops, which rest between two looks
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in ("sleep", "qSleep", "qWait")
    ]

    assert sleeping == []
