"""How the answer to a push is written: what became of nearly all mutations is said in three numbers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sync.protocol import MalformedMessage, Result, Status


def write_results(results: Sequence[Result]) -> list[Any]:
    """The answer to a push: a result for each mutation, in their order. Those applied one after the other,
    which are nearly all, are said together: [how many, number of the first, its commit]."""
    wire: list[Any] = []
    run: list[int] = []
    for result in results:
        plain = result == Result(result.op_id, result.n, Status.APPLIED, result.seq)
        if plain and run and (result.n, result.seq) == (run[1] + run[0], run[2] + run[0]):
            run[0] += 1
        elif plain:
            run = [1, result.n, result.seq]
            wire.append(run)
        else:
            run = []
            wire.append(result.to_wire())
    return wire


def read_results(wire: Any, op_ids: Sequence[UUID]) -> list[Result]:
    """What `write_results` wrote about mutations with these ids, or the first of them."""
    results: list[Result] = []
    for said in wire:
        if not isinstance(said, list):
            results.append(Result.from_wire(said))
            continue
        if [type(part) for part in said] != [int, int, int]:
            raise MalformedMessage("results")
        count, n, seq = said
        told = op_ids[len(results) : len(results) + count]
        if not 0 < count == len(told):
            raise MalformedMessage("results")
        results += (Result(op_id, n + i, Status.APPLIED, seq + i) for i, op_id in enumerate(told))
    return results
