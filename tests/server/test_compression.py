"""Pulls shrink in a way the asking laptop can read."""

import gzip

import pytest
import zstandard

from sync.server.compression import chosen_encoding, compressed


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
