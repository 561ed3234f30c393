"""Finds out what a server has lost that it had acknowledged, so that it is sent again.

Asked for by the ids of mutations and not by their numbers: after a backup was put back, or a laptop
copied, the same number may mean two things.
"""

from collections.abc import Generator
from uuid import UUID

from app.persistence.sync_store import Missing, SyncStore
from sync.client.dialogue import Known, Lacks, Reply, Request
from sync.pages import Page

AT_ONCE = 1_000


def look_for_lost(store: SyncStore, page: Page) -> Generator[Request, Reply, Missing | None]:
    """Before the last page of a pull is applied: what the server lacks; None where nothing is suspect."""
    if not store.suspects(page):
        return None
    journal = store.acknowledged()
    lacks: set[UUID] = set()
    restored_from = None
    for start in range(0, len(journal), AT_ONCE):
        answer = yield Known(tuple(journal[start : start + AT_ONCE]))
        assert isinstance(answer, Lacks)
        lacks |= answer.op_ids
        restored_from = answer.restored_from
    return Missing([op_id for op_id in journal if op_id in lacks], restored_from)
