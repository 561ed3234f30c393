"""Says in the user's language what went wrong and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from app.domain.errors import (
    AppError,
    Offline,
    ReplicaDamaged,
    ReplicaLocked,
    RuleViolation,
    SignInNeeded,
    SyncRefused,
    Unavailable,
)
from app.domain.options import Option
from app.language import msgid, tr
from app.queries.titles import WORDS as KINDS
from ui.error_words import WORDS


class Action(StrEnum):
    """What a message may offer to do."""

    NONE = auto()
    RETRY = auto()
    SIGN_IN = auto()
    SETTINGS = auto()


@dataclass(frozen=True)
class Message:
    """`modal` messages are about the safety of data; all others only pass by."""

    title: str
    text: str
    action: Action = Action.NONE
    modal: bool = False


_TITLES: tuple[tuple[type[Exception], str], ...] = (
    (RuleViolation, msgid("This cannot be done")),
    (SignInNeeded, msgid("Please sign in")),
    (SyncRefused, msgid("The server refused")),
    (Offline, msgid("No connection")),
    (ReplicaDamaged, msgid("The data is damaged")),
    (ReplicaLocked, msgid("The data is locked")),
    (Unavailable, msgid("Not possible right now")),
)
_MODAL = (
    "replica.disk_full",
    "replica.damaged",
    "replica.migration_failed",
    "replica.no_backup",
    "replica.newer",
)
_SETTINGS = ("sync.bad_address", "sync.not_our_server")
_UNEXPECTED = msgid("Something unexpected happened ({name}). Nothing that was saved is lost.")


def explain(error: Exception) -> Message:
    """The message for any error; one we did not expect is said to be unexpected."""
    title = next((words for kind, words in _TITLES if isinstance(error, kind)), msgid("Something went wrong"))
    if not isinstance(error, AppError):
        return Message(tr(title), tr(_UNEXPECTED, name=type(error).__name__))
    return Message(tr(title), words_for(error.code, error.facts), _action(error), error.code in _MODAL)


def words_for(code: str, facts: Mapping[str, object] | None = None, message: str | None = None) -> str:
    """The sentence for a code, as errors and refused changes carry it; `message` is the server's own."""
    sentence = WORDS.get(code)
    if sentence is None:
        return message or tr(_UNEXPECTED, name=code)
    known = _Facts({name: _shown(name, fact) for name, fact in (facts or {}).items()})
    return tr(sentence).format_map(known)


def _action(error: AppError) -> Action:
    if error.code in _SETTINGS:
        return Action.SETTINGS
    if isinstance(error, SignInNeeded):
        return Action.SIGN_IN
    return Action.RETRY if isinstance(error, Unavailable) else Action.NONE


def _shown(name: str, fact: object) -> object:
    if isinstance(fact, Option):
        return tr(fact.label)
    if name == "label":
        return tr(str(fact))
    if name in ("entity", "by") and fact in KINDS:
        return tr(KINDS[str(fact)])
    return fact


class _Facts(dict[str, object]):
    """A fact that did not come along leaves a dash, not a second error."""

    def __missing__(self, name: str) -> str:
        return "–"
