"""What a user may change, decided anew for every mutation from the rows as they are.

The organisation belongs to managers, the rest of the catalogue to the office as well; everything
below a customer to whoever sees that customer, or saw it until a short while ago.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from app.domain.ambient import utc_now
from app.domain.conflicts import Conflict, ConflictKind
from app.domain.customers import Collaborator, Customer, DelegatedCustomer
from app.domain.entity import CATALOGUE, Entity, fields, name_of
from app.domain.errors import SyncRefused
from app.domain.fields import Policy
from app.domain.notes import Attachment
from app.domain.organisation import (
    Delegation,
    ProductLine,
    Region,
    Role,
    Territory,
    TerritoryAssignment,
    User,
)
from app.domain.types import InstantType, Stored
from sync.protocol import Values
from sync.scopes import ALL, territory_scope
from sync.server.caller import Caller
from sync.server.filing import Disputed
from sync.server.intervals import CHUNK
from sync.server.moves import left_at
from sync.server.rejection import Rejection
from sync.server.tables import COMMIT, GRANT, KEY, TABLES, WHOLE
from sync.server.visibility import NOW, saw_after, seen_among, sees

GRACE = timedelta(days=7)
"""How long work on a customer is still taken from someone who lost sight of it: he may have been
on the road without a network when it was handed over."""

ORGANISATION: frozenset[type[Entity]] = frozenset({Region, ProductLine, Territory, User, TerritoryAssignment})
RESOLVING = frozenset({"state", "resolved_by_id", "resolved_at", "resolution"})


_TENANT: BindParameter[str] = bindparam("tenant")
_USER: BindParameter[str] = bindparam("user")
_ROOT = bindparam("root", type_=KEY)
_CARD = select(TABLES[User].c.role, TABLES[User].c.active).where(
    TABLES[User].c.tenant_id == _TENANT, TABLES[User].c.id == _USER
)
_HELD = select(GRANT.c.scope).where(
    GRANT.c.tenant_id == _TENANT, GRANT.c.user_id == _USER, GRANT.c.out_seq.is_(None)
)
_ASSIGNMENT = TABLES[TerritoryAssignment].c
_WORKS_IN = select(_ASSIGNMENT.id).where(
    _ASSIGNMENT.tenant_id == _TENANT,
    _ASSIGNMENT.user_id == _USER,
    _ASSIGNMENT.territory_id == bindparam("territory"),
)
_SEES = select(sees(_ROOT, NOW))
_SEES_OF = seen_among(bindparam("roots", expanding=True))
_SAW = select(saw_after(_ROOT, bindparam("since", type_=WHOLE)))


MOVING = frozenset(map(name_of, ORGANISATION | {Customer, Collaborator, Delegation, DelegatedCustomer}))
"""Entities whose rows decide who may do what."""


class Rights:
    """Of one caller, until a mutation touches rows that decide about rights.

    Each method raises Rejection where he may not, and Disputed where he no longer may.
    """

    def __init__(self, connection: Connection, caller: Caller) -> None:
        self._connection = connection
        self._caller = caller
        self._whose = {"tenant": caller.tenant, "user": caller.user}
        self._roots: dict[str, Rejection | Disputed | None] = {CATALOGUE.hex: None}
        self.role = self._role()

    @property
    def leads(self) -> bool:
        """Managers and administrators, who may set what the server otherwise owns."""
        return self.role in (Role.MANAGER, Role.ADMIN)

    def foresee(self, root_ids: Iterable[str]) -> None:
        """These roots will be asked about: find at once those that he sees."""
        listed = sorted(set(root_ids) - self._roots.keys())
        for start in range(0, len(listed), CHUNK):
            about = self._whose | {"roots": listed[start : start + CHUNK]}
            self._roots |= dict.fromkeys(self._connection.scalars(_SEES_OF, about))

    def check_entity(self, entity: type[Entity], root_id: str) -> None:
        """May he write rows of this kind, below this root?"""
        if entity in ORGANISATION and not self.leads:
            raise Rejection("right.organisation")
        if root_id == CATALOGUE.hex and self.role == Role.ENGINEER and entity is not Delegation:
            raise Rejection("right.catalogue")
        if root_id not in self._roots:
            self._roots[root_id] = self._why_not(root_id)
        if refusal := self._roots[root_id]:
            raise refusal

    def check_moved(self, entity: type[Entity], row_id: str, root_id: str, said: str) -> None:
        """May he write a row that he still believes below root `said`, and that has moved on?"""
        left = left_at(self._connection, self._caller.tenant, row_id, said)
        if left is None:
            raise Rejection("row.foreign_root")
        try:
            self.check_entity(entity, root_id)
        except (Rejection, Disputed):
            self.check_entity(entity, said)
            if left <= self._seq_before_grace():
                raise Disputed(ConflictKind.LATE, root_id) from None

    def check_new(self, entity: type[Entity], row_id: str, values: Values, owned: Values) -> None:
        """May he create this row? A customer only where he works himself.

        `owned` holds what the fields the server owns may say: defaults, or what they said before.
        """
        if entity is Conflict:
            raise Rejection("right.conflict")
        if entity is Customer:
            if not {ALL, territory_scope(str(values["territory_id"]))} & self._held():
                raise Rejection("right.territory", field="territory_id")
            self._roots.setdefault(row_id, None)
        self._check_delegation(entity, values)
        self._check_admin(entity, values)
        self._check_owned_by_server(entity, values, owned)

    def check_change(self, entity: type[Entity], before: Values, changed: Values) -> None:
        """May he set these fields of a row that stands?"""
        if entity is Conflict:
            self._check_resolution(changed)
        moved = entity is Customer and changed.get("territory_id", before["territory_id"])
        if moved and moved != before["territory_id"] and self.role == Role.ENGINEER:
            raise Rejection("right.reassign", field="territory_id")
        if entity is Attachment and "sha256" in changed:  # or a row that may be seen would open any file
            raise Rejection("field.server_only", field="sha256", label=fields(entity)["sha256"].label)
        self._check_delegation(entity, before)
        self._check_delegation(entity, {**before, **changed})
        self._check_admin(entity, before)
        self._check_admin(entity, changed)

    def check_delete(self, entity: type[Entity], values: Values) -> None:
        """May he delete this row?"""
        if entity is Conflict:
            raise Rejection("right.conflict")
        self._check_delegation(entity, values)
        self._check_admin(entity, values)

    def check_answer(self, reserved: bool) -> None:
        """May he answer a conflict that is `reserved` for the office, or one that is not?"""
        if reserved and self.role == Role.ENGINEER:
            raise Rejection("right.conflict")

    def _check_delegation(self, entity: type[Entity], values: Values) -> None:
        """An engineer delegates his own work, and of that no territory that is not his."""
        if entity is not Delegation or self.role != Role.ENGINEER:
            return
        if values["owner_id"] != self._caller.user:
            raise Rejection("right.delegation", field="owner_id")
        about = self._whose | {"territory": values["territory_id"]}
        if values["territory_id"] and not self._connection.execute(_WORKS_IN, about).first():
            raise Rejection("right.delegation", field="territory_id")

    def _check_resolution(self, changed: Values) -> None:
        """A conflict is the server's testimony; people add how and by whom it was resolved."""
        by = changed.get("resolved_by_id")
        if not changed.keys() <= RESOLVING or by not in (None, self._caller.user):
            raise Rejection("right.conflict")

    def _check_admin(self, entity: type[Entity], values: Values) -> None:
        """Nobody but an administrator makes, changes or removes one."""
        if entity is User and values.get("role") == Role.ADMIN and self.role != Role.ADMIN:
            raise Rejection("right.administrator", field="role")

    def _check_owned_by_server(self, entity: type[Entity], values: Values, owned: Values) -> None:
        for name, spec in fields(entity).items():
            may_say = (None, owned.get(name))
            if spec.policy is Policy.SERVER and values.get(name) not in may_say and not self.leads:
                raise Rejection("field.server_only", field=name, label=spec.label)

    def _role(self) -> str:
        found = self._connection.execute(_CARD, self._whose).one_or_none()
        if found is None or not found.active:
            raise SyncRefused("account.disabled")
        return str(found.role)

    def _held(self) -> set[str]:
        return set(self._connection.scalars(_HELD, self._whose))

    def _why_not(self, root_id: str) -> Rejection | Disputed | None:
        about = self._whose | {"root": root_id}
        if self._connection.execute(_SEES, about).scalar():
            return None
        if not self._connection.execute(_SAW, about | {"since": 0}).scalar():
            return Rejection("scope.foreign")
        if self._connection.execute(_SAW, about | {"since": self._seq_before_grace()}).scalar():
            return None
        return Disputed(ConflictKind.LATE, root_id)

    def _seq_before_grace(self) -> int:
        limit: Stored = InstantType().to_stored(utc_now() - GRACE)
        mine = (COMMIT.c.tenant_id == self._caller.tenant, COMMIT.c.at <= limit)
        return int(self._connection.execute(select(func.max(COMMIT.c.seq)).where(*mine)).scalar() or 0)
