"""Draws what the installer shows: the icon in the sizes Windows wants, and the picture beside its welcome."""

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SMALL_SIZES = (16, 20, 24, 32, 40, 48, 64)
LARGE = 256
SIDE = QSize(328, 628)  # twice what the page needs, for dense screens
SIDE_COLOUR = "#173A82"
HEADER, ENTRY = "<HHH", "<BBBBHHII"


def write_icon(drawing: Path, target: Path) -> None:
    """Turn an SVG drawing into an .ico: bitmaps up to 64 pixels for old readers, PNG above."""
    renderer = QSvgRenderer(str(drawing))
    images = [(size, _bitmap(_painted(renderer, size))) for size in SMALL_SIZES]
    images.append((LARGE, _png(_painted(renderer, LARGE))))
    offset = struct.calcsize(HEADER) + len(images) * struct.calcsize(ENTRY)
    entries = []
    for size, data in images:
        side = size % 256  # 0 stands for 256
        entries.append(struct.pack(ENTRY, side, side, 0, 0, 1, 32, len(data), offset))
        offset += len(data)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(
        struct.pack(HEADER, 0, 1, len(images)) + b"".join(entries) + b"".join(data for _, data in images)
    )


def write_side(drawing: Path, target: Path) -> None:
    """A quiet picture with the drawing in its upper third, as a bitmap."""
    image = QImage(SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor(SIDE_COLOUR))
    width = SIDE.width() / 2
    _draw(QSvgRenderer(str(drawing)), image, QRectF(width / 2, width / 2, width, width))
    QImageWriter(str(target), QByteArray(b"BMP")).write(image)


def _painted(renderer: QSvgRenderer, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    _draw(renderer, image, QRectF(0, 0, size, size))
    return image


def _draw(renderer: QSvgRenderer, image: QImage, place: QRectF) -> None:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, place)
    painter.end()


def _bitmap(image: QImage) -> bytes:
    """A bottom-up 32-bit bitmap; its height counts the transparency mask too, as the format demands."""
    size = image.width()
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    rows = bytes(image.flipped(Qt.Orientation.Vertical).constBits())
    mask = bytes((size + 31) // 32 * 4 * size)
    return header + rows + mask


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(data.data())
