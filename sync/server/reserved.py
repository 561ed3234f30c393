"""Which conflicts are for the office to answer."""

from app.domain.conflict_sides import ORDER_AND_BELOW, is_reserved
from app.domain.entity import fields
from app.domain.registry import entity_named
from sync.protocol import Values
from sync.server.change_log import ChangeLog
from sync.server.disputes import names_asked
from sync.server.log_rows import Row


def for_the_office(log: ChangeLog, conflict: Row) -> bool:
    """Is the conflict about money, or about an order that is signed?"""
    entity = entity_named(str(conflict.values["entity"]))
    known = fields(entity)
    asked = [known[name] for name in names_asked(entity, conflict.values) if name in known]
    state = _order(log, str(conflict.values["row_id"])).get("state") if entity in ORDER_AND_BELOW else None
    return is_reserved(asked, state)


def _order(log: ChangeLog, row_id: str) -> Values:
    """The order itself, or the one a row hangs below."""
    found = log.peek([row_id]).get(row_id)
    if found is None:
        return {}
    order_id = found.values.get("service_order_id")
    return _order(log, str(order_id)) if order_id else found.values
