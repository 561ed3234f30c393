"""Photos and files on the laptop."""

import hashlib
from pathlib import Path

import pytest

from app.persistence.blobs import BlobStore

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
