"""Colours that carry meaning can be read, and every icon named anywhere is there."""

import re
from pathlib import Path

import pytest

from ui.tokens import CONTRASTS, DARK, LIGHT, TONES, contrast

ROOT = Path(__file__).parents[2]
ICONS = {path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")}
NAMED = re.compile(
    r"""(?:icon|glyph|pixmap|Glyph|button|Metric|RecordHeader|Event|menu_button|Banner)\([^()]*?"([a-z0-9]+(?:-[a-z0-9]+)+)\""""
)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("colour", "ground", "least"), CONTRASTS)
def test_every_colour_that_carries_meaning_can_be_read(palette, colour, ground, least):
    assert contrast(palette[colour], palette[ground]) >= least


def test_both_schemes_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_every_tone_has_its_colours(tone):
    assert {tone.text, tone.soft, tone.line} <= LIGHT.keys()


def test_contrast_is_what_the_standard_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("path", sorted((ROOT / "ui").rglob("*.py")), ids=lambda path: path.stem)
def test_every_icon_a_module_names_is_shipped(path):
    assert set(NAMED.findall(path.read_text("utf-8"))) <= ICONS


def test_the_licences_of_icons_and_fonts_are_shipped():
    assert "ISC License" in (ROOT / "resources" / "icons" / "LICENSE").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in (ROOT / "resources" / "fonts" / "OFL.txt").read_text("utf-8")
