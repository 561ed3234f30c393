"""How values read in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.customers import Customer, Industry
from app.domain.entity import fields
from app.domain.fields import Kind
from app.domain.registry import ENTITIES
from app.language import use_language
from app.shown import shown, shown_money


@pytest.fixture(params=["zh_CN", "en"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("zh_CN")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.5", "CNY", "¥1,234.50"),
        ("0.0125", None, "0.0125"),
        ("-7", "EUR", "€-7.00"),
        ("5", "CHF", "CHF 5.00"),
    ],
)
def test_money_shows_its_currency_and_no_more_places_than_it_needs(amount, currency, text):
    assert shown_money(Decimal(amount), currency) == text


def test_options_and_flags_are_shown_in_the_users_language(language):
    known = fields(Customer)

    assert (
        shown(known["industry"], Industry.CRANE)
        == {"zh_CN": "起重机与电梯", "en": "Cranes and lifts"}[language]
    )
    assert shown(known["is_reference"], True) == {"zh_CN": "是", "en": "Yes"}[language]


def test_an_option_of_a_newer_version_is_shown_as_it_is_stored():
    assert shown(fields(Customer)["industry"], "spaceships") == "spaceships"


def test_every_kind_of_field_can_be_shown(language):
    samples = {
        Kind.TEXT: "x", Kind.LONG_TEXT: "x", Kind.WHOLE: 1, Kind.QUANTITY: Decimal("1.5"),
        Kind.MONEY: Decimal(1),
        Kind.FLAG: False, Kind.DAY: date(2026, 11, 22), Kind.TAGS: frozenset({"x"}),
    }  # fmt: skip
    for entity in ENTITIES:
        for spec in fields(entity).values():
            value = spec.options[0] if spec.options else samples.get(spec.kind)
            if value is not None:
                assert shown(spec, value)
            assert shown(spec, None) == ""
