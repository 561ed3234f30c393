"""Finds out what a server has lost that it had acknowledged, so that it is sent again.

Asked for by the ids of mutations and not by their numbers: after a backup was put back, or a laptop
copied, the same number may mean two things.
"""

from collections.abc import Generator
from uuid import UUID

from app.persistence.sync_store import Missing, SyncStore
from sync.client.dialogue import Known, Lacks, Reply, Request
from sync.client.news import Tell
from sync.pages import Page

AT_ONCE = 1_000


def recover(store: SyncStore, tell: Tell, last: Page | None = None) -> Generator[Request, Reply, None]:
    """Where anything is suspect, ask what the server lacks of our journal, and queue that again.

    Done before anything is applied that may be older than our work, so that none of it leaves the
    screen: before a pull begins, and before its `last` page is applied.
    """
    if not store.suspects(last):
        return
    journal = store.acknowledged()
    lacks: set[UUID] = set()
    restored_from = None
    for start in range(0, len(journal), AT_ONCE):
        answer = yield Known(tuple(journal[start : start + AT_ONCE]))
        assert isinstance(answer, Lacks)
        lacks |= answer.op_ids
        restored_from = answer.restored_from
    missing = Missing([op_id for op_id in journal if op_id in lacks], restored_from)
    tell(store.take_up_again(missing, last.header.timeline if last else ""))
