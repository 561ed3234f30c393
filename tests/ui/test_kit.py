"""Every part of the kit draws itself in both languages and schemes, and can be used and named."""

import gc
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from app.domain.customers import Customer
from app.domain.visits import Visit
from app.language import LANGUAGES
from app.settings import Settings
from ui.application import apply_settings
from ui.dialogs import Question
from ui.forms.entity_form import EntityForm
from ui.immortal import PLENTY
from ui.key_list import KeyList
from ui.sync_status import SyncState, SyncStatus
from ui.theme import theme
from ui.widgets.banner import Banner
from ui.widgets.bar_chart import BarChart, Bars
from ui.widgets.cards import Card, Metric
from ui.widgets.filter_chips import FilterChips
from ui.widgets.labels import Avatar, Chip, Glyph, label
from ui.widgets.master_detail import MasterDetail
from ui.widgets.photo_strip import Photo, PhotoStrip, Sign, thumbnail
from ui.widgets.record_header import RecordHeader
from ui.widgets.signature_pad import SignaturePad, signature_image
from ui.widgets.states import EmptyState, ErrorState, Loading, StateStack
from ui.widgets.stepper import Step, Stepper
from ui.widgets.sync_pill import LOOKS, SyncPill
from ui.widgets.timeline import Event, Timeline
from ui.widgets.week_entry import WeekEntry, places
from ui.widgets.week_view import WeekView

STROKES = [[(0.1, 0.6), (0.2, 0.2), (0.3, 0.8)]]


def a_header() -> RecordHeader:
    made = RecordHeader("factory")
    made.show_record("苏州恒远精密机械有限公司", [("A", "accent")], [("map-pin", "苏州")])
    return made


def a_metric() -> Metric:
    made = Metric("在保设备", "shield-check")
    made.show_value("24", "2 台下月到期", "warn")
    return made


def a_timeline() -> Timeline:
    made = Timeline()
    made.show_events([Event("pencil", "修改了手机号", "今天 09:12", "accent", ("待同步", "warn"), "撤销")])
    return made


def a_stepper() -> Stepper:
    made = Stepper()
    made.show_steps([Step("派工", "08:00"), Step("到场"), Step("完工")], 1)
    return made


def a_chart() -> BarChart:
    made = BarChart("工时")
    made.show_bars([Bars("6 月", (210, 196)), Bars("7 月", (0, 12.5))])
    return made


def a_strip() -> PhotoStrip:
    made = PhotoStrip()
    sign = Sign("cloud-upload", "warn", "等待上传")
    made.show_photos([Photo(uuid4(), "铭牌", QImage(40, 30, QImage.Format.Format_RGB32), sign)])
    return made


def a_pad() -> SignaturePad:
    made = SignaturePad()
    made.show_strokes(STROKES, read_only=False)
    return made


def a_week() -> WeekView:
    made = WeekView()
    made.show_week(date(2026, 11, 23), [an_entry(0, 9), an_entry(0, 10), an_entry(2, 14)])
    return made


def an_entry(day: int, hour: float, hours: float = 1.5) -> WeekEntry:
    start = datetime(2026, 11, 23).astimezone() + timedelta(days=day, hours=hour)
    return WeekEntry(uuid4(), "恒远", "季度回访", start, start + timedelta(hours=hours), mark="unsynced")


PARTS: dict[str, Callable[[], QWidget]] = {
    "label": lambda: label("原值", "caption", "text3"),
    "chip": lambda: Chip("正常", "ok"),
    "glyph": lambda: Glyph("factory", "accent", 26, ground="accentSoft", box=56),
    "avatar": lambda: Avatar("周建国"),
    "banner": lambda: Banner("离线", "warn", action="重试", dismissable=True),
    "card": lambda: Card("联系人", "3"),
    "metric": a_metric,
    "header": a_header,
    "timeline": a_timeline,
    "stepper": a_stepper,
    "chart": a_chart,
    "photos": a_strip,
    "signature": a_pad,
    "week": a_week,
    "filters": lambda: FilterChips([("all", "全部"), ("mine", "我负责的")]),
    "empty": lambda: EmptyState("还没有客户", action="新建客户"),
    "error": lambda: ErrorState("没有连接", "请检查网络", lambda: None),
    "loading": Loading,
    "form": lambda: EntityForm(Visit),
}
DIALOGS: dict[str, Callable[[QWidget], QWidget]] = {
    "keys": KeyList,
    "question": lambda parent: Question(parent, "?", "!", yes_words="是", no_words="否", yes=lambda: None),
}


@pytest.fixture(params=[(language, scheme) for language in LANGUAGES for scheme in ("light", "dark")])
def look(request, qapp) -> Iterator[None]:
    language, scheme = request.param
    apply_settings(qapp, Settings(language=language, theme=scheme))
    yield
    apply_settings(qapp, Settings(theme="light"))


@pytest.mark.parametrize("name", PARTS)
def test_a_part_draws_itself_in_every_look(qtbot, look, name):
    part = PARTS[name]()
    part.setObjectName("page")
    qtbot.addWidget(part)
    part.resize(640, 420)
    part.show()

    assert colours_in(part.grab().toImage()) > 1


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_draws_itself_in_every_look(qtbot, look, name):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = DIALOGS[name](parent)
    dialog.show()

    assert colours_in(dialog.grab().toImage()) > 1


def colours_in(image: QImage) -> int:
    step = max(1, image.width() // 160)
    return len({image.pixel(x, y) for x in range(0, image.width(), step) for y in range(image.height())})


@pytest.mark.parametrize("scale", [0.9, 1.5])
def test_texts_grow_with_the_settings(qtbot, qapp, scale):
    theme.apply(qapp, "light", scale)
    made = label("客户", "title")
    qtbot.addWidget(made)
    theme.apply(qapp, "light")

    assert made.font().pixelSize() == round(21 * scale)


def test_a_scheme_switch_repaints_what_is_shown(qtbot, qapp):
    chip = Chip("正常", "ok")
    qtbot.addWidget(chip)
    theme.apply(qapp, "light")
    light = chip.grab().toImage()
    theme.apply(qapp, "dark")
    dark = chip.grab().toImage()
    theme.apply(qapp, "light")

    assert light != dark


@pytest.mark.parametrize("state", SyncState)
def test_the_pill_shows_every_state_with_icon_and_words(qtbot, language, state):
    pill = SyncPill()
    qtbot.addWidget(pill)
    status = SyncStatus(state, pending=3, conflicts=2, attention=1)

    pill.show_status(status)

    assert state in LOOKS
    assert pill.text() == status.words
    assert status.words in pill.accessibleName()


def test_a_signature_is_drawn_kept_and_cleared(qtbot):
    pad = SignaturePad()
    qtbot.addWidget(pad)
    pad.resize(520, 160)
    pad.show()
    assert pad.is_blank

    with qtbot.waitSignal(pad.changed):
        qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 80))
        qtbot.mouseMove(pad, QPoint(100, 40))
        qtbot.mouseMove(pad, QPoint(150, 90))
        qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(150, 90))
    strokes = pad.strokes()

    assert strokes[0][0] == (round(50 / 520, 4), 0.5)
    again = SignaturePad()
    qtbot.addWidget(again)
    again.show_strokes(strokes)
    assert again.strokes() == strokes
    assert colours_in(signature_image(strokes)) > 1
    pad.clear()
    assert pad.is_blank


def test_a_shown_signature_cannot_be_drawn_over(qtbot):
    pad = SignaturePad()
    qtbot.addWidget(pad)
    pad.show_strokes(STROKES)

    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 80))

    assert pad.strokes() == STROKES


def test_a_large_photo_is_decoded_small():
    photo = QImage(1600, 1200, QImage.Format.Format_RGB32)
    photo.fill(QColor("red"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    photo.save(buffer, "JPEG")

    small = thumbnail(bytes(data.data()), 100)

    assert small is not None
    assert (small.width(), small.height()) == (133, 100)
    assert thumbnail(b"no picture") is None


def test_loading_shows_only_after_a_moment(qtbot):
    content = QWidget()
    stack = StateStack(content)
    qtbot.addWidget(stack)

    stack.show_loading()
    assert stack.currentWidget() is not content
    assert not isinstance(stack.currentWidget(), Loading)
    qtbot.waitUntil(lambda: isinstance(stack.currentWidget(), Loading))
    stack.show_content()

    assert stack.currentWidget() is content


def test_a_narrow_page_shows_one_half_at_a_time(qtbot):
    master, detail = QWidget(), QWidget()
    pair = MasterDetail(master, detail)
    qtbot.addWidget(pair)
    pair.resize(1285, 600)
    pair.show()
    assert master.isVisible()
    assert detail.isVisible()

    pair.resize(900, 600)
    qtbot.waitUntil(lambda: pair.narrow)
    assert (master.isVisible(), detail.isVisible()) == (True, False)
    pair.show_detail()
    assert (master.isVisible(), detail.isVisible()) == (False, True)
    with qtbot.waitSignal(pair.went_back):
        pair.show_master()
    assert master.isVisible()


def test_entries_that_overlap_stand_side_by_side():
    lanes = [(p.lane, p.lanes) for p in places([an_entry(0, 9), an_entry(0, 10), an_entry(0, 13)])]

    assert lanes == [(0, 2), (1, 2), (0, 1)]


def test_a_visit_is_moved_with_the_keys(qtbot):
    entry = an_entry(0, 9)
    week = WeekView()
    qtbot.addWidget(week)
    week.show_week(date(2026, 11, 23), [entry])
    week.choose(entry.id)

    with qtbot.waitSignal(week.moved) as moved:
        qtbot.keyClick(week._grid, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)

    assert moved.args == [
        entry.id,
        entry.local_start + timedelta(days=1),
        entry.local_end + timedelta(days=1),
    ]


def test_a_visit_is_dragged_to_another_time(qtbot):
    entry = an_entry(0, 9)
    week = WeekView()
    qtbot.addWidget(week)
    week.resize(900, 600)
    week.show()
    week.show_week(date(2026, 11, 23), [entry])
    grid = week._grid
    start = grid._area_of(grid._places[0]).center().toPoint()
    target = start + QPoint(round(grid._day_width()), theme.px(52) * 2)

    with qtbot.waitSignal(week.moved) as moved:
        qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(grid, target)
        qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=target)

    assert moved.args[1] == entry.local_start + timedelta(days=1, hours=2)


def test_the_calendar_says_what_is_chosen(qtbot, language):
    week = a_week()
    qtbot.addWidget(week)

    qtbot.keyClick(week._grid, Qt.Key.Key_Down)

    assert "09:00" in week._grid.accessibleName()
    assert "恒远" in week._grid.accessibleName()


def test_a_filter_says_which_was_chosen(qtbot):
    chips = FilterChips([("all", "全部"), ("mine", "我负责的")])
    qtbot.addWidget(chips)

    with qtbot.waitSignal(chips.chosen) as chosen:
        chips.choose("mine")

    assert chosen.args == ["mine"] == [chips.current]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None does not count its references there")
def test_the_binding_cannot_use_up_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.update()

    assert sys.getrefcount(None) > PLENTY // 2
    assert sys.getrefcount(None) < before, "the binding counts again: ui/immortal.py can go"


def test_widgets_go_when_they_are_deleted(qtbot, qapp):
    alive = len(qapp.allWidgets())
    for _ in range(5):
        EntityForm(Customer).deleteLater()
    qtbot.waitUntil(lambda: len(qapp.allWidgets()) <= alive)
    gc.collect()
