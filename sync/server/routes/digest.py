"""Digests: whether a laptop has what the server has, and where it has not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response

from sync.comparison import ask_from_wire
from sync.protocol import MalformedMessage
from sync.server.comparison import answer
from sync.server.compression import chosen_encoding, compressed
from sync.server.digest import fingerprint
from sync.server.refusals import Refusal
from sync.server.routes.asking import RawBody, Server, Signed

router = APIRouter(prefix="/v1/sync", tags=["sync"])

_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "device_id": {"type": "string", "format": "uuid"},
                    "what": {"type": "string", "enum": ["roots", "buckets", "rows", "contents"]},
                    "cursor": {"type": "string", "maxLength": 500},
                },
            }
        }
    },
}


@router.post("/digest", response_class=Response, openapi_extra={"requestBody": _BODY})
def digest(request: Request, body: RawBody, caller: Signed, server: Server) -> Response:
    """How many rows the caller may see and their hashes summed, by entity and in total; or, with `what`,
    a closer look as of the commit of `cursor`: at roots, at the buckets or rows of one, at rows whole.

    400 malformed, 403 another device's, 409 where the cursor is of another history.
    """
    said = _said(body)
    if "what" not in said and _device(said) != caller.device_id:
        raise Refusal(403, "device.not_the_signed_in_one")
    with server.database.read() as connection:
        if "what" in said:
            found = answer(connection, caller, ask_from_wire(said)).to_wire()
        else:
            found = fingerprint(connection, caller).to_wire()
    encoding = chosen_encoding(request.headers.get("accept-encoding", ""))
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-store"}
    if encoding:
        headers["Content-Encoding"] = encoding
    content = compressed(orjson.dumps(found), encoding)
    return Response(content, media_type="application/json", headers=headers)


def _said(body: bytes) -> Mapping[str, Any]:
    try:
        return dict(orjson.loads(body))
    except (ValueError, TypeError) as problem:
        raise MalformedMessage("digest") from problem


def _device(said: Mapping[str, Any]) -> UUID:
    try:
        return UUID(said["device_id"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise MalformedMessage("digest") from problem
