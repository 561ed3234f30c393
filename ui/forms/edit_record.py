"""Opens the form of a record that exists: loads it, shows it, and saves only what was changed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.entity import Entity
from app.language import tr
from app.queries.records import Record
from app.queries.titles import word_for
from ui.desk import Desk
from ui.forms.form_dialog import FormDialog

Save = Callable[[dict[str, Any], Mapping[str, Any]], Any]
"""(edited fields, values the form showed) -> Changes; called in a worker."""


def edit_record(
    desk: Desk,
    parent: QWidget,
    entity: type[Entity],
    row_id: UUID,
    *,
    title: str = "",
    only: Sequence[str] | None = None,
    save: Save | None = None,
) -> None:
    """Without a `save` of its own, a record is saved as any other."""

    def save_plainly(edited: dict[str, Any], seen: Mapping[str, Any]) -> Any:
        return desk.services.records.save(entity, row_id, edited, seen)

    def show(record: Record | None) -> None:
        if record is None:
            desk.toast(tr("This record is no longer on this computer"))
            return
        words = title or tr("Edit: {kind}", kind=word_for(entity))
        saving = save or save_plainly

        def keep(edited: dict[str, Any]) -> Any:
            return saving(edited, record.values)

        FormDialog(
            desk, parent, entity, words, keep, only=only, values=record.values, titles=record.titles
        ).open()

    desk.read(partial(desk.queries.records.values, entity, row_id), show, owner=parent)
