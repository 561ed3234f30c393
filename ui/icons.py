"""Line icons tinted when they are drawn, sharp at any size, in the colours of any scheme."""

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme import theme

STROKE = 1.75


def icon(name: str, token: str = "text2", *, checked: str | None = None) -> QIcon:
    """An icon that names its colour by token, so that a switch of scheme needs no new icons."""
    engine = _TintedEngine(name, token, checked or token)
    _engines.append(engine)
    return QIcon(engine)


def pixmap(name: str, token: str, size: int, ratio: float = 1.0, stroke: float = STROKE) -> QPixmap:
    """One icon drawn in the colour `token` has now, `size` logical pixels wide."""
    return _drawn(name, theme.code(token), size, ratio, stroke)


class _TintedEngine(QIconEngine):
    def __init__(self, name: str, token: str, checked: str) -> None:
        super().__init__()
        self._name, self._token, self._checked = name, token, checked

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, pixmap(self._name, self._tint(mode, state), rect.width(), ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return pixmap(self._name, self._tint(mode, state), size.width())

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # Qt 6.12 passes the logical size here; dividing it by `scale` would blur the icon.
        return pixmap(self._name, self._tint(mode, state), size.width(), scale)

    def clone(self) -> QIconEngine:
        engine = _TintedEngine(self._name, self._token, self._checked)
        _engines.append(engine)
        return engine

    def _tint(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "disabled"
        return self._checked if state == QIcon.State.On else self._token


_engines: list[_TintedEngine] = []
"""Qt does not keep the Python half of an engine alive; without this, icons turn blank."""


@cache
def _source(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, size: int, ratio: float, stroke: float) -> QPixmap:
    tinted = _source(name).replace("currentColor", colour)
    tinted = tinted.replace('stroke-width="2"', f'stroke-width="{stroke}"')
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(tinted.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
