"""How texts are cut into the words of the search index, and how what was typed is asked for.

Every place in a text begins a word: of two characters where it is Chinese, of three where it is Latin
or a digit. Any substring is then a phrase of such words, the last of them perhaps only begun; there is
no length below which nothing is found.
"""

import re
import unicodedata

PINYIN_LETTERS = 24
"""Longer words of pinyin are cut to this length, in the index and in what was typed."""

_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_RUN = re.compile(r"[^\W_]+")
_WORDS = re.compile(r"(?=([\u3400-\u9fff][^\W_]?|[^\W_]{1,3}))")  # at every place in a run
_JOINERS = re.compile(r"(?<=[0-9a-z])[-_./\\()@:#*+]+(?=[0-9a-z])|(?<=\d)\s+(?=\d)")
_LATIN = re.compile(r"[a-z]+")


def normal(text: str) -> str:
    """Lower case, half width, without accents; 0512-6688 1234 and SN-2021/003 in one piece."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _JOINERS.sub("", text.lower())


def indexed(text: str) -> str:
    """The words of a normal text, as the full-text table takes them."""
    return " ".join(_WORDS.findall(text))


def asked(typed: str) -> list[str]:
    """The runs of characters that must all be found, from what the user typed."""
    return [run for part in typed.split() for run in _RUN.findall(normal(part))]


def phrase(run: str) -> str:
    """The full-text expression that finds `run` as a substring."""
    words: list[str] = []
    for start in range(len(run)):
        words.append(run[start : start + _length(run[start])])
        if start + _length(run[start]) >= len(run):
            break
    complete = len(run) - len(words) + 1 == _length(run[len(words) - 1])
    return f'"{" ".join(words)}"' + ("" if complete else " *")


def pinyin_phrase(run: str) -> str:
    """The full-text expression that finds names which sound as `run` begins; see pinyin.words."""
    return f'"{run[:PINYIN_LETTERS]}" *'


def may_be_pinyin(run: str) -> bool:
    return _LATIN.fullmatch(run) is not None


def _length(char: str) -> int:
    return 2 if "\u3400" <= char <= "\u9fff" else 3
