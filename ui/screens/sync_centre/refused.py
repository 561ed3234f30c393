"""Correct what the server refused, and send it again."""

from functools import partial

from PySide6.QtWidgets import QWidget

from app.domain.entity import fields, name_of
from app.language import tr
from app.queries.sync_centre import Draft
from ui.desk import Desk
from ui.forms.form_dialog import FormDialog
from ui.messages import words_for


def refusal(draft: Draft) -> str:
    """The server's reason; it names the field only, the declaration knows the rest."""
    facts: dict[str, object] = {"field": draft.field, "entity": name_of(draft.change.entity)}
    spec = fields(draft.change.entity).get(draft.field or "")
    if spec is not None:
        facts |= {"label": spec.label, "limit": spec.max_length}
    return words_for(draft.code, facts, draft.message)


class FixDialog(FormDialog):
    """The form of the refused change, under its name as in the panel, with the server's reason beside the
    field that it names."""

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
            about=change.title,
            then=lambda _: desk.toast(tr("Corrected; it will be sent again")),
        )
        if draft.field in shown:
            self.form.set_errors({draft.field: refusal(draft)})
        else:
            self.show_reason(refusal(draft))
