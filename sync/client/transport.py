"""Our server over HTTP, as the engine knows it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.domain.errors import Offline, SignInNeeded, SyncRefused
from sync.client.credentials import Credentials
from sync.client.dialogue import (
    Answers,
    CursorTooOld,
    Hello,
    HistoryChanged,
    Known,
    Lacks,
    PagesStale,
    Pull,
    Push,
    Welcome,
)
from sync.client.http import Http, read
from sync.pages import Page, read_page, unchanged
from sync.protocol import MalformedMessage, Result

NDJSON = "application/x-ndjson"
STALE = {
    "sync.pages_stale": PagesStale,
    "sync.timeline_changed": HistoryChanged,
    "sync.cursor_too_old": CursorTooOld,
}
"""What a server means that refuses a token."""


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
        if pull.first:
            params["first"] = 1

        def fetch(token: str) -> Page:
            response = self._http.open("GET", "sync/pull", token=token, accept=NDJSON, params=params)
            body = read(response, self._received)
            return unchanged(pull.token) if response.status_code == 204 else read_page(body)

        try:
            return self._credentials.with_token(fetch)
        except MalformedMessage as problem:  # cut where nothing but the missing end shows it
            raise Offline("sync.garbled") from problem
        except SyncRefused as refusal:
            if refusal.code in STALE:
                raise STALE[refusal.code](refusal.code) from refusal
            raise

    def push(self, push: Push) -> Answers:
        mutations = [mutation.to_wire() for mutation in push.mutations]
        body = {"device_id": push.device_id.hex, "mutations": mutations}
        said = self._as(push.device_id, "sync/push", body)
        try:
            return Answers(tuple(map(Result.from_wire, said["results"])))
        except (MalformedMessage, KeyError, TypeError) as problem:
            raise Offline("sync.garbled") from problem

    def known(self, known: Known) -> Lacks:
        said = self._json("sync/ops/known", {"op_ids": [op_id.hex for op_id in known.op_ids]})
        try:
            restored_from = said["restored_from"]
            return Lacks(frozenset(map(UUID, said["unknown"])), str(restored_from) if restored_from else None)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise Offline("sync.garbled") from problem

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
