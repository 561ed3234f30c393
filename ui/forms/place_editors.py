"""Editors of province, city and district: each offers what lies within the one above it, and takes
whatever else is typed, since customers abroad have addresses too."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCompleter

from app.domain.fields import Field
from app.places import Place, load
from ui.forms.editor import Editor
from ui.theme import theme
from ui.widgets.checks import ChoiceBox

GROUP = "address"
LEVELS = ("province", "city", "district")
SPOKEN = Qt.ItemDataRole.UserRole
"""Under it lie the name, its pinyin and its initials: typing any of them finds the place."""


class PlaceCompleter(QCompleter):
    """Found by pinyin, filled in by name."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class PlaceEditor(Editor):
    """One level of an address; `chain_places` puts it below another."""

    def __init__(self, spec: Field) -> None:
        self._box = ChoiceBox()
        self._box.setEditable(True)
        self._box.setInsertPolicy(ChoiceBox.InsertPolicy.NoInsert)
        self._above: PlaceEditor | None = None
        self._below: PlaceEditor | None = None
        self._settled = ""
        super().__init__(spec, self._box)
        line = self._box.lineEdit()
        assert line is not None
        line.setFont(theme.font("body"))
        line.setMaxLength(spec.max_length or 60)
        self._box.setCompleter(self._completer())
        self._box.currentTextChanged.connect(lambda _text: self.changed.emit())
        self._box.activated.connect(lambda _place: self._settle())
        line.editingFinished.connect(self._settle)

    def show(self, value: Any, title: str | None = None) -> None:
        self._settled = value or ""
        self._box.setCurrentText(self._settled)
        self._offer_below()

    def read(self) -> str | None:
        return self._box.currentText().strip() or None

    def put_below(self, above: "PlaceEditor | None") -> None:
        """Offer the parts of what is chosen above; without any, the provinces."""
        self._above = above
        if above is not None:
            above._below = self
        self._offer(self._places())

    def _places(self) -> Sequence[Place]:
        if self._above is None:
            return load().provinces()
        found = load().at(*self._above._path())
        return found.parts if found else ()

    def _path(self) -> list[str]:
        return [*(self._above._path() if self._above else []), self.read() or ""]

    def _settle(self) -> None:
        """The user has chosen: what lay within the former choice lies in no other."""
        now = self.read() or ""
        if now == self._settled:
            return
        self._settled = now
        self._offer_below()
        if self._below is not None:
            self._below._follow()

    def _follow(self) -> None:
        names = [place.name for place in self._places()]
        nowhere = self._above is not None and self._above.read() is None
        if nowhere or (names and self.read() not in names):
            self._box.setCurrentText(names[0] if len(names) == 1 else "")
            self._settle()

    def _offer_below(self) -> None:
        if self._below is not None:
            self._below._offer(self._below._places())
            self._below._offer_below()

    def _offer(self, places: Sequence[Place]) -> None:
        typed = self._box.currentText()
        self._box.blockSignals(True)
        self._box.clear()
        for place in places:
            self._box.addItem(place.name, spoken(place))
        self._box.setCurrentIndex(-1)
        self._box.setCurrentText(typed)
        self._box.blockSignals(False)

    def _completer(self) -> PlaceCompleter:
        made = PlaceCompleter(self._box.model(), self._box)
        made.setCompletionRole(SPOKEN)
        made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        made.setFilterMode(Qt.MatchFlag.MatchContains)
        made.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        return made


def spoken(place: Place) -> str:
    """Everything by which a place may be called for."""
    syllables = place.syllables.split()
    return " ".join((place.name, "".join(syllables), "".join(syllable[0] for syllable in syllables)))


def chain_places(editors: Mapping[str, Editor]) -> None:
    """Let each level of an address follow the one above it."""
    levels = [editor for name in LEVELS if isinstance(editor := editors.get(name), PlaceEditor)]
    for above, below in pairwise((None, *levels)):
        if below is not None:
            below.put_below(above)
