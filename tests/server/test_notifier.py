"""Listeners hear of commits soon, once for many, and never hold up a shutdown."""

import asyncio
from contextlib import asynccontextmanager

from sync.server.events import Notifier


@asynccontextmanager
async def watching(notifier):
    watch = asyncio.ensure_future(notifier.watch())
    yield
    notifier.close()
    watch.cancel()


def test_the_first_thing_a_listener_hears_is_the_present_head():
    async def scene():
        notifier = Notifier(lambda: 41)
        async with watching(notifier):
            return await notifier.moved_past(-1, within=5)

    assert asyncio.run(scene()) == 41


def test_commits_from_other_threads_arrive_as_one_poke():
    async def scene():
        notifier = Notifier(lambda: 1)
        async with watching(notifier):
            heard = await notifier.moved_past(-1, within=5)
            await asyncio.to_thread(lambda: [notifier.committed(seq) for seq in (2, 4, 3)])
            return heard, await notifier.moved_past(heard, within=5)

    assert asyncio.run(scene()) == (1, 4)


def test_the_more_listen_the_longer_they_take_to_come():
    async def scene(listeners: int) -> float:
        notifier = Notifier(lambda: 1)
        async with watching(notifier):
            await notifier.moved_past(-1, within=5)
            waiting = [asyncio.ensure_future(notifier.moved_past(1, within=60)) for _ in range(listeners)]
            await asyncio.wait(waiting, timeout=0)
            notifier.committed(2)
            await asyncio.gather(*waiting)
            return notifier.spread

    assert asyncio.run(scene(5)) < 0.1
    assert asyncio.run(scene(600)) > 2


def test_a_listener_who_hears_nothing_is_let_go_after_a_while():
    async def scene():
        notifier = Notifier(lambda: 7)
        async with watching(notifier):
            return await notifier.moved_past(7, within=0.01)

    assert asyncio.run(scene()) is None


def test_closing_lets_every_listener_go():
    async def scene():
        notifier = Notifier(lambda: 7)
        async with watching(notifier):
            waiting = [asyncio.ensure_future(notifier.moved_past(7, within=60)) for _ in range(3)]
            await asyncio.wait(waiting, timeout=0)
            notifier.close()
            return await asyncio.gather(*waiting)

    assert asyncio.run(scene()) == [None, None, None]


def test_a_commit_after_the_loop_has_gone_is_no_error():
    notifier = Notifier(lambda: 1)

    async def scene():
        async with watching(notifier):
            await notifier.moved_past(-1, within=5)

    asyncio.run(scene())

    notifier.committed(2)
