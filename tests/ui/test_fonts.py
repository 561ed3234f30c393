"""A bare machine shows no empty boxes, and what a PDF prints can be searched and copied."""

import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QFontDatabase, QPainter, QPdfWriter

from ui import fonts
from ui.tokens import TYPE

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "resources" / "fonts"
PO = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES" / "roundtrip.po"
TRICKY = "工单 SO-2611-0387：主轴异响，温升 23 ℃；更换前轴承 7014C。喆堃镕 山水金木"


def characters(name: str) -> set[int]:
    return set(TTFont(FONTS / name).getBestCmap())


def test_the_subset_has_every_character_the_program_says():
    catalogue = read_po(io.BytesIO(PO.read_bytes()))
    said = {ord(c) for message in catalogue for c in str(message.string) if not c.isspace()}

    assert said - characters("RoundtripHan-Regular.otf") == set()


def test_the_subset_has_the_characters_names_of_people_and_places_use():
    gbk = {c for c in range(0x4E00, 0xA000) if can_encode(chr(c), "gbk")}

    # 壿 and 墫 share their glyph, and a glyph may serve one character only.
    assert gbk - characters("RoundtripHan-Regular.otf") == {ord("壿")}


def can_encode(character: str, encoding: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize("name", ["RoundtripHan-Regular.otf", "RoundtripHan-Bold.otf"])
def test_no_glyph_of_the_subset_serves_two_characters(name):
    glyphs = list(TTFont(FONTS / name).getBestCmap().values())

    assert len(glyphs) == len(set(glyphs))


def test_the_fonts_stay_small_enough_for_version_control():
    assert sum(path.stat().st_size for path in FONTS.glob("*.otf")) < 8.5e6


def test_our_families_are_registered(qapp):
    assert {fonts.HAN, fonts.HAN_BOLD} <= set(QFontDatabase.families())


@pytest.mark.parametrize("role", TYPE)
def test_texts_of_every_role_have_a_chinese_family(role):
    assert fonts.HAN in fonts.families(TYPE[role][1])


@pytest.mark.parametrize("weight", [400, 600])
def test_the_text_of_a_pdf_is_found_as_it_was_printed(qapp, weight):
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.ReadWrite)
    writer = QPdfWriter(buffer)
    painter = QPainter(writer)
    font = fonts.font(200, weight)
    font.setFamilies(fonts.han_families(weight))
    painter.setFont(font)
    painter.drawText(200, 1000, TRICKY)
    painter.end()

    page = PdfReader(io.BytesIO(bytes(buffer.data().data()))).pages[0]

    assert "".join(page.extract_text().split()) == "".join(TRICKY.split())
