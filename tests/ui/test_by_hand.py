"""Exporting what waits, and taking in files, as the user meets it; the sync process is played."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QWidget

from app.domain.customers import Customer
from app.language import tr
from tests.builders import a_customer
from tests.replicas import pulled
from ui.screens.sync_centre.by_hand import ExportDialog, ask_to_export, take_in
from ui.screens.sync_centre.errand import ErrandDialog
from ui.screens.sync_centre.panel import SyncPanel, _carried


@pytest.fixture
def told(desk, monkeypatch) -> list[dict[str, object]]:
    """What the sync process was asked."""
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(desk.sync, "_tell", asked.append)
    monkeypatch.setattr(type(desk.sync), "running", property(lambda sync: True))
    return asked


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def open_dialog(window: QWidget, kind: type) -> ErrandDialog:
    return [found for found in window.findChildren(kind) if found.isVisible()][-1]


def says(desk, state: str, **said: object) -> None:
    desk.sync.receive({"event": "errand", "state": state, **said})


def test_an_export_says_how_much_it_holds_and_what_to_do_with_it(
    *, language, qtbot, desk, told, window, replica, tmp_path
):
    customer = a_customer(name="苏州恒远", phone="111")
    pulled(replica, customer)
    desk.services.records.save(Customer, customer.id, {"phone": "222"})
    ask_to_export(desk, window)
    qtbot.waitUntil(lambda: bool(window.findChildren(ExportDialog)))

    open_dialog(window, ExportDialog).export(tmp_path / "out.rtx")
    errand = open_dialog(window, ErrandDialog)
    says(desk, "running", facts={"done": 1_000_000, "total": 2_000_000})
    underway = errand.words.text()
    says(desk, "done", facts={"changes": 1, "files": 0, "bytes": 900})

    out = str(tmp_path / "out.rtx")
    assert told == [{"do": "errand", "kind": "export", "path": out, "with_files": False}]
    assert "1" in underway
    assert errand.title.text() == tr("Exported")
    assert "900 B" in errand.words.text()


def test_a_colleagues_file_names_him_and_the_receipt(language, desk, told, window):
    take_in(desk, window, Path("a.rtx"))
    facts = {"kind": "changes", "sender": "李伟", "changes": 3, "already": 0, "files": 1, "receipt": "b.rtx"}
    says(desk, "done", facts=facts)

    dialog = open_dialog(window, ErrandDialog)
    assert "李伟" in dialog.words.text()
    assert "b.rtx" in dialog.words.text()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"changes": 2, "refused": 0}, "Confirmed"),
        ({"changes": 2, "refused": 1}, "Confirmed"),
        ({"changes": 0, "already": 2}, "Nothing new"),
    ],
)
def test_a_receipt_says_what_the_server_answered(*, language, desk, told, window, facts, words):
    take_in(desk, window, Path("a.rtx"))
    says(desk, "done", facts={"kind": "receipt", **facts})

    assert open_dialog(window, ErrandDialog).title.text() == tr(words)


def test_a_file_that_cannot_be_taken_says_why(language, desk, told, window):
    take_in(desk, window, Path("a.rtx"))
    says(desk, "failed", code="carried.receipt_of_other", facts={"sender": "王芳"})

    dialog = open_dialog(window, ErrandDialog)
    assert "王芳" in dialog.words.text()
    assert dialog.title.text() == tr("This cannot be done")


def test_it_can_be_cancelled_and_says_so(desk, told, window):
    take_in(desk, window, Path("a.rtx"))
    dialog = open_dialog(window, ErrandDialog)

    dialog.reject()
    assert told[-1] == {"do": "cancel"}
    assert dialog.isVisible()
    says(desk, "cancelled")
    dialog.reject()

    assert not dialog.isVisible()


def test_a_process_that_dies_ends_the_errand(desk, told, window):
    take_in(desk, window, Path("a.rtx"))

    desk.sync._died(-9, None)

    assert open_dialog(window, ErrandDialog).title.text() == tr("Not possible right now")


def test_one_file_may_be_dropped_on_the_sync_centre(desk, window):
    def dragged(*names: str) -> QMimeData:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(name) for name in names])
        return data

    assert SyncPanel(desk, window).acceptDrops()
    assert _carried(dragged("/a/out.RTX")) == Path("/a/out.RTX")
    assert _carried(dragged("/a/photo.jpg")) is None
    assert _carried(dragged("/a/1.rtx", "/a/2.rtx")) is None
