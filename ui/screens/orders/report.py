"""The service report of an order, with its photos, ready to be set on paper."""

from uuid import UUID

from app.domain.errors import RuleViolation
from app.queries import Queries
from ui.paper.service_report import report_sheet
from ui.paper.sheet import Sheet
from ui.widgets.photo_strip import thumbnail

PHOTO_PIXELS = 1000


def order_sheet(queries: Queries, order_id: UUID) -> Sheet:
    """Runs in a worker; photos that have not come yet are left out."""
    report = queries.service_report(order_id)
    if report is None:
        raise RuleViolation("record.gone", entity="service_order", id=order_id)
    contents = (queries.file(sha256) for sha256 in report.photos)
    photos = (thumbnail(content, PHOTO_PIXELS) for content in contents if content)
    return report_sheet(report, [photo for photo in photos if photo is not None])
