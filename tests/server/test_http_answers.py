"""Every answer of the server can be told from a stranger's, and every refusal says why."""

import json
import logging
import socket
import sys
from urllib.parse import urlsplit

import orjson
import pytest
import requests

from sync.server.logs import JsonLines
from tests.server.served import Served

ENDPOINTS = [
    ("POST", "/v1/auth/sign-out"),
    ("POST", "/v1/sync/hello"),
    ("GET", "/v1/sync/pull"),
    ("POST", "/v1/sync/push"),
    ("POST", "/v1/sync/digest"),
    ("GET", "/v1/sync/events"),
    ("GET", "/v1/sync/wait?head=0"),
    ("GET", "/v1/blobs/" + "0" * 64),
    ("PUT", "/v1/blobs/" + "0" * 64 + "/7?size=1"),
    ("POST", "/v1/blobs/" + "0" * 64 + "/doubt"),
]


def refusal(answer: requests.Response) -> tuple[int, str]:
    said = answer.json()
    assert said.keys() == {"code", "facts"}
    assert answer.headers["Roundtrip-Server"] == "1"
    return answer.status_code, said["code"]


def test_anyone_may_ask_which_server_this_is(served: Served):
    answer = requests.get(served.url + "/v1/server", timeout=30)

    assert answer.json() == {"name": "Roundtrip", "version": "0.1.0", "schema": 1}
    assert answer.headers["Roundtrip-Server"] == "1"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/v1/openapi.json"])
def test_health_and_description_are_open(served: Served, path):
    answer = requests.get(served.url + path, timeout=30)

    assert (answer.status_code, answer.headers["Roundtrip-Server"]) == (200, "1")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_nothing_else_is_told_to_a_stranger(served: Served, method, path):
    answer = requests.request(method, served.url + path, timeout=30)

    assert refusal(answer) == (401, "auth.token_missing")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", (404, "request.no_such_path")),
        ("GET", "/v2/server", (404, "request.no_such_path")),
        ("POST", "/v1/server", (405, "request.no_such_method")),
        ("GET", "/v1/auth/sign-in", (405, "request.no_such_method")),
    ],
)
def test_paths_and_methods_that_do_not_exist_are_refused_in_our_form(served: Served, method, path, expected):
    assert refusal(requests.request(method, served.url + path, timeout=30)) == expected


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"login": "\\ud800"}', b"[" * 9999]
)
def test_a_body_that_is_no_json_of_ours_is_malformed(served: Served, body):
    answer = requests.post(
        served.url + "/v1/auth/sign-in", data=body, headers={"Content-Type": "application/json"}, timeout=30
    )

    assert refusal(answer) == (400, "request.malformed")


def test_a_body_that_says_it_is_too_large_is_not_read(served: Served):
    answer = requests.post(served.url + "/v1/auth/sign-in", data=b" " * 70_000, timeout=30)

    assert refusal(answer) == (413, "request.too_large")


def test_a_body_that_does_not_say_its_length_is_cut_off_at_the_limit(served: Served):
    anna = served.laptop().signed_in()
    pieces = (b" " * 65_536 for _ in range(1000))

    answer = anna.call("POST", "/v1/sync/push", data=pieces)

    assert refusal(answer) == (413, "request.too_large")


def test_bytes_that_are_no_http_at_all_do_not_harm_the_server(served: Served):
    there = urlsplit(served.url)
    with socket.create_connection((there.hostname, there.port), timeout=30) as wire:
        wire.sendall(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
        wire.recv(1000)

    assert requests.get(served.url + "/livez", timeout=30).status_code == 200


def test_the_description_names_every_path_and_what_it_takes(served: Served):
    described = requests.get(served.url + "/v1/openapi.json", timeout=30).json()["paths"]

    for method, path in ENDPOINTS:
        known = path.partition("?")[0].replace("0" * 64, "{sha256}").replace("/7", "/{part}")
        assert method.lower() in described[known]
    assert "application/x-ndjson" in described["/v1/sync/pull"]["get"]["responses"]["200"]["content"]
    assert "text/event-stream" in described["/v1/sync/events"]["get"]["responses"]["200"]["content"]
    assert described["/v1/sync/push"]["post"]["requestBody"]["required"]
    for answers in (operation["responses"] for path in described.values() for operation in path.values()):
        assert "422" not in answers
        assert answers["4XX"]["content"]["application/json"]["schema"]["required"] == ["code", "facts"]


def test_a_log_line_names_the_request_by_ids_and_no_customer(served: Served):
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    keep, ours = Keep(), logging.getLogger("sync.server.answers")
    ours.addHandler(keep)
    ours.setLevel(logging.INFO)
    try:
        anna = served.laptop().signed_in()
        answer = anna.call("GET", "/v1/sync/pull?cursor=secret")
        served.parts.notifier.committed(0)
        answer_id = answer.headers["Request-Id"]
        requests.get(served.url + "/livez", timeout=30)  # the line of a request comes before the next one's
    finally:
        ours.removeHandler(keep)

    logged = [json.loads(line) for line in lines]
    line = next(line for line in logged if line["request"] == answer_id)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/sync/pull", 400)
    assert (line["user"], line["device"]) == (anna.person.id, anna.id.hex)
    assert not [text for text in lines if "secret" in text or anna.person.login in text]


def test_a_traceback_in_the_log_is_one_line_and_quotes_nobody():
    customer = "王芳"
    try:
        raise ValueError(f"no such customer: {customer}")
    except ValueError:
        record = logging.getLogger().makeRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info())

    line = JsonLines().format(record)

    assert "\n" not in line
    assert orjson.loads(line)["traceback"].endswith("ValueError\n")
    assert customer not in line
