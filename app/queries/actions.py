"""What a change did, in the user's words: "completed", "changed Phone and E-mail"."""

from collections.abc import Collection, Mapping

from app.domain.entity import Entity, fields
from app.domain.fields import GROUP_LABELS
from app.language import msgid, tr
from sync.protocol import Op, OpKind

ACTIONS: Mapping[str, str] = {
    "customer.transfer": msgid("handed over"),
    "delegation.begin": msgid("begun"),
    "delegation.change": msgid("dates changed"),
    "delegation.end": msgid("ended"),
    "asset.sell": msgid("moved to another customer"),
    "visit.plan": msgid("planned"),
    "visit.reschedule": msgid("rescheduled"),
    "visit.check_in": msgid("checked in"),
    "visit.report": msgid("report written"),
    "visit.finish": msgid("finished"),
    "visit.miss": msgid("marked as missed"),
    "visit.cancel": msgid("cancelled"),
    "visit.reopen": msgid("planned again"),
    "visit_plan.make": msgid("made"),
    "visit_plan.generate": msgid("due visits planned"),
    "commitment.promise": msgid("promised"),
    "commitment.keep": msgid("kept"),
    "service_request.take_in": msgid("taken in"),
    "service_request.make_order": msgid("order made"),
    "service_request.close": msgid("closed"),
    "service_order.dispatch": msgid("dispatched"),
    "service_order.accept": msgid("accepted"),
    "service_order.set_out": msgid("set out"),
    "service_order.arrive": msgid("arrived"),
    "service_order.start_work": msgid("work begun"),
    "service_order.step_back": msgid("back to on site"),
    "service_order.sign": msgid("signed by the customer"),
    "service_order.complete": msgid("completed"),
    "service_order.cancel": msgid("cancelled"),
    "service_order.reassign": msgid("dispatched anew"),
    "service_order.book_time": msgid("time booked"),
    "service_order.use_part": msgid("parts booked"),
    "service_order.unbook": msgid("booking taken back"),
    "service_order.record": msgid("findings recorded"),
    "service_order.read_meter": msgid("running hours read"),
    "service_order.replace_part": msgid("part replaced"),
    "checklist_item.tick": msgid("checked off"),
    "note.write": msgid("written"),
    "attachment.add": msgid("added"),
    "attachment.remove": msgid("removed"),
    "conflict.resolve": msgid("conflict resolved"),
    "conflict.undo": msgid("conflict reopened"),
}
MOST_FIELDS = 3
# A group that is not named after its first field.
GROUPS = {"address": msgid("Address"), "window": msgid("Planned time")}


def action_words(name: str, entity: type[Entity], op: Op) -> str:
    """What a mutation named `name` did to its subject."""
    if name.endswith(".undo") and name not in ACTIONS:
        return tr("undone")
    if name in ACTIONS:
        return tr(ACTIONS[name])
    if op.kind is OpKind.CREATE:
        return tr("new")
    if op.kind is OpKind.DELETE or op.patch is None:
        return tr("deleted")
    return tr("changed {fields}", fields=field_words(entity, op.patch.names()))


def field_words(entity: type[Entity], names: frozenset[str]) -> str:
    """Labels of fields, those of a group as one; the rest as a number where there are many."""
    listed = field_labels(entity, names)
    words = tr(", ").join(listed[:MOST_FIELDS])
    more = len(listed) - MOST_FIELDS
    return tr("{fields} and {count} more", fields=words, count=more) if more > 0 else words


def field_labels(entity: type[Entity], names: Collection[str]) -> list[str]:
    """What fields are called, in the order they are declared, each group once."""
    known = [spec for name, spec in fields(entity).items() if name in names]
    return list(dict.fromkeys(tr(GROUP_LABELS[spec.group] if spec.group else spec.label) for spec in known))
