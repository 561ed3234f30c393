"""How values are written for people: days, moments, amounts, and any field's value."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QDate, QLocale

from app.domain.fields import Field, Kind
from app.domain.options import Option
from app.language import current_language, tr

NOTHING = "–"
SYMBOLS: Mapping[str, str] = MappingProxyType(
    {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$", "KRW": "₩"}
)
_WAN, _YI = 10_000, 100_000_000
_KILO = 1024


def number(value: Decimal | int) -> str:
    """Grouped digits, no useless zeros: 12,345.5."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal, currency: str | None) -> str:
    """The currency is the amount's own, never the language's."""
    sign, code = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{_symbol(currency)}{code:,.2f}"


def money_short(amount: Decimal, currency: str | None) -> str:
    """For figures: ¥18.64 万 in Chinese, ¥186,400 in English."""
    if current_language() == "zh_CN":
        for size, unit in ((_YI, "亿"), (_WAN, "万")):
            if abs(amount) >= size:
                return f"{_symbol(currency)}{number(round(amount / size, 2))} {unit}"
    return f"{_symbol(currency)}{round(amount):,}"


def day(value: date) -> str:
    """2026-11-22, in every language."""
    return value.isoformat()


def short_day(value: date) -> str:
    """11-22 or 22 Nov, with the year where it is another one."""
    if value.year != date.today().year:
        return value.isoformat()
    return f"{value:%m-%d}" if current_language() == "zh_CN" else _locale_day(value, "d MMM")


def near_day(value: date) -> str:
    """Today, yesterday, tomorrow; a weekday within the week before; else the short day."""
    distance = (value - date.today()).days
    named = {0: tr("Today"), -1: tr("Yesterday"), 1: tr("Tomorrow")}
    if distance in named:
        return named[distance]
    return weekday(value) if -7 < distance < 0 else short_day(value)


def weekday(value: date) -> str:
    """周二, Tue."""
    return _locale_day(value, "ddd")


def full_day(value: date) -> str:
    """11 月 25 日 周二, Tue 25 Nov."""
    return _locale_day(value, "M 月 d 日 ddd" if current_language() == "zh_CN" else "ddd d MMM")


def month(value: date) -> str:
    """2026 年 11 月, November 2026."""
    return _locale_day(value, "yyyy 年 M 月" if current_language() == "zh_CN" else "MMMM yyyy")


def time_of(value: datetime) -> str:
    """The time on this computer's clock: 09:12."""
    return f"{value.astimezone():%H:%M}"


def moment(value: datetime) -> str:
    """今天 09:12, Yesterday 16:40, 11-14 14:00."""
    local = value.astimezone()
    near = abs((local.date() - date.today()).days) <= 1
    shown = near_day(local.date()) if near else short_day(local.date())
    return f"{shown} {local:%H:%M}"


def ago(value: datetime) -> str:
    """For lists: the time if today, else the day."""
    local = value.astimezone()
    return f"{local:%H:%M}" if local.date() == date.today() else near_day(local.date())


def duration(minutes: int) -> str:
    """1 h 20 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return tr("{minutes} min", minutes=rest)
    return tr("{hours} h {minutes} min", hours=hours, minutes=rest) if rest else tr("{hours} h", hours=hours)


def countdown(seconds: int) -> str:
    """4:05, and 1:04:05 from an hour on."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def size(count: int) -> str:
    """9.2 MB."""
    amount = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < _KILO or unit == "GB":
            return f"{amount:.0f} {unit}" if unit in ("B", "KB") else f"{amount:.1f} {unit}"
        amount /= _KILO
    raise AssertionError


def value_of(spec: Field, value: Any, *, title: str | None = None, currency: str | None = None) -> str:
    """Any field's value in one line; `title` is what a referenced record is called."""
    if value is None or value in ("", frozenset()):
        return NOTHING
    if spec.kind is Kind.MONEY:
        return money(value, currency)
    if spec.kind is Kind.REFERENCE:
        return title or tr("(not on this computer)")
    return _WRITERS[spec.kind](value)


_WRITERS: Mapping[Kind, Callable[[Any], str]] = MappingProxyType(
    {
        Kind.TEXT: str,
        Kind.LONG_TEXT: str,
        Kind.WHOLE: number,
        Kind.QUANTITY: number,
        Kind.DAY: day,
        Kind.INSTANT: lambda value: f"{value.astimezone():%Y-%m-%d %H:%M}",
        Kind.CHOICE: lambda value: tr(value.label) if isinstance(value, Option) else str(value),
        Kind.FLAG: lambda value: tr("Yes") if value else tr("No"),
        Kind.TAGS: lambda value: tr(", ").join(sorted(value)),
    }
)


def monday_of(value: date) -> date:
    """The first day of its week."""
    return value - timedelta(days=value.weekday())


def _symbol(currency: str | None) -> str:
    if not currency:
        return ""
    return SYMBOLS.get(currency, f"{currency} ")


def _locale_day(value: date, pattern: str) -> str:
    locale = QLocale("zh_CN" if current_language() == "zh_CN" else "en_GB")
    return locale.toString(QDate(value.year, value.month, value.day), pattern)
