"""Laptops for the tests of synchronisation."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.laptops import Laptop


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Callable[[str], Laptop]]:
    """Makes laptops by name; all are closed in the end."""
    made: list[Laptop] = []

    def make(name: str) -> Laptop:
        made.append(Laptop(tmp_path / f"{name}.db"))
        return made[-1]

    yield make
    for laptop in made:
        laptop.replica.close()


@pytest.fixture
def van(laptops: Callable[[str], Laptop]) -> Laptop:
    """One engineer's laptop, with an empty replica."""
    return laptops("van")
