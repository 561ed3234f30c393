"""The reject file: every line that was left out, with file, line and reason, for Excel."""

import csv
from collections.abc import Iterable
from pathlib import Path

from app.exchange.cells import guarded
from app.exchange.reasons import words
from app.exchange.rows import BadRow
from app.language import tr


def write_rejects(path: Path, bad: Iterable[BadRow]) -> int:
    """Write `bad` to `path`; the number of lines written.

    The byte order mark makes Excel read UTF-8; the original cells follow the reason unchanged but
    for a guard against cells that Excel would run as formulas.
    """
    lines = [[item.file, item.line, words(item), *map(guarded, item.raw)] for item in bad]
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([tr("File"), tr("Line"), tr("Reason"), tr("Content")])
        writer.writerows(lines)
    return len(lines)
