"""A replica for each test of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.persistence.replica import Replica
from tests.replicas import a_replica


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    made = a_replica(tmp_path)
    yield made
    made.close()
