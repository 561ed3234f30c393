"""Photos and files are kept at once."""

from uuid import UUID

import pytest

from app.domain.errors import RuleViolation
from app.domain.notes import LARGEST_FILE, BlobState
from app.queries.marks import Mark
from tests.builders import a_customer
from tests.replicas import pulled


@pytest.fixture
def customer(replica) -> UUID:
    made = a_customer()
    customer_id = made.id
    pulled(replica, made)
    return customer_id


def test_a_photo_is_kept_although_the_original_goes(services, queries, customer, tmp_path):
    photo = tmp_path / "铭牌.jpg"
    photo.write_bytes(b"jpeg")
    services.attachments.add(customer, photo)
    photo.unlink()

    (file,) = queries.customer_overview(customer).files
    assert (file.file_name, file.media_type, file.size, file.blob) == (
        "铭牌.jpg", "image/jpeg", 4, BlobState.PENDING,
    )  # fmt: skip
    assert file.is_photo
    assert file.mark is Mark.UNSYNCED
    assert queries.file(file.sha256) == b"jpeg"


def test_a_photo_brings_its_thumbnail_along(services, queries, customer, tmp_path):
    photo = tmp_path / "铭牌.jpg"
    photo.write_bytes(b"jpeg")
    services.attachments.add(customer, photo, thumbnail=b"small")

    (file,) = queries.customer_overview(customer).files
    assert queries.file(file.thumbnail) == b"small"


def test_a_file_is_copied_into_the_open_where_it_is_wanted(services, queries, customer, tmp_path):
    (tmp_path / "a.bin").write_bytes(bytes(200_000))
    services.attachments.add(customer, tmp_path / "a.bin")
    (file,) = queries.customer_overview(customer).files

    assert queries.copy_file(file.sha256, tmp_path / "copy.bin")

    assert (tmp_path / "copy.bin").read_bytes() == bytes(200_000)
    assert not queries.copy_file("0" * 64, tmp_path / "none.bin")


def test_a_file_is_taken_off_its_record(services, queries, customer, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"pdf")
    attachment, _ = services.attachments.add(customer, tmp_path / "a.pdf")
    services.attachments.remove(attachment)

    assert queries.customer_overview(customer).files == ()


@pytest.mark.parametrize(("name", "code"), [("missing.jpg", "unreadable"), ("empty.jpg", "empty")])
def test_a_file_that_cannot_be_read_is_named(services, customer, tmp_path, name, code):
    (tmp_path / "empty.jpg").touch()

    with pytest.raises(RuleViolation) as refused:
        services.attachments.add(customer, tmp_path / name)
    assert (refused.value.code, refused.value.facts["name"]) == (f"attachment.{code}", name)


def test_a_file_beyond_all_measure_is_refused(services, customer, tmp_path):
    huge = tmp_path / "film.mp4"
    with huge.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    with pytest.raises(RuleViolation, match="too_large"):
        services.attachments.add(customer, huge)
