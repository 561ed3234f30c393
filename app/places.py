"""China's provinces, cities, districts and towns, for choosing an address without a network.

Beijing and its like have one city of their own name; a county that answers to the province itself
stands as a city; a city without districts has one of its own name.
"""

import json
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from zstandard import ZstdDecompressor

RESOURCE = "places.json.zst"


class Place:
    """One administrative division with its parts; `syllables` is its pinyin, parted by blanks."""

    def __init__(self, stored: list[Any]) -> None:
        self.name: str = stored[0]
        self.syllables: str = stored[1]
        self.dialling_code: str | None = stored[2]
        self._stored_parts: list[list[Any]] = stored[3]

    @cached_property
    def parts(self) -> tuple["Place", ...]:
        return tuple(map(Place, self._stored_parts))

    def matches(self, query: str) -> bool:
        """By part of the name, or by pinyin or initials from the start of any syllable."""
        wanted = query.casefold().replace(" ", "")
        if wanted in self.name:
            return True
        syllables = self.syllables.split()
        rests = (syllables[start:] for start in range(len(syllables)))
        return any(
            "".join(rest).startswith(wanted) or "".join(word[0] for word in rest).startswith(wanted)
            for rest in rests
        )


class Places:
    """The whole tree, from the provinces down."""

    def __init__(self, stored: list[Any]) -> None:
        self._provinces = tuple(map(Place, stored))

    def provinces(self) -> tuple[Place, ...]:
        return self._provinces

    def cities(self, province: Place) -> tuple[Place, ...]:
        return province.parts

    def districts(self, city: Place) -> tuple[Place, ...]:
        return city.parts

    def towns(self, district: Place) -> tuple[Place, ...]:
        return district.parts

    def at(self, *names: str) -> Place | None:
        """The place at `("江苏省", "苏州市")`; None where a name is not found below the one before."""
        parts, found = self._provinces, None
        for name in names:
            found = next((place for place in parts if place.name == name), None)
            if found is None:
                return None
            parts = found.parts
        return found

    def find(self, query: str, limit: int = 20) -> list[tuple[Place, ...]]:
        """Paths down to the district that match `query`, larger places first."""
        if not query.strip():
            return []
        level: list[tuple[Place, ...]] = [(province,) for province in self._provinces]
        found: list[tuple[Place, ...]] = []
        for depth in range(3):
            if depth:
                level = [(*path, part) for path in level for part in path[-1].parts]
            # A part of the same name as the whole says nothing new.
            news = (path for path in level if depth == 0 or path[-1].name != path[-2].name)
            found += [path for path in news if path[-1].matches(query)]
        return found[:limit]


@cache
def load() -> Places:
    """The tree that ships with the program; read once."""
    packed = (files("resources") / RESOURCE).read_bytes()
    return Places(json.loads(ZstdDecompressor().decompress(packed)))
