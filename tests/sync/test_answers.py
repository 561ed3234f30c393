"""What became of a push is said briefly and understood exactly."""

from dataclasses import replace
from uuid import uuid4

import pytest

from sync.answers import read_results, write_results
from sync.protocol import MalformedMessage, Result, Status


def _applied(n: int, seq: int) -> Result:
    return Result(uuid4(), n, Status.APPLIED, seq)


def test_whatever_became_of_mutations_is_understood_as_it_was_meant() -> None:
    refused = Result(uuid4(), 3, Status.REJECTED, 0, "field.required", "name")
    disputed = replace(_applied(4, 13), status=Status.CONFLICT, conflicts=(uuid4(),))
    results = [_applied(1, 11), _applied(2, 12), refused, disputed, _applied(5, 14), _applied(6, 20)]

    wire = write_results(results)

    assert read_results(wire, [result.op_id for result in results]) == results
    assert [said for said in wire if isinstance(said, list)] == [[2, 1, 11], [1, 5, 14], [1, 6, 20]]


def test_an_answer_may_end_before_the_push_does() -> None:
    result = _applied(1, 11)

    assert read_results(write_results([result]), [result.op_id, uuid4()]) == [result]


@pytest.mark.parametrize(
    "said", [[], [1, 1], [2, 1, 11], [0, 1, 11], [-1, 1, 11], [True, 1, 11], ["1", 1, 1]]
)
def test_more_than_was_asked_or_no_numbers_at_all_are_no_answer(said: list[object]) -> None:
    with pytest.raises(MalformedMessage):
        read_results([said], [uuid4()])
