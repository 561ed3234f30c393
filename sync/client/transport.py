"""Our server over HTTP, as the engine knows it."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from requests import Response

from app.domain.errors import Offline, SignInNeeded, SyncRefused
from sync.answers import read_results
from sync.client.credentials import Credentials
from sync.client.dialogue import (
    Answers,
    AskSegment,
    AskSnapshot,
    CursorTooOld,
    Hello,
    HistoryChanged,
    Known,
    Lacks,
    PagesStale,
    Piece,
    Pull,
    Push,
    SegmentUnknown,
    SnapshotStale,
    Welcome,
)
from sync.client.http import Http, read, unpacked
from sync.comparison import Ask, Found, ask_to_wire, found_from_wire
from sync.pages import Page, read_page, unchanged
from sync.protocol import MalformedMessage
from sync.snapshot import Manifest, read_manifest

R = TypeVar("R", Page, Manifest, Piece, Found)

NDJSON = "application/x-ndjson"
ZSTD = "application/zstd"
STALE = {
    "sync.pages_stale": PagesStale,
    "sync.timeline_changed": HistoryChanged,
    "sync.cursor_too_old": CursorTooOld,
    "sync.snapshot_stale": SnapshotStale,
    "sync.segment_unknown": SegmentUnknown,
}
"""What a server means that refuses a token, or a segment."""


class HttpServer:
    """Implements `dialogue.Server`; `received` hears of bytes as they come over the line."""

    def __init__(
        self, http: Http, credentials: Credentials, received: Callable[[int], None] = lambda size: None
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._received = received

    def hello(self, hello: Hello) -> Welcome:
        body = {"device_id": hello.device_id.hex, "schema": hello.schema, "cursor": hello.token}
        said = self._as(hello.device_id, "sync/hello", body)
        try:
            return Welcome(int(said["schema"]), str(said["server_time"]))
        except (KeyError, TypeError, ValueError) as problem:
            raise Offline("sync.garbled") from problem

    def pull(self, pull: Pull) -> Page:
        params: dict[str, str | int] = {"cursor": pull.token, "settled": pull.settled, "limit": pull.limit}
        if pull.own:
            params["own"] = 1
        if pull.digest:
            params["digest"] = 1

        def fetch(token: str) -> Page:
            response = self._http.open("GET", "sync/pull", token=token, accept=NDJSON, params=params)
            body = read(response, self._received)
            return unchanged(pull.token) if response.status_code == 204 else read_page(body)

        return self._understood(fetch)

    def snapshot(self, asked: AskSnapshot) -> Manifest:
        params = {"cursor": asked.cursor, "after": asked.after}

        def fetch(token: str) -> Manifest:
            return read_manifest(self._http.json("GET", f"sync/snapshot?{urlencode(params)}", token=token))

        return self._understood(fetch)

    def segment(self, asked: AskSegment) -> Piece:
        path = f"sync/segments/{asked.sha256}"

        def fetch(token: str) -> Piece:
            ranged = {"Range": f"bytes={asked.begin}-"} if asked.begin else None
            response = self._http.open("GET", path, token=token, accept=ZSTD, headers=ranged)
            skip = 0 if response.status_code == 206 else asked.begin  # a proxy may know of no ranges
            return Piece(_what_comes(response, self._received)[skip:])

        return self._understood(fetch)

    def push(self, push: Push) -> Answers:
        mutations = [mutation.to_wire() for mutation in push.mutations]
        body = {"device_id": push.device_id.hex, "mutations": mutations}
        said = self._as(push.device_id, "sync/push", body)
        try:
            op_ids = [mutation.op_id for mutation in push.mutations]
            return Answers(read_results(said["results"], op_ids))
        except (MalformedMessage, KeyError, TypeError) as problem:
            raise Offline("sync.garbled") from problem

    def known(self, known: Known) -> Lacks:
        said = self._json("sync/ops/known", {"op_ids": [op_id.hex for op_id in known.op_ids]})
        try:
            restored_from = said["restored_from"]
            return Lacks(frozenset(map(UUID, said["unknown"])), str(restored_from) if restored_from else None)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise Offline("sync.garbled") from problem

    def compare(self, asked: Ask) -> Found:
        def fetch(token: str) -> Found:
            said = self._http.json("POST", "sync/digest", ask_to_wire(asked), token=token)
            return found_from_wire(asked, said)

        return self._understood(fetch)

    def _understood(self, fetch: Callable[[str], R]) -> R:
        """What comes of a request that the server may refuse because something there has changed."""
        try:
            return self._credentials.with_token(fetch)
        except MalformedMessage as problem:  # cut where nothing but the missing end shows it
            raise Offline("sync.garbled") from problem
        except SyncRefused as refusal:
            if refusal.code in STALE:
                raise STALE[refusal.code](refusal.code) from refusal
            raise

    def _as(self, device_id: UUID, path: str, body: object) -> Any:
        """Where we took another id since we signed in, the sign-in comes with us."""
        try:
            return self._json(path, body)
        except SignInNeeded as problem:
            if problem.code != "auth.device_renewed":
                raise
        self._credentials.go_on_as(device_id)
        return self._json(path, body)

    def _json(self, path: str, body: object) -> Any:
        return self._credentials.with_token(lambda token: self._http.json("POST", path, body, token=token))


def _what_comes(response: Response, received: Callable[[int], None]) -> bytes:
    """The body as far as it comes before the line is cut; raises Offline where that is nothing."""
    come: list[bytes] = []
    try:
        come.extend(unpacked(response, received))
    except Offline:
        if not any(come):
            raise
    return b"".join(come)
