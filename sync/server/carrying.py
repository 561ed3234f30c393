"""Takes what a laptop did from a file that somebody carried here, and answers with a receipt.

The author is who signed the file, whoever brings it: the changes go the way of every push, under his
rights and into his ledger, so that a file brought twice changes nothing.
"""

import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from sqlalchemy import Connection, select

from app.domain.errors import RuleViolation, Unavailable
from sync.carried import Content, Entropy, Head, Kind, PublicKeys, Writer, check, damaged, read_head
from sync.pages import read_page
from sync.protocol import Result, Status
from sync.server import carrying_keys
from sync.server.blob_rows import mark_stored, may_send
from sync.server.caller import Caller
from sync.server.cursors import StaleCursor
from sync.server.devices import stored
from sync.server.parts import Parts
from sync.server.pull import MAX_PAGE_ROWS, pull
from sync.server.push import push
from sync.server.refusals import Refusal
from sync.server.routes.push import refuse_other_schema
from sync.server.tables import DEVICE

AT_ONCE = 100
MOST_PAGES = 50
"""What the author has not seen comes with the receipt, unless it is as much as a first pull."""

log = logging.getLogger(__name__)


@dataclass
class Taken:
    """What became of a file; `already` counts changes that had been here before."""

    results: list[Result] = field(default_factory=list)
    already: int = 0
    files: int = 0


def take(server: Parts, carrier: str, file: BinaryIO, receipt: BinaryIO,
         entropy: Entropy = secrets.token_bytes) -> Taken:  # fmt: skip
    """Apply `file`, and write the receipt for its author.

    Raises RuleViolation for a file that is not for this server, not whole, or not by a laptop that may
    come; then nothing of it was applied. Raises Unavailable where the server failed on the way, which
    bringing the file again makes good.
    """
    head = read_head(file)
    if head.kind is not Kind.CHANGES:
        raise RuleViolation("carried.is_receipt")
    if head.tenant != server.tenant_id or head.reader != server.keys.public.written():
        raise RuleViolation("carried.other_server")
    author, signer = _author(server, head)
    check(file, signer)
    taken, cursor = _apply(server, author, Content(file, server.keys))
    written = replace(
        head, kind=Kind.RECEIPT, made_at=stored(server.clock()), reader=signer.written(),
        changes=len(taken.results), files=taken.files,
        already=taken.already,
    )  # fmt: skip
    answer = Writer(receipt, written, signer, server.keys, entropy)
    _answer(answer, taken, _pages(server, author, cursor), cursor)
    log.info(
        "file of device %s, brought by %s: %s changes, %s of them known, %s files",
        author.device, carrier, len(taken.results), taken.already, taken.files,
    )  # fmt: skip
    return taken


def _author(server: Parts, head: Head) -> tuple[Caller, PublicKeys]:
    """Whose file it claims to be, and the key that only his laptop can have signed it with."""
    try:
        author = server.accounts.on_device(head.user, head.device)
    except Refusal as refusal:
        gone = refusal.code in ("device.suspended", "device.wiped", "auth.account_disabled")
        raise RuleViolation("carried.revoked" if gone else "carried.unknown_device") from refusal
    with server.database.read() as connection:
        signer = carrying_keys.of(connection, author)
    if signer is None:
        raise RuleViolation("carried.unknown_device")
    return author, signer


def _apply(server: Parts, author: Caller, content: Content) -> tuple[Taken, str]:
    taken, waiting, cursor = Taken(), [], ""
    with server.database.read() as connection:
        known = _last_n(connection, author)
    while line := content.line():
        match line:
            case ["cursor", str(token)]:
                cursor = token
            case ["mutation", dict(mutation)]:
                refuse_other_schema(mutation)
                waiting.append(mutation)
                if len(waiting) == AT_ONCE:
                    _push(server, author, waiting, taken)
            case ["file", str(sha256), int(size)]:
                _push(server, author, waiting, taken)
                taken.files += _keep(server, author, sha256, content.bytes_(size))
            case _:
                raise damaged()
    _push(server, author, waiting, taken)
    taken.already = sum(result.n <= known for result in taken.results)
    return taken, cursor


def _last_n(connection: Connection, author: Caller) -> int:
    query = select(DEVICE.c.last_n).where(
        DEVICE.c.tenant_id == author.tenant, DEVICE.c.device_id == author.device
    )
    return int(connection.execute(query).scalar() or 0)


def _push(server: Parts, author: Caller, waiting: list[Any], taken: Taken) -> None:
    """All that waits; a mutation the server fails at is met again when the file is brought again."""
    while waiting:
        results = push(server.database, author, waiting)
        _refuse_unless_consumed(results)
        if not results:
            raise Unavailable("server.failed")
        del waiting[: len(results)]
        taken.results += results
        server.notifier.committed(max(result.seq for result in results))


def _refuse_unless_consumed(results: Sequence[Result]) -> None:
    for result in results:
        if not result.status.consumed:
            forked = result.status is Status.FORKED
            raise RuleViolation("carried.forked" if forked else "carried.gap")


def _keep(server: Parts, author: Caller, sha256: str, content: Iterator[bytes]) -> bool:
    """Is the file here now? One whose row was refused has nothing that refers to it."""
    if not may_send(server, author, sha256):
        for _ in content:
            pass
        return False
    server.blobs.keep(sha256, content)
    server.notifier.committed(mark_stored(server, author, sha256))
    return True


def _pages(server: Parts, author: Caller, cursor: str) -> list[bytes]:
    """What the author has not seen, whole or not at all; who has no cursor loads a snapshot."""
    if not cursor:
        return []
    pages: list[bytes] = []
    token = cursor
    try:
        while len(pages) < MOST_PAGES:
            with server.database.read() as connection:
                page = pull(connection, author, token, limit=MAX_PAGE_ROWS)
            pages.append(page.body)
            if page.complete:
                return pages
            token = read_page(page.body).end.cursor
    except StaleCursor:
        pass  # the next pull over the line settles it
    return []


def _answer(receipt: Writer, taken: Taken, pages: list[bytes], cursor: str) -> None:
    for result in taken.results:
        receipt.line("result", result.to_wire())
    receipt.line("cursor", cursor)
    for page in pages:
        receipt.line("page", len(page))
        receipt.write(page)
    receipt.close()
