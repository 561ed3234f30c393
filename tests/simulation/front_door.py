"""The server's own endpoints, called without sockets, threads or an event loop.

Each request is bytes and headers and so is each answer; what FastAPI does between them is done here
for the few kinds of parameters our endpoints have.
"""

import inspect
import typing
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from anyio import to_thread
from fastapi import FastAPI, Response, params
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import Headers
from starlette.routing import Match

from sync.server.answers import MARK
from sync.server.app import create_app
from sync.server.parts import Parts
from sync.server.refusals import Refusal


@dataclass(frozen=True)
class Answer:
    """What goes back over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class FrontDoor:
    """Answers requests as the server at `parts` would."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._app: FastAPI = create_app(parts)
        self._app.state.writing = self._app.state.hashing = None  # nobody waits for a turn
        self._routes = list(_endpoints(self._app.routes))
        self._found: dict[tuple[str, str], tuple[APIRoute, dict[str, Any]]] = {}

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Whatever goes wrong is answered as the application answers it; a crash is not an answer."""
        address = urlsplit(url)
        asked = _Asked(Headers(dict(headers)), dict(parse_qsl(address.query)), body)
        try:
            route, path = self._route(method, address.path)
            said = self._call(route.endpoint, path, asked)
            response = _response(said, route.status_code or 200, asked)
        except Exception as problem:
            response = self._refused(problem)
        marked = {MARK[0]: MARK[1], **{name.title(): value for name, value in response.headers.items()}}
        return Answer(response.status_code, marked, bytes(response.body))

    def _route(self, method: str, path: str) -> tuple[APIRoute, dict[str, Any]]:
        if (method, path) not in self._found:
            scope = {"type": "http", "method": method, "path": path, "headers": []}
            for route in self._routes:
                match, child = route.matches(scope)
                if match is Match.FULL:
                    self._found[method, path] = route, child["path_params"]
                    break
            else:
                raise Refusal(404, "request.no_such_path")
        return self._found[method, path]

    def _call(self, endpoint: Callable[..., Any], path: Mapping[str, Any], asked: "_Asked") -> Any:
        arguments: dict[str, Any] = {}
        for name, (kind, parameter) in _parameters(endpoint).items():
            match name:
                case "server":
                    arguments[name] = self.parts
                case "caller":
                    arguments[name] = self.parts.accounts.caller(_token(asked))
                case "token":
                    arguments[name] = _token(asked)
                case "request":
                    arguments[name] = SimpleNamespace(
                        headers=asked.headers, scope={}, client=None, app=self._app
                    )
                case "response":
                    arguments[name] = Response()
                case "body" | "content":
                    arguments[name] = asked.body
                case _:
                    arguments[name] = _value(name, kind, parameter, path, asked)
        said = endpoint(**arguments)
        return _finish(said) if inspect.iscoroutine(said) else said

    def _refused(self, problem: Exception) -> Response:
        handlers: Mapping[Any, Any] = self._app.exception_handlers
        handler = next(handlers[kind] for kind in type(problem).__mro__ if kind in handlers)
        refused: Response = handler(None, problem)
        return refused


@dataclass(frozen=True)
class _Asked:
    headers: Headers
    query: Mapping[str, str]
    body: bytes


def _token(asked: _Asked) -> str:
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer":
        raise Refusal(401, "auth.token_missing")
    return token


def _endpoints(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif router := getattr(route, "original_router", None):
            yield from _endpoints(router.routes)


_KNOWN: dict[Callable[..., Any], dict[str, tuple[Any, inspect.Parameter]]] = {}


def _parameters(endpoint: Callable[..., Any]) -> dict[str, tuple[Any, inspect.Parameter]]:
    if endpoint not in _KNOWN:
        hints = typing.get_type_hints(endpoint, include_extras=True)
        listed = inspect.signature(endpoint).parameters
        _KNOWN[endpoint] = {name: (hints[name], parameter) for name, parameter in listed.items()}
    return _KNOWN[endpoint]


def _value(name: str, kind: Any, parameter: inspect.Parameter, path: Mapping[str, Any], asked: _Asked) -> Any:
    try:
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            return kind.model_validate_json(asked.body)
        if any(isinstance(fact, params.Depends) for fact in _facts(kind)):  # several, named by a class
            several: Callable[..., Any] = typing.get_args(kind)[0]
            return several(**{of: _value(of, *one, path, asked) for of, one in _parameters(several).items()})
        header = any(isinstance(fact, params.Header) for fact in _facts(kind))
        given = asked.headers.get(name.replace("_", "-")) if header else {**asked.query, **path}.get(name)
        if given is None:
            return parameter.default
        return _adapter(kind).validate_python(given)
    except ValidationError as problem:
        raise RequestValidationError([]) from problem


def _facts(kind: Any) -> tuple[Any, ...]:
    """What an annotated type says besides."""
    return getattr(kind, "__metadata__", ())


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Endpoints that wait for nothing but work of their own end at once, since that is done here."""
    try:
        with patch.object(to_thread, "run_sync", _here):
            coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("an endpoint waits for the outside world")


async def _here(work: Callable[..., Any], *said: Any, **_: object) -> Any:
    return work(*said)


def _response(said: Any, status: int, asked: _Asked) -> Response:
    if isinstance(said, FileResponse):
        return _file(said, asked.headers.get("range"))
    if isinstance(said, Response):
        return said
    if said is None:
        return Response(status_code=204)
    kind: Any = type(said)
    body = _adapter(kind).dump_json(said, by_alias=True)
    return Response(body, status, media_type="application/json")


def _file(said: FileResponse, wanted: str | None) -> Response:
    """A file, or what of it begins at a byte."""
    content = Path(said.path).read_bytes()
    headers = dict(said.headers)
    if wanted is None:
        return Response(content, 200, headers)
    begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
    if begin >= len(content):
        return Response(b"", 416, {"Content-Range": f"bytes */{len(content)}"})
    headers |= {"content-range": f"bytes {begin}-{len(content) - 1}/{len(content)}"}
    return Response(content[begin:], 206, headers | {"content-length": str(len(content) - begin)})
