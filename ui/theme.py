"""Turns the tokens into what Qt draws with: Fusion, a palette, one sheet, and fonts by role."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from ui import fonts
from ui.sheet import sheet
from ui.tokens import DARK, LIGHT, TYPE

SMALLEST, LARGEST = 0.9, 1.5
_ROLES: Mapping[QPalette.ColorRole, str] = MappingProxyType(
    {
        QPalette.ColorRole.Window: "app",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "sunken",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "bad",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "onAccent",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.PlaceholderText: "text3",
        QPalette.ColorRole.ToolTipBase: "text",
        QPalette.ColorRole.ToolTipText: "surface",
        QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Midlight: "divider",
        QPalette.ColorRole.Light: "surface",
        QPalette.ColorRole.Dark: "control",
        QPalette.ColorRole.Shadow: "border",
    }
)


class Theme(QObject):
    """The scheme and text size in use; painted widgets ask it for colours when they paint."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.dark = False
        self.scale = 1.0
        self._scheme = "light"
        self._tokens = LIGHT

    def apply(self, app: QApplication, scheme: str = "system", scale: float = 1.0) -> None:
        """Show `scheme` ("light", "dark", "system") with texts at `scale` of their size.

        Colours change at once. Fonts are set when a widget is made, so after a change of scale the
        window is built anew.
        """
        self._scheme = scheme
        self.scale = min(max(scale, SMALLEST), LARGEST)
        hints = app.styleHints()
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(scheme)
        hints.setColorScheme(wanted or Qt.ColorScheme.Unknown)  # title bar and native dialogs follow
        self.dark = (wanted or hints.colorScheme()) == Qt.ColorScheme.Dark
        self._tokens = DARK if self.dark else LIGHT
        look = sheet(self._tokens, self.scale)
        if look != app.styleSheet():  # it takes long with many widgets, and another language needs none
            app.setStyle("Fusion")
            app.setPalette(self._palette())
            app.setStyleSheet(look)
        app.setFont(self.font("body"))
        self.changed.emit()

    def follow_system(self, app: QApplication) -> None:
        """The system has switched; so do we, if that is what the user wants."""
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if self._scheme == "system" and dark != self.dark:
            self.apply(app, "system", self.scale)

    def colour(self, name: str) -> QColor:
        """The colour a token stands for now."""
        return QColor(self._tokens[name])

    def code(self, name: str) -> str:
        """The same as a colour code, for SVG and rich text."""
        return self._tokens[name]

    def font(self, role: str) -> QFont:
        """The font of a text role at the present scale."""
        pixels, weight = TYPE[role]
        chosen = fonts.font(self.px(pixels), weight)
        if role in ("metric", "title"):
            chosen.setFeature(QFont.Tag("tnum"), 1)  # figures under one another line up
        return chosen

    def px(self, pixels: float) -> int:
        """A length that grows with the text."""
        return round(pixels * self.scale)

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, name in _ROLES.items():
            palette.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabled"))
        return palette


theme = Theme()
