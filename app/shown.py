"""Values as people read them, one way for every kind of field: on screen, in exports and in PDFs."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.fields import Field, Kind
from app.domain.options import Option
from app.language import tr

SYMBOLS = {"CNY": "¥", "USD": "US$", "EUR": "€", "AUD": "A$", "JPY": "JP¥"}


def shown(spec: Field, value: Any, title: str | None = None, currency: str | None = None) -> str:
    """`value` of a field in words; `title` names the row a reference points to. Empty for nothing."""
    if value is None or value == "":
        return ""
    if spec.kind is Kind.MONEY:
        return shown_money(value, currency)
    if spec.kind is Kind.REFERENCE:
        return title or ""
    return _FORMATS[spec.kind](value)


def shown_money(amount: Decimal, currency: str | None = None) -> str:
    """An amount with two decimals, and more only where it has them."""
    exact = amount.normalize()
    places = max(2, -int(exact.as_tuple().exponent)) if exact.is_finite() else 2
    return f"{SYMBOLS.get(currency or '', f'{currency} ' if currency else '')}{amount:,.{places}f}"


def shown_day(value: date) -> str:
    return value.isoformat()


def shown_instant(value: datetime) -> str:
    """In this computer's time; the author's offset follows where it was another."""
    here = value.astimezone()
    text = f"{here:%Y-%m-%d %H:%M}"
    return text if value.utcoffset() == here.utcoffset() else f"{text} ({value:%H:%M UTC%z})"


def shown_number(value: Decimal) -> str:
    """A quantity without trailing zeros."""
    return f"{value.normalize():,f}"


def shown_choice(value: StrEnum | str) -> str:
    """The option's label; one that this version does not know, as it is stored."""
    return tr(value.label) if isinstance(value, Option) else str(value)


_FORMATS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.LONG_TEXT: str,
    Kind.WHOLE: lambda value: f"{value:,d}",
    Kind.QUANTITY: shown_number,
    Kind.FLAG: lambda value: tr("Yes") if value else tr("No"),
    Kind.DAY: shown_day,
    Kind.INSTANT: shown_instant,
    Kind.CHOICE: shown_choice,
    Kind.TAGS: lambda value: tr(", ").join(sorted(value)),
}
