"""Settings: every change takes effect at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QSlider

from app.language import tr
from ui.screens.settings.screen import SettingsScreen
from ui.widgets.checks import CheckBox, ChoiceBox


@pytest.fixture
def screen(qtbot, desk) -> SettingsScreen:
    desk.settings.server_url = "https://roundtrip.example.com"
    made = SettingsScreen(desk)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    made.activate()
    return made


def box(screen: SettingsScreen, name: str) -> ChoiceBox:
    return next(found for found in screen.findChildren(ChoiceBox) if found.accessibleName() == tr(name))


def test_another_language_applies_at_once(qtbot, desk, screen, shell):
    language = box(screen, "Language")

    language.setCurrentText("English")

    qtbot.waitUntil(lambda: shell.settings_applied == 1)
    assert desk.settings.language == "en"


def test_another_scheme_applies_at_once(qtbot, desk, screen, shell):
    box(screen, "Colours").setCurrentIndex(1)

    qtbot.waitUntil(lambda: shell.settings_applied == 1)
    assert desk.settings.theme == "dark"


def test_the_text_size_follows_the_keys(qtbot, desk, screen, shell):
    slider = screen.findChild(QSlider)
    slider.setFocus()

    qtbot.keyClick(slider, Qt.Key.Key_Right)

    qtbot.waitUntil(lambda: shell.settings_applied == 1)
    assert desk.settings.text_scale == 110


def test_choosing_what_is_chosen_changes_nothing(qtbot, screen, shell):
    scheme = box(screen, "Colours")

    scheme.setCurrentIndex(scheme.currentIndex())

    assert shell.settings_applied == 0


def test_synchronisation_can_be_paused(desk, screen):
    pause = next(b for b in screen.findChildren(CheckBox) if b.text() == tr("Pause synchronisation"))

    pause.click()

    assert desk.settings.sync_paused


def test_it_shows_the_server_and_how_synchronisation_stands(language, desk, screen):
    desk.sync.receive({"event": "state", "state": "synced", "pending": 0, "attention": 0, "conflicts": 0})

    texts = [found.text() for found in screen.findChildren(QLabel)]
    assert "https://roundtrip.example.com" in texts
    assert desk.sync.status.words in texts


def test_facts_for_support_can_be_copied(language, screen, shell):
    copy = next(b for b in screen.findChildren(QPushButton) if b.toolTip() == tr("Copy for support"))

    copy.click()

    assert QGuiApplication.clipboard().text().startswith("Roundtrip ")
    assert shell.toasts == [tr("Copied")]


def test_every_control_has_a_name(language, screen):
    for kind in (ChoiceBox, QSlider, QPushButton):
        for control in screen.findChildren(kind):
            assert control.accessibleName() or control.text(), control
