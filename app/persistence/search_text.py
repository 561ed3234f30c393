"""How texts are cut into the words of the search index, and how what was typed is asked for.

Every place in a text begins a word: of two characters where it is Chinese, of three where it is Latin
or a digit. Any substring is then a phrase of such words, the last of them perhaps only begun; there is
no length below which nothing is found.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence

PINYIN_LETTERS = 24
"""Longer words of pinyin are cut to this length, in the index and in what was typed."""

BEGINNING = "_"
"""Marks a word that is a name from its first character on, as written or as heard; no text has it."""

_CHINESE = "\u3400-\u9fff"
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_RUN = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"[^\w\x00-\x7f]|_")  # what else the full-text table would take for letters
_LATIN_RUN = re.compile(rf"[^\W_{_CHINESE}]+")
_JOINER = r"-_./\\()@:#*+"
_JOINERS = re.compile(  # every alternative begins alike, for which there is a quick way to look
    rf"[{_JOINER}\s](?:(?<=[0-9a-z][{_JOINER}])[{_JOINER}]*(?=[0-9a-z])|(?<=\d\s)\s*(?=\d))"
)
_LATIN = re.compile(r"[a-z]+")
_APART = "\0"  # between texts that are read in one go
_HEAD = 3  # letters of a head, see heads
_TOGETHER = 100  # texts cut in one go
_WIDE = "utf-32-le"
_BLANK = "    ".encode(_WIDE)


def normal(text: str) -> str:
    """Lower case, half width, without accents; 0512-6688 1234 and SN-2021/003 in one piece."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _JOINERS.sub("", text.lower())


def all_normal(texts: Iterable[str]) -> list[str]:
    """Each in normal form; many at once take half the time."""
    return normal(_APART.join(text.replace(_APART, "") for text in texts)).split(_APART)


def indexed(texts: Sequence[str]) -> Iterator[str]:
    """The words of each normal text, as the full-text table takes them."""
    for start in range(0, len(texts), _TOGETHER):
        some = texts[start : start + _TOGETHER]
        words = _words(" ".join(some))
        place = 0
        for text in some:
            yield words[4 * place : 4 * (place + len(text))]
            place += len(text) + 1


def _words(text: str) -> str:
    """What begins at each place of a text, in four columns: a word, and a blank behind it.

    They are filled from the text shifted by one and by two, which is much quicker than cutting word by
    word. A sign within a word divides it for the table, and the pieces harm nobody: what is asked for is
    whole words, or how they begin.
    """
    text = _SIGNS.sub(" ", text)
    letters = array("I", f"{text}  ".encode(_WIDE))
    words = array("I", _BLANK * len(text))
    words[0::4] = letters[:-2]
    words[1::4] = letters[1:-1]
    for run in _LATIN_RUN.finditer(text):
        start, end = run.span()
        words[4 * start + 2 : 4 * end : 4] = letters[start + 2 : end + 2]
    return words.tobytes().decode(_WIDE)


def runs_of(text: str) -> list[str]:
    """The runs of letters and digits in a normal text."""
    return _RUN.findall(text)


def whole(runs: Iterable[str]) -> str:
    """The word for a name as it is written, from its first character on."""
    return BEGINNING + BEGINNING.join(runs)


def heads(words: Iterable[str]) -> set[str]:
    """How `words` begin, as words by themselves: thousands may begin with one letter, too many to collect
    while somebody types."""
    sized = (word[: size + 1] for word in words for size in range(1, min(_HEAD, len(word) - 1) + 1))
    return {head + BEGINNING for head in sized}


def asked(typed: str) -> list[str]:
    """The runs of characters that must all be found, from what the user typed."""
    return [run for part in typed.split() for run in runs_of(normal(part))]


# Expressions of the full-text tables, whose columns search_index declares.


def named(runs: Iterable[str]) -> str:
    """Finds what is called exactly so, as written or as heard."""
    return f'word : "{whole(runs)}"'


def begins(run: str) -> str:
    """Finds what has a name that begins with `run`, as written or as heard."""
    start = BEGINNING + _cut(run)
    return f'word : "{start}{BEGINNING}"' if len(run) <= _HEAD else f'word : "{start}" *'


def in_name(run: str) -> str:
    """Finds what has a name with `run` in it, as written, or as heard from some character on."""
    return _seen_or_heard("name", run)


def in_line(run: str) -> str:
    """As `in_name`, in all texts of one line."""
    return _seen_or_heard("{name line}", run)


def in_body(run: str) -> str:
    return f"body : {_phrase(run)}"


def may_be_pinyin(run: str) -> bool:
    return _LATIN.fullmatch(run) is not None


def _seen_or_heard(columns: str, run: str) -> str:
    seen = f"{columns} : {_phrase(run)}"
    if not may_be_pinyin(run):
        return seen
    return f'({seen} OR word : ("{_cut(run)}" * OR "{BEGINNING}{_cut(run)}" *))'


def _cut(run: str) -> str:
    return run[:PINYIN_LETTERS] if may_be_pinyin(run) else run


def _phrase(run: str) -> str:
    """The full-text expression that finds `run` as a substring."""
    words: list[str] = []
    for start in range(len(run)):
        words.append(run[start : start + _length(run[start])])
        if start + _length(run[start]) >= len(run):
            break
    complete = len(run) - len(words) + 1 == _length(run[len(words) - 1])
    return f'"{" ".join(words)}"' + ("" if complete else " *")


def _length(char: str) -> int:
    return 2 if "\u3400" <= char <= "\u9fff" else 3
