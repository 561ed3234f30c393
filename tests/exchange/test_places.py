"""The address picker: China's divisions, from province to town, as shipped."""

from pathlib import Path

from zstandard import ZstdDecompressor

from app import places
from app.exchange.sets import china_regions


def unpacked(file: Path) -> bytes:
    """What is compressed; another release of the compressor may write other bytes around it."""
    return ZstdDecompressor().decompress(file.read_bytes())


def names(found) -> list[str]:
    return [place.name for place in found]


def test_a_street_office_is_reached_from_its_province():
    tree = places.load()
    jiangsu = next(place for place in tree.provinces() if place.name == "江苏省")
    suzhou = next(place for place in tree.cities(jiangsu) if place.name == "苏州市")
    huqiu = next(place for place in tree.districts(suzhou) if place.name == "虎丘区")

    assert len(tree.provinces()) == 34
    assert suzhou.dialling_code == "0512"
    assert "枫桥街道" in names(tree.towns(huqiu))


def test_every_city_can_be_chosen_and_has_a_district():
    tree = places.load()
    cities = [city for province in tree.provinces() for city in tree.cities(province)]

    assert names(tree.cities(tree.at("北京市"))) == ["北京市"]
    assert "朝阳区" in names(tree.districts(tree.at("北京市", "北京市")))
    assert "仙桃市" in names(tree.cities(tree.at("湖北省")))
    assert "中西区" in names(tree.districts(tree.at("香港特别行政区", "香港特别行政区")))
    assert names(tree.districts(tree.at("广东省", "东莞市"))) == ["东莞市"]
    assert all(city.parts for city in cities)
    assert not [city.name for city in cities if "直辖" in city.name]


def test_a_place_is_found_by_characters_pinyin_and_initials():
    tree = places.load()
    suzhou = tree.at("江苏省", "苏州市")

    for query in ("苏", "suzhou", "su zhou", "szs", "zhous"):
        assert suzhou.matches(query), query
    assert not suzhou.matches("uzhou")
    assert ("江苏省", "苏州市") in [tuple(names(path)) for path in tree.find("suzhou")]
    assert tree.at("重庆市").matches("chongqing")
    assert tree.find(" ") == []


def test_a_place_that_is_not_there_is_none():
    assert places.load().at("江苏省", "东莞市") is None


def test_the_shipped_tree_is_what_the_lists_give(full_sets, tmp_path):
    target = tmp_path / places.RESOURCE
    bad = china_regions.build(full_sets / "china-regions", target)

    assert len(bad) == 743
    assert unpacked(target) == unpacked(china_regions.SHIPPED)
