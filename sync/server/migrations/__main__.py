"""Writes the next step: `python -m sync.server.migrations "customer fax"`."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from sync.server.database import Database
from sync.server.schema import configuration, migrate

VERSIONS = Path(__file__).parent / "versions"


def write_step(message: str) -> None:
    """Compare the tables all steps make with those declared, and write what is missing as a step."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        migrate(database)
        with database.write() as connection:
            number = f"{len(list(VERSIONS.glob('0*.py'))) + 1:04d}"
            command.revision(configuration(connection), message, autogenerate=True, rev_id=number)
        database.close()
    _tidy(next(VERSIONS.glob(f"{number}_*.py")))


def _tidy(path: Path) -> None:
    """Drop the generator's remarks."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")), "utf-8")


if __name__ == "__main__":
    write_step(sys.argv[1])
