"""How texts are cut into the words of the search index, and how what was typed is asked for.

Every place in a text begins a word: of two characters where it is Chinese, of three where it is Latin
or a digit. Any substring is then a phrase of such words, the last of them perhaps only begun; there is
no length below which nothing is found.
"""

import re
import unicodedata
from itertools import pairwise

PINYIN_LETTERS = 24
"""Longer words of pinyin are cut to this length, in the index and in what was typed."""

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_RUN = re.compile(r"[^\W_]+")
_JOINERS = re.compile(r"(?<=[0-9a-z])[-_./\\()@:#*+]+(?=[0-9a-z])|(?<=\d)\s+(?=\d)")
_LATIN = re.compile(r"[a-z]+")


def normal(text: str) -> str:
    """Lower case, half width, without accents; 0512-6688 1234 and SN-2021/003 in one piece."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _JOINERS.sub("", text.lower())


def indexed(text: str) -> str:
    """The words of a normal text, as the full-text table takes them."""
    words: list[str] = []
    for run in _RUN.findall(text):
        if _CHINESE.fullmatch(run):  # by far the most frequent, and this is the fastest way
            words += map("".join, pairwise(run))
            words.append(run[-1])
        else:
            words += [run[start : start + _length(char)] for start, char in enumerate(run)]
    return " ".join(words)


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
    return 2 if _CHINESE.match(char) else 3
