"""Carries changes by hand: writes the file, brings a colleague's to the server, takes the receipt in.

Nothing is settled by writing a file: what is in it stays in the outbox until a receipt or the server
itself has answered, and then it is answered from the ledger.
"""

import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.errors import AppError, RuleViolation, SyncRefused
from app.domain.types import InstantType
from app.persistence import carrying
from app.persistence.files import disk_full_named, settle
from app.persistence.replica import Replica
from app.persistence.sync_store import SyncStore
from app.persistence.unsent_files import unsent_files
from sync.carried import Content, Entropy, Head, Kind, PublicKeys, Writer, check, damaged, read_head
from sync.client.commands import Errand, ErrandKind
from sync.client.credentials import Credentials
from sync.client.http import Http, unpacked
from sync.pages import Page, read_page
from sync.protocol import MalformedMessage, Result

RAW = "application/octet-stream"
PATIENCE = (10.0, 900.0)  # the server applies all of a file before it answers

Facts = dict[str, str | int]
Progress = Callable[[int, int], None]
"""Hears how many of how many bytes are done; what it raises ends the errand."""


class ByHand:
    """Errands of one replica. Each may raise AppError, and has then changed nothing here."""

    def __init__(
        self,
        replica: Replica,
        store: SyncStore,
        http: Http,
        credentials: Credentials,
        *,
        clock: Clock,
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self._replica = replica
        self._store = store
        self._http = http
        self._credentials = credentials
        self._clock = clock
        self._entropy = entropy

    def meet(self) -> None:
        """Exchange keys with the server; where that fails, there is another time."""
        keys = carrying.keys_of(self._replica, self._store.identity().device_id)
        said = {"key": keys.public.written()}
        try:
            answer = self._credentials.with_token(
                lambda token: self._http.json("PUT", "sync/carried/key", said, token=token)
            )
            carrying.meet(self._replica, PublicKeys.read(str(answer["key"])))
        except (AppError, KeyError, ValueError):  # an older server has none
            return

    def run(self, errand: Errand, progress: Progress) -> tuple[Facts, Changes]:
        """What there is to tell of it, and the rows that look different now."""
        if errand.kind is ErrandKind.EXPORT:
            return self._export(errand.path, errand.with_files, progress), Changes()
        with _opened(errand.path) as file:
            head = read_head(file)
            if head.kind is Kind.RECEIPT:
                return self._take_in(file, head, progress)
            return self._bring(file, head, receipt_beside(errand.path), progress), Changes()

    # The author's laptop: out

    def _export(self, path: Path, with_files: bool, progress: Progress) -> Facts:
        identity = self._store.identity()
        server = carrying.server_keys(self._replica)
        mutations = carrying.unsent(self._replica, identity.device_id)
        files = unsent_files(self._replica) if with_files else []
        if not mutations and not files:
            raise RuleViolation("carried.nothing")
        head = Head(
            kind=Kind.CHANGES, tenant=identity.tenant_id, user=identity.user_id, device=identity.device_id,
            sender=identity.display_name, made_at=str(InstantType().to_stored(self._clock())),
            changes=len(mutations), files=len(files), already=0, reader=server.written(),
        )  # fmt: skip
        keys = carrying.keys_of(self._replica, identity.device_id)
        total, done = sum(file.size for file in files), 0
        with _arriving(path) as out:
            writer = Writer(out, head, server, keys, self._entropy)
            writer.line("cursor", carrying.cursor(self._replica))
            for mutation in mutations:
                writer.line("mutation", mutation.to_wire())
            for file in files:
                content = self._replica.blobs.get(file.sha256)
                if content is not None:  # else it was just found damaged
                    writer.line("file", file.sha256, len(content))
                    writer.write(content)
                done += file.size
                progress(done, total)
            writer.close()
        return {"changes": len(mutations), "files": len(files), "bytes": path.stat().st_size}

    # A colleague's: there and back

    def _bring(self, file: BinaryIO, head: Head, receipt: Path, progress: Progress) -> Facts:
        if head.tenant != self._store.identity().tenant_id:
            raise RuleViolation("carried.other_server")
        self.meet()  # so that the token counts before much is sent with it
        size = file.seek(0, 2)

        def send(token: str) -> None:
            file.seek(0)
            told = cast("BinaryIO", _Told(file, size, progress))
            response = self._http.open(
                "POST", "sync/carried", content=told, token=token, accept=RAW, timeouts=PATIENCE
            )
            with _arriving(receipt) as out:
                for piece in unpacked(response, lambda _: None):
                    out.write(piece)

        try:
            self._credentials.with_token(send)
        except SyncRefused as refusal:
            raise _unwrapped(refusal) from refusal
        with _opened(receipt) as answer:
            said = read_head(answer)
        return {
            "kind": Kind.CHANGES, "sender": head.sender, "receipt": receipt.name,
            "changes": said.changes, "already": said.already, "files": said.files,
        }  # fmt: skip

    # The author's laptop: in

    def _take_in(self, file: BinaryIO, head: Head, progress: Progress) -> tuple[Facts, Changes]:
        identity = self._store.identity()
        keys = carrying.keys_of(self._replica, identity.device_id)
        if head.device != identity.device_id or head.reader != keys.public.written():
            raise RuleViolation("carried.receipt_of_other", sender=head.sender)
        size, done = 2 * file.seek(0, 2), 0

        def look(piece: int) -> None:
            nonlocal done
            done += piece
            progress(min(done, size), size)

        check(file, carrying.server_keys(self._replica), look)
        results, cursor, pages = _read_receipt(Content(file, keys, look))
        waiting = carrying.unanswered(self._replica)
        changes = self._store.settle(results)
        news = [result for result in results if result.op_id in waiting]
        # A laptop without a cursor is being loaded; pages would end that where it stands.
        if pages and cursor and cursor == self._store.position().token:
            for page in pages[:-1]:
                self._store.stage(page)
            changes |= self._store.apply(pages[-1])
        refused = sum(not result.status.accepted for result in news)
        known = len(results) - len(news)
        return {"kind": Kind.RECEIPT, "changes": len(news), "refused": refused, "already": known}, changes


def receipt_beside(path: Path) -> Path:
    """Where the receipt for a colleague's file goes: it is to go back the way the file came."""
    return path.with_name(f"{path.stem}-receipt{path.suffix}")


class _Told:
    """A body that tells how much of it has been read."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress) -> None:
        self._file, self._size, self._progress = file, size, progress
        self.len = size  # as the HTTP library asks for it

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._progress(self._file.tell(), self._size)
        return piece


def _read_receipt(content: Content) -> tuple[list[Result], str, list[Page]]:
    results: list[Result] = []
    pages: list[Page] = []
    cursor = ""
    try:
        while line := content.line():
            match line:
                case ["result", said]:
                    results.append(Result.from_wire(said))
                case ["cursor", str(token)]:
                    cursor = token
                case ["page", int(size)]:
                    pages.append(read_page(b"".join(content.bytes_(size))))
                case _:
                    raise damaged()
    except MalformedMessage as problem:
        raise damaged() from problem
    return results, cursor, pages


def _unwrapped(refusal: SyncRefused) -> AppError:
    """What is wrong with the file is no matter between this laptop and the server."""
    about_file = refusal.code.startswith("carried.")
    return RuleViolation(refusal.code, **refusal.facts) if about_file else refusal


@contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as problem:
        raise RuleViolation("carried.unreadable", name=path.name) from problem
    with file:
        yield file


@contextmanager
def _arriving(path: Path) -> Generator[BinaryIO]:
    """A file that is there whole or not at all. Raises DiskFull, or RuleViolation where none can be made."""
    half = path.with_name(f"{path.name}.half")
    try:
        with disk_full_named():
            with half.open("wb") as out:
                yield out
            settle(half, path)
    except OSError as problem:
        raise RuleViolation("carried.unwritable", name=path.name) from problem
    finally:
        half.unlink(missing_ok=True)
