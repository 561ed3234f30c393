"""The service report on A4, as PDF or on a printer, with a text layer that can be searched and copied."""

from collections.abc import Sequence
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
from app.queries.report import Pair, ServiceReport, Table
from ui.fonts import HAN, HAN_BOLD, han_families
from ui.widgets.signature_pad import HEIGHT, WIDTH, signature_image

RESOLUTION = 300
MARGINS = QMarginsF(16, 14, 16, 18)
POINTS, SMALL_POINTS = 9.5, 8
SIGNATURE_WIDTH = 260
HEADING_ROOM = 1.2
"""Inches: the head of a table and two lines, or a signature."""
PHOTO_WIDTH, PHOTOS_A_ROW = 300, 2
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


def report_pdf(report: ServiceReport, photos: Sequence[QImage] = ()) -> bytes:
    """The report as a PDF. Needs no window, but the fonts of `ui.fonts.provide_han`."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"{report.title} {report.number}")
    writer.setCreator("Roundtrip")
    writer.setResolution(RESOLUTION)
    paint_report(report, photos, writer)
    return bytes(buffer.data().data())


def paint_report(report: ServiceReport, photos: Sequence[QImage], device: QPagedPaintDevice) -> None:
    """Set the report on a device of pages."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageMargins(MARGINS, QPageLayout.Unit.Millimeter)
    document = _document(report, photos)
    document.documentLayout().setPaintDevice(device)
    footer = _footer_height(device)
    page = QSizeF(device.width(), device.height() - footer)
    document.setPageSize(page)
    _keep_headings(document, HEADING_ROOM * device.logicalDpiY())
    painter = QPainter(device)
    count = document.pageCount()
    for number in range(count):
        if number:
            device.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        document.drawContents(painter, QRectF(0, number * page.height(), page.width(), page.height()))
        painter.restore()
        _paint_footer(painter, report, QRectF(0, page.height(), page.width(), footer), number + 1, count)
    painter.end()


def _document(report: ServiceReport, photos: Sequence[QImage]) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(POINTS))
    document.setDefaultStyleSheet(_STYLE)
    if report.strokes:
        signature = signature_image(report.strokes, 4, INK)
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl("signature"), signature)
    for place, photo in enumerate(photos):
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(f"photo{place}"), photo)
    document.setHtml(
        "<html><body>"
        + _head(report)
        + _facts(report.facts, columns=2)
        + "".join(_heading(title) + f"<div>{_lines(text)}</div>" for title, text in report.texts)
        + "".join(map(_table, report.tables))
        + _photos(photos)
        + _signature(report)
        + "</body></html>"
    )
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


def _head(report: ServiceReport) -> str:
    return (
        '<table width="100%" cellspacing="0" cellpadding="0"><tr>'
        f'<td class="title">{escape(report.title)}</td>'
        f'<td align="right" valign="bottom"><span class="label">{escape(tr("Service order"))}&nbsp; </span>'
        f'<span class="number">{escape(report.number)}</span></td></tr></table>'
        f'<hr color="{RULE}">'
    )


def _facts(facts: Sequence[Pair], columns: int) -> str:
    """Label and value, several pairs a line."""
    lines = []
    for start in range(0, len(facts), columns):
        cells = "".join(
            f'<td width="{16 if columns == 2 else 22}%" class="label">{escape(label)}</td>'
            f'<td width="{34 if columns == 2 else 78}%">{_lines(value)}</td>'
            for label, value in facts[start : start + columns]
        )
        lines.append(f"<tr>{cells}</tr>")
    return f'<table width="100%" cellspacing="0" cellpadding="3">{"".join(lines)}</table>'


def _table(table: Table) -> str:
    """Its head is repeated on every page it reaches."""
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_lines(text)}</td>" for text in line) + "</tr>" for line in table.rows
    )
    return (
        _heading(table.title)
        + '<table class="rows" width="100%" cellspacing="0" cellpadding="4"'
        + ' style="border-collapse: collapse; margin-bottom: 8px">'
        + f"<thead><tr>{head}</tr></thead>{rows}</table>"
    )


def _photos(photos: Sequence[QImage]) -> str:
    if not photos:
        return ""
    lines = []
    for start in range(0, len(photos), PHOTOS_A_ROW):
        cells = "".join(
            f'<td width="50%"><img src="photo{place}" width="{PHOTO_WIDTH}"></td>'
            for place in range(start, min(start + PHOTOS_A_ROW, len(photos)))
        )
        lines.append(f"<tr>{cells}</tr>")
    table = f'<table width="100%" cellspacing="0" cellpadding="4">{"".join(lines)}</table>'
    return _heading(tr("Photos")) + table


def _signature(report: ServiceReport) -> str:
    """Beside each other, so that both stand on one page."""
    if not report.signature_facts:
        return ""
    height = SIGNATURE_WIDTH * HEIGHT // WIDTH
    ink = f'<img src="signature" width="{SIGNATURE_WIDTH}" height="{height}">' if report.strokes else ""
    return (
        _heading(report.signature_title)
        + '<table width="100%" cellspacing="0" cellpadding="0"><tr>'
        + f'<td width="55%" valign="top">{_facts(report.signature_facts, columns=1)}</td>'
        + f'<td width="45%">{ink}</td></tr></table>'
    )


def _heading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _paint_footer(painter: QPainter, report: ServiceReport, area: QRectF, number: int, count: int) -> None:
    painter.setFont(_font(SMALL_POINTS))
    painter.setPen(GREY)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | bottom, f"{report.number} · {report.footer}")
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
