"""Why a line or a whole file was not taken, in words: one sentence per reason."""

from collections.abc import Mapping

from app.exchange.rows import BadRow
from app.language import msgid, tr

_REASONS: Mapping[str, str] = {
    "cell.date": msgid("“{value}” in {column} is not a date."),
    "cell.number": msgid("“{value}” in {column} is not a number."),
    "cell.choice": msgid("“{value}” in {column} is none of: {choices}."),
    "cell.unknown": msgid("“{value}” in {column} names a record that is not in the data."),
    "cell.flag": msgid("“{value}” in {column} is neither yes nor no."),
    "cell.xml": msgid("{column} cannot be read."),
    "import.file_missing": msgid("{file} is missing in {folder}."),
    "import.set_unknown": msgid("There is no set “{set}”; there are: {sets}."),
    "sheet.encoding": msgid("The file is neither UTF-8 nor GB18030 text."),
    "sheet.no_heading": msgid("The file has no column “{label}”."),
    "line.columns": msgid("The line has {found} cells instead of {expected}."),
    "line.encoding": msgid("The line is not valid {encoding} text."),
    "line.repeated": msgid("The same record stands on an earlier line."),
    "place.no_district": msgid("District {district} is not in the list of districts."),
    "field.required": msgid("{label} is missing."),
    "field.too_long": msgid("{label} is longer than {limit} characters."),
    "field.too_large": msgid("The number in {label} is too large."),
    "field.malformed": msgid("{label} holds something this field cannot hold."),
}


def words(bad: BadRow) -> str:
    """The sentence for a line that was left out, in the language in use."""
    return sentence(bad.code, bad.facts)


def sentence(code: str, facts: Mapping[str, object]) -> str:
    """The sentence for an error of this package."""
    shown = {name: tr(str(fact)) if name in ("label", "column") else fact for name, fact in facts.items()}
    return tr(_REASONS[code], **shown)
