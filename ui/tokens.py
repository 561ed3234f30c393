"""Every colour, size and weight the program uses, by name; nothing else names a colour."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Palette = Mapping[str, str]

LIGHT: Final[Palette] = {
    "app": "#F3F5F8", "surface": "#FFFFFF", "sunken": "#F7F8FA", "rail": "#EBEEF2",
    "hover": "#EEF1F5", "pressed": "#E3E8EE",
    "border": "#E1E5EA", "divider": "#ECEFF3", "control": "#848D9B", "scroll": "#C4CBD5",
    "text": "#18202B", "text2": "#465162", "text3": "#5F6B7C", "disabled": "#9AA4B2",
    "accent": "#1D5FD1", "accentHover": "#184FB0", "accentPressed": "#133F8C",
    "accentSoft": "#E6EFFD", "accentLine": "#B7CFF7", "onAccent": "#FFFFFF",
    "ok": "#15703F", "okSoft": "#E2F4E9", "okLine": "#A9DBBE",
    "warn": "#835200", "warnSoft": "#FFF2D3", "warnLine": "#F0D28A",
    "bad": "#B8232F", "badSoft": "#FDE7E8", "badLine": "#F3BDC1",
    "info": "#5B43B5", "infoSoft": "#EEEAFB", "infoLine": "#CFC4F3",
    "diffAdd": "#CDE9D6", "diffDel": "#FAD3D5", "scrim": "#610C121C", "shadow": "#460A1428",
}  # fmt: skip

DARK: Final[Palette] = {
    "app": "#14171C", "surface": "#1C2027", "sunken": "#181B21", "rail": "#171A1F",
    "hover": "#262B33", "pressed": "#2E343E",
    "border": "#2D333D", "divider": "#262C35", "control": "#737F90", "scroll": "#3E4652",
    "text": "#E9ECF1", "text2": "#B7C0CC", "text3": "#98A3B3", "disabled": "#5F6977",
    "accent": "#78A9FF", "accentHover": "#93BAFF", "accentPressed": "#5E97F6",
    "accentSoft": "#1D2E4B", "accentLine": "#335287", "onAccent": "#08172E",
    "ok": "#68D198", "okSoft": "#173125", "okLine": "#285A40",
    "warn": "#F2C15C", "warnSoft": "#372C14", "warnLine": "#5F4B1E",
    "bad": "#FF8A92", "badSoft": "#401E23", "badLine": "#6B2F36",
    "info": "#B7A5FF", "infoSoft": "#2A2446", "infoLine": "#4A3F7A",
    "diffAdd": "#1F4A33", "diffDel": "#57282D", "scrim": "#99060A10", "shadow": "#A0000000",
}  # fmt: skip


@dataclass(frozen=True)
class Tone:
    """A meaning drawn as words on a soft ground."""

    text: str
    soft: str
    line: str


TONES: Final[Mapping[str, Tone]] = {
    "neutral": Tone("text2", "hover", "border"),
    **{name: Tone(name, f"{name}Soft", f"{name}Line") for name in ("accent", "ok", "warn", "bad", "info")},
}

TYPE: Final[Mapping[str, tuple[int, int]]] = {
    "badge": (10, 600),
    "rail": (11, 400),
    "caption": (12, 400),
    "label": (13, 400),
    "body": (14, 400),
    "strong": (14, 600),
    "subtitle": (16, 600),
    "title": (21, 600),
    "metric": (24, 600),
}
"""Role of a text: (pixels at 100 %, weight)."""

GROUNDS: Final = ("app", "surface", "sunken", "rail")

CONTRASTS: Final[tuple[tuple[str, str, float], ...]] = (
    *((text, ground, 4.5) for text in ("text", "text2", "text3", "accent") for ground in GROUNDS),
    *((text, "accentSoft", 4.5) for text in ("text", "text2", "text3", "accent")),
    *((tone.text, tone.soft, 4.5) for tone in TONES.values()),
    *((tone.text, "surface", 4.5) for tone in TONES.values()),
    *(("onAccent", ground, 4.5) for ground in ("accent", "accentHover", "accentPressed")),
    ("text3", "hover", 4.5), ("text2", "pressed", 4.5), ("surface", "bad", 4.5), ("surface", "text", 4.5),
    ("text", "diffAdd", 4.5), ("text", "diffDel", 4.5), ("text", "warnSoft", 4.5), ("text", "badSoft", 4.5),
    ("control", "surface", 3.0), ("control", "app", 3.0),
)  # fmt: skip
"""(colour, ground, least contrast) of every pair that carries meaning."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
