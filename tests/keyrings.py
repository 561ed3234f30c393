"""Keyrings for tests: the world's edge, where a real one would ask the user."""

from app.persistence.secret_store import NoKeyring


class MemoryKeyring:
    """Keeps secrets as long as the test runs."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        self.secrets[name] = secret

    def remove(self, name: str) -> None:
        self.secrets.pop(name, None)


class AbsentKeyring:
    """A computer without a keyring, as a bare Linux machine is."""

    def get(self, name: str) -> str | None:
        raise NoKeyring("key.no_keyring")

    def put(self, name: str, secret: str) -> None:
        raise NoKeyring("key.no_keyring")

    def remove(self, name: str) -> None:
        raise NoKeyring("key.no_keyring")
