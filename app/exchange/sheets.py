"""Any list of records as a CSV file for spreadsheets, and such a file read back.

The headings are the labels of the screens. A file is read whether its headings and options are in
Chinese or English and whether it was saved as UTF-8 or, as Excel in China does, as GB18030.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO
from uuid import UUID

from app.domain.entity import Entity, fields
from app.domain.errors import RuleViolation
from app.exchange.cells import from_cell, to_cell
from app.exchange.rows import BadRow, complete, defaults, refused
from app.language import LANGUAGES, tr, tr_in

ENCODING = "utf-8-sig"
"""What `write` expects the file to be opened with: the byte order mark tells Excel it is UTF-8."""


@dataclass(frozen=True)
class SheetRow:
    """One line of a sheet: the values of the columns it has, fit to make a record of.

    An empty cell means "none", except where a new record starts with a value: there it says nothing.
    """

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A file read: the fields its columns stand for, the headings that stand for none, its lines."""

    columns: Sequence[str]
    ignored: Sequence[str]
    items: Sequence[SheetRow | BadRow]


def write(
    stream: TextIO,
    entity: type[Entity],
    records: Iterable[Mapping[str, Any]],
    names: Mapping[UUID, str],
) -> int:
    """Write `records` (Python values by field) below their labels; how many there were.

    `names` says what a reference points to; one it does not know is written as its id.
    """
    writer = csv.writer(stream)
    specs = fields(entity)
    writer.writerow([tr(spec.label) for spec in specs.values()])
    count = 0
    for record in records:
        writer.writerow([to_cell(spec, record.get(name), names) for name, spec in specs.items()])
        count += 1
    return count


def read(data: bytes, entity: type[Entity], ids: Mapping[str, UUID], *, file: str = "") -> Sheet:
    """Read `data`; `ids` says which record a reference's text means.

    Raises RuleViolation where the file as a whole cannot be used: no text in either encoding, or
    no heading for a required field.
    """
    reader = csv.reader(io.StringIO(_decoded(data), newline=""))
    headings = next(reader, [])
    columns = _columns(entity, headings)
    _refuse_missing(entity, columns)
    ignored = [head for head, name in zip(headings, columns, strict=True) if name is None and head.strip()]
    items = list(_items(reader, entity, columns, ids, file))
    return Sheet([name for name in columns if name], ignored, items)


def _decoded(data: bytes) -> str:
    for encoding in (ENCODING, "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RuleViolation("sheet.encoding")


def _columns(entity: type[Entity], headings: Sequence[str]) -> list[str | None]:
    """The field each heading stands for, by its label in any language or its code name."""
    named: dict[str, str] = {}
    for name, spec in fields(entity).items():
        for heading in (name, *(tr_in(language, spec.label) for language in LANGUAGES)):
            named.setdefault(heading.casefold(), name)
    return [named.get(heading.strip().casefold()) for heading in headings]


def _refuse_missing(entity: type[Entity], columns: Sequence[str | None]) -> None:
    for name, spec in fields(entity).items():
        if spec.required and name not in defaults(entity) and name not in columns:
            raise RuleViolation("sheet.no_heading", label=spec.label)


def _items(
    reader: Any,
    entity: type[Entity],
    columns: Sequence[str | None],
    ids: Mapping[str, UUID],
    file: str,
) -> Iterator[SheetRow | BadRow]:
    first = reader.line_num + 1
    for raw in reader:
        line, first = first, reader.line_num + 1
        if not any(cell.strip() for cell in raw):
            continue
        try:
            yield SheetRow(line, _values(entity, columns, raw, ids))
        except RuleViolation as problem:
            yield refused(problem, file, line, raw)


def _values(
    entity: type[Entity], columns: Sequence[str | None], raw: Sequence[str], ids: Mapping[str, UUID]
) -> dict[str, Any]:
    if len(raw) > len(columns):
        raise RuleViolation("line.columns", found=len(raw), expected=len(columns))
    cells = zip(columns, raw, strict=False)  # Excel leaves empty cells at the end of a line out
    given = {name: from_cell(fields(entity)[name], cell, ids) for name, cell in cells if name}
    kept = {name: value for name, value in given.items() if value is not None or name not in defaults(entity)}
    complete(entity, kept)
    return kept
