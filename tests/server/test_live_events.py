"""Laptops hear of commits while they listen, and a stopping server waits for none of them."""

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import requests

from tests.server.served import Laptop, Served
from tests.server.test_sync_over_http import renaming


@contextmanager
def listening(laptop: Laptop) -> Generator[Iterator[int]]:
    """The heads a laptop hears, as they come."""
    with laptop.call("GET", "/v1/sync/events", stream=True) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = answer.iter_lines(chunk_size=1, decode_unicode=True)
        yield (int(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


def test_a_push_by_one_laptop_is_heard_by_another(served: Served):
    rossi = served.world.add_customer(served.world.north)
    anna, lin = served.laptop().signed_in(), served.laptop().signed_in()
    with listening(lin) as heads:
        present = next(heads)
        [result] = anna.pushed(renaming(anna, rossi))

        assert next(head for head in heads if head > present) == result.seq


def test_what_another_process_commits_is_heard_too(served: Served):
    anna = served.laptop().signed_in()
    with listening(anna) as heads:
        present = next(heads)
        served.world.add_customer(served.world.north)

        assert next(heads) > present


def test_waiting_is_answered_as_soon_as_there_is_news(served: Served):
    rossi = served.world.add_customer(served.world.north)
    anna, lin = served.laptop().signed_in(), served.laptop().signed_in()
    head = anna.call("POST", "/v1/sync/digest", json={"device_id": anna.id.hex}).json()["head"]
    heard: list[int] = []

    def wait() -> None:
        answer = lin.call("GET", f"/v1/sync/wait?head={head}")
        heard.append(answer.json()["head"])

    waiting = threading.Thread(target=wait)
    waiting.start()
    anna.push(renaming(anna, rossi))
    waiting.join(30)

    assert heard[0] > head


def test_a_laptop_that_is_behind_is_answered_at_once(served: Served):
    served.world.add_customer(served.world.north)
    anna = served.laptop().signed_in()

    assert anna.call("GET", "/v1/sync/wait?head=0").json()["head"] > 0


def test_a_listener_that_hangs_up_leaves_nothing_behind(served: Served):
    anna = served.laptop().signed_in()
    for _ in range(5):
        with listening(anna) as heads:
            next(heads)

    assert requests.get(served.url + "/readyz", timeout=30).status_code == 200
