"""Photos and files on the laptop."""

import hashlib
from pathlib import Path

import pytest

from app.persistence.blobs import PIECE, BlobStore, Damaged

KEY = bytes(32)
PHOTO = b"\xff\xd8 a nameplate " * 1000


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path, KEY)


def test_a_file_is_found_by_the_hash_of_its_content(store: BlobStore) -> None:
    sha256 = store.put(PHOTO)

    assert sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert store.get(sha256) == PHOTO
    assert store.missing([sha256, "0" * 64]) == {"0" * 64}


def test_neither_content_nor_hash_can_be_read_from_the_disk(store: BlobStore, tmp_path: Path) -> None:
    sha256 = store.put(PHOTO)

    (file,) = tmp_path.iterdir()
    assert b"nameplate" not in file.read_bytes()
    assert sha256 not in file.name


def test_the_same_photo_is_kept_once(store: BlobStore, tmp_path: Path) -> None:
    store.put(PHOTO)
    store.put(PHOTO)

    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_file_is_missing_and_can_be_kept_again(store: BlobStore, tmp_path: Path) -> None:
    sha256 = store.put(PHOTO)
    (file,) = tmp_path.iterdir()
    sealed = bytearray(file.read_bytes())
    sealed[-1] ^= 1
    file.write_bytes(sealed)

    assert store.get(sha256) is None
    assert store.missing([sha256]) == {sha256}
    store.put(PHOTO)
    assert store.get(sha256) == PHOTO


def test_another_key_opens_nothing(store: BlobStore, tmp_path: Path) -> None:
    sha256 = store.put(PHOTO)

    assert BlobStore(tmp_path, bytes([1]) * 32).get(sha256) is None


def test_what_is_not_there_is_none(store: BlobStore) -> None:
    assert store.get("0" * 64) is None
    assert store.get("../../etc/passwd") is None


def test_a_large_file_is_read_from_any_piece_on(store: BlobStore) -> None:
    content = bytes(range(256)) * 1000
    sha256 = store.put(content)

    assert store.size(sha256) == len(content)
    assert b"".join(store.pieces(sha256, 2 * PIECE)) == content[2 * PIECE :]


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_files_of_every_size_come_back_as_they_were(store: BlobStore, size: int) -> None:
    content = b"x" * size
    sha256 = store.put(content)

    assert store.get(sha256) == content
    assert store.size(sha256) == size


def test_pieces_cannot_change_places_nor_the_last_go_missing(store: BlobStore, tmp_path: Path) -> None:
    content = bytes(PIECE) + bytes([1]) * PIECE + b"end"
    for spoil in (
        lambda pieces: [pieces[1], pieces[0], pieces[2]],
        lambda pieces: pieces[:2],
    ):
        sha256 = store.put(content)
        (file,) = (path for path in tmp_path.iterdir() if not path.suffix)
        head, sealed = file.read_bytes()[:8], file.read_bytes()[8:]
        length = PIECE + 28
        pieces = [sealed[at : at + length] for at in range(0, len(sealed), length)]
        file.write_bytes(head + b"".join(spoil(pieces)))

        assert store.get(sha256) is None
        assert store.damaged(sha256)


def test_what_has_come_of_a_file_is_kept_and_gone_on_with(store: BlobStore, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    sha256 = hashlib.sha256(content).hexdigest()
    with store.arrival(sha256) as arrival:
        arrival.write(content[:200_000])
    (half,) = tmp_path.iterdir()
    half.write_bytes(half.read_bytes()[:-5])  # the process was killed in the middle of a piece

    with BlobStore(tmp_path, KEY).arrival(sha256) as arrival:
        assert arrival.size == 2 * PIECE
        arrival.write(content[arrival.size :])
        arrival.finish()

    assert store.get(sha256) == content


def test_what_is_not_what_its_name_says_is_not_kept(store: BlobStore, tmp_path: Path) -> None:
    with store.arrival("0" * 64) as arrival:
        arrival.write(b"something else")
        with pytest.raises(Damaged):
            arrival.finish()

    assert list(tmp_path.iterdir()) == []


def test_files_of_the_first_release_are_read(store: BlobStore) -> None:
    sha256 = hashlib.sha256(PHOTO).hexdigest()
    nonce = bytes(12)
    sealed = nonce + store._seal.encrypt(nonce, PHOTO, sha256.encode())
    store._path(sha256).write_bytes(sealed)

    assert store.get(sha256) == PHOTO
    assert store.size(sha256) == len(PHOTO)


def test_what_is_unwanted_goes(store: BlobStore, tmp_path: Path) -> None:
    store.forget([store.put(PHOTO), "0" * 64])

    assert list(tmp_path.iterdir()) == []
