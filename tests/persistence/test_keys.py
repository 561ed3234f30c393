"""The replica's key: never in the clear, kept twice, and missed with a clear word."""

from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from app.domain.errors import ReplicaLocked, RuleViolation
from app.persistence.keys import KeyFile
from app.persistence.secret_store import NoKeyring, SystemKeyring
from tests.keyrings import AbsentKeyring, MemoryKeyring

PASSPHRASE = "黄山 归来 不看 岳 2026"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "replica.key"


def refusal(file: KeyFile, store: MemoryKeyring) -> str:
    with pytest.raises(ReplicaLocked) as refused:
        file.open(store)
    return refused.value.code


def test_a_key_opens_again_with_the_same_keyring(path: Path) -> None:
    store = MemoryKeyring()

    key = KeyFile(path).make(store)

    assert len(key) == 32
    assert KeyFile(path).open(store) == key
    assert not KeyFile(path).asks_for_passphrase()


def test_neither_the_file_nor_the_keyring_alone_holds_the_key(path: Path) -> None:
    store = MemoryKeyring()

    key = KeyFile(path).make(store)

    assert key.hex() not in path.read_text()
    assert key.hex() not in "".join(store.secrets.values())


def test_every_replica_has_its_own_key(tmp_path: Path) -> None:
    store = MemoryKeyring()

    keys = {KeyFile(tmp_path / f"{n}.key").make(store) for n in range(3)}

    assert len(keys) == 3


def test_without_a_keyring_nothing_is_made_and_a_passphrase_is_asked_for(path: Path) -> None:
    with pytest.raises(NoKeyring):
        KeyFile(path).make(AbsentKeyring())

    assert not KeyFile(path).exists()
    key = KeyFile(path).make_with_passphrase(PASSPHRASE)
    assert KeyFile(path).asks_for_passphrase()
    assert KeyFile(path).open_with_passphrase(PASSPHRASE) == key


def test_a_wrong_passphrase_opens_nothing(path: Path) -> None:
    KeyFile(path).make_with_passphrase(PASSPHRASE)

    with pytest.raises(ReplicaLocked) as refused:
        KeyFile(path).open_with_passphrase(PASSPHRASE + "7")

    assert refused.value.code == "key.passphrase_wrong"


def test_a_short_passphrase_is_refused_since_it_can_be_guessed(path: Path) -> None:
    with pytest.raises(RuleViolation):
        KeyFile(path).make_with_passphrase("123456")


def test_each_way_to_lose_the_key_is_told_apart(path: Path) -> None:
    store = MemoryKeyring()
    assert refusal(KeyFile(path), store) == "key.file_missing"

    KeyFile(path).make(store)
    (name,) = store.secrets
    assert refusal(KeyFile(path), MemoryKeyring()) == "key.secret_missing"

    store.put(name, "00" * 32)
    assert refusal(KeyFile(path), store) == "key.secret_wrong"

    for copy in path.parent.iterdir():
        copy.write_bytes(b"\x00" * 100)
    assert refusal(KeyFile(path), store) == "key.file_damaged"


@pytest.mark.parametrize("loss", ["lost", "emptied", "flipped"])
def test_one_copy_of_the_key_file_may_be_lost(path: Path, loss: str) -> None:
    store = MemoryKeyring()
    key = KeyFile(path).make(store)
    whole = path.read_bytes()

    if loss == "lost":
        path.unlink()
    else:
        path.write_bytes(
            b"" if loss == "emptied" else whole.replace(whole[30:31], b"0" if whole[30:31] != b"0" else b"1")
        )

    assert KeyFile(path).open(store) == key
    assert path.read_bytes() == whole


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_keyring_that_keeps_nothing_is_no_keyring(
    monkeypatch: pytest.MonkeyPatch, backend: type[keyring.backend.KeyringBackend]
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend())

    for use in (
        lambda: SystemKeyring().get("x"),
        lambda: SystemKeyring().put("x", "y"),
        lambda: SystemKeyring().remove("x"),
    ):
        with pytest.raises(NoKeyring):
            use()
