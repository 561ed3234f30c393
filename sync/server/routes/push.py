"""Pushes: a laptop's mutations in, what became of each out."""

import json
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel

from sync.answers import write_results
from sync.protocol import SCHEMA, MalformedMessage
from sync.server.caller import Caller
from sync.server.compression import packed, unpacked
from sync.server.parts import Parts
from sync.server.push import push as take_all
from sync.server.refusals import Refusal
from sync.server.routes.asking import RawBody, Server, Signed

RELEASES_BACK = 2
"""So much older may a laptop be and still push; one that is older than that only pulls."""

OLDEST_SCHEMA = max(1, SCHEMA - RELEASES_BACK)
MAX_MUTATIONS = 1_000

router = APIRouter(prefix="/v1/sync", tags=["sync"])

_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["device_id", "mutations"],
                "properties": {
                    "device_id": {"type": "string", "format": "uuid"},
                    "mutations": {"type": "array", "maxItems": MAX_MUTATIONS, "items": {"type": "object"}},
                },
            }
        }
    },
}


class Results(BaseModel):
    """One result for each mutation, in their order; `[count, n, seq]` stands for so many that were applied
    one after the other, from that number and commit on."""

    results: list[dict[str, Any] | list[int]]


@router.post("/push", response_model=Results, openapi_extra={"requestBody": _BODY})
async def push(
    *, request: Request, body: RawBody, caller: Signed, server: Server,
    content_encoding: Annotated[str, Header()] = "", accept_encoding: Annotated[str, Header()] = "",
) -> Response:  # fmt: skip
    """Each mutation is applied whole or not at all; the answer is 200 whatever became of them.

    400 malformed, 403 another device's, 413 too large, 426 where the schemas are too far apart.

    Few at a time, and whoever waits for his turn to write holds no thread that others could read with.
    """
    work = partial(_push, body, caller, server, content_encoding, accept_encoding)
    return await to_thread.run_sync(work, limiter=request.app.state.writing)


def _push(
    body: bytes, caller: Caller, server: Parts, content_encoding: str, accept_encoding: str
) -> Response:
    unpacked_body = unpacked(body, content_encoding, server.settings.push_limit)
    results = take_all(server.database, caller, _mutations(unpacked_body, caller))
    if results:
        server.notifier.committed(max(result.seq for result in results))
    said = orjson.dumps({"results": write_results(results)})
    return packed(said, accept_encoding, "application/json")


def _mutations(body: bytes, caller: Caller) -> list[Any]:
    """Only what concerns the push as a whole: one bad mutation must not hold up the others."""
    try:
        said = _parsed(body)
        device_id, mutations = UUID(said["device_id"]), said["mutations"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise MalformedMessage("push") from problem
    if not isinstance(mutations, list) or len(mutations) > MAX_MUTATIONS:
        raise MalformedMessage("mutations")
    if device_id != caller.device_id:
        raise Refusal(403, "device.not_the_signed_in_one")
    for mutation in mutations:
        refuse_other_schema(mutation)
    return mutations


def _parsed(body: bytes) -> Any:
    """The standard parser lets through what others refuse, such as half a character; so it is one
    mutation that is rejected for it, and not the push."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return json.loads(body)


def refuse_other_schema(mutation: Any) -> None:
    """Raises Refusal 426 where it was made by a program too old or too new."""
    schema = mutation.get("schema") if isinstance(mutation, dict) else None
    if isinstance(schema, int) and not OLDEST_SCHEMA <= schema <= SCHEMA:
        code = "sync.server_too_old" if schema > SCHEMA else "sync.client_too_old"
        raise Refusal(426, code, client=schema, server=SCHEMA)
