"""Spreadsheets: every entity goes out and comes back, in either language and encoding."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from app.domain.customers import Contact, Customer, Industry
from app.domain.entity import fields
from app.domain.errors import RuleViolation
from app.domain.fields import Kind
from app.domain.registry import ENTITIES
from app.domain.service_orders import ServiceOrder
from app.exchange import sheets
from app.exchange.reasons import words
from app.exchange.rejects import write_rejects
from app.exchange.rows import BadRow
from app.language import LANGUAGES, tr, use_language

EXAMPLES = {
    Kind.TEXT: "甲",
    Kind.LONG_TEXT: "两行，\n第二行",
    Kind.WHOLE: 7,
    Kind.QUANTITY: Decimal("1.25"),
    Kind.MONEY: Decimal("1234.5"),
    Kind.FLAG: True,
    Kind.DAY: date(2026, 11, 22),
    Kind.INSTANT: datetime(2026, 11, 22, 8, 15, tzinfo=UTC),
    Kind.TAGS: frozenset({"机床", "重点"}),
    Kind.REFERENCE: uuid4(),
}


def example(entity):
    return {
        name: spec.options[-1] if spec.kind is Kind.CHOICE else EXAMPLES[spec.kind]
        for name, spec in fields(entity).items()
    }


def written(entity, records, names=None) -> str:
    stream = io.StringIO(newline="")
    sheets.write(stream, entity, records, names or {})
    return stream.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__tablename__)
def test_a_record_of_any_entity_goes_out_and_comes_back(entity, language):
    use_language(language)
    record = example(entity)

    sheet = sheets.read(written(entity, [record]).encode(sheets.ENCODING), entity, {})

    assert sheet.ignored == []
    assert [item.values for item in sheet.items] == [record]


def test_a_sheet_written_in_chinese_by_excel_is_read_by_an_english_user():
    use_language("zh_CN")
    text = f"{tr('Name')},{tr('Territory')},{tr('Industry')},{tr('Customer since')},暗号\n"
    text += f"苏州恒远,华东 · 数控机床,{tr(Industry.MACHINE_TOOL.label)},2026年3月1日,x\n"
    use_language("en")
    territory = uuid4()

    sheet = sheets.read(text.encode("gb18030"), Customer, {"华东 · 数控机床": territory})

    assert sheet.ignored == ["暗号"]
    assert sheet.items[0].values == {
        "name": "苏州恒远",
        "territory_id": territory,
        "industry": Industry.MACHINE_TOOL,
        "since_on": date(2026, 3, 1),
    }


def test_bad_lines_are_named_and_the_rest_is_kept():
    rows = ["Name,Customer,Birthday", f"Zhou,{uuid4()},", f",{uuid4()},", f"Li,{uuid4()},soon", "Wu,nobody,"]

    sheet = sheets.read("\n".join(rows).encode(), Contact, {}, file="contacts.csv")
    bad = [(item.line, words(item)) for item in sheet.items if isinstance(item, BadRow)]

    assert [item.line for item in sheet.items if isinstance(item, sheets.SheetRow)] == [2]
    assert bad == [
        (3, "Name is missing."),
        (4, "“soon” in Birthday is not a date."),
        (5, "“nobody” in Customer names a record that is not in the data."),
    ]


@pytest.mark.parametrize(
    ("data", "code"), [(b"Name,\xff\xff\xff\n", "sheet.encoding"), (b"Phone\n123\n", "sheet.no_heading")]
)
def test_a_file_that_cannot_be_used_at_all_is_refused_as_a_whole(data, code):
    with pytest.raises(RuleViolation) as refusal:
        sheets.read(data, Customer, {})

    assert refusal.value.code == code


def test_no_cell_is_run_as_a_formula_and_telephone_numbers_stay_as_they_are():
    record = example(ServiceOrder) | {"subject": '=cmd|"/c calc"!A1', "number": "+86 512-6800"}

    text = written(ServiceOrder, [record])
    (item,) = sheets.read(text.encode(), ServiceOrder, {}).items

    assert "'=cmd" in text
    assert ",+86 512-6800," in text or text.splitlines()[1].startswith("+86 512-6800,")
    assert item.values["subject"] == record["subject"]


def test_a_reference_is_written_by_its_name():
    record = example(ServiceOrder)

    assert "苏州恒远" in written(ServiceOrder, [record], {record["customer_id"]: "苏州恒远"})


def test_the_reject_file_opens_in_excel_with_file_line_reason_and_content(tmp_path):
    use_language("zh_CN")
    bad = BadRow("a.csv", 7, "cell.number", {"column": "Cost", "value": "t swing"}, ("won", "=1+1"))

    assert write_rejects(tmp_path / "rejects.csv", [bad]) == 1
    data = (tmp_path / "rejects.csv").read_bytes()

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines()[1].startswith("a.csv,7,")
    assert "t swing" in data.decode()
    assert "'=1+1" in data.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__tablename__)
def test_no_two_columns_of_a_sheet_have_the_same_heading(entity, language):
    use_language(language)
    headings = [tr(spec.label) for spec in fields(entity).values()]

    assert len(set(headings)) == len(headings)
