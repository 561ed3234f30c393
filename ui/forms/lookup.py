"""Finds the records a reference may point to, without keeping the form waiting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from ui.background import Background, Task

if TYPE_CHECKING:
    from app.queries.records import Choice, Records


@dataclass
class Lookup:
    """`customer_id` narrows sites, machines and contacts to those of one customer; a form that names
    the customer itself keeps it up to date."""

    background: Background
    records: "Records"
    customer_id: UUID | None = None

    def search(
        self, target: str, text: str, then: Callable[[Sequence["Choice"]], object], owner: QObject
    ) -> Task:
        return self.background.read(
            lambda: self.records.choices(target, text, customer_id=self.customer_id), then, owner=owner
        )

    def title(self, target: str, row_id: UUID, then: Callable[[str | None], object], owner: QObject) -> Task:
        return self.background.read(lambda: self.records.title(target, row_id), then, owner=owner)
