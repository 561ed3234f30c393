"""Files as they come: lines that are no records are reported, and only they are lost."""

from app.exchange.files import Folder, Reading
from app.exchange.rows import BadRow


def read(tmp_path, data: bytes, encoding: str = "utf-8"):
    (tmp_path / "a.csv").write_bytes(data)
    folder = Folder(tmp_path, ["a.csv"])
    records = list(folder.records("a.csv", encoding=encoding))
    return records, folder.take_bad(), folder


def test_a_line_with_too_few_or_too_many_cells_is_reported(tmp_path):
    records, bad, _ = read(tmp_path, b"a,b\n1,2\n3\n4,5,6\n7,8\n")

    assert [record["a"] for record in records] == ["1", "7"]
    assert [(item.line, item.code, item.facts) for item in bad] == [
        (3, "line.columns", {"found": 1, "expected": 2}),
        (4, "line.columns", {"found": 3, "expected": 2}),
    ]


def test_a_line_that_is_not_text_loses_only_itself(tmp_path):
    records, bad, _ = read(tmp_path, "a,b\n苏州,1\n".encode() + b"\xcb\xd5,2\n" + "宁波,3\n".encode())

    assert [record["a"] for record in records] == ["苏州", "宁波"]
    assert [(item.line, item.code) for item in bad] == [(3, "line.encoding")]
    assert bad[0].raw[1] == "2"
    bad[0].raw[0].encode()  # can be written to a reject file


def test_a_record_of_several_lines_has_the_number_of_its_first(tmp_path):
    records, _, folder = read(tmp_path, b'a,b\n"x\ny",1\nz,2\n')

    assert [record.line for record in records] == [2, 4]
    assert folder.done == folder.total == 4


def test_the_last_line_counts_without_a_line_end(tmp_path):
    _, _, folder = read(tmp_path, b"a,b\n1,2")

    assert folder.total == 2


def test_lines_that_are_no_records_come_out_of_a_reading_in_their_place(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,b\n1\n2,3\n4\n")
    folder = Folder(tmp_path, ["a.csv"])

    def items():
        for record in folder.records("a.csv"):
            yield from record.attempt(iter(()))
            yield BadRow("a.csv", record.line, "line.repeated", {}, record.raw)

    assert [item.line for item in Reading(folder, items())] == [2, 3, 4]
