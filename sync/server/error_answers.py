"""How the server says no: a status, a code and facts, the same JSON for every kind of error."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException

from app.domain.errors import AppError, RuleViolation, SyncRefused, Unavailable
from sync.protocol import MalformedMessage
from sync.server.answers import MARK
from sync.server.refusals import Refusal

log = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds
REFUSAL = "Roundtrip-Refusal"

_BODY = {
    "type": "object",
    "required": ["code", "facts"],
    "properties": {"code": {"type": "string"}, "facts": {"type": "object"}},
}
_REFUSAL = {
    "description": "`code` names the reason, `facts` fill the gaps of its text",
    "content": {"application/json": {"schema": _BODY}},
}
DESCRIBED: dict[int | str, dict[str, Any]] = {"4XX": _REFUSAL, "5XX": _REFUSAL}
"""For the OpenAPI document."""

_HTTP_CODES = {404: "request.no_such_path", 405: "request.no_such_method", 413: "request.too_large"}


def answer(status: int, code: str, **facts: object) -> JSONResponse:
    """The body every refusal has; a wait named in the facts is also said the HTTP way, and the code, since
    a HEAD has no body."""
    headers = dict([MARK]) | {REFUSAL: code}
    if "retry_after" in facts:
        headers["Retry-After"] = str(facts["retry_after"])
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"code": code, "facts": facts}, status, headers)


def install(app: FastAPI) -> None:
    """Every error that leaves an endpoint becomes an answer of the agreed form."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(MalformedMessage, _malformed)
    app.add_exception_handler(AppError, _ruled_out)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(PoolExhausted, _unavailable)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(Exception, _failed)


def _refused(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Refusal)
    return answer(problem.status, problem.code, **problem.facts)


def _malformed(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, MalformedMessage)
    return answer(400, problem.code, **problem.facts)


def _ruled_out(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, AppError)
    if isinstance(problem, Unavailable):
        return answer(503, problem.code, retry_after=RETRY_AFTER)
    if isinstance(problem, SyncRefused):  # the laptop must begin anew in some way; the code says how
        return answer(409, problem.code, **problem.facts)
    if isinstance(problem, RuleViolation):
        return answer(400, problem.code, **{name: str(fact) for name, fact in problem.facts.items()})
    return _failed(request, problem)


def _invalid(request: Request, problem: Exception) -> JSONResponse:
    """Names the fields, never their values: a password would be among them."""
    assert isinstance(problem, RequestValidationError)
    where = [".".join(str(step) for step in error["loc"]) for error in problem.errors()]
    return answer(400, "request.malformed", fields=where)


def _http(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, HTTPException)
    return answer(problem.status_code, _HTTP_CODES.get(problem.status_code, "request.malformed"))


def _unavailable(request: Request, problem: Exception) -> JSONResponse:
    return answer(503, "server.busy", retry_after=RETRY_AFTER)


def _database(request: Request, problem: Exception) -> JSONResponse:
    """The database is away, locked or full: laptops keep their work and come again."""
    if isinstance(problem, OperationalError):
        log.warning("database unavailable: %s", type(problem.orig).__name__)
        return answer(503, "server.database", retry_after=RETRY_AFTER)
    return _failed(request, problem)


def _failed(request: Request, problem: Exception) -> JSONResponse:
    """A bug of ours."""
    log.error("unexpected %s", type(problem).__name__, exc_info=problem)
    return answer(500, "server.failed")
