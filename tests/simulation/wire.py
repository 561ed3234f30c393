"""The line between a laptop and the server: HTTP messages as bytes, and everything that becomes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import orjson
import requests
import zstandard
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from sync.server.answers import MARK
from tests.simulation.front_door import Answer
from tests.simulation.newer_server import NewerServer

OURS = dict([MARK])
PORTAL = b"<html><body>Welcome to the hotel. Please accept our terms.</body></html>"
"""What a captive portal says to anything, with 200."""

LOST = ("lose_request", "lose_reply", "twice", "late")
BROKEN = ("truncate", "garbage", "portal", "gateway")
BAD_PART = "bad_part"
BUSY = ("unavailable", "too_many", "expired")


@dataclass(frozen=True)
class Message:
    """A request as it left the laptop."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Line(BaseAdapter):
    """Carries requests of one laptop to `deliver`; `faults` are used up, one a message."""

    deliver: Callable[[Message], Answer]
    faults: list[str | None] = field(default_factory=list)
    late: list[Message] = field(default_factory=list)
    last_page: bytes = b""
    too_old: bool = False
    newer: NewerServer | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        message = Message(
            str(request.method), str(request.url), dict(request.headers), _content(request.body)
        )
        fault = self.faults.pop(0) if self.faults else None
        answer = self._lost(message, fault) or self._answered(message, fault)
        return _as_response(request, answer)

    def close(self) -> None:
        """Nothing is open."""

    def arrive_late(self) -> int:
        """Requests that hung somewhere reach the server now; nobody waits for the answers."""
        waiting, self.late = self.late, []
        for message in waiting:
            self.deliver(message)
        return len(waiting)

    def _lost(self, message: Message, fault: str | None) -> Answer | None:
        """What is heard where the request does not reach the server, or not yet."""
        match fault:
            case "lose_request":
                raise requests.ConnectionError("lost on the way")
            case "late":
                self.late.append(message)
                raise requests.ReadTimeout("no answer")
        return STRANGERS.get(fault or "")

    def _answered(self, message: Message, fault: str | None) -> Answer:
        """What is heard of the server's answer."""
        if self.too_old and "/sync/push" in message.url:
            message = _of_an_older_release(message)
        if fault == BAD_PART and message.method == "PUT":
            message = replace(message, body=message.body[:-1] + bytes([message.body[-1] ^ 1]))
        compares = self.newer if "/sync/digest" in message.url else None
        if compares:
            message = replace(message, body=compares.hears(message.body))
        answer = self.deliver(message)
        if fault == "twice":
            answer = self.deliver(message)
        if "/sync/pull" in message.url and answer.status == 200:
            self.last_page = unpacked(answer)
            if self.newer:
                self.last_page = self.newer.says(self.last_page)
                answer = Answer(200, {"Content-Type": answer.headers["Content-Type"], **OURS}, self.last_page)
        elif self.newer and "/segments/" in message.url:
            self.newer.faxes.clear()  # what comes by segments knows nothing of them
        elif compares and answer.status == 200:
            headers = {"Content-Type": answer.headers["Content-Type"], **OURS}
            answer = Answer(200, headers, compares.finds(unpacked(answer)))
        match fault:
            case "lose_reply":
                raise requests.ReadTimeout("the answer was lost")
            case "truncate":
                whole = {**answer.headers, "Content-Length": str(len(answer.body))}
                return Answer(answer.status, whole, answer.body[: len(answer.body) * 2 // 3])
            case "garbage":
                return Answer(answer.status, answer.headers, answer.body[::-1])
        return answer


def unpacked(answer: Answer) -> bytes:
    """The body as it was before it was made small."""
    if answer.headers.get("Content-Encoding") == "zstd":
        return zstandard.decompress(answer.body)
    return answer.body


def _content(body: Any) -> bytes:
    """What is sent: bytes, text, or something to read from."""
    if hasattr(body, "read"):
        return bytes(body.read())
    return body if isinstance(body, bytes) else str(body or "").encode()


def _of_an_older_release(message: Message) -> Message:
    """The mutations as a release wrote them from which the server takes nothing any more."""
    headers = {name: value for name, value in message.headers.items() if name != "Content-Encoding"}
    packed = "Content-Encoding" in message.headers
    said = orjson.loads(zstandard.decompress(message.body) if packed else message.body)
    old = said | {"mutations": [one | {"schema": -5} for one in said["mutations"]]}
    return replace(message, headers=headers, body=orjson.dumps(old))


def _as_response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response.url = str(request.url)
    response.request = request
    response.raw = HTTPResponse(
        BytesIO(answer.body), headers=dict(answer.headers), status=answer.status, preload_content=False
    )
    return response


def _refused(status: int, code: str, **headers: str) -> Answer:
    body = orjson.dumps({"code": code, "facts": {}})
    return Answer(status, OURS | {"Content-Type": "application/json"} | headers, body)


STRANGERS: Mapping[str, Answer] = {
    "portal": Answer(200, {"Content-Type": "text/html"}, PORTAL),
    "gateway": Answer(502, {"Content-Type": "text/html"}, b"<html>Bad gateway</html>"),
    "unavailable": _refused(503, "server.busy", **{"Retry-After": "5"}),
    "too_many": _refused(429, "auth.too_many_attempts", **{"Retry-After": "30"}),
    "expired": _refused(401, "auth.token_expired"),
}
"""What is heard from others than the server, or from it before it looks at the request."""
