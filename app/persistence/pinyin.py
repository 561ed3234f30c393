"""How Chinese names are typed on a Latin keyboard: whole syllables or their initials.

A name yields one word for each place a reader may begin: 正远机械 gives zhengyuanjixie, yuanjixie,
jixie, xie and zyjx, yjx, jx, x. What is typed is then found as the beginning of a word, so that
syllable boundaries hold without having to find them in what was typed. Imported only where the
search index is written: the dictionaries take a tenth of a second to load.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

from app.persistence.search_text import BEGINNING, PINYIN_LETTERS, heads

Heard = tuple[str, ...]
"""The readings of one character, or a piece of Latin as it stands."""

_OPEN = 4
"""Of so many characters at the beginning of a name every reading counts: 单, 仇 and 曾 are read
otherwise in a surname, and no dictionary knows every 长风. Further on the phrase decides."""

_READINGS = 64
_LONGEST_PHRASE = 4
_RUN = re.compile(r"[a-z0-9]*[\u3400-\u9fff][\u3400-\u9fffa-z0-9]*")
_PART = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")


@lru_cache(maxsize=4096)  # machines and makers repeat
def words(text: str) -> str:
    """Everything that may be typed to find `text`, which is in lower case; with the mark of a beginning
    what is heard from its first character on."""
    found: set[str] = set()
    for run in _RUN.finditer(text):
        *further, first = _from_each(_readings(run[0]))
        if run.start() == 0:
            first = [BEGINNING + word for word in first]
            found |= heads(first)
        found.update(first, *further)
    return " ".join(found)


def _readings(run: str) -> list[Heard]:
    parts = _PART.findall(run)
    readings = [_all_readings(part) for part in parts]
    if any(len(reading) > 1 for reading in readings[_OPEN:]):
        readings[_OPEN:] = _in_context(parts)[_OPEN:]
    return readings


def _from_each(readings: list[Heard]) -> Iterator[list[str]]:
    """What may be typed from each syllable on, the last one first."""
    whole, initials = [""], [""]
    for heard in reversed(readings):
        whole = [syllable + rest for syllable in heard for rest in whole][:_READINGS]
        initials = [syllable[0] + rest for syllable in heard for rest in initials][:_READINGS]
        yield [word[:PINYIN_LETTERS] for word in (*whole, *initials)]


def _in_context(parts: list[str]) -> list[Heard]:
    """One reading each: that of the longest phrase of the dictionary which begins there."""
    heard: list[Heard] = []
    while len(heard) < len(parts):
        rest = parts[len(heard) : len(heard) + _LONGEST_PHRASE]
        phrases = ("".join(rest[:length]) for length in range(len(rest), 1, -1))
        known = next((phrase for phrase in phrases if phrase in phrases_dict), "")
        heard += _phrase(known) if known else (_all_readings(rest[0])[:1],)
    return heard


@lru_cache(maxsize=4096)
def _phrase(known: str) -> tuple[tuple[str, ...], ...]:
    return tuple((_letters(readings[0]),) for readings in phrases_dict[known])


@cache
def _all_readings(part: str) -> Heard:
    marked = pinyin_dict.get(ord(part)) if len(part) == 1 else None
    if marked is None:
        return (part,)
    return tuple(dict.fromkeys(_letters(reading) for reading in marked.split(",")))


def _letters(syllable: str) -> str:
    """Without tones; ü is typed v."""
    apart = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(char for char in apart if not unicodedata.combining(char))


def heard_at(text: str, typed: str) -> tuple[int, int] | None:
    """Where `typed` is heard in `text`, both in lower case: start and length, to show why it was found."""
    for start in range(len(text)):
        for sounds in (_sounds, _initials):
            if length := _heard(text, start, typed, sounds):
                return start, length
    return None


def _heard(text: str, start: int, typed: str, sounds: Callable[[str], Iterable[str]]) -> int:
    """How many characters from `start` on it takes to hear all of `typed`; 0 if it is not heard there."""
    if start == len(text):
        return 0
    for sound in sounds(text[start]):
        if sound.startswith(typed):
            return 1
        if typed.startswith(sound) and (rest := _heard(text, start + 1, typed[len(sound) :], sounds)):
            return 1 + rest
    return 0


def _sounds(char: str) -> Iterable[str]:
    return _all_readings(char)


def _initials(char: str) -> Iterable[str]:
    return {reading[0] for reading in _all_readings(char)}
