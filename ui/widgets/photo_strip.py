"""Photos of a record as thumbnails, with a tile to add more."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QImage, QImageReader, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.language import tr
from ui.layout import clear
from ui.theme import theme
from ui.tokens import TONES
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.painting import CENTRE, fill, focus_ring, glyph, outline, words

SIDE = 96


@dataclass(frozen=True)
class Sign:
    """An icon, its tone and a few words."""

    icon: str
    tone: str
    words: str


@dataclass(frozen=True)
class Photo:
    """`image` is None while the bytes are not on this computer; `sign` says where they are."""

    id: UUID
    caption: str
    image: QImage | None = None
    sign: Sign | None = None


def thumbnail(data: bytes, side: int = SIDE * 2) -> QImage | None:
    """A small upright picture decoded without unpacking the large one; None if it is no picture.

    Needs no window: call it in the background.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        grown = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        reader.setScaledSize(grown if grown.width() < size.width() else size)
    image = reader.read()
    return None if image.isNull() else image


class PhotoStrip(QWidget):
    """`opened(id)` when a photo is clicked, `add_requested` when the last tile is."""

    opened = Signal(object)
    add_requested = Signal()

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__()
        self._read_only = read_only
        self._tiles = FlowLayout(8)
        self.setLayout(self._tiles)
        self.show_photos(())

    def show_photos(self, photos: Sequence[Photo]) -> None:
        clear(self._tiles)
        for photo in photos:
            tile = _Tile(photo)
            tile.clicked.connect(lambda _checked=False, row_id=photo.id: self.opened.emit(row_id))
            self._tiles.addWidget(tile)
        if not self._read_only:
            add = _Tile(None)
            add.clicked.connect(self.add_requested)
            self._tiles.addWidget(add)
        self.updateGeometry()


class _Tile(QAbstractButton):
    def __init__(self, photo: Photo | None) -> None:
        super().__init__()
        self._photo = photo
        self.setAccessibleName(photo.caption if photo else tr("Add photo"))
        where = photo.sign.words if photo and photo.sign else ""
        self.setAccessibleDescription(where)
        self.setToolTip("\n".join(part for part in (photo.caption, where) if part) if photo else "")
        self.setFixedSize(theme.px(SIDE), theme.px(SIDE))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(SIDE), theme.px(SIDE))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        fill(painter, area, "hover" if self.underMouse() else "sunken", 8)
        if self._photo and self._photo.image:
            self._paint_image(painter, area, self._photo.image)
        else:
            glyph(painter, "image" if self._photo else "camera", "text3", theme.px(20), area.center())
            below = QRectF(area.left(), area.center().y() + theme.px(14), area.width(), theme.px(18))
            words(painter, below, self.accessibleName(), "caption", "text3", CENTRE)
        if self._photo and self._photo.sign:
            self._paint_sign(painter, area, self._photo.sign)
        if self.hasFocus():
            focus_ring(painter, area, 8)
        else:
            outline(painter, area, "border", 8)

    def _paint_sign(self, painter: QPainter, area: QRectF, sign: Sign) -> None:
        """Along the top, on a ground of its own: the picture below may have any colour."""
        tone = TONES[sign.tone]
        band = QRectF(area.left(), area.top(), area.width(), theme.px(20))
        fill(painter, band, tone.soft, 4)
        at = QPointF(band.left() + theme.px(12), band.center().y())
        glyph(painter, sign.icon, tone.text, theme.px(13), at)
        words(painter, band.adjusted(theme.px(22), 0, -theme.px(3), 0), sign.words, "badge", tone.text)

    def _paint_image(self, painter: QPainter, area: QRectF, image: QImage) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(area, 8, 8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(clip)
        filling = image.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        target = QRectF(0, 0, filling.width(), filling.height())
        target.moveCenter(area.center())
        painter.drawImage(target, image)
        painter.restore()
