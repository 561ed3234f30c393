"""Whatever database the server has, the same is said and the same is kept, row for row."""

import logging
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Select

from sync.server import pull
from tests.postgres import running_postgres
from tests.simulation.differential import difference, prepare, worlds_beside
from tests.simulation.script import script_of
from tests.simulation.world import World

SEEDS = range(5)
MOVING = ("reassigning", "several rows", "deletions")
"""Features of histories in which pages hold rows of several tables."""
Worlds = tuple[World, World]


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    logging.disable(logging.CRITICAL)
    with running_postgres() as postgres:
        prepare(postgres.url())
        one, other = worlds_beside(postgres.url(), 0)
        yield one, other
        one.office.close()
        other.office.close()
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", SEEDS)
def test_sqlite_and_postgresql_say_and_keep_the_same(worlds: Worlds, seed: int) -> None:
    assert difference(script_of(seed), *worlds) is None


def test_an_order_left_to_the_database_is_noticed(worlds: Worlds) -> None:
    ordered = pull._page_query

    def unordered(which: pull._Which, later: bool) -> Select[Any]:
        return ordered(which, later).order_by(None)

    with patch.object(pull, "_page_query", unordered):
        assert any(difference(script_of(seed, MOVING), *worlds) for seed in range(8))
