"""Photos and files on the laptop, encrypted, each found by the hash of its content.

A file is a row of pieces, each sealed by itself together with its place, so that none of any size needs
to be in memory whole, and one that arrives over days is kept as far as it came.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.persistence.files import disk_full_named, settle

PIECE = 2**16
_MARK = b"RTblob2\n"  # files of the first release have none, and are one piece
_NONCE, _TAG = 12, 16
_SEALED = _NONCE + PIECE + _TAG

log = logging.getLogger(__name__)


class Damaged(Exception):
    """What is kept under a name is not what the name says."""


class BlobStore:
    """A folder of sealed files; their names tell nothing of their content."""

    def __init__(self, folder: Path, replica_key: bytes) -> None:
        derived = HKDF(SHA256(), 64, None, b"roundtrip blobs").derive(replica_key)
        self._seal, self._naming = AESGCM(derived[:32]), derived[32:]
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Keep `content`; its SHA-256. Raises DiskFull, and then nothing was kept."""
        return self.take(BytesIO(content))

    def take(self, source: BinaryIO) -> str:
        """Keep what `source` holds, of any size; its SHA-256. Raises DiskFull, Damaged where the source
        is written to meanwhile, and then nothing was kept."""
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
        if self.missing([sha256]):
            source.seek(0)
            self.discard_arrival(sha256)
            try:
                with self.arrival(sha256) as arrival:
                    while piece := source.read(PIECE):
                        arrival.write(piece)
                    arrival.finish()
            except BaseException:
                self.discard_arrival(sha256)
                raise
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """The content, or None where this laptop does not have it whole."""
        try:
            return b"".join(self.pieces(sha256))
        except (FileNotFoundError, Damaged):
            return None

    def pieces(self, sha256: str, start: int = 0) -> Iterator[bytes]:
        """The content bit by bit, from byte `start` on, a multiple of PIECE.

        Raises FileNotFoundError, or Damaged: then the file is taken out of use, to be fetched again.
        """
        path = self._path(sha256)
        try:
            with path.open("rb") as file:
                if file.read(len(_MARK)) != _MARK:
                    yield self._open_whole(path, sha256)[start:]
                    return
                yield from self._unseal(file, path.stat().st_size, sha256, start // PIECE)
        except (InvalidTag, ValueError) as problem:
            log.warning("file %s is damaged and will be fetched again", sha256)
            path.replace(path.with_suffix(".damaged"))
            raise Damaged(sha256) from problem

    def copy(self, sha256: str, path: Path) -> bool:
        """Write the content to `path`, unsealed; False where this laptop does not have it whole."""
        pieces = self.pieces(sha256)
        try:
            first = next(pieces)
        except (FileNotFoundError, Damaged):
            return False
        try:
            with path.open("wb") as copy:
                copy.write(first)
                copy.writelines(pieces)
        except Damaged:
            path.unlink()
            return False
        return True

    def size(self, sha256: str) -> int:
        """Bytes of the content. Raises FileNotFoundError."""
        path = self._path(sha256)
        sealed = path.stat().st_size
        with path.open("rb") as file:
            if file.read(len(_MARK)) != _MARK:
                return sealed - _NONCE - _TAG
        return _unsealed(sealed)

    def missing(self, wanted: Iterable[str]) -> set[str]:
        """Which of these are not here."""
        return {sha256 for sha256 in wanted if not self._path(sha256).exists()}

    def damaged(self, sha256: str) -> bool:
        """It was here once, and is no longer what it was."""
        path = self._path(sha256)
        return not path.exists() and path.with_suffix(".damaged").exists()

    def arrival(self, sha256: str) -> "Arrival":
        """A file on its way in: begins where an earlier one broke off."""
        return Arrival(self, self._seal, self._path(sha256), sha256)

    def discard_arrival(self, sha256: str) -> None:
        """Forget what came of it so far."""
        _half(self._path(sha256)).unlink(missing_ok=True)

    def forget(self, unwanted: Iterable[str]) -> None:
        """Remove files, and what came of them so far."""
        for path in map(self._path, unwanted):
            for leftover in (path, _half(path), path.with_suffix(".damaged")):
                leftover.unlink(missing_ok=True)

    def _unseal(self, file: BinaryIO, sealed: int, sha256: str, first: int) -> Iterator[bytes]:
        last = (sealed - len(_MARK) - 1) // _SEALED
        file.seek(len(_MARK) + first * _SEALED)
        for number in range(first, last + 1):
            piece = file.read(_SEALED)
            yield self._seal.decrypt(piece[:_NONCE], piece[_NONCE:], _place(sha256, number, number == last))

    def _open_whole(self, path: Path, sha256: str) -> bytes:
        sealed = path.read_bytes()
        return self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], sha256.encode())

    def _path(self, sha256: str) -> Path:
        return self._folder / hmac.new(self._naming, sha256.encode(), hashlib.sha256).hexdigest()


class Arrival:
    """Leaving the `with` block without `finish` keeps what came, for the next one to go on with."""

    def __init__(self, store: BlobStore, seal: AESGCM, path: Path, sha256: str) -> None:
        self._store, self._seal, self._path, self._sha256 = store, seal, path, sha256
        self._hash, self._pieces, self._rest = hashlib.sha256(), 0, b""
        with disk_full_named():
            self._file = _half(path).open("ab+")
        self._go_on()

    @property
    def size(self) -> int:
        """Bytes that are here for good; the next to be written come after them."""
        return self._pieces * PIECE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        with disk_full_named():
            self._file.close()

    def write(self, content: bytes) -> None:
        """What comes next. Raises DiskFull."""
        self._hash.update(content)
        self._rest += content
        while len(self._rest) > PIECE:  # the last piece is sealed as such, so one is always kept back
            self._keep(self._rest[:PIECE], last=False)
            self._rest = self._rest[PIECE:]

    def finish(self) -> None:
        """All is here. Raises DiskFull; Damaged where it is not what its name says, and nothing is kept."""
        if self._hash.hexdigest() != self._sha256:
            self._file.close()
            self._store.discard_arrival(self._sha256)
            raise Damaged(self._sha256)
        self._keep(self._rest, last=True)
        with disk_full_named():
            self._file.close()
            settle(_half(self._path), self._path)
        self._path.with_suffix(".damaged").unlink(missing_ok=True)

    def _keep(self, piece: bytes, last: bool) -> None:
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._seal.encrypt(nonce, piece, _place(self._sha256, self._pieces, last))
        with disk_full_named():
            self._file.write(nonce + sealed)
        self._pieces += 1

    def _go_on(self) -> None:
        """Read what came before, as far as it is whole."""
        self._file.seek(0)
        begun = self._file.read(len(_MARK)) == _MARK
        while begun and len(piece := self._file.read(_SEALED)) == _SEALED:
            place = _place(self._sha256, self._pieces, last=False)
            try:
                self._hash.update(self._seal.decrypt(piece[:_NONCE], piece[_NONCE:], place))
            except InvalidTag:
                break
            self._pieces += 1
        self._file.truncate(len(_MARK) + self._pieces * _SEALED if begun else 0)
        if not begun:
            with disk_full_named():
                self._file.write(_MARK)


def _half(path: Path) -> Path:
    return path.with_suffix(".arriving")


def _place(sha256: str, number: int, last: bool) -> bytes:
    """What a piece is sealed together with: pieces cannot change places, nor the last ones go missing."""
    return f"{sha256} {number} {last:d}".encode()


def _unsealed(sealed: int) -> int:
    pieces = -(-(sealed - len(_MARK)) // _SEALED)
    return sealed - len(_MARK) - pieces * (_NONCE + _TAG)
