"""China's administrative divisions, from the lists of the statistics office to one tree.

They are no records of a tenant: the tree ships with the program as the address picker's resource
(app/places.py), so reading the set yields only its bad lines. The list of towns is newer than that
of districts; a town whose district is missing there is one of them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zstandard import ZstdCompressor

from app.domain.errors import RuleViolation
from app.exchange.files import Folder, Record
from app.exchange.organisation import Organisation
from app.exchange.rows import BadRow, Row
from app.places import RESOURCE

SHIPPED = Path(__file__).parents[3] / "resources" / RESOURCE

_UPPER = ("province.csv", "city.csv", "area.csv", "hongkong.csv", "macau.csv")
_TOWNS = "town.csv"
_DIALLING = "district-code.csv"
FILES = (*_UPPER, _TOWNS, _DIALLING)
_UNDER_PROVINCE = "90"  # the city code of counties that answer to the province itself


@dataclass
class Division:
    """One node of the tree while it is built."""

    name: str
    parts: dict[str, "Division"] = field(default_factory=dict)
    dialling_code: str | None = None


def read(folder: Folder, organisation: Organisation) -> Iterator[Row | BadRow]:
    """The bad lines of the set."""
    del organisation  # places are the same for everybody
    yield from _build(folder, {})


def tree(folder: Folder) -> tuple[list[Division], list[BadRow]]:
    """The provinces with all below them, in the order of their codes, and the bad lines."""
    provinces: dict[str, Division] = {}
    bad = list(_build(folder, provinces))
    return [provinces[code] for code in sorted(provinces)], bad + folder.take_bad()


def _build(folder: Folder, provinces: dict[str, Division]) -> Iterator[BadRow]:
    for record in folder.records("province.csv"):
        provinces[record["province"]] = Division(record["name"])
    for record in folder.records("city.csv"):
        if record["city"] != _UNDER_PROVINCE:
            provinces[record["province"]].parts[record["city"]] = Division(record["name"])
    districts: dict[str, Division] = {}
    for name in ("area.csv", "hongkong.csv", "macau.csv"):
        for record in folder.records(name):
            districts[record["code"]] = _add_district(provinces[record["province"]], record)
    _fill_cities_without_districts(provinces, districts)
    for record in folder.records(_TOWNS):
        code = record["code"]
        district = districts.get(code) or districts.get(code[:4])
        if district is None:
            yield record.refused(RuleViolation("place.no_district", district=code))
        else:
            district.parts[record["town"]] = Division(record["name"])
    _add_dialling_codes(folder, provinces)


def _add_district(province: Division, record: Record) -> Division:
    district = Division(record["name"])
    if record["city"] == _UNDER_PROVINCE:
        province.parts[record["code"]] = Division(record["name"], {"00": district})
        return district
    known = record["city"] in province.parts
    # Beijing's districts, Chongqing's counties and Hong Kong have no city above them in the lists.
    city = province.parts[record["city"]] if known else _own_city(province)
    city.parts[record["code"]] = district
    return district


def _own_city(province: Division) -> Division:
    return province.parts.setdefault("own", Division(province.name))


def _fill_cities_without_districts(provinces: dict[str, Division], districts: dict[str, Division]) -> None:
    for province_code, province in provinces.items():
        for city_code, city in province.parts.items():
            if not city.parts:
                only = Division(city.name)
                city.parts["00"] = districts[province_code + city_code] = only


def _add_dialling_codes(folder: Folder, provinces: dict[str, Division]) -> None:
    codes = {record["name"]: record["code"] for record in folder.records(_DIALLING)}
    for province in provinces.values():
        for city in province.parts.values():
            city.dialling_code = codes.get(city.name)


def build(folder: Path, target: Path) -> list[BadRow]:
    """Write the tree to `target`, the same bytes for the same lists; the lines left out."""
    provinces, bad = tree(Folder(folder, FILES))
    text = json.dumps(_packed(provinces), ensure_ascii=False, separators=(",", ":"))
    target.write_bytes(ZstdCompressor(level=19).compress(text.encode()))
    return bad


def build_shipped(folder: Path | str) -> Path:
    """Renew the resource this installation reads; its path."""
    build(Path(folder), SHIPPED)
    return SHIPPED


def _packed(provinces: list[Division]) -> list[Any]:
    """The tree as app/places.py reads it: name, pinyin, dialling code, parts."""
    # pypinyin takes a fifth of a second to load, and only building the resource needs it.
    from pypinyin import lazy_pinyin

    return [
        [
            place.name,
            " ".join(lazy_pinyin(place.name)),
            place.dialling_code,
            _packed(list(place.parts.values())),
        ]
        for place in provinces
    ]
