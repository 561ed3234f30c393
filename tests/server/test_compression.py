"""Pulls shrink in a way the asking laptop can read."""

import gzip

import pytest
import zstandard
from starlette.exceptions import HTTPException

from sync.protocol import MalformedMessage
from sync.server.compression import chosen_encoding, compressed, unpacked


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("zstd, gzip, deflate", "zstd"),
        ("gzip, deflate, br", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("zstd;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("identity", None),
        ("", None),
        ("gzip;q=broken", None),
    ],
)
def test_the_best_encoding_both_sides_know_is_chosen(accepted, chosen):
    assert chosen_encoding(accepted) == chosen


@pytest.mark.parametrize(
    ("encoding", "unpack"),
    [
        ("zstd", zstandard.decompress),
        ("gzip", gzip.decompress),
        (None, bytes),
    ],
)
def test_what_was_compressed_reads_back_the_same(encoding, unpack):
    page = b'["put","customer"]\n' * 20_000

    assert unpack(compressed(page, encoding)) == page


def test_what_a_laptop_packed_is_unpacked_up_to_a_limit():
    body = b'{"mutations":[]}' * 100

    assert unpacked(zstandard.compress(body), "zstd", len(body)) == body
    assert unpacked(body, "", 10) == body
    with pytest.raises(HTTPException) as refused:
        unpacked(zstandard.compress(body), "zstd", len(body) - 1)
    assert refused.value.status_code == 413


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"neither", "zstd"),
        (zstandard.compress(b"x" * 1000)[:-3], "zstd"),
        (b"".join(zstandard.ZstdCompressor(write_content_size=False).read_to_iter(b"x" * 10**6)), "zstd"),
        (gzip.compress(b"{}"), "gzip"),
    ],
    ids=["not packed", "cut short", "of unknown size", "another packing"],
)
def test_what_does_not_say_how_large_it_will_be_is_not_unpacked(body, encoding):
    with pytest.raises(MalformedMessage):
        unpacked(body, encoding, 10**9)
