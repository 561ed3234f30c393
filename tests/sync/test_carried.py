"""The form of a file that is carried by hand: whatever its size, what went in comes out."""

from io import BytesIO

import pytest

from app.domain.ids import new_id
from sync.carried import Content, Head, Keys, Kind, Writer, check, read_head


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_the_form_holds_any_size(size: int) -> None:
    reader, writer = Keys(b"r" * 32), Keys(b"w" * 32)
    head = Head(Kind.RECEIPT, new_id(), new_id(), new_id(), "李伟", "now", 1, 2, 3, reader.public.written())
    file = BytesIO()
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)

    made = Writer(file, head, reader.public, writer, bytes)
    made.line("file", size)
    made.write(content)
    made.line("end")
    made.close()

    assert read_head(file) == head
    check(file, writer.public)
    found = Content(file, reader)
    assert found.line() == ["file", size]
    assert b"".join(found.bytes_(size)) == content
    assert [found.line(), found.line()] == [["end"], []]
