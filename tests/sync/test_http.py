"""What a laptop makes of answers that are not what it hoped for."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from uuid import UUID

import pytest
import zstandard

from app.domain.errors import AppError, Offline, SignInNeeded, SyncRefused, Unavailable
from app.domain.ids import new_id
from sync.client.credentials import Credentials, Tokens
from sync.client.dialogue import HistoryChanged, PagesStale, Pull, Push
from sync.client.http import Http
from sync.client.transport import NDJSON, HttpServer
from tests.sync.laptops import a_page

PULL = Pull("", 0, 10)
OURS = {"Roundtrip-Server": "1"}
BOTH = Tokens("refresh", "access")
PAGE = a_page().body + b"\n"


@dataclass
class Answer:
    """What the server on the other side says next."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0


def json_answer(said: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(said).encode(), OURS | {"Content-Type": "application/json"} | headers)


def refusal(status: int, code: str, **headers: str) -> Answer:
    return json_answer({"code": code, "facts": {}}, status, **headers)


def page_answer(body: bytes = PAGE, cut: int = 0, **headers: str) -> Answer:
    return Answer(200, body, OURS | {"Content-Type": NDJSON} | headers, cut)


class Scripted(ThreadingHTTPServer):
    """Answers as it was told, in order, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Answer] = []
        self.asked: list[tuple[str, str | None, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, self.headers.get("Authorization"), body))
        answer = self.server.script.pop(0)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) - answer.cut])
        self.close_connection = True

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Quiet."""


class Memory:
    """Keeps the nonce of a renewal, as the replica does."""

    renewal: str | None = None

    def recall_renewal(self) -> str | None:
        return self.renewal

    def remember_renewal(self, renewal: str) -> None:
        self.renewal = renewal


@dataclass
class Laptop:
    """One side of the line; `heard` are the tokens it was given."""

    server: HttpServer
    credentials: Credentials
    heard: list[Tokens]


@pytest.fixture
def other_side() -> Iterator[Scripted]:
    server = Scripted()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def laptop(other_side: Scripted) -> Iterator[Callable[..., Laptop]]:
    made: list[Http] = []

    def make(tokens: Tokens = BOTH, memory: Memory | None = None) -> Laptop:
        http, heard = Http(other_side.url), list[Tokens]()
        made.append(http)
        nonces = iter(f"nonce{n}" for n in range(9))
        credentials = Credentials(http, memory or Memory(), lambda: next(nonces), heard.append, tokens)
        return Laptop(HttpServer(http, credentials), credentials, heard)

    yield make
    for http in made:
        http.close()


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (Answer(200, b"<html>", {"Content-Type": "text/html"}), Offline, "sync.captive_portal"),
        (Answer(302, b"", {"Location": "http://portal.example/"}), Offline, "sync.captive_portal"),
        (Answer(404, b"no", {"Content-Type": "text/html"}), Offline, "sync.not_our_server"),
        (Answer(502, b"bad gateway", {"Content-Type": "text/html"}), Offline, "sync.gateway"),
        (Answer(407, b"", {}), Offline, "sync.proxy"),
        (Answer(200, b"<html>", OURS | {"Content-Type": "text/html"}), Offline, "sync.captive_portal"),
        (page_answer(b"not a page\n"), Offline, "sync.garbled"),
        (page_answer(PAGE.split(b"\n")[0] + b"\n"), Offline, "sync.garbled"),
        (page_answer(cut=10), Offline, "sync.cut"),
        (page_answer(b"no zstd at all", **{"Content-Encoding": "zstd"}), Offline, "sync.garbled"),
        (page_answer(**{"Content-Encoding": "br"}), Offline, "sync.garbled"),
        (refusal(409, "sync.pages_stale"), PagesStale, "sync.pages_stale"),
        (refusal(409, "sync.timeline_changed"), HistoryChanged, "sync.timeline_changed"),
        (refusal(410, "device.wiped"), SyncRefused, "device.wiped"),
        (refusal(426, "sync.client_too_old"), SyncRefused, "sync.client_too_old"),
        (refusal(403, "device.not_the_signed_in_one"), SignInNeeded, "auth.device_renewed"),
        (refusal(500, "server.failed"), Unavailable, "server.failed"),
    ],
)
def test_every_wrong_answer_has_its_name(
    other_side: Scripted, laptop: Callable[..., Laptop], answer: Answer, error: type[AppError], code: str
) -> None:
    other_side.script = [answer]

    with pytest.raises(error) as refused:
        laptop().server.pull(PULL)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("zstd", zstandard.ZstdCompressor().compress), ("gzip", gzip.compress), ("identity", bytes)],
)
def test_a_page_is_read_however_it_is_packed(
    other_side: Scripted, laptop: Callable[..., Laptop], encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    other_side.script = [page_answer(pack(PAGE), **{"Content-Encoding": encoding})]

    assert laptop().server.pull(PULL).end.complete


def test_an_empty_answer_means_that_nothing_happened(
    other_side: Scripted, laptop: Callable[..., Laptop]
) -> None:
    other_side.script = [Answer(204, headers=OURS)]

    page = laptop().server.pull(Pull("where we are", 3, 10))

    assert (page.rows, list(page.lines())) == (0, [])
    assert (page.end.cursor, page.end.complete, page.end.again) == ("where we are", True, False)


def test_an_empty_answer_of_a_stranger_means_nothing(
    other_side: Scripted, laptop: Callable[..., Laptop]
) -> None:
    other_side.script = [Answer(204)]

    with pytest.raises(Offline):
        laptop().server.pull(PULL)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_says_when_to_come_again(
    other_side: Scripted, laptop: Callable[..., Laptop], status: int
) -> None:
    other_side.script = [refusal(status, "server.busy", **{"Retry-After": "17"})]

    with pytest.raises(Unavailable) as busy:
        laptop().server.pull(PULL)

    assert busy.value.facts["retry_after"] == 17


class Proxy(ThreadingHTTPServer):
    """Makes no tunnels without a password."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)


class _ProxyHandler(BaseHTTPRequestHandler):
    def do_CONNECT(self) -> None:
        self.send_error(407)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    server = Proxy()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def asked_through(port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """What becomes of a request over the system's proxy."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    http = Http("https://service.example.com")
    with pytest.raises(Offline) as refused:
        http.json("GET", "server")
    http.close()
    return refused.value.code


def test_a_proxy_that_wants_a_password_is_told_apart_from_one_that_is_away(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()[1]

    assert asked_through(proxy.server_address[1], monkeypatch) == "sync.proxy"
    assert asked_through(nobody, monkeypatch) == "sync.proxy_away"


def test_nobody_at_the_address_means_offline(other_side: Scripted, laptop: Callable[..., Laptop]) -> None:
    one = laptop()
    other_side.server_close()

    with pytest.raises(Offline):
        one.server.pull(PULL)


@pytest.mark.parametrize("address", ["no scheme", "http://", "ftp://example.com", "http://[half"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    http = Http(address)

    with pytest.raises(SyncRefused) as refused:
        http.json("GET", "server")

    assert refused.value.code == "sync.bad_address"
    http.close()


def test_an_expired_token_is_renewed_on_the_way(other_side: Scripted, laptop: Callable[..., Laptop]) -> None:
    one = laptop()
    renewed = json_answer({"access_token": "new access", "refresh_token": "new refresh"})
    other_side.script = [refusal(401, "auth.token_expired"), renewed, page_answer()]

    one.server.pull(PULL)

    assert one.heard == [Tokens("new refresh", "new access")]
    assert [token for _, token, _ in other_side.asked] == ["Bearer access", None, "Bearer new access"]


def test_a_renewal_whose_answer_was_lost_is_asked_for_with_the_same_nonce(
    other_side: Scripted, laptop: Callable[..., Laptop]
) -> None:
    memory = Memory()
    other_side.script = [refusal(503, "server.busy")]
    with pytest.raises(Unavailable):
        laptop(Tokens("refresh"), memory).server.pull(PULL)

    other_side.script = [json_answer({"access_token": "a", "refresh_token": "r"}), page_answer()]
    laptop(Tokens("refresh"), memory).server.pull(PULL)

    first, second = (json.loads(body)["nonce"] for path, _, body in other_side.asked if "refresh" in path)
    assert first == second == "nonce0"


def test_the_next_renewal_has_a_nonce_of_its_own(other_side: Scripted, laptop: Callable[..., Laptop]) -> None:
    one = laptop(Tokens("refresh"))
    other_side.script = [
        json_answer({"access_token": "a", "refresh_token": "r"}),
        page_answer(),
        refusal(401, "auth.token_expired"),
        json_answer({"access_token": "b", "refresh_token": "s"}),
        page_answer(),
    ]

    one.server.pull(PULL)
    one.server.pull(PULL)

    nonces = [json.loads(body)["nonce"] for path, _, body in other_side.asked if "refresh" in path]
    assert nonces == ["nonce0", "nonce1"]


def test_a_session_that_ended_asks_for_a_sign_in(other_side: Scripted, laptop: Callable[..., Laptop]) -> None:
    other_side.script = [refusal(401, "auth.token_expired"), refusal(401, "auth.session_ended")]

    with pytest.raises(SignInNeeded) as ended:
        laptop().server.pull(PULL)

    assert ended.value.code == "auth.session_ended"


def test_without_any_token_nothing_is_asked(other_side: Scripted, laptop: Callable[..., Laptop]) -> None:
    with pytest.raises(SignInNeeded):
        laptop(Tokens("")).server.pull(PULL)

    assert other_side.asked == []


@pytest.mark.parametrize("said", [{}, {"results": 5}, {"results": [{"op_id": "x"}]}, {"results": [[]]}])
def test_an_answer_to_a_push_that_makes_no_sense_settles_nothing(
    other_side: Scripted, laptop: Callable[..., Laptop], said: object
) -> None:
    other_side.script = [json_answer(said)]

    with pytest.raises(Offline) as garbled:
        laptop().server.push(Push(UUID(int=1), ()))

    assert garbled.value.code == "sync.garbled"


def test_a_device_is_named_in_every_push(other_side: Scripted, laptop: Callable[..., Laptop]) -> None:
    device = new_id()
    other_side.script = [json_answer({"results": []})]

    laptop().server.push(Push(device, ()))

    assert json.loads(other_side.asked[0][2]) == {"device_id": device.hex, "mutations": []}
