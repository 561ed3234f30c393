"""Cuts the program's fonts out of the full ones; the results are kept in version control.

    apt-get download fonts-noto-cjk fonts-inter
    for package in *.deb; do dpkg -x "$package" full; done
    python resources/fonts/make_subset.py full/usr/share/fonts/opentype

Three rules keep the text layer of PDFs exact, so that search and copy find what was printed: no glyph
serves two characters (a Kangxi radical drawn with the glyph of the ordinary character would be copied
as the radical), no feature replaces glyphs, and the tab has a glyph of its own (else Qt draws it with the
space's, and every space would be copied as a tab). The Chinese faces get names of their own, so that a
machine with the full font never mixes the two, and a family each: the bold one holds the characters of
GB 2312 only, and a rarer one is then taken from the regular family instead of showing as a box.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
HAN, HAN_BOLD = "Roundtrip Han", "Roundtrip Han Bold"
LATIN = {*range(0x20, 0x250), *range(0x2000, 0x2070), *range(0x20A0, 0x20C0), *range(0x2100, 0x2400)}
PUNCTUATION = {*range(0x20, 0x7F), *range(0x2010, 0x2040), *range(0x3000, 0x3020), *range(0xFF00, 0xFFF0)}
SIGNS = {*range(0x2460, 0x2600), *range(0x3000, 0x3400), *range(0xFF00, 0xFFF0)}
TAB, EN_SPACE = 0x09, 0x2002
"""The tab takes the glyph of a space that nobody types."""
EXTENSION_A = {*range(0x3400, 0x4DC0)}


def main(source: Path) -> None:
    noto, inter = source / "noto", source / "inter"
    regular = _simplified(noto / "NotoSansCJK-Regular.ttc")
    write(regular, LATIN | SIGNS | _han("gbk") | EXTENSION_A, "RoundtripHan-Regular.otf", HAN)
    bold = _simplified(noto / "NotoSansCJK-Bold.ttc")
    write(bold, _han("gb2312") | PUNCTUATION | {EN_SPACE}, "RoundtripHan-Bold.otf", HAN_BOLD)
    for weight in ("Regular", "SemiBold"):
        write(TTFont(inter / f"Inter-{weight}.otf"), LATIN, f"Inter-{weight}.otf", features=("kern", "tnum"))


def write(
    font: TTFont, wanted: Iterable[int], name: str, family: str | None = None, features: tuple[str, ...] = ()
) -> None:
    options = subset.Options()
    options.layout_features = list(features)
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["VORG", "vhea", "vmtx"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=_one_character_a_glyph(font, wanted))
    cutter.subset(font)
    if family:
        _give_tab_a_glyph(font)
        _rename(font, family, Path(name).stem)
    font.save(HERE / name)
    print(f"{name}: {(HERE / name).stat().st_size // 1024} KB")


def _give_tab_a_glyph(font: TTFont) -> None:
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[TAB] = table.cmap.pop(EN_SPACE)


def _one_character_a_glyph(font: TTFont, wanted: Iterable[int]) -> set[int]:
    kept: dict[str, int] = {}
    cmap = font.getBestCmap()
    for character in sorted(wanted, key=lambda c: (not _encodable(c, "gbk"), c)):  # usual ones first
        if glyph := cmap.get(character):
            kept.setdefault(glyph, character)
    return set(kept.values())


def _simplified(path: Path) -> TTFont:
    faces: list[TTFont] = TTCollection(path).fonts
    return next(face for face in faces if face["name"].getDebugName(1).startswith("Noto Sans CJK SC"))


def _han(encoding: str) -> set[int]:
    return {character for character in range(0x4E00, 0xA000) if _encodable(character, encoding)}


def _encodable(character: int, encoding: str) -> bool:
    try:
        return bool(chr(character).encode(encoding))
    except UnicodeEncodeError:
        return False


def _rename(font: TTFont, family: str, file_name: str) -> None:
    style = file_name.partition("-")[2]
    names = {1: family, 2: style, 3: file_name, 4: f"{family} {style}", 6: file_name, 16: family, 17: style}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    cff = font["CFF "].cff
    cff.fontNames = [file_name]
    cff.topDictIndex[0].FamilyName = family
    cff.topDictIndex[0].FullName = f"{family} {style}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
