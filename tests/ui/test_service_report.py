"""The service report on paper: what is printed can be read, searched and copied."""

import io
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PageObject, PdfReader
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize
from PySide6.QtPrintSupport import QPrinter

from app.domain.service_orders import Activity, OrderState
from app.language import tr
from app.persistence.replica import Replica
from app.queries.report import ServiceReport
from tests.builders import (
    LI_WEI,
    MORNING,
    a_checklist_item,
    a_contact,
    a_customer,
    a_part_used,
    a_sign_off,
    a_time_entry,
    an_asset,
    an_order,
)
from tests.replicas import pulled
from ui import fonts
from ui.paper.paper_menu import PaperMenu
from ui.paper.service_report import report_pdf, report_sheet
from ui.paper.sheet import paint_sheet
from ui.screens.orders.report import order_sheet

NUMBER = "SO-2611-0387"
FINDINGS = "主轴前轴承磨损；8000 r/min 时温升 23 ℃。工单 SO-2611-0387 需复测。"
STROKES = "[[[0.1,0.2],[0.5,0.8],[0.9,0.3]]]"


@pytest.fixture
def order(replica: Replica) -> UUID:
    """A signed order with one of everything."""
    customer = a_customer(
        name="苏州恒远精密机械有限公司", province="江苏省", city="苏州市", street="星湖街 218 号"
    )
    contact = a_contact(customer.id, name="周建国", mobile="138 0512 6677")
    machine = an_asset(customer.id, name="卧式加工中心 HMC-630", serial_no="HMC630-2309-0042")
    made = an_order(
        customer.id, number=NUMBER, asset_id=machine.id, contact_id=contact.id, subject="主轴异响",
        findings=FINDINGS, remedy="更换前轴承组\n重新预紧", state=OrderState.SIGNED, arrived_at=MORNING,
    )  # fmt: skip
    order_id = made.id
    pulled(replica, customer, contact, machine, made)
    pulled(
        replica,
        a_checklist_item(order_id, step="断电上锁", done_at=MORNING),
        a_time_entry(order_id, minutes=135, engineer_id=LI_WEI, activity=Activity.WORK),
        a_part_used(order_id, amount=Decimal("2.5")),
        a_sign_off(order_id, signer_name="周建国", strokes=STROKES, opinion="处理及时 <满意>"),
    )
    return order_id


@pytest.fixture
def report(request: pytest.FixtureRequest, desk, order: UUID) -> ServiceReport:
    if "language" in request.fixturenames:
        request.getfixturevalue("language")
    fonts.provide_han()
    found = desk.queries.service_report(order)
    assert found is not None
    return found


def pages_of(report: ServiceReport, photos: Sequence[QImage] = ()) -> list[PageObject]:
    return PdfReader(io.BytesIO(report_pdf(report, photos))).pages[:]


def printed(pages: Sequence[PageObject]) -> str:
    """Without line breaks, which depend on where a line ends."""
    return "".join("".join(page.extract_text() for page in pages).split("\n"))


def test_chinese_text_is_found_exactly_as_it_was_written(report):
    text = printed(pages_of(report))

    for words in ("服务工单", "工", NUMBER, FINDINGS, "138 0512 6677", "星湖街 218 号", "HMC630-2309-0042"):
        assert words in text
    assert not {c for c in text if 0x2E80 <= ord(c) <= 0x2FDF}  # radicals that only look like characters


def test_the_report_holds_all_that_was_recorded(report, language):
    text = printed(pages_of(report))

    recorded = (
        "苏州恒远精密机械有限公司",
        "周建国",
        "断电上锁",
        "密封圈",
        "2.5",
        "2:15",
        "更换前轴承组",
        "处理及时 <满意>",
    )
    headings = ("Service report", "Checklist", "Parts used", "Working time", "Findings", "Customer sign-off")
    for words in (*recorded, *(tr(heading) for heading in headings)):
        assert words in text
    assert tr("Page {number} of {count}", number=1, count=1) in text


def test_the_title_is_where_readers_look_for_it(report):
    document = PdfReader(io.BytesIO(report_pdf(report)))

    assert document.metadata is not None
    assert document.metadata.title == f"{report.title} {NUMBER}"
    page = document.pages[0].mediabox
    a4 = QPageSize(QPageSize.PageSizeId.A4).size(QPageSize.Unit.Point)
    assert QSizeF(float(page.width), float(page.height)).toSize() == a4.toSize()


def test_every_font_is_embedded_so_that_any_machine_shows_it(report):
    (page,) = pages_of(report)

    used = page["/Resources"]["/Font"].values()
    names = {str(font.get_object()["/BaseFont"]) for font in used}
    assert names
    assert all("RoundtripHan" in name for name in names)


def test_the_signature_stands_under_the_report(report):
    (signed,) = pages_of(report)

    assert len(signed.images) == 1


def test_an_order_nobody_signed_has_no_signature(desk, replica):
    customer = a_customer()
    order = an_order(customer.id, number="SO-1")
    order_id = order.id
    pulled(replica, customer, order)
    report = desk.queries.service_report(order_id)
    assert report is not None

    (page,) = pages_of(report)

    assert len(page.images) == 0
    assert tr("Customer sign-off") not in page.extract_text()


def test_a_long_table_repeats_its_head_on_every_page_and_pages_are_counted(desk, replica, order):
    entries = [
        a_time_entry(order, minutes=number, started_at=MORNING + timedelta(hours=number))
        for number in range(1, 121)
    ]
    pulled(replica, *entries)
    report = desk.queries.service_report(order)
    assert report is not None

    pages = pages_of(report)

    assert len(pages) > 2
    for number, page in enumerate(pages[1:-1], start=2):
        assert tr("Kind of work") in page.extract_text()
        assert tr("Page {number} of {count}", number=number, count=len(pages)) in printed([page])


@pytest.mark.parametrize("lines", range(14, 44, 3))
def test_no_heading_is_left_alone_at_the_foot_of_a_page(desk, replica, order, lines):
    pulled(replica, *[a_checklist_item(order, position=n, step=f"步骤 {n}") for n in range(2, lines)])
    report = desk.queries.service_report(order)
    assert report is not None
    headings = [table.title for table in report.tables] + [report.signature_title]

    pages = [page.extract_text().split("\n") for page in pages_of(report)]

    for page in pages:
        content = [line.strip() for line in page if line.strip()]
        footer = next(place for place, line in enumerate(content) if line.startswith(NUMBER) and place > 3)
        assert content[footer - 1] not in headings
    assert [sum(heading in page for page in pages) for heading in headings] == [1] * len(headings)


def test_photos_follow_the_tables(report):
    photo = QImage(800, 600, QImage.Format.Format_RGB32)
    photo.fill(QColor("steelblue"))

    pages = pages_of(report, [photo] * 3)

    assert tr("Photos") in printed(pages)
    assert sum(len(page.images) for page in pages) > 1  # the signature is the last


def test_the_report_goes_to_a_printer_as_it_goes_into_a_file(report, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))

    paint_sheet(report_sheet(report), printer)

    assert "服务工单" in printed(PdfReader(tmp_path / "printed.pdf").pages[:])


def test_the_menu_saves_the_report_of_the_order(qtbot, desk, order, tmp_path, language):
    menu = PaperMenu(desk, "", "printer")
    qtbot.addWidget(menu.button)
    menu.show_record("report", partial(order_sheet, desk.queries, order))
    path = tmp_path / menu.file_name
    menu.save(path)

    qtbot.waitUntil(lambda: desk.shell.toasts == [tr("Saved: {name}", name=str(path))])
    assert path.name == "report.pdf"
    assert NUMBER in printed(PdfReader(path).pages[:])


def test_a_place_that_cannot_be_written_is_named(qtbot, desk, order, background):
    errors: list[Exception] = []
    background.unhandled.connect(errors.append)
    menu = PaperMenu(desk, "", "printer")
    qtbot.addWidget(menu.button)
    menu.show_record("report", partial(order_sheet, desk.queries, order))
    menu.save(Path("/nowhere/at/all.pdf"))

    qtbot.waitUntil(lambda: bool(errors))
    assert getattr(errors[0], "code", "") == "report.unwritable"
