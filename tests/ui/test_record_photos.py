"""Photos are shown small wherever the files of a record are listed."""

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app.domain.notes import Attachment
from tests.builders import a_customer, an_asset
from tests.replicas import pulled
from tests.ui.orders.page import a_photo, rows, the_dialog
from ui.desk import Desk
from ui.kept_files import KeptFiles
from ui.record_photos import RecordPhotos
from ui.screens.assets.card import AssetView
from ui.screens.customers.editors import Editors
from ui.screens.customers.overview import CustomerView
from ui.sync_status import FileNews, FileState
from ui.tables.files_table import FilesTable
from ui.widgets.photo_dialog import PhotoDialog


@pytest.fixture
def customer(replica) -> UUID:
    found = a_customer()
    customer_id = found.id
    pulled(replica, found)
    return customer_id


@pytest.fixture
def asset(replica, customer) -> UUID:
    found = an_asset(customer)
    asset_id = found.id
    pulled(replica, found)
    return asset_id


@pytest.fixture
def kept(desk, customer, asset, tmp_path) -> list[Path]:
    """A photo and a text, with a machine of the customer."""
    notes = tmp_path / "测量.csv"
    notes.write_text("1,2")
    paths = [a_photo(tmp_path), notes]
    for path in paths:
        desk.services.attachments.add(customer, path, asset_id=asset)
    return paths


def tiles(strip: QWidget) -> list[QAbstractButton]:
    return [tile for tile in strip.children() if isinstance(tile, QAbstractButton) and not tile.isHidden()]


def names(strip: QWidget) -> list[str]:
    return [tile.accessibleName() for tile in tiles(strip)]


def drawn(strip: RecordPhotos) -> bool:
    return bool(strip._small) and all(strip._small.values())


def customer_page(desk: Desk, customer: UUID) -> CustomerView:
    view = CustomerView(desk, Editors(desk, QWidget()))
    found = desk.queries.customer_overview(customer)
    assert found is not None
    view.show_customer(found)
    view._tabs.setCurrentIndex(5)
    return view


def asset_page(desk: Desk, asset: UUID) -> AssetView:
    view = AssetView(desk)
    found = desk.queries.asset_card(asset)
    assert found is not None
    view.show_card(found)
    view._tabs.setCurrentIndex(3)
    return view


def test_customer_and_machine_show_their_photos(qtbot, desk, customer, asset, kept):
    for view in (customer_page(desk, customer), asset_page(desk, asset)):
        qtbot.addWidget(view)
        view.show()
        table = view.findChild(FilesTable)
        strip = table.findChild(RecordPhotos)

        qtbot.waitUntil(lambda strip=strip: drawn(strip) and names(strip) == ["主轴.png"])

        assert table.table.model().rowCount() == 2


def test_a_photo_opens_large_from_its_small_picture(qtbot, desk, customer, kept):
    view = customer_page(desk, customer)
    qtbot.addWidget(view)
    view.show()

    strip = view.findChild(RecordPhotos)
    qtbot.waitUntil(lambda: names(strip) == ["主轴.png"])
    tiles(strip)[0].click()

    dialog = the_dialog(qtbot, view, PhotoDialog)
    assert any(not label.pixmap().isNull() for label in dialog.findChildren(QLabel))


def test_nothing_is_decoded_on_a_tab_that_is_not_in_front(qtbot, desk, customer, kept):
    view = customer_page(desk, customer)
    qtbot.addWidget(view)
    view._tabs.setCurrentIndex(0)
    view.show()
    qtbot.waitUntil(lambda: not desk.background.busy)
    strip = view.findChild(RecordPhotos)
    assert not drawn(strip)

    view._tabs.setCurrentIndex(5)

    qtbot.waitUntil(lambda: drawn(strip))


def test_a_record_without_photos_has_no_strip(qtbot, desk, customer):
    view = customer_page(desk, customer)
    qtbot.addWidget(view)
    view.show()

    assert not view.findChild(RecordPhotos).isVisible()


def test_a_small_picture_is_drawn_when_it_has_come(qtbot, desk, replica, customer, kept):
    """Rows come first; the bytes of a photo follow."""
    files = desk.queries.customer_overview(customer).files
    photo = next(file for file in files if file.is_photo)
    content = desk.queries.file(photo.sha256)
    replica.blobs.forget([photo.sha256])
    host = QWidget()
    strip = RecordPhotos(desk, KeptFiles(desk, host))
    qtbot.addWidget(strip)
    strip.show_files(files)
    strip.show()
    qtbot.waitUntil(lambda: not desk.background.busy)
    assert not drawn(strip)

    replica.blobs.put(content)
    desk.sync._note_file(FileNews(photo.sha256, FileState.HERE))

    qtbot.waitUntil(lambda: drawn(strip))
    assert len(rows(replica, Attachment)) == 2
