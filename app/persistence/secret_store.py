"""The operating system's keyring, where the few secrets of this program are."""

from typing import Protocol

from app.domain.errors import AppError

SERVICE = "Roundtrip"
_UNSAFE = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")


class NoKeyring(AppError):
    """This computer has no keyring that keeps secrets; a passphrase must be asked."""


class SecretStore(Protocol):
    """Keeps short texts secret. Every method raises NoKeyring where that cannot be done."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def remove(self, name: str) -> None: ...


class SystemKeyring:
    """The keyring of the signed-in user of this computer.

    Imported at first use: looking for a backend takes a tenth of a second.
    """

    def get(self, name: str) -> str | None:
        import keyring
        from keyring.errors import KeyringError

        self._refuse_plaintext()
        try:
            return keyring.get_password(SERVICE, name)
        except KeyringError as error:
            raise NoKeyring("key.no_keyring") from error

    def put(self, name: str, secret: str) -> None:
        import keyring
        from keyring.errors import KeyringError

        self._refuse_plaintext()
        try:
            keyring.set_password(SERVICE, name, secret)
        except KeyringError as error:
            raise NoKeyring("key.no_keyring") from error

    def remove(self, name: str) -> None:
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        self._refuse_plaintext()
        try:
            keyring.delete_password(SERVICE, name)
        except PasswordDeleteError:
            return  # it was not there
        except KeyringError as error:
            raise NoKeyring("key.no_keyring") from error

    def _refuse_plaintext(self) -> None:
        """A backend that writes secrets in the clear, or nowhere, is no keyring."""
        import keyring

        chosen = keyring.get_keyring()
        for backend in (chosen, *getattr(chosen, "backends", ())):
            if type(backend).__module__.startswith(_UNSAFE):
                raise NoKeyring("key.no_keyring")
