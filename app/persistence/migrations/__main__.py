"""Writes the next step: `python -m app.persistence.migrations "customer fax"`."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from app.persistence.database import for_writing, open_engine
from app.persistence.migrate import RELEASES, configuration, upgrade

_ANY_KEY = bytes(32)


def write_step(message: str) -> None:
    """Compare the tables all steps make with those declared, and write what is missing as a step."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder) / "empty.db", _ANY_KEY)
        with for_writing(engine).begin() as connection:
            if RELEASES:
                upgrade(connection)
            number = f"{len(RELEASES) + 1:04d}"
            command.revision(configuration(connection), message, autogenerate=True, rev_id=number)
        engine.dispose()
    _tidy(next((Path(__file__).parent / "versions").glob(f"{number}_*.py")))


def _tidy(path: Path) -> None:
    """Drop the generator's remarks."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")), "utf-8")


if __name__ == "__main__":
    write_step(sys.argv[1])
