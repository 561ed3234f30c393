"""`serve`: runs the server until it is told to stop."""

import gc
import socket
from contextlib import suppress
from typing import Annotated

import typer

from app.domain.errors import RuleViolation
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.logs import log_to_stderr
from sync.server.parts import assemble


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes any free port.", min=0, max=65535)] = 8470,
    database: DatabaseOption = None,
) -> None:
    """Serve laptops and offices. Prints “listening on http://…” when ready."""
    import uvicorn  # with the web framework half of a command's start, and only this one needs them

    from sync.server.app import create_app
    from sync.server.serving import SyncServer

    with opened(database) as at:
        parts = assemble(at.settings, at.database)
        listener = _listener(host, port)
        log_to_stderr(at.settings.log_level)
        config = uvicorn.Config(
            create_app(parts),
            log_config=None,
            server_header=False,
            date_header=False,  # nobody goes by it, and most answers are short
            ssl_certfile=at.settings.tls_certificate,
            ssl_keyfile=at.settings.tls_key,
            timeout_graceful_shutdown=10,
            timeout_keep_alive=75,  # laptops come every minute; a connection costs more than keeping it
        )
        gc.freeze()  # what is loaded by now stays, and need not be looked through again and again
        gc.set_threshold(50_000, 20)  # requests leave hardly any rings, and many objects while they last
        server = SyncServer(
            config, parts.notifier, ready=lambda url: print(f"listening on {url}", flush=True)
        )
        with suppress(KeyboardInterrupt):  # Ctrl+C is how one stops it by hand
            server.run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise RuleViolation("server.address_in_use", host=host, port=port, reason=reason) from problem
    # Connections inherit it. Else a body waits until its head is acknowledged, which takes 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
