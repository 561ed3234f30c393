"""A laptop whose data the office withdraws."""

from pathlib import Path

import pytest

from app.domain.errors import ReplicaLocked
from app.laptop import Laptop
from app.settings import Folders
from tests.keyrings import MemoryKeyring
from tests.replicas import ENGINEER


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "config", tmp_path / "data", tmp_path / "logs")


def test_withdrawn_data_is_destroyed_the_key_first(folders: Folders) -> None:
    keyring = MemoryKeyring()
    laptop = Laptop(folders, keyring)
    opened = laptop.set_up(ENGINEER)
    laptop.keep_refresh_token("token")
    opened.replica.blobs.put(b"photo")
    laptop.back_up_today(opened.key)
    copied = laptop.path.read_bytes()
    opened.replica.close()

    laptop.destroy()

    assert keyring.secrets == {}
    assert not laptop.is_set_up
    assert [file for file in folders.data.rglob("*") if file.is_file() and file.suffix != ".lock"] == []
    laptop.path.write_bytes(copied)  # somebody had made a copy
    with pytest.raises(ReplicaLocked):
        laptop.open()


def test_what_a_passphrase_protects_is_destroyed_too(folders: Folders) -> None:
    laptop = Laptop(folders, MemoryKeyring())
    laptop.set_up(ENGINEER, "correct horse battery staple").replica.close()

    laptop.destroy()

    with pytest.raises(ReplicaLocked):
        laptop.open("correct horse battery staple")
