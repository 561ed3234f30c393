"""Language, appearance, text size, synchronisation, and what the program is."""

import platform
from functools import partial
from importlib.metadata import version
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.domain.customers import DelegatedCustomer
from app.domain.organisation import Delegation
from app.language import LANGUAGES, msgid, tr
from app.settings import LARGEST_MB, ORIGINALS, SCALES, THEMES
from ui.desk import Desk
from ui.formats import moment, size
from ui.layout import bring_into_sight, column, row, scroll_page
from ui.screen import Screen
from ui.screens.settings.delegations import DelegationsCard
from ui.sync_status import SyncStatus
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.checks import CheckBox, ChoiceBox
from ui.widgets.labels import Glyph, label

WIDTH = 720
_ORIGINALS = {
    "demand": msgid("When I open them"), "wifi": msgid("By Wi-Fi or cable"), "always": msgid("Always"),
}  # fmt: skip
_THEMES = {"light": msgid("Light"), "dark": msgid("Dark"), "system": msgid("As the system")}
STEP = 10


class SettingsScreen(Screen):
    """Every change takes effect at once."""

    watches = (Delegation, DelegatedCustomer)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._sync_words = label("", "body")
        self._synced_at = label("", "caption", "text3")
        self._delegations = DelegationsCard(desk)
        content = QWidget()
        content.setMaximumWidth(theme.px(WIDTH))
        content.setLayout(
            column(
                label(tr("Settings"), "title"),
                self._appearance(),
                self._synchronisation(),
                self._delegations,
                self._about(),
                None,
                spacing=14,
            )
        )
        page = scroll_page(row(None, (content, 10), None, margins=(24, 20, 24, 20)))
        self.setLayout(column(page, spacing=0))
        desk.sync.changed.connect(self._show_sync)

    def reload(self) -> None:
        self._show_sync(self.desk.sync.status)
        self._delegations.reload()

    def open_record(self, entity: str, row_id: UUID) -> None:
        """A delegation stands in its card."""
        bring_into_sight(self._delegations)

    def _appearance(self) -> QWidget:
        settings = self.desk.settings
        card = Card(tr("Appearance"))
        language = ChoiceBox()
        for code, name in LANGUAGES.items():
            language.addItem(name, code)
        language.setCurrentIndex(list(LANGUAGES).index(settings.language))
        language.currentIndexChanged.connect(lambda place: self._choose(language=list(LANGUAGES)[place]))
        scheme = ChoiceBox()
        for name in THEMES:
            scheme.addItem(tr(_THEMES[name]), name)
        scheme.setCurrentIndex(THEMES.index(settings.theme))
        scheme.currentIndexChanged.connect(lambda place: self._choose(theme=THEMES[place]))
        card.body.addLayout(_line(tr("Language"), language))
        card.body.addLayout(_line(tr("Colours"), scheme))
        card.body.addLayout(self._text_size())
        return card

    def _text_size(self) -> QHBoxLayout:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(SCALES[0] // STEP, SCALES[1] // STEP)
        slider.setPageStep(1)
        slider.setValue(self.desk.settings.text_scale // STEP)
        slider.setFixedWidth(theme.px(200))
        figure = label(f"{self.desk.settings.text_scale} %", "label", "text2")
        slider.valueChanged.connect(lambda value: figure.setText(f"{value * STEP} %"))
        slider.sliderReleased.connect(lambda: self._choose(text_scale=slider.value() * STEP))
        slider.actionTriggered.connect(
            lambda _: (
                None if slider.isSliderDown() else self._choose(text_scale=slider.sliderPosition() * STEP)
            )
        )
        return _line(tr("Text size"), slider, figure)

    def _synchronisation(self) -> QWidget:
        card = Card(tr("Synchronisation"))
        self._paused = CheckBox(tr("Pause synchronisation"))
        self._show_pause()
        self._paused.toggled.connect(self._pause)
        self.desk.pausing.changed.connect(self._show_pause)
        now = button(tr("Sync now"), "refresh-cw", clicked=self.desk.sync.sync_now)
        state = column(self._sync_words, self._synced_at, spacing=2)
        card.body.addLayout(row(Glyph("server", "text3", 18), (state, 1), now))
        card.body.addLayout(_line(tr("Server"), label(self.desk.settings.server_url or "–", "body")))
        card.body.addWidget(self._paused)
        card.body.addLayout(self._files())
        return card

    def _files(self) -> QVBoxLayout:
        """Small pictures of photos come in any case."""
        settings = self.desk.settings
        when, largest = ChoiceBox(), ChoiceBox()
        when.setMinimumContentsLength(18)
        for name in ORIGINALS:
            when.addItem(tr(_ORIGINALS[name]), name)
        when.setCurrentIndex(ORIGINALS.index(settings.originals))
        for megabytes in LARGEST_MB:
            largest.addItem(size(megabytes * 2**20), megabytes)
        largest.setCurrentIndex(LARGEST_MB.index(settings.largest_mb))

        def choose() -> None:
            settings.originals, settings.largest_mb = str(when.currentData()), int(largest.currentData())
            largest.setEnabled(settings.originals != ORIGINALS[0])
            self.desk.sync.prefer(settings.originals, settings.largest_mb * 2**20)

        largest.setEnabled(settings.originals != ORIGINALS[0])
        when.currentIndexChanged.connect(choose)
        largest.currentIndexChanged.connect(choose)
        note = tr("Small pictures of photos always come, and a file that you open comes at once. Over a "
                  "metered network files wait; “Sync now” moves them all the same.")  # fmt: skip
        return column(
            _line(tr("Photos and files"), when),
            _line(tr("Up to a size of"), largest),
            label(note, "caption", "text3", wrap=True),
            spacing=8,
        )

    def _show_pause(self) -> None:
        self._paused.blockSignals(True)
        self._paused.setChecked(self.desk.pausing.is_on)
        self._paused.blockSignals(False)

    def _about(self) -> QWidget:
        card = Card(tr("About"))
        facts = f"Roundtrip {version('roundtrip')} · Qt {qVersion()} · Python {platform.python_version()}"
        copy = button(
            tr("Copy"), "copy", "ghost", tip=tr("Copy for support"),
            clicked=partial(self._copy, f"{facts} · {platform.platform()}"),
        )  # fmt: skip
        card.body.addLayout(row((label(facts, "body"), 1), copy))
        card.add(label(tr("Free software under the Apache License 2.0. Qt is used under the LGPL 3; "
                          "fonts under the SIL Open Font License; icons by Lucide (ISC)."),
                       "label", "text2", wrap=True))  # fmt: skip
        return card

    def _choose(self, **chosen: object) -> None:
        for name, value in chosen.items():
            if getattr(self.desk.settings, name) == value:
                return
            setattr(self.desk.settings, name, value)
        # Not from inside the control that said so: a new language builds the page anew.
        QTimer.singleShot(0, self.desk.shell.apply_settings)

    def _pause(self, paused: bool) -> None:
        (self.desk.pausing.begin if paused else self.desk.pausing.end)()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.desk.toast(tr("Copied"))

    def _show_sync(self, status: SyncStatus) -> None:
        self._sync_words.setText(status.words)
        last = (
            tr("Last sync {time}", time=moment(status.synced_at))
            if status.synced_at
            else tr("Not synced yet")
        )
        self._synced_at.setText(last)


def _line(title: str, *controls: QWidget) -> QHBoxLayout:
    caption = label(title, "body")
    caption.setMinimumWidth(theme.px(140))
    controls[0].setAccessibleName(title)
    return row(caption, *controls, None)
