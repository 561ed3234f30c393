"""The Qt application: its fonts, language, look and icon, as the settings want them."""

import os
import sys
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.language import current_language, use_language
from app.settings import Settings
from ui import fonts
from ui.garbage import UiThreadCollector
from ui.icons import pixmap
from ui.theme import theme

SIGN = "roundtrip"
TURN_S = 5e-4
"""How long a worker may keep Python to itself while the window waits for it. Painting asks for Python some
hundred times; at the usual five milliseconds each a page took half a second beside two queries."""


def make_application(arguments: Sequence[str]) -> QApplication:
    """The one application of this process, before any window."""
    _choose_input_method()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough  # 125 % and 150 % stay what they are
    )
    app = QApplication(list(arguments))
    app.setApplicationName("Roundtrip")
    app.setDesktopFileName("roundtrip")
    app.setWindowIcon(pixmap(SIGN, "accent", 256))
    fonts.provide()
    sys.setswitchinterval(TURN_S)
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: theme.follow_system(app))
    UiThreadCollector(app)
    return app


def apply_settings(app: QApplication, settings: Settings) -> None:
    """Language, scheme and text size. Windows made before keep their language and text size."""
    use_language(settings.language)
    _translate_qt(app)
    theme.apply(app, settings.theme, settings.text_scale / 100)


def _translate_qt(app: QApplication) -> None:
    """Qt's own words, such as those of its file dialog."""
    name = "QtTranslator"
    for old in app.findChildren(QTranslator, name):
        app.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(app)
    translator.setObjectName(name)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(current_language()), "qtbase", "_", folder):
        app.installTranslator(translator)


def _choose_input_method() -> None:
    """Qt's wheels bring no plugin for fcitx; through ibus it can be reached all the same."""
    fcitx = "fcitx" in os.environ.get("XMODIFIERS", "") or "fcitx" in os.environ.get("QT_IM_MODULE", "")
    if sys.platform == "linux" and fcitx and "WAYLAND_DISPLAY" not in os.environ:
        os.environ["QT_IM_MODULE"] = "ibus"
