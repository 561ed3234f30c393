"""What is stored sorts, sums and compares in SQL as the value does, on every database."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import imported_id, new_id
from app.domain.types import DayType, ExactType, InstantType, KeyType, TagsType
from tests.strategies import DAYS, EXACT, INSTANTS, KEYS

SHANGHAI = timezone(timedelta(hours=8))


@given(INSTANTS)
def test_an_instant_keeps_its_moment_and_its_authors_clock(moment: datetime) -> None:
    read = InstantType().from_stored(InstantType().to_stored(moment))

    assert read == moment
    assert read.utcoffset() == moment.utcoffset()


@given(INSTANTS, INSTANTS)
def test_instants_sort_as_text_whatever_their_offsets(one: datetime, other: datetime) -> None:
    stored = [str(InstantType().to_stored(moment)) for moment in (one, other)]

    if one != other:
        assert (one < other) == (stored[0] < stored[1])


def test_an_instant_is_written_for_people_to_read() -> None:
    moment = datetime(2026, 11, 22, 16, 15, tzinfo=SHANGHAI)

    assert InstantType().to_stored(moment) == "2026-11-22T08:15:00.000Z+08:00"


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        InstantType().to_stored(datetime(2026, 11, 22))


@given(EXACT, EXACT)
def test_money_is_exact_and_sums_as_whole_numbers(one: Decimal, other: Decimal) -> None:
    money = ExactType()

    total = int(money.to_stored(one) or 0) + int(money.to_stored(other) or 0)

    assert money.from_stored(total) == one + other


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [("0.00005", "0"), ("0.00015", "0.0002"), ("1.23456", "1.2346"), ("-2.5", "-2.5")],
)
def test_finer_digits_are_rounded_half_to_even(given_value: str, kept: str) -> None:
    assert ExactType().from_stored(ExactType().to_stored(Decimal(given_value))) == Decimal(kept)


@given(DAYS, DAYS)
def test_days_sort_as_text(one: date, other: date) -> None:
    stored = [str(DayType().to_stored(day)) for day in (one, other)]

    assert (one < other) == (stored[0] < stored[1])


@given(KEYS)
def test_a_key_is_one_text_however_it_was_given(key: UUID) -> None:
    assert KeyType().to_stored(key) == KeyType().to_stored(str(key)) == key.hex
    assert KeyType().from_stored(key.hex) == key


@given(st.lists(st.text(min_size=1, max_size=8), max_size=6))
def test_equal_sets_of_tags_are_equal_texts(words: list[str]) -> None:
    tags = TagsType()

    assert tags.to_stored(words) == tags.to_stored(list(reversed(words)) + words)
    assert tags.from_stored(tags.to_stored(words)) == frozenset(words)


@given(st.integers(0, 2**48 - 2), st.integers(0, 2**74 - 1), st.integers(0, 2**74 - 1))
def test_ids_sort_by_the_time_they_were_made(at: int, some: int, others: int) -> None:
    earlier, later = new_id(at, some), new_id(at + 1, others)

    assert earlier < later
    assert earlier.hex < later.hex
    assert (earlier.version, earlier.variant) == (7, "specified in RFC 4122")


def test_ids_made_one_after_the_other_differ() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


def test_the_same_imported_row_gets_the_same_id() -> None:
    assert imported_id("works", "17") == imported_id("works", "17")
    assert imported_id("works", "17") != imported_id("works", "18")


def test_the_epoch_reads_back_in_utc() -> None:
    assert InstantType().from_stored("1970-01-01T00:00:00.000Z") == datetime(1970, 1, 1, tzinfo=UTC)
