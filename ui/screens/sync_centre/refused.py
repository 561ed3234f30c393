"""Correct what the server refused, and send it again."""

from functools import partial

from PySide6.QtWidgets import QWidget

from app.domain.entity import fields
from app.language import tr
from app.queries.sync_centre import Draft
from ui.desk import Desk
from ui.forms.form_dialog import FormDialog
from ui.messages import words_for


class FixDialog(FormDialog):
    """The form of the refused change, with the server's reason beside the field it names."""

    def __init__(self, desk: Desk, draft: Draft, parent: QWidget) -> None:
        change = draft.change
        known = fields(change.entity)
        shown = [name for name in draft.values if name in known and not known[name].parent]
        super().__init__(
            desk,
            parent,
            change.entity,
            tr("Correct and send again"),
            partial(desk.services.outbox.resubmit, change.op_id),
            only=shown or None,
            values=dict(draft.values),
            then=lambda _: desk.toast(tr("Corrected; it will be sent again")),
        )
        reason = words_for(draft.code, {"field": draft.field}, draft.message)
        if draft.field in shown:
            self.form.set_errors({str(draft.field): reason})
