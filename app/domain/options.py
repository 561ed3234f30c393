"""A closed list of choices whose members carry their label."""

from enum import StrEnum
from typing import Self


class Option(StrEnum):
    """`MEMBER = "stored_value", "English label"`; the label is a message id."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
