"""Small pictures of photos, which travel ahead of them and stand for them where they have not come."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter

from app.domain.notes import LARGEST_THUMBNAIL

_SIDE = 320
_QUALITIES = (80, 65, 50, 35, 20)


def small_picture(path: Path) -> bytes | None:
    """A JPEG of at most LARGEST_THUMBNAIL bytes; None where the file is no picture, or as small itself.

    Needs no window: call it in the background.
    """
    try:
        if path.stat().st_size <= LARGEST_THUMBNAIL:
            return None
    except OSError:
        return None
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    if reader.size().isValid():
        reader.setScaledSize(reader.size().scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    smaller = (_as_jpeg(image, quality) for quality in _QUALITIES)
    return next((packed for packed in smaller if len(packed) <= LARGEST_THUMBNAIL), None)


def _as_jpeg(image: QImage, quality: int) -> bytes:
    opaque = QImage(image.size(), QImage.Format.Format_RGB32)
    opaque.fill(Qt.GlobalColor.white)
    painter = QPainter(opaque)
    painter.drawImage(0, 0, image)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.write(opaque)
    return bytes(buffer.data().data())
