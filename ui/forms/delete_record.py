"""Asks before a record is deleted, and says plainly when it cannot be."""

from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.entity import Entity
from app.language import tr
from app.queries.titles import word_for
from ui.acts import say
from ui.desk import Desk
from ui.dialogs import Question


def delete_record(desk: Desk, parent: QWidget, entity: type[Entity], row_id: UUID, title: str) -> None:
    """`title` is what the user knows the record by."""

    def delete() -> None:
        said = say(desk, tr("Deleted: {title}", title=title))
        desk.change(partial(desk.services.records.delete, entity, row_id), said, desk.fail)

    Question(
        parent.window(),
        tr("Delete this record?"),
        tr("{kind}: {title}. It is deleted for everybody once it is synchronised.",
           kind=word_for(entity), title=title),
        yes_words=tr("Delete"),
        no_words=tr("Keep"),
        yes=delete,
        dangerous=True,
    ).open()  # fmt: skip
