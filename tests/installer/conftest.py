"""What the installer's tests share: two versions packed, and a fresh Windows for each test."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.build import package
from tests.installer.wine import VERSIONS, Wine, compile_payload, copy, missing_packages, prepare


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """(setup.exe, MSI) of an older and a newer version."""
    if missing := missing_packages():
        reason = f"INSTALLERS NOT TESTED: apt-get install -y --no-install-recommends {missing}"
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("installers")
    made: dict[str, tuple[Path, Path]] = {}
    for version in VERSIONS:
        bundle = compile_payload(folder / f"bundle-{version}", version)
        setup, msi = package(bundle, folder / "packages", version)
        made[version] = (setup, msi)
    return made


@pytest.fixture(scope="session")
def template(packages: object, tmp_path_factory: pytest.TempPathFactory) -> Wine:
    return prepare(tmp_path_factory.mktemp("wine") / "template")


@pytest.fixture
def wine(template: Wine, tmp_path: Path) -> Iterator[Wine]:
    fresh = copy(template, tmp_path / "prefix")
    yield fresh
    fresh.stop()
