"""The service report on A4, as PDF or on a printer."""

from collections.abc import Sequence

from PySide6.QtGui import QImage

from app.language import tr
from app.queries.report import ServiceReport
from ui.paper.sheet import (
    INK,
    Sheet,
    facts_part,
    head,
    heading,
    sheet_pdf,
    table_part,
    texts_part,
)
from ui.widgets.signature_pad import HEIGHT, WIDTH, signature_image

SIGNATURE_WIDTH = 260
PHOTO_WIDTH, PHOTOS_A_ROW = 300, 2


def report_pdf(report: ServiceReport, photos: Sequence[QImage] = ()) -> bytes:
    """The report as a PDF. Needs no window, but the fonts of `ui.fonts.provide_han`."""
    return sheet_pdf(report_sheet(report, photos))


def report_sheet(report: ServiceReport, photos: Sequence[QImage] = ()) -> Sheet:
    """Everything that was recorded, in the order of reading; the signature stands below all of it."""
    body = (
        head(report.title, tr("Service order"), report.number)
        + facts_part(report.facts, columns=2)
        + texts_part(report.texts)
        + "".join(map(table_part, report.tables))
        + _photos(photos)
        + _signature(report)
    )
    images = {f"photo{place}": photo for place, photo in enumerate(photos)}
    if report.strokes:
        images["signature"] = signature_image(report.strokes, 4, INK)
    return Sheet(f"{report.title} {report.number}", body, f"{report.number} · {report.footer}", images)


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
    return heading(tr("Photos")) + table


def _signature(report: ServiceReport) -> str:
    """Beside each other, so that both stand on one page."""
    if not report.signature_facts:
        return ""
    height = SIGNATURE_WIDTH * HEIGHT // WIDTH
    ink = f'<img src="signature" width="{SIGNATURE_WIDTH}" height="{height}">' if report.strokes else ""
    return (
        heading(report.signature_title)
        + '<table width="100%" cellspacing="0" cellpadding="0"><tr>'
        + f'<td width="55%" valign="top">{facts_part(report.signature_facts, columns=1)}</td>'
        + f'<td width="45%">{ink}</td></tr></table>'
    )
