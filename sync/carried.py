"""The form of files that carry changes by hand, and receipts back: sealed for one reader, and signed.

A file is its mark, a head that whoever carries it may read, sealed pieces, and a signature over all of
it. Pieces are bound to the head and to their place, so none can be left out, moved, or taken from
another file. Whoever holds neither key can only pass it on.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from struct import Struct
from typing import Any, BinaryIO, Self
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import RuleViolation

SUFFIX = ".rtx"
VERSION = 1
PIECE = 2**20
LONGEST_HEAD = 10_000
LONGEST_LINE = 2**24

_MARK = b"ROUNDTRIP BY HAND"
_PURPOSE = b"roundtrip carried file 1"
_LENGTH = Struct(">I")
_LAST = 2**31  # set in the length of the last piece
_SEAL, _SIGNATURE = 16, 64

Entropy = Callable[[int], bytes]
Look = Callable[[int], None]
"""Hears of the bytes that were gone through; what it raises ends the work."""


class Kind(StrEnum):
    CHANGES = auto()
    RECEIPT = auto()


@dataclass(frozen=True)
class Head:
    """What the file is, for whoever carries it; of the author and his laptop in a receipt, too.

    `reader` is the key it is sealed for, `sender` the author's name, for whoever carries it; `already`
    counts changes that had reached the server before.
    """

    kind: Kind
    tenant: UUID
    user: UUID
    device: UUID
    sender: str
    made_at: str
    changes: int
    files: int
    already: int
    reader: str


@dataclass(frozen=True)
class PublicKeys:
    """What anybody may know of a party: the key to seal for it, and the one to check what it signed."""

    sealing: bytes
    signing: bytes

    def written(self) -> str:
        return (self.sealing + self.signing).hex()

    @classmethod
    def read(cls, written: str) -> Self:
        """Raises ValueError for anything but what `written` made."""
        both = bytes.fromhex(written)
        if len(both) != 64:
            raise ValueError("length")
        return cls(both[:32], both[32:])


class Keys:
    """The two private keys of a party, from one secret of 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        both = HKDF(SHA256(), 64, None, _PURPOSE).derive(secret)
        self._sealing = X25519PrivateKey.from_private_bytes(both[:32])
        self._signing = Ed25519PrivateKey.from_private_bytes(both[32:])
        self.public = PublicKeys(
            self._sealing.public_key().public_bytes_raw(), self._signing.public_key().public_bytes_raw()
        )

    def sign(self, digest: bytes) -> bytes:
        return self._signing.sign(_PURPOSE + digest)

    def agree(self, ephemeral: bytes) -> bytes:
        return self._sealing.exchange(X25519PublicKey.from_public_bytes(ephemeral))


class Writer:
    """Writes one file; it is whole only after `close`."""

    def __init__(self, out: BinaryIO, head: Head, reader: PublicKeys, keys: Keys, entropy: Entropy) -> None:
        ephemeral = X25519PrivateKey.from_private_bytes(entropy(32))
        public = ephemeral.public_key().public_bytes_raw()
        secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(reader.sealing))
        said = orjson.dumps(head)
        self._out, self._keys = out, keys
        self._hash = hashlib.sha512()
        self._put(_MARK + bytes([VERSION]) + _LENGTH.pack(len(said)) + said + public)
        self._cipher = _cipher(secret, public, reader.sealing)
        self._bound = self._hash.digest()
        self._waiting = bytearray()
        self._count = 0

    def line(self, *said: object) -> None:
        """One line of JSON."""
        self.write(orjson.dumps(said) + b"\n")

    def write(self, content: bytes) -> None:
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def close(self) -> None:
        """The last piece, and the signature."""
        self._seal(bytes(self._waiting), last=True)
        self._out.write(self._keys.sign(self._hash.digest()))

    def _seal(self, piece: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._count, last), piece, self._bound)
        self._put(_LENGTH.pack(len(sealed) | (_LAST if last else 0)) + sealed)
        self._count += 1

    def _put(self, content: bytes) -> None:
        self._hash.update(content)
        self._out.write(content)


def read_head(file: BinaryIO) -> Head:
    """Who made the file for whom; nothing of it is proven before `check`.

    Raises RuleViolation for a file of another kind, of a later version, or damaged.
    """
    file.seek(0)
    if file.read(len(_MARK)) != _MARK:
        raise RuleViolation("carried.not_one")
    if _exactly(file, 1)[0] != VERSION:
        raise RuleViolation("carried.newer")
    try:
        said = orjson.loads(_exactly(file, _length(file, LONGEST_HEAD)))
        return Head(
            kind=Kind(said["kind"]),
            tenant=UUID(said["tenant"]),
            user=UUID(said["user"]),
            device=UUID(said["device"]),
            sender=str(said["sender"])[:200],
            made_at=str(said["made_at"])[:40],
            changes=int(said["changes"]),
            files=int(said["files"]),
            already=int(said["already"]),
            reader=str(said["reader"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise damaged() from problem


def check(file: BinaryIO, signer: PublicKeys, look: Look = lambda size: None) -> None:
    """Is every byte as `signer` wrote it? Raises RuleViolation."""
    size = file.seek(0, 2) - _SIGNATURE
    file.seek(0)
    digest = hashlib.sha512()
    for start in range(0, size, PIECE):
        piece = _exactly(file, min(PIECE, size - start))
        digest.update(piece)
        look(len(piece))
    try:
        key = Ed25519PublicKey.from_public_bytes(signer.signing)
        key.verify(_exactly(file, _SIGNATURE), _PURPOSE + digest.digest())
    except (InvalidSignature, ValueError) as problem:
        raise damaged() from problem


class Content:
    """What is inside a file that `check` found good: lines of JSON, and bytes between them."""

    def __init__(self, file: BinaryIO, keys: Keys, look: Look = lambda size: None) -> None:
        read_head(file)
        bound = file.tell() + 32
        ephemeral = _exactly(file, 32)
        file.seek(0)
        self._bound = hashlib.sha512(_exactly(file, bound)).digest()
        self._cipher = _cipher(keys.agree(ephemeral), ephemeral, keys.public.sealing)
        self._pieces = self._opened(file, look)
        self._waiting = bytearray()

    def line(self) -> list[Any]:
        """The next line; an empty one at the end."""
        while (end := self._waiting.find(b"\n")) < 0:
            piece = next(self._pieces, None)
            if piece is None and not self._waiting:
                return []
            if piece is None or len(self._waiting) > LONGEST_LINE:
                raise damaged()
            self._waiting += piece
        said = bytes(self._waiting[:end])
        del self._waiting[: end + 1]
        try:
            line = orjson.loads(said)
        except orjson.JSONDecodeError as problem:
            raise damaged() from problem
        if not isinstance(line, list) or not line:
            raise damaged()
        return line

    def bytes_(self, size: int) -> Iterator[bytes]:
        """The bytes that follow a line; to be taken before the next one."""
        while size:
            if not self._waiting:
                piece = next(self._pieces, None)
                if piece is None:
                    raise damaged()
                self._waiting += piece
            taken = bytes(self._waiting[:size])
            del self._waiting[: len(taken)]
            size -= len(taken)
            yield taken

    def _opened(self, file: BinaryIO, look: Look) -> Iterator[bytes]:
        count, last = 0, False
        while not last:
            (length,) = _LENGTH.unpack(_exactly(file, _LENGTH.size))
            last, length = bool(length & _LAST), length & ~_LAST
            if not _SEAL <= length <= PIECE + _SEAL:
                raise damaged()
            try:
                piece = self._cipher.decrypt(_nonce(count, last), _exactly(file, length), self._bound)
            except InvalidTag as problem:
                raise damaged() from problem
            look(length)
            count += 1
            yield piece


def damaged() -> RuleViolation:
    """Cut short, or changed on the way."""
    return RuleViolation("carried.damaged")


def _cipher(secret: bytes, ephemeral: bytes, reader: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, ephemeral + reader, _PURPOSE).derive(secret))


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _length(file: BinaryIO, most: int) -> int:
    (length,) = _LENGTH.unpack(_exactly(file, _LENGTH.size))
    if length > most:
        raise damaged()
    return int(length)


def _exactly(file: BinaryIO, size: int) -> bytes:
    if size < 0 or len(content := file.read(size)) != size:
        raise damaged()
    return content
