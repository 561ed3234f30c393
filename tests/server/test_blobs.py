"""Files arrive in parts, are there whole or not at all, and are given only to those who see what they
are attached to."""

import base64
import errno
import hashlib
import os
import time
from pathlib import Path

import pytest
from requests import Response
from sqlalchemy import select

from app.domain.errors import DiskFull
from app.domain.ids import new_id
from app.domain.notes import LARGEST_FILE, PART, Attachment, parts_of
from app.domain.organisation import Role
from sync.server.blobs import STALE, BlobStore
from sync.server.change_log import Author
from sync.server.refusals import Refusal
from sync.server.tables import TABLES
from tests.server.served import Laptop, Served
from tests.server.test_sign_in import code

PHOTO = b"\xff\xd8 a photo of a gearbox " * 200_000  # three parts


@pytest.fixture
def anna(served: Served) -> Laptop:
    return served.laptop().signed_in()


def a_photo() -> tuple[str, bytes]:
    """Its own for every test, since they share a server."""
    content = PHOTO + new_id().bytes
    return hashlib.sha256(content).hexdigest(), content


def attach(
    served: Served,
    sha256: str,
    customer: str = "",
    thumbnail: str | None = None,
    author: Author | None = None,
) -> str:
    customer = customer or served.world.add_customer(served.world.north)
    values = {"customer_id": customer, "file_name": "a.jpg", "media_type": "image/jpeg", "size": 1,
              "sha256": sha256, "blob": "pending", "thumbnail": thumbnail}  # fmt: skip
    row_id: str = new_id().hex
    served.world.write(lambda log: log.create(Attachment, row_id, customer, values), author)
    return row_id


def put(
    laptop: Laptop, sha256: str, content: bytes, part: int = 0, *, size: int = 0, digest: str = ""
) -> Response:
    """Send one part, as `content` or cut from it."""
    piece = content[part * PART : (part + 1) * PART]
    said = digest or base64.b64encode(hashlib.sha256(piece).digest()).decode()
    headers = {"Content-Digest": f"sha-256=:{said}:"}
    params = {"size": size or len(content)}
    return laptop.call("PUT", f"/v1/blobs/{sha256}/{part}", data=piece, headers=headers, params=params)


def send(laptop: Laptop, sha256: str, content: bytes) -> None:
    for part in range(parts_of(len(content))):
        assert put(laptop, sha256, content, part).status_code == 204


def missing(laptop: Laptop, sha256: str, size: int = len(PHOTO)) -> str | int:
    """What a look says: the parts that are missing, or the status of a refusal."""
    answer = laptop.call("HEAD", f"/v1/blobs/{sha256}", params={"size": size})
    return answer.headers["Blob-Missing"] if answer.status_code == 204 else answer.status_code


def fetched(laptop: Laptop, sha256: str) -> bytes | tuple[int, str]:
    answer = laptop.call("GET", f"/v1/blobs/{sha256}")
    return answer.content if answer.status_code == 200 else code(answer)


def blob_state(served: Served, attachment: str) -> object:
    query = select(TABLES[Attachment].c.blob).where(TABLES[Attachment].c.id == attachment)
    with served.world.database.read() as connection:
        return connection.execute(query).scalar_one()


def test_a_file_comes_back_as_it_was_sent(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)

    send(anna, sha256, content)

    answer = anna.call("GET", f"/v1/blobs/{sha256}")
    assert answer.content == content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Roundtrip-Server"] == "1"


def test_parts_come_in_any_order_and_twice_and_a_look_tells_which_are_missing(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    size = len(content)
    assert missing(anna, sha256, size) == "0-2"

    put(anna, sha256, content, 1)
    put(anna, sha256, content, 1)
    assert missing(anna, sha256, size) == "0,2"
    put(anna, sha256, content, 2)
    assert fetched(anna, sha256) == (404, "blob.unknown")
    put(anna, sha256, content, 0)

    assert missing(anna, sha256, size) == ""
    assert fetched(anna, sha256) == content
    assert not list(served.parts.settings.blob_folder.glob(f"arriving/*{sha256}*"))


def test_a_part_that_was_damaged_on_the_way_is_refused_by_its_own_hash(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    other = base64.b64encode(bytes(32)).decode()

    assert code(put(anna, sha256, content, 0, digest=other)) == (400, "blob.part_damaged")
    assert code(put(anna, sha256, content, 0, digest="?")) == (400, "blob.part_malformed")
    assert code(put(anna, sha256, content[:-1], 2, size=len(content))) == (400, "blob.part_malformed")
    assert code(put(anna, sha256, content, 3)) == (400, "blob.part_malformed")
    assert missing(anna, sha256, len(content)) == "0-2"


def test_parts_that_do_not_make_up_the_file_are_asked_for_again(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    wrong = bytes(len(content))
    put(anna, sha256, wrong, 0)
    put(anna, sha256, content, 1)

    assert code(put(anna, sha256, content, 2)) == (400, "blob.hash_mismatch")

    assert missing(anna, sha256, len(content)) == "0-2"
    send(anna, sha256, content)
    assert fetched(anna, sha256) == content


def test_nobody_spoils_what_another_sends(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    other = served.laptop().signed_in()
    put(other, sha256, bytes(len(content)), 0)

    send(anna, sha256, content)

    assert fetched(anna, sha256) == content


def test_a_download_goes_on_where_it_was_cut(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    send(anna, sha256, content)

    answer = anna.call("GET", f"/v1/blobs/{sha256}", headers={"Range": "bytes=100000-"})

    assert (answer.status_code, answer.content) == (206, content[100_000:])


def test_everybody_learns_that_a_file_has_arrived(served, anna):
    sha256, content = a_photo()
    attachment = attach(served, sha256)
    lin = served.world.laptop(served.world.lin)

    send(anna, sha256, content)
    put(anna, sha256, content, 2)  # an answer was lost

    assert lin.pull().value(attachment, "blob") == "stored"
    assert lin.rows[attachment].rev == 2


def test_the_thumbnail_of_a_photo_can_be_fetched_before_the_photo_is_there(served, anna):
    (sha256, content), (small, picture) = a_photo(), a_photo()
    attachment = attach(served, sha256, thumbnail=small)

    send(anna, small, picture)

    assert blob_state(served, attachment) == "preview"
    assert fetched(anna, small) == picture
    assert fetched(anna, sha256) == (404, "blob.unknown")
    send(anna, sha256, content)
    assert blob_state(served, attachment) == "stored"
    assert fetched(anna, small) == picture


def test_a_hash_alone_opens_nothing(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    send(anna, sha256, content)
    ben = served.laptop(served.person(Role.ENGINEER, served.world.south)).signed_in()

    assert code(ben.call("GET", f"/v1/blobs/{sha256}")) == (404, "blob.unknown")


def test_a_file_that_is_here_already_need_not_travel_again(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    send(anna, sha256, content)
    again = attach(served, sha256)

    assert missing(anna, sha256, len(content)) == ""
    assert blob_state(served, again) == "stored"


def test_a_look_says_how_large_a_file_may_be(served, anna):
    sha256, _ = a_photo()
    attach(served, sha256)

    answer = anna.call("HEAD", f"/v1/blobs/{sha256}", params={"size": 1})

    limit = int(answer.headers["Blob-Limit"])
    assert limit == LARGEST_FILE
    assert code(put(anna, sha256, PHOTO, size=limit + 1)) == (413, "blob.too_large")


def test_what_nothing_refers_to_is_not_kept(served, anna):
    sha256, content = a_photo()

    assert missing(anna, sha256) == 404
    assert code(put(anna, sha256, content)) == (404, "blob.unreferenced")
    assert not list(served.parts.settings.blob_folder.rglob(f"*{sha256}*"))


def test_nobody_learns_whether_a_file_exists_that_he_does_not_see(served, anna):
    (sha256, content), (unknown, _) = a_photo(), a_photo()
    attach(served, sha256)
    send(anna, sha256, content)
    ben = served.laptop(served.person(Role.ENGINEER, served.world.south)).signed_in()

    for such in (sha256, unknown):
        assert missing(ben, such) == 404
        assert code(put(ben, such, content)) == (404, "blob.unreferenced")
        assert fetched(ben, such) == (404, "blob.unknown")
        assert code(ben.call("POST", f"/v1/blobs/{such}/doubt")) == (404, "blob.unknown")


def test_whoever_knows_the_hash_of_a_foreign_file_must_still_send_it(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    send(anna, sha256, content)
    south = served.world.south
    ben = served.laptop(served.person(Role.ENGINEER, south)).signed_in()
    own = attach(served, sha256, served.world.add_customer(south))

    assert missing(ben, sha256, len(content)) == "0-2"
    assert fetched(ben, sha256) == (404, "blob.unknown")
    send(ben, sha256, content)
    assert fetched(ben, sha256) == content
    assert blob_state(served, own) == "stored"


def test_sending_a_file_opens_it_to_nobody_who_only_knew_its_hash(served, anna):
    sha256, content = a_photo()
    south = served.world.south
    ben = served.laptop(served.person(Role.ENGINEER, south)).signed_in()
    attach(served, sha256, served.world.add_customer(south))
    attach(served, sha256)

    send(anna, sha256, content)

    assert fetched(ben, sha256) == (404, "blob.unknown")


def test_an_author_sends_his_file_though_the_customer_has_left_him(served, anna):
    sha256, content = a_photo()
    customer = served.world.add_customer(served.world.north)
    attachment = attach(served, sha256, customer, author=Author(anna.person.id))
    served.world.edit(customer, territory_id=served.world.south)

    send(anna, sha256, content)

    assert blob_state(served, attachment) == "stored"
    assert fetched(anna, sha256) == (404, "blob.unknown")


def test_a_file_that_is_lost_here_is_asked_for_again(served, anna):
    sha256, content = a_photo()
    attachment = attach(served, sha256)
    send(anna, sha256, content)
    served.parts.blobs.path_of(sha256).unlink()

    assert fetched(anna, sha256) == (404, "blob.unknown")

    assert blob_state(served, attachment) == "pending"
    assert missing(anna, sha256, len(content)) == "0-2"
    send(anna, sha256, content)
    assert fetched(anna, sha256) == content


def test_a_file_that_is_damaged_here_is_asked_for_again(served, anna):
    sha256, content = a_photo()
    attachment = attach(served, sha256)
    send(anna, sha256, content)
    assert anna.call("POST", f"/v1/blobs/{sha256}/doubt").status_code == 204
    assert blob_state(served, attachment) == "stored"
    served.parts.blobs.path_of(sha256).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    assert anna.call("POST", f"/v1/blobs/{sha256}/doubt").status_code == 204

    assert blob_state(served, attachment) == "pending"
    assert missing(anna, sha256, len(content)) == "0-2"


def test_a_thumbnail_that_is_lost_is_done_without_where_the_photo_is_here(served, anna):
    (sha256, content), (small, picture) = a_photo(), a_photo()
    attachment = attach(served, sha256, thumbnail=small)
    send(anna, small, picture)
    send(anna, sha256, content)
    served.parts.blobs.path_of(small).write_bytes(picture[:-1] + bytes([picture[-1] ^ 1]))

    assert anna.call("POST", f"/v1/blobs/{small}/doubt").status_code == 204

    assert blob_state(served, attachment) == "stored"
    assert fetched(anna, sha256) == content
    assert fetched(anna, small) == (404, "blob.unknown")
    with served.world.database.read() as connection:
        said = select(TABLES[Attachment].c.thumbnail).where(TABLES[Attachment].c.id == attachment)
        assert connection.execute(said).scalar_one() is None


@pytest.mark.parametrize("name", ["x", "0" * 63, "A" * 64, "..%2f..%2fetc%2fpasswd", "0" * 63 + "%00"])
def test_a_name_that_is_no_hash_reaches_no_file(served, anna, name):
    assert anna.call("GET", f"/v1/blobs/{name}").status_code in (400, 404)
    assert put(anna, name, b"x").status_code in (400, 404, 405)


def test_a_name_that_is_no_hash_is_refused_by_the_store_itself(tmp_path: Path):
    with pytest.raises(Refusal):
        BlobStore(tmp_path).path_of("../../etc/passwd")


def test_an_upload_nobody_goes_on_with_is_given_up(tmp_path: Path):
    store = BlobStore(tmp_path)
    store.upload("0" * 64, 2 * PART, "anna").take(0, bytes(PART), hashlib.sha256(bytes(PART)).hexdigest())
    store.upload("1" * 64, 2 * PART, "anna").take(0, bytes(PART), hashlib.sha256(bytes(PART)).hexdigest())
    long_ago = time.time() - STALE - 1
    for path in tmp_path.glob("arriving/*0000*"):
        os.utime(path, (long_ago, long_ago))

    assert store.forget_stale() == 2

    assert {path.name[5] for path in tmp_path.glob("arriving/*")} == {"1"}


def test_a_full_disk_is_said_in_so_many_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    sha256 = hashlib.sha256(b"photo").hexdigest()
    upload = BlobStore(tmp_path).upload(sha256, 5, "anna")
    upload.take(0, b"photo", sha256)
    with pytest.raises(DiskFull):
        upload.finish()

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
