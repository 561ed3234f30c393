"""A file that is not on this computer is fetched when somebody opens it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from app.domain.ids import new_id
from app.domain.notes import LARGEST_THUMBNAIL, BlobState
from app.language import tr
from app.queries.contacts import AttachmentRow
from app.queries.marks import Mark
from ui.file_signs import sign_of
from ui.kept_files import KeptFiles
from ui.messages import words_for
from ui.sync_link import SyncProcess
from ui.thumbnails import small_picture
from ui.widgets.photo_dialog import PhotoDialog

ANSWERS = """
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message["do"] == "fetch":
        print(json.dumps({{"event": "file", "sha256": message["sha256"], **{answer}}}), flush=True)
    elif message["do"] == "stop":
        break
"""


def a_photo() -> bytes:
    image, buffer = QImage(400, 300, QImage.Format.Format_RGB32), QBuffer()
    image.fill(QColor("steelblue"))
    assert image.save(buffer, "PNG")
    return bytes(buffer.data().data())


PHOTO = a_photo()


def a_row(blob: BlobState = BlobState.STORED, *, here: bool = False) -> AttachmentRow:
    name = sha256(PHOTO).hexdigest()
    return AttachmentRow(new_id(), "a.png", "image/png", len(PHOTO), name, None, blob, None, Mark.NONE, here)


@pytest.fixture
def page(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


@pytest.fixture
def answering(qtbot, desk) -> Iterator[SyncProcess]:
    """A process that has the file at once, or whatever it is told to answer."""
    made: list[SyncProcess] = []

    def make(**answer: object) -> SyncProcess:
        process = SyncProcess(
            sys.executable, ["-c", ANSWERS.format(answer=json.loads(json.dumps(answer)))], desk.feed
        )
        process.open("replica.db", bytes(32), "https://server", "first")
        qtbot.waitUntil(lambda: process.running)
        desk.sync = process
        made.append(process)
        return process

    yield make
    for process in made:
        process.stop()


def test_it_opens_when_it_has_come(qtbot, desk, page, replica, answering):
    process = answering(state="here")
    KeptFiles(desk, page).show(a_row())
    qtbot.waitUntil(lambda: tr("Downloading {name}", name="a.png") in desk.shell.toasts)
    replica.blobs.put(PHOTO)

    qtbot.waitUntil(lambda: bool(page.findChildren(PhotoDialog)))
    assert process.coming == set()


def test_what_is_nowhere_is_said(qtbot, desk, page, answering):
    answering(state="missing", code="blob.unknown")
    KeptFiles(desk, page).show(a_row())

    qtbot.waitUntil(lambda: words_for("blob.unknown") in desk.shell.toasts)
    assert page.findChildren(PhotoDialog) == []


def test_a_file_the_server_refuses_is_told_where_files_are_shown(desk, page, shell):
    kept, row = KeptFiles(desk, page), a_row(BlobState.PENDING, here=True)
    refused = {"state": "refused", "code": "blob.too_large", "facts": {"megabytes": 20}}
    desk.sync.receive({"event": "file", "sha256": row.sha256, **refused})

    assert kept.parent() is page
    assert shell.toasts == [words_for("blob.too_large", {"megabytes": 20})]
    sign = sign_of(row, desk.sync)
    assert sign
    assert (sign.tone, sign.words) == ("bad", tr("Too large"))


@pytest.mark.parametrize(
    ("blob", "here", "words"),
    [
        (BlobState.PENDING, True, "To upload"),
        (BlobState.PENDING, False, "Not sent yet"),
        (BlobState.STORED, False, "Download"),
    ],
)
def test_each_file_says_where_it_is(language, blob, here, words):
    sign = sign_of(a_row(blob, here=here))

    assert sign
    assert sign.words == tr(words)


def test_a_file_here_and_there_needs_no_sign():
    assert sign_of(a_row(here=True)) is None


def test_how_far_a_file_is_stands_on_it_until_it_is_there(desk):
    row = a_row()
    desk.sync.receive({"event": "file", "sha256": row.sha256, "state": "fetching", "percent": 40})
    assert (sign := sign_of(row, desk.sync))
    assert sign.words == tr("Coming {percent}%", percent=40)

    desk.sync.receive({"event": "file", "sha256": row.sha256, "state": "here"})

    assert (sign := sign_of(row, desk.sync))
    assert sign.words == tr("Download")


def test_what_was_too_large_is_taken_once_the_server_takes_more(desk):
    row = a_row(BlobState.PENDING, here=True)
    desk.sync.receive({"event": "file", "sha256": row.sha256, "state": "refused", "code": "blob.too_large"})
    desk.sync.receive({"event": "file", "sha256": row.sha256, "state": "sending", "percent": 7})
    assert (sign := sign_of(row, desk.sync))
    assert sign.words == tr("Sending {percent}%", percent=7)

    desk.sync.receive({"event": "file", "sha256": row.sha256, "state": "sent"})

    assert desk.sync.refused == set()


@pytest.mark.parametrize(
    ("blob", "words"), [(BlobState.STORED, "Fetch again"), (BlobState.PENDING, "Add again")]
)
def test_a_damaged_file_says_what_to_do(desk, blob, words):
    sign = sign_of(replace(a_row(blob), damaged=True), desk.sync)

    assert sign
    assert sign.words == tr(words)


def test_a_small_picture_of_a_photo_is_small(tmp_path):
    image = QImage(2000, 1500, QImage.Format.Format_RGB32)
    image.fill(QColor("steelblue"))
    for x in range(0, 2000, 3):
        image.setPixelColor(x, x % 1500, QColor(x % 256, (x * 7) % 256, (x * 13) % 256))
    assert image.save(str(tmp_path / "a.png"))
    small = small_picture(tmp_path / "a.png")

    assert small
    assert len(small) <= LARGEST_THUMBNAIL
    shown = QImage.fromData(small)
    assert (shown.width(), shown.height()) == (320, 240)


def test_what_is_no_picture_or_small_itself_has_no_small_picture(tmp_path):
    (tmp_path / "a.txt").write_text("x" * (LARGEST_THUMBNAIL + 1))
    (tmp_path / "small.png").write_bytes(PHOTO)

    assert [small_picture(tmp_path / name) for name in ("a.txt", "small.png", "none")] == [None] * 3
