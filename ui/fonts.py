"""Which fonts texts are set in, and the ones we bring where the system has none.

The Chinese subset is also what PDFs are set in, whatever the system has: with a full CJK font Qt
writes a text layer that cannot be searched (resources/fonts/make_subset.py says why).
"""

import sys
from functools import cache
from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase

HAN, HAN_BOLD = "Roundtrip Han", "Roundtrip Han Bold"
_SYSTEM = {
    "win32": ("Segoe UI", "Microsoft YaHei UI"),
    "darwin": (".AppleSystemUIFont", "PingFang SC"),
}
_LINUX = ("Inter", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei")


def families(weight: int = 400) -> list[str]:
    """The families of the user interface, Latin first; ours close the list."""
    return [*_SYSTEM.get(sys.platform, _LINUX), *han_families(weight)]


def han_families(weight: int = 400) -> list[str]:
    """The Chinese families we bring; the bold one lacks rare characters, the other supplies them."""
    return [HAN_BOLD, HAN] if weight >= 600 else [HAN]


def provide() -> None:
    """Register the fonts the system lacks, so that a bare machine shows no empty boxes."""
    known = set(QFontDatabase.families())
    if not known & set(_SYSTEM.get(sys.platform, _LINUX)[1:]):
        provide_han()
    if sys.platform not in _SYSTEM and "Inter" not in known:
        _register("Inter-Regular.otf")
        _register("Inter-SemiBold.otf")


@cache
def provide_han() -> None:
    """Register the Chinese families we bring; whoever makes a PDF calls this first."""
    _register("RoundtripHan-Regular.otf")
    _register("RoundtripHan-Bold.otf")


def font(pixels: int, weight: int) -> QFont:
    """A font of the user interface."""
    chosen = QFont()
    chosen.setFamilies(families(weight))
    chosen.setPixelSize(pixels)
    chosen.setWeight(QFont.Weight(weight))
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return chosen


def _register(name: str) -> None:
    data = (files("resources") / "fonts" / name).read_bytes()
    QFontDatabase.addApplicationFontFromData(data)
