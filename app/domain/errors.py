"""Every error we raise on purpose; anything else that escapes is a bug.

AppError
├── RuleViolation      the request breaks a rule; the user can correct it
├── Unavailable        the world is not ready; trying again later may work
│   ├── Offline        no answer, or an answer that is not our server's
│   ├── DiskFull       nothing was written; free space and try again
│   └── Busy           another copy of the program holds the replica
├── ReplicaDamaged     the database file cannot be read as it is
├── ReplicaLocked      the key that opens the replica is missing or wrong
└── SyncRefused        the server will not continue; someone must act
    └── SignInNeeded   the session ended; work goes on locally
"""


class AppError(Exception):
    """`code` selects the text in ui/messages.py; `facts` fill its gaps."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class RuleViolation(AppError):
    """The request breaks a rule; the user can correct it."""


class Unavailable(AppError):
    """The world is not ready; trying again later may work."""


class Offline(Unavailable):
    """No answer, or an answer that is not our server's."""


class DiskFull(Unavailable):
    """Nothing was written; free space and try again."""


class Busy(Unavailable):
    """Another copy of the program holds the replica."""


class ReplicaDamaged(AppError):
    """The database file cannot be read as it is."""


class ReplicaLocked(AppError):
    """The key that opens the replica is missing or wrong."""


class SyncRefused(AppError):
    """The server will not continue; someone must act."""


class SignInNeeded(SyncRefused):
    """The session ended; work goes on locally."""
