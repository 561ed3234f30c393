"""A set's folder of text files, read record by record with line numbers and a count for progress."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.domain.errors import RuleViolation
from app.exchange.rows import BadRow, Row, refused

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: its cells by column, blanks at the ends removed."""

    file: str
    line: int
    cells: Mapping[str, str]
    raw: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def day(self, column: str, form: str) -> date | None:
        """The date in `column`, written as `form`; None where the cell is empty."""
        value = self.cells[column]
        if not value:
            return None
        try:
            return datetime.strptime(value, form).date()
        except ValueError:
            raise RuleViolation("cell.date", column=column, value=value) from None

    def number(self, column: str) -> Decimal | None:
        """The number in `column`; None where the cell is empty."""
        value = self.cells[column]
        if not value:
            return None
        try:
            return Decimal(value)
        except InvalidOperation:
            raise RuleViolation("cell.number", column=column, value=value) from None

    def refused(self, problem: RuleViolation) -> BadRow:
        return refused(problem, self.file, self.line, self.raw)

    def attempt(self, rows: Iterator[Row]) -> Iterator[Row | BadRow]:
        """All rows this record gives, or none of them and the reason."""
        try:
            built = list(rows)
        except RuleViolation as problem:
            yield self.refused(problem)
        else:
            yield from built


class Folder:
    """The files of one set. `done` of `total` lines have been read so far."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        self._path = path
        self.done = 0
        self.total = 0
        self._bad: list[BadRow] = []
        for name in names:
            if not (path / name).is_file():
                raise RuleViolation("import.file_missing", file=name, folder=str(path))
            self.total += _count_lines(path / name)

    def records(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        *,
        encoding: str = "utf-8",
        delimiter: str = ",",
        report: bool = True,
    ) -> Iterator[Record]:
        """Records of file `name`; without `columns`, its first line names them.

        A line that is no record is kept for `take_bad`, unless another file already reports it.
        """
        # Bytes that are no text come through as surrogates, so that only their line is lost.
        with open(self._path / name, encoding=encoding, errors="surrogateescape", newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter, skipinitialspace=delimiter == ",")
            line = 1
            for raw in reader:
                self.done += reader.line_num - line + 1
                if columns is None:
                    columns = [cell.strip() for cell in raw]
                elif raw:
                    problem = _problem(raw, columns, encoding)
                    if problem is None:
                        cells = dict(zip(columns, map(str.strip, raw), strict=True))
                        yield Record(name, line, cells, tuple(raw))
                    elif report:
                        self._bad.append(refused(problem, name, line, map(_readable, raw)))
                line = reader.line_num + 1

    def take_bad(self) -> list[BadRow]:
        """Lines found to be no records since the last call."""
        taken, self._bad = self._bad, []
        return taken


class Reading(Iterator[Row | BadRow]):
    """A set being read; `done` of `total` lines, for a progress bar."""

    def __init__(self, folder: Folder, items: Iterator[Row | BadRow]) -> None:
        self._folder = folder
        self._items = self._with_bad(items)
        self.total = folder.total

    @property
    def done(self) -> int:
        return self._folder.done

    def __next__(self) -> Row | BadRow:
        return next(self._items)

    def _with_bad(self, items: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
        for item in items:
            yield from self._folder.take_bad()
            yield item
        yield from self._folder.take_bad()


def _problem(raw: Sequence[str], columns: Sequence[str], encoding: str) -> RuleViolation | None:
    if not _is_text(raw):
        return RuleViolation("line.encoding", encoding=encoding)
    if len(raw) != len(columns):
        return RuleViolation("line.columns", found=len(raw), expected=len(columns))
    return None


def _is_text(raw: Sequence[str]) -> bool:
    try:
        "".join(raw).encode()
    except UnicodeEncodeError:  # surrogates stand for bytes that were no text
        return False
    return True


def _readable(cell: str) -> str:
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _count_lines(path: Path) -> int:
    last = b"\n"
    count = 0
    with open(path, "rb") as stream:
        while block := stream.read(_BLOCK):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")
