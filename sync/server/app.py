"""The HTTP application: routes, the form of every answer, and what runs beside the requests."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from sync.server import error_answers
from sync.server.answers import MarkedAnswers
from sync.server.collecting import Keeping, collect
from sync.server.limits import BodyLimits
from sync.server.parts import VERSION, Parts
from sync.server.routes import (
    auth,
    blobs,
    carried,
    digest,
    events,
    health,
    hello,
    known,
    pull,
    push,
    snapshot,
)

HOUR, DAY = 3600.0, 86_400.0
THREADS = 12  # more would wait for each other, and for a connection to the database
WRITERS = 6  # pushes at once; their commits take turns anyway
PASSWORDS_AT_ONCE = 2  # each takes 64 MiB of memory

log = logging.getLogger(__name__)


def create_app(parts: Parts) -> FastAPI:
    """The application over `parts`; its OpenAPI document is at /v1/openapi.json."""
    app = FastAPI(
        title=parts.settings.name,
        version=VERSION,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.parts = parts
    for subject in (auth, hello, pull, push, snapshot, known, carried, digest, events, blobs, health):
        app.include_router(subject.router, responses=error_answers.DESCRIBED)
    error_answers.install(app)
    app.add_middleware(BodyLimits, push_limit=parts.settings.push_limit)
    app.add_middleware(MarkedAnswers)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    app.state.hashing = CapacityLimiter(PASSWORDS_AT_ONCE)
    app.state.writing = CapacityLimiter(WRITERS)
    tasks = parts.notifier.watch(), _keep_calendar(parts), _tidy_uploads(parts), _collect(parts)
    beside = [asyncio.create_task(task) for task in tasks]
    yield
    parts.notifier.close()
    for task in beside:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_calendar(parts: Parts) -> None:
    """A new day takes effect even where nobody pulls, so that laptops are poked."""
    while True:
        try:
            if moved := await run_in_threadpool(parts.calendar.follow):
                log.info("calendar followed", extra={"people": moved})
        except SQLAlchemyError as problem:
            log.warning("calendar not followed: %s", type(problem).__name__)
        await asyncio.sleep(HOUR)


async def _collect(parts: Parts) -> None:
    """Nobody is waited for longer than settings say, and the database does not grow for ever."""
    keeping = Keeping(parts.settings.keep_days, parts.settings.keep_at_most_days)
    while True:
        try:
            done = await run_in_threadpool(collect, parts.database, parts.tenant, parts.clock(), keeping)
            log.info("collected", extra=asdict(done))
        except SQLAlchemyError as problem:
            log.warning("not collected: %s", type(problem).__name__)
        await asyncio.sleep(DAY)


async def _tidy_uploads(parts: Parts) -> None:
    """What was begun and given up does not fill the disk."""
    while True:
        if gone := await run_in_threadpool(parts.blobs.forget_stale):
            log.info("uploads given up", extra={"files": gone})
        await asyncio.sleep(DAY)
