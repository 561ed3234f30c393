"""Values as spreadsheet cells and back: the form each kind of field has in a table of texts."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from app.domain.errors import RuleViolation
from app.domain.fields import Field, Kind
from app.language import LANGUAGES, tr, tr_in

_TAG_SEPARATOR = "; "
_MINUTES = "%Y-%m-%d %H:%M"
_NUMBER_OR_PHONE = re.compile(r"[+-][\d\s().,-]*")
_YES, _NO = "Yes", "No"


def guarded(cell: str) -> str:
    """`cell` so that a spreadsheet shows it: what would run as a formula gets an apostrophe."""
    risky = cell[:1] in ("=", "@", "\t", "\r") or cell[:1] in ("+", "-")
    return f"'{cell}" if risky and not _NUMBER_OR_PHONE.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe that `guarded` put there."""
    return cell[1:] if cell[:1] == "'" and guarded(cell[1:]) == cell else cell


def to_cell(spec: Field, value: Any, names: Mapping[UUID, str]) -> str:
    """`value` as a cell; references by the name in `names`."""
    if value is None:
        return ""
    if spec.kind is Kind.REFERENCE:
        return guarded(names.get(value, value.hex))
    return _WRITTEN.get(spec.kind, lambda text: guarded(str(text)))(value)


def from_cell(spec: Field, cell: str, ids: Mapping[str, UUID]) -> Any:
    """The value in `cell`, None where it is empty; raises RuleViolation naming the column."""
    text = unguarded(cell.strip())
    if not text:
        return None
    if spec.kind is Kind.REFERENCE:
        return _reference(spec, text, ids)
    return _READ[spec.kind](spec, text) if spec.kind in _READ else text


def _written_number(value: Decimal | int) -> str:
    return f"{Decimal(value).normalize():f}"


def _flag(spec: Field, text: str) -> bool:
    for meaning, message in ((True, _YES), (False, _NO)):
        if text.casefold() in {"1" if meaning else "0", *_in_any_language(message)}:
            return meaning
    raise RuleViolation("cell.flag", column=spec.label, value=text)


def _choice(spec: Field, text: str) -> str:
    for option in spec.options:
        if text.casefold() in {str(option), *_in_any_language(option.label)}:
            return option
    choices = " / ".join(tr(option.label) for option in spec.options)
    raise RuleViolation("cell.choice", column=spec.label, value=text, choices=choices)


def _moment(spec: Field, text: str) -> date | datetime:
    iso = re.sub("[年月/.]", "-", text, count=2).replace("日", "")
    try:
        parts = [int(part) for part in iso.split()[0].split("-")]
        day = date(*parts)
        if spec.kind is Kind.DAY:
            return day
        clock = datetime.strptime(iso.split()[1], "%H:%M") if " " in iso else datetime.min
        return datetime.combine(day, clock.time()).astimezone()
    except (ValueError, TypeError, OverflowError):
        raise RuleViolation("cell.date", column=spec.label, value=text) from None


def _reference(spec: Field, text: str, ids: Mapping[str, UUID]) -> UUID:
    try:
        return ids[text] if text in ids else UUID(text)
    except ValueError:
        raise RuleViolation("cell.unknown", column=spec.label, value=text) from None


def _tags(spec: Field, text: str) -> frozenset[str]:
    del spec
    return frozenset(filter(None, (word.strip() for word in re.split("[;；]", text))))


def _number(spec: Field, text: str) -> int | Decimal:
    plain = text.replace(",", "").replace("，", "").lstrip("¥￥$").strip()
    try:
        number = Decimal(plain)
        if not number.is_finite():
            raise InvalidOperation
        return int(plain) if spec.kind is Kind.WHOLE else number
    except (InvalidOperation, ValueError):
        raise RuleViolation("cell.number", column=spec.label, value=text) from None


def _in_any_language(message: str) -> set[str]:
    return {tr_in(language, message).casefold() for language in LANGUAGES}


_WRITTEN: Mapping[Kind, Callable[[Any], str]] = {
    Kind.FLAG: lambda value: tr(_YES if value else _NO),
    Kind.CHOICE: lambda value: tr(getattr(value, "label", str(value))),
    Kind.TAGS: lambda value: guarded(_TAG_SEPARATOR.join(sorted(value))),
    Kind.INSTANT: lambda value: str(value.astimezone().strftime(_MINUTES)),
    Kind.MONEY: _written_number,
    Kind.QUANTITY: _written_number,
}
_READ: Mapping[Kind, Callable[[Field, str], Any]] = {
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.TAGS: _tags,
    Kind.DAY: _moment,
    Kind.INSTANT: _moment,
    Kind.WHOLE: _number,
    Kind.MONEY: _number,
    Kind.QUANTITY: _number,
}
