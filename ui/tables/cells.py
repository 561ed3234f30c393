"""What a row shows: cells of a table, or the two lines of a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.language import msgid, tr

R = TypeVar("R")

MARKS: dict[str, tuple[str, str, str]] = {
    "unsynced": ("cloud-upload", "warn", msgid("To sync")),
    "conflict": ("git-compare", "bad", msgid("In conflict")),
    "refused": ("circle-alert", "bad", msgid("Refused by server")),
}
"""Mark of a record: (icon, tone, words)."""


@dataclass(frozen=True)
class Cell:
    """A text, with a second line below or, where `tone` is given, as a chip."""

    text: str
    subline: str = ""
    tone: str = ""
    mark: str = ""

    @property
    def spoken(self) -> str:
        return _spoken(self.text, self.subline, mark=self.mark)


@dataclass(frozen=True)
class RecordLine:
    """A record in a list: `right` stands opposite the title, `chip` is (text, tone), `avatar` a letter."""

    title: str
    subline: str = ""
    right: str = ""
    chip: tuple[str, str] | None = None
    mark: str = ""
    avatar: str = ""
    icon: str = ""

    @property
    def spoken(self) -> str:
        chip = self.chip[0] if self.chip else ""
        return _spoken(self.title, self.subline, self.right, chip, mark=self.mark)


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column. Without a `width` it takes what is left; `sort` names the order it asks for."""

    title: str
    cell: Callable[[R], Cell | RecordLine | str]
    width: int | None = None
    sort: str = ""
    align_right: bool = False
    order: Callable[[R], Any] | None = None
    """How rows in memory are ordered by this column; the text where it is not given."""

    def value(self, row: R) -> Cell | RecordLine:
        made = self.cell(row)
        return Cell(made) if isinstance(made, str) else made


def _spoken(*parts: str, mark: str) -> str:
    words = tr(MARKS[mark][2]) if mark in MARKS else ""
    return ", ".join(part for part in (*parts, words) if part)
