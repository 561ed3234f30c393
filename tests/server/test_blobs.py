"""Files arrive whole or not at all, and are given only to those who see what they are attached to."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from app.domain.errors import DiskFull
from app.domain.ids import new_id
from app.domain.notes import Attachment
from app.domain.organisation import Role
from sync.server.blobs import BlobStore
from sync.server.refusals import Refusal
from tests.server.served import Laptop, Served
from tests.server.test_sign_in import code

PHOTO = b"\xff\xd8 a photo of a gearbox " * 50_000


@pytest.fixture
def anna(served: Served) -> Laptop:
    return served.laptop().signed_in()


def a_photo() -> tuple[str, bytes]:
    """Its own for every test, since they share a server."""
    content = PHOTO + new_id().bytes
    return hashlib.sha256(content).hexdigest(), content


def attach(served: Served, sha256: str, customer: str = "") -> str:
    customer = customer or served.world.add_customer(served.world.north)
    values = {"customer_id": customer, "file_name": "a.jpg", "media_type": "image/jpeg", "size": 1,
              "sha256": sha256, "blob": "pending"}  # fmt: skip
    return served.world.add(Attachment, customer, **values)


def test_a_file_comes_back_as_it_was_sent(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)

    assert anna.call("PUT", f"/v1/blobs/{sha256}", data=content).status_code == 204

    answer = anna.call("GET", f"/v1/blobs/{sha256}")
    assert answer.content == content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Roundtrip-Server"] == "1"


def test_a_download_goes_on_where_it_was_cut(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    anna.call("PUT", f"/v1/blobs/{sha256}", data=content)

    answer = anna.call("GET", f"/v1/blobs/{sha256}", headers={"Range": "bytes=100000-"})

    assert (answer.status_code, answer.content) == (206, content[100_000:])


def test_everybody_learns_that_a_file_has_arrived(served, anna):
    sha256, content = a_photo()
    attachment = attach(served, sha256)
    lin = served.world.laptop(served.world.lin)

    anna.call("PUT", f"/v1/blobs/{sha256}", data=content)
    anna.call("PUT", f"/v1/blobs/{sha256}", data=content)  # an answer was lost

    assert lin.pull().value(attachment, "blob") == "stored"
    assert lin.rows[attachment].rev == 2


def test_a_look_tells_whether_the_file_is_there(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)

    assert anna.call("HEAD", f"/v1/blobs/{sha256}").status_code == 404
    anna.call("PUT", f"/v1/blobs/{sha256}", data=content)
    answer = anna.call("HEAD", f"/v1/blobs/{sha256}")
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(content)))


def test_content_that_is_not_what_its_name_says_is_not_kept(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)

    assert code(anna.call("PUT", f"/v1/blobs/{sha256}", data=content[:-1])) == (400, "blob.hash_mismatch")
    assert anna.call("HEAD", f"/v1/blobs/{sha256}").status_code == 404
    assert not list(served.parts.settings.blob_folder.rglob("arriving-*"))


def test_a_hash_alone_opens_nothing(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    anna.call("PUT", f"/v1/blobs/{sha256}", data=content)
    ben = served.laptop(served.person(Role.ENGINEER, served.world.south)).signed_in()

    assert code(ben.call("GET", f"/v1/blobs/{sha256}")) == (404, "blob.unknown")


def offer(laptop: Laptop, sha256: str, size: int = len(PHOTO)) -> object:
    answer = laptop.call("POST", f"/v1/blobs/{sha256}", json={"size": size})
    return answer.json()["wanted"] if answer.status_code == 200 else code(answer)


def test_a_file_that_is_here_already_need_not_travel_again(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    assert offer(anna, sha256) is True
    anna.call("PUT", f"/v1/blobs/{sha256}", data=content)
    lin = served.world.laptop(served.world.lin)
    again = attach(served, sha256)

    assert offer(anna, sha256) is False
    assert lin.pull().value(again, "blob") == "stored"


def test_a_file_too_large_is_refused_before_it_travels(served, anna):
    sha256, _ = a_photo()
    attach(served, sha256)

    assert offer(anna, sha256, 256 * 2**20) is True
    assert offer(anna, sha256, 256 * 2**20 + 1) == (413, "blob.too_large")


def test_what_nothing_refers_to_is_not_kept(served, anna):
    sha256, content = a_photo()

    assert offer(anna, sha256) == (404, "blob.unreferenced")
    assert code(anna.call("PUT", f"/v1/blobs/{sha256}", data=content)) == (404, "blob.unreferenced")
    assert not list(served.parts.settings.blob_folder.rglob(f"*{sha256}*"))


def test_whoever_knows_the_hash_of_a_foreign_file_must_still_send_it(served, anna):
    sha256, content = a_photo()
    attach(served, sha256)
    anna.call("PUT", f"/v1/blobs/{sha256}", data=content)
    south = served.world.south
    ben = served.laptop(served.person(Role.ENGINEER, south)).signed_in()
    own = attach(served, sha256, served.world.add_customer(south))

    assert offer(ben, sha256) is True
    assert code(ben.call("GET", f"/v1/blobs/{sha256}")) == (404, "blob.unknown")
    ben.call("PUT", f"/v1/blobs/{sha256}", data=content)
    assert ben.call("GET", f"/v1/blobs/{sha256}").content == content
    assert served.world.laptop(served.world.lin).pull().value(own, "blob") == "stored"


@pytest.mark.parametrize("name", ["x", "0" * 63, "A" * 64, "..%2f..%2fetc%2fpasswd", "0" * 63 + "%00"])
def test_a_name_that_is_no_hash_reaches_no_file(served, anna, name):
    assert anna.call("GET", f"/v1/blobs/{name}").status_code in (400, 404)
    assert anna.call("PUT", f"/v1/blobs/{name}", data=b"x").status_code in (400, 404, 405)


def test_a_name_that_is_no_hash_is_refused_by_the_store_itself(tmp_path: Path):
    with pytest.raises(Refusal):
        BlobStore(tmp_path).path_of("../../etc/passwd")


def test_an_upload_broken_off_leaves_nothing(tmp_path: Path):
    store = BlobStore(tmp_path)
    with store.upload("0" * 64) as upload:
        upload.write(b"half")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_full_disk_is_said_in_so_many_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with BlobStore(tmp_path).upload(hashlib.sha256(PHOTO).hexdigest()) as upload:
        upload.write(PHOTO)
        with pytest.raises(DiskFull):
            upload.finish()

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
