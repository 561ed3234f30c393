"""Sheets of A4 set from a few kinds of parts, with a text layer that can be searched and copied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from app.language import tr
from app.queries.report import Pair, Table
from ui.fonts import HAN, HAN_BOLD, han_families

RESOLUTION = 300
MARGINS = QMarginsF(16, 14, 16, 18)
POINTS, SMALL_POINTS = 9.5, 8
CLOSE_POINTS = (POINTS, 8.5, 7.5)
"""Sizes tried, one after the other, for what should stand on one page."""
HEADING_ROOM = 1.2
"""Inches: the head of a table and two lines, or a signature."""
INK, GREY, RULE, GROUND = "#18202B", "#5F6B7C", "#C9D1DB", "#EEF2F7"
_STYLE = f"""
body {{ color: {INK}; }}
.title {{ font-family: '{HAN_BOLD}', '{HAN}'; font-size: 19pt; }}
.number {{ font-family: '{HAN_BOLD}', '{HAN}'; font-size: 11pt; }}
h3 {{ font-family: '{HAN_BOLD}', '{HAN}'; font-size: 11pt; font-weight: normal;
  margin-top: 12px; margin-bottom: 4px; }}
.label {{ color: {GREY}; }}
th {{ font-weight: normal; color: {GREY}; text-align: left; background-color: {GROUND}; }}
.rows td {{ border-bottom: 1px solid {RULE}; }}
"""


@dataclass(frozen=True)
class Sheet:
    """`body` is put together from the parts below; `images` are those it names; `footer` stands at the
    foot of every page. One that is `close` is set smaller where that keeps it on one page."""

    title: str
    body: str
    footer: str
    images: Mapping[str, QImage] = field(default_factory=dict)
    close: bool = False


def sheet_pdf(sheet: Sheet) -> bytes:
    """A PDF. Needs no window, but the fonts of `ui.fonts.provide_han`."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(sheet.title)
    writer.setCreator("Roundtrip")
    writer.setResolution(RESOLUTION)
    paint_sheet(sheet, writer)
    return bytes(buffer.data().data())


def paint_sheet(sheet: Sheet, device: QPagedPaintDevice) -> None:
    """Set the sheet on a device of pages."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageMargins(MARGINS, QPageLayout.Unit.Millimeter)
    foot = _footer_height(device)
    page = QSizeF(device.width(), device.height() - foot)
    document = _laid_out(sheet, page, device)
    painter = QPainter(device)
    count = document.pageCount()
    for number in range(count):
        if number:
            device.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        # A pixel less than the page: what begins the next one would be set here, too, out of sight.
        shown = QRectF(0, number * page.height(), page.width(), page.height() - 1)
        document.drawContents(painter, shown)
        painter.restore()
        _paint_footer(painter, sheet.footer, QRectF(0, page.height(), page.width(), foot), number + 1, count)
    painter.end()


def _laid_out(sheet: Sheet, page: QSizeF, device: QPagedPaintDevice) -> QTextDocument:
    for points in CLOSE_POINTS if sheet.close else (POINTS,):
        document = _document(sheet, points)
        document.documentLayout().setPaintDevice(device)
        document.setPageSize(page)
        _keep_headings(document, HEADING_ROOM * device.logicalDpiY())
        if document.pageCount() == 1:
            break
    return document


def head(title: str, label: str, number: str) -> str:
    """The title, and opposite it what the sheet is about."""
    return (
        '<table width="100%" cellspacing="0" cellpadding="0"><tr>'
        f'<td class="title">{escape(title)}</td>'
        f'<td align="right" valign="bottom"><span class="label">{escape(label)}&nbsp; </span>'
        f'<span class="number">{escape(number)}</span></td></tr></table>'
        f'<hr color="{RULE}">'
    )


def facts_part(facts: Sequence[Pair], columns: int) -> str:
    """Label and value, several pairs a line."""
    lines = []
    for start in range(0, len(facts), columns):
        cells = "".join(
            f'<td width="{16 if columns == 2 else 22}%" class="label">{escape(label)}</td>'
            f'<td width="{34 if columns == 2 else 78}%">{broken(value)}</td>'
            for label, value in facts[start : start + columns]
        )
        lines.append(f"<tr>{cells}</tr>")
    return f'<table width="100%" cellspacing="0" cellpadding="3">{"".join(lines)}</table>'


def texts_part(texts: Sequence[Pair]) -> str:
    """Headings with what was written below them."""
    return "".join(heading(title) + f"<div>{broken(text)}</div>" for title, text in texts)


def table_part(table: Table) -> str:
    """Its head is repeated on every page it reaches."""
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{broken(text)}</td>" for text in line) + "</tr>" for line in table.rows
    )
    return (
        heading(table.title)
        + '<table class="rows" width="100%" cellspacing="0" cellpadding="4"'
        + ' style="border-collapse: collapse; margin-bottom: 8px">'
        + f"<thead><tr>{head}</tr></thead>{rows}</table>"
    )


def heading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def broken(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _document(sheet: Sheet, points: float) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(points))
    document.setDefaultStyleSheet(_STYLE)
    for name, image in sheet.images.items():
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), image)
    document.setHtml(f"<html><body>{sheet.body}</body></html>")
    return document


def _keep_headings(document: QTextDocument, room: float) -> None:
    """A heading with less than `room` below it goes to the next page, with what it is about."""
    height, layout = document.pageSize().height(), document.documentLayout()
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel():
            below = height - layout.blockBoundingRect(block).bottom() % height
            if below < room:
                anew = QTextBlockFormat()
                anew.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                QTextCursor(block).mergeBlockFormat(anew)
                document.setPageSize(document.pageSize())  # lays out all anew; else Qt loses lines
        block = block.next()


def _paint_footer(painter: QPainter, footer: str, area: QRectF, number: int, count: int) -> None:
    painter.setFont(_font(SMALL_POINTS))
    painter.setPen(GREY)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | bottom, footer)
    words = tr("Page {number} of {count}", number=number, count=count)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | bottom, words)


def _footer_height(device: QPagedPaintDevice) -> int:
    return device.logicalDpiY() * 2 * SMALL_POINTS // 72 + device.logicalDpiY() // 12


def _font(points: float) -> QFont:
    """Ours whatever the system has: only with it can the text be searched (ui/fonts.py)."""
    font = QFont()
    font.setFamilies(han_families())
    font.setPointSizeF(points)
    return font
