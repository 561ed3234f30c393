"""HTTP as a laptop meets it: slow, cut, redirected, answered by strangers. The one place that knows.

Whatever goes wrong leaves here as one of our errors, so that nothing above speaks of HTTP.
"""

import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import urlsplit

import orjson
import requests
import truststore
import zstandard
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from app.domain.errors import AppError, Offline, SignInNeeded, SyncRefused, Unavailable

TIMEOUTS = (10.0, 45.0)  # seconds to connect, and between two bytes
MARK = ("Roundtrip-Server", "1")
REFUSAL = "Roundtrip-Refusal"  # the code, where an answer has no body
NO_SUCH_RANGE = "request.no_such_range"
_CHUNK = 256 * 1024
_WORTH_PACKING = 2_000  # only a push grows so large, and our servers unpack it
_AGENT = "Roundtrip"


class Unauthorised(SyncRefused):
    """The access token does not count (any longer)."""


class Decoder(Protocol):
    """What unpacks a body, bit by bit."""

    def decompress(self, data: bytes, /) -> bytes: ...


class Http:
    """Requests to one server. Not for several threads at once."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._session = requests.Session()
        self._session.mount("https://", _SystemTrust())
        # The system's proxies, looked up again once something went wrong: the network may be another.
        self._surroundings: Any = None

    def json(
        self, method: str, path: str, body: object = None, *, token: str | None = None
    ) -> Mapping[str, Any]:
        """Our server's JSON answer to a request."""
        response = self.open(method, path, body, token=token)
        answer = _object(read(response))
        if answer is None:
            raise Offline("sync.garbled")
        return answer

    def open(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        accept: str = "application/json",
        params: Mapping[str, str | int] | None = None,
        content: bytes | BinaryIO | None = None,
        timeouts: tuple[float, float] = TIMEOUTS,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Our server's answer, its body still to be read; raises where it refuses or is not ours.

        What is sent is `body` as JSON, or `content` as it is.
        """
        said = {
            "User-Agent": _AGENT, "Accept": accept, "Accept-Encoding": "zstd, gzip", **(headers or {}),
        }  # fmt: skip
        if token is not None:
            said["Authorization"] = f"Bearer {token}"
        if body is not None:
            said["Content-Type"] = "application/json"
            content = orjson.dumps(body)
            if len(content) > _WORTH_PACKING:
                content = zstandard.compress(content)
                said["Content-Encoding"] = "zstd"
        try:
            request = PreparedRequest()
            request.prepare(method, f"{self.address}/v1/{path}", said, data=content, params=params)
            response = self._send(request, timeouts)
        except (requests.RequestException, HTTPError, ValueError, OSError) as problem:
            self._surroundings = None
            raise _meaning(problem) from problem
        _refuse_strangers(response, accept)
        if response.status_code >= 400:
            raise _refusal(response)
        return response

    def _send(self, request: PreparedRequest, timeouts: tuple[float, float]) -> Response:
        """As the session would, without what it does for cookies, redirects and passwords in files."""
        url = str(request.url)
        if self._surroundings is None:
            self._surroundings = self._session.merge_environment_settings(url, {}, True, None, None)
        return self._session.get_adapter(url).send(request, timeout=timeouts, **self._surroundings)

    def close(self) -> None:
        self._session.close()


class _SystemTrust(HTTPAdapter):
    """Believes the certificates the system believes, as company networks need it."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().init_poolmanager(*args, ssl_context=context, **kwargs)


def read(response: Response, received: Callable[[int], None] = lambda size: None) -> bytes:
    """The whole body, unpacked; `received` hears of bytes as they came over the line."""
    return b"".join(unpacked(response, received))


def unpacked(response: Response, received: Callable[[int], None]) -> Iterator[bytes]:
    """The body bit by bit. Raises Offline where it is cut short or not what it claims to be."""
    try:
        with response:
            decoder = _decoder(response)
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                received(len(chunk))
                yield decoder.decompress(chunk) if decoder else chunk
    except (zlib.error, zstandard.ZstdError) as problem:
        raise Offline("sync.garbled") from problem
    except (requests.RequestException, HTTPError, OSError) as problem:
        raise Offline("sync.cut") from problem


def _decoder(response: Response) -> Decoder | None:
    """We unpack ourselves: urllib3 knows zstd only with a package we do not need otherwise."""
    match response.headers.get("Content-Encoding", "identity"):
        case "zstd":
            return cast("Decoder", zstandard.ZstdDecompressor().decompressobj())
        case "gzip":
            return cast("Decoder", zlib.decompressobj(16 + zlib.MAX_WBITS))
        case "identity":
            return None
    raise Offline("sync.garbled")


def _refuse_strangers(response: Response, accept: str) -> None:
    """A captive portal answers anything, with 200 or a redirect; a gateway answers for a dead server."""
    ours = response.headers.get(MARK[0]) == MARK[1]
    if ours and (response.status_code >= 400 or _is(response, accept) or response.status_code == 204):
        return
    response.close()
    if response.status_code in (502, 503, 504):
        raise Offline("sync.gateway", status=response.status_code)
    if response.status_code == 407:
        raise Offline("sync.proxy")
    if response.status_code in (400, 404, 405):
        raise Offline("sync.not_our_server")
    if _wants_https(response):
        raise Offline("sync.use_https")
    if response.is_redirect or _is(response, "text/html"):
        raise Offline("sync.captive_portal")
    raise Offline("sync.garbled")  # a head cut short also lacks the mark


def _wants_https(response: Response) -> bool:
    """Sent on to the same host, only not in the clear: the address was typed with http."""
    here, there = urlsplit(response.url), urlsplit(response.headers.get("Location", ""))
    return (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname


def _is(response: Response, accept: str) -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0].strip() == accept


def _refusal(response: Response) -> AppError:
    """What our server means by a status of 400 and more."""
    said = _object(read(response)) or {}
    code = str(said.get("code") or response.headers.get(REFUSAL) or "server.failed")
    facts = {str(name): fact for name, fact in dict(said.get("facts") or {}).items() if name != "code"}
    refused: AppError = SyncRefused(code, **facts)
    match response.status_code:
        case 401:
            refused = (Unauthorised if code.startswith("auth.token") else SignInNeeded)(code, **facts)
        case 403 if code == "device.not_the_signed_in_one":
            refused = SignInNeeded("auth.device_renewed")
        case 416:
            refused = SyncRefused(NO_SUCH_RANGE)
        case 429 | 503:
            facts.setdefault("retry_after", _seconds(response.headers.get("Retry-After")))
            refused = Unavailable(code, **facts)
        case status if status >= 500:
            refused = Unavailable(code, **facts)
    return refused


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _seconds(header: str | None) -> float:
    """Retry-After in seconds; the form with a date depends on clocks, and is taken for a minute."""
    if header is None:
        return 0.0
    return float(header) if header.isdecimal() else 60.0


def _meaning(problem: Exception) -> AppError:
    """What an exception of the HTTP library means."""
    if isinstance(problem, requests.exceptions.SSLError) and not _is_about_trust(problem):
        return Offline("sync.not_secure")
    if isinstance(problem, requests.exceptions.ProxyError) and not _wants_password(problem):
        return Offline("sync.proxy_away")
    for kind, error, code in _MEANINGS:
        if isinstance(problem, kind):
            return error(code)
    return Offline("sync.unreachable")


def _wants_password(problem: BaseException) -> bool:
    """A proxy that refuses to make a tunnel says why only in a sentence: "… failed: 407 …"."""
    return "407" in str(problem)


def _is_about_trust(problem: BaseException) -> bool:
    """A certificate was looked at and not believed; otherwise nobody there speaks TLS as we do."""
    while not isinstance(problem, ssl.SSLCertVerificationError):
        below = problem.__cause__ or problem.__context__
        if below is None:
            return False
        problem = below
    return True


_MEANINGS: tuple[tuple[type[Exception], type[AppError], str], ...] = (
    (requests.exceptions.SSLError, Offline, "sync.certificate"),
    (requests.exceptions.ProxyError, Offline, "sync.proxy"),
    (requests.exceptions.Timeout, Offline, "sync.timeout"),
    (requests.exceptions.InvalidURL, SyncRefused, "sync.bad_address"),
    (requests.exceptions.MissingSchema, SyncRefused, "sync.bad_address"),
    (requests.exceptions.InvalidSchema, SyncRefused, "sync.bad_address"),
    (UnicodeError, SyncRefused, "sync.bad_address"),
)
