"""A sign-in that cannot succeed says why, in words one can act on, and the next try may."""

import socket
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text

from app.demo.fault_proxy import Fault, FaultProxy
from app.language import tr
from tests.e2e.desktops import Desktop
from tests.e2e.processes import ServerProcess
from ui.messages import words_for


@pytest.fixture
def stranger() -> Iterator[Callable[[int, str], str]]:
    """Another web server, which answers everything alike; its address."""
    running: list[ThreadingHTTPServer] = []

    def start(status: int, kind: str, location: str = "") -> str:
        class Answer(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", "2")
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = answer  # noqa: N815 the library calls them so

            def log_message(self, *args: object) -> None:
                """Quiet."""

        one = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=one.serve_forever, daemon=True).start()
        running.append(one)
        return f"http://127.0.0.1:{one.server_port}"

    yield start
    for one in running:
        one.shutdown()
        one.server_close()


def a_closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_wrong_address_is_named_and_what_was_typed_stays(
    desktop: Desktop, proxy: FaultProxy, stranger: Callable[..., str]
) -> None:
    secure = proxy.url.replace("http:", "https:")
    wrong = [
        ("no-such-host.invalid", "sync.unreachable"),
        (a_closed_port(), "sync.unreachable"),
        (secure, "sync.not_secure"),
        ("ftp://127.0.0.1", "sync.bad_address"),
        ("https://[half", "sync.bad_address"),
        ("host:99999", "sync.bad_address"),
        (stranger(404, "text/html"), "sync.not_our_server"),
        (stranger(405, "text/html"), "sync.not_our_server"),
        (stranger(400, "text/html"), "sync.not_our_server"),
        (stranger(200, "application/json"), "sync.garbled"),
        (stranger(200, "text/html"), "sync.captive_portal"),
        (stranger(302, "text/html", "http://portal.example/"), "sync.captive_portal"),
        (stranger(301, "text/html", "https://127.0.0.1/"), "sync.use_https"),
        (stranger(503, "text/html"), "sync.gateway"),
    ]
    desktop.start()
    for address, code in wrong:
        desktop.sign_in(server=address)
        desktop.until_it_says(words_for(code))

    desktop.sign_in(server=proxy.url)

    desktop.until_it_says(tr("Start working"))


def test_a_network_that_fails_at_sign_in_is_named_and_the_next_try_works(
    desktop: Desktop, proxy: FaultProxy
) -> None:
    desktop.start()
    for fault, code in [(Fault.PORTAL, "sync.captive_portal"), (Fault.RESET, "sync.unreachable")]:
        proxy.fail("sign-in", fault)
        desktop.sign_in()
        desktop.until_it_says(words_for(code))

    desktop.sign_in()

    desktop.until_it_says(tr("Start working"))


def test_guessing_passwords_is_answered_with_how_long_to_wait(
    desktop: Desktop, server: ServerProcess
) -> None:
    # The server's clock stands still, or a slow machine would outlast the first pauses.
    server.restart("import time; stopped = time.time(); time.time = lambda: stopped")
    desktop.login = "bo"
    desktop.start()
    for attempt in range(1, 5):
        desktop.sign_in("battery staple")
        desktop.until(lambda: failures_counted(server) == attempt)  # noqa: B023 over before the next
        desktop.until_it_says(words_for("auth.wrong_password"))

    desktop.sign_in("battery staple")

    desktop.until_it_says(words_for("auth.throttled", {"retry_after": 1}))
    server.restart()


def failures_counted(server: ServerProcess) -> int:
    account = {"subject": sha256(b"login:bo").hexdigest()}
    query = text("SELECT failures FROM sign_in_attempt WHERE subject = :subject")
    with server.database.read() as connection:
        return int(connection.execute(query, account).scalar() or 0)
