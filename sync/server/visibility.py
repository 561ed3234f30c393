"""Which roots a user sees, saw, gained and lost: the questions in SQL, the same on both databases.

A root is visible at a moment where an interval of its membership and one of the user's grants, for
the same scope, both cover it.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, false, or_, select, union

from sync.server.tables import GRANT, MEMBER

Moment = int | None
"""The seq of a commit; None is now."""


class Sight:
    """The eyes of one user."""

    def __init__(self, tenant: str, user: str) -> None:
        self.tenant = tenant
        self.user = user

    def sees(self, root_id: ColumnElement[str], *moments: Moment) -> ColumnElement[bool]:
        """The root is visible at each of `moments`, whatever the scope."""
        return and_(*(self._at(root_id, moment) for moment in moments))

    def saw_after(self, root_id: ColumnElement[str], seq: int) -> ColumnElement[bool]:
        """The root is visible now, or was at some moment after commit `seq`."""
        member, grant, held = self._pairs()
        still = [or_(side.c.out_seq.is_(None), side.c.out_seq > seq) for side in (member, grant)]
        return exists(held.where(member.c.root_id == root_id, *still))

    def gained(self, since: int) -> Select[Any]:
        """Roots visible now that were not at `since`."""
        member, grant, held = self._pairs()
        held = held.where(_covers(member, None), _covers(grant, None))
        newer = union(held.where(member.c.in_seq > since), held.where(grant.c.in_seq > since)).subquery()
        root_id = newer.c.root_id
        return select(root_id).where(~self._at(root_id, since))

    def lost(self, since: int, until: int) -> Select[Any]:
        """Roots visible at `since` that are not at `until`, which is later or now."""
        member, grant, held = self._pairs()
        held = held.where(_covers(member, since), _covers(grant, since))
        ended = union(
            held.where(member.c.out_seq > since, member.c.out_seq <= until),
            held.where(grant.c.out_seq > since, grant.c.out_seq <= until),
        ).subquery()
        root_id = ended.c.root_id
        return select(root_id).where(~self._at(root_id, until)).order_by(root_id)

    def _at(self, root_id: ColumnElement[str], moment: Moment) -> ColumnElement[bool]:
        if moment == 0:
            return false()  # before the first commit nobody saw anything
        member, grant, held = self._pairs()
        return exists(
            held.where(member.c.root_id == root_id, _covers(member, moment), _covers(grant, moment))
        )

    def _pairs(self) -> tuple[FromClause, FromClause, Select[Any]]:
        """Memberships beside the user's grants for the same scope."""
        member, grant = MEMBER.alias(), GRANT.alias()
        same_scope = and_(grant.c.tenant_id == member.c.tenant_id, grant.c.scope == member.c.scope)
        pairs = select(member.c.root_id).join_from(member, grant, same_scope)
        return member, grant, pairs.where(member.c.tenant_id == self.tenant, grant.c.user_id == self.user)


def _covers(interval: FromClause, moment: Moment) -> ColumnElement[bool]:
    if moment is None:
        return interval.c.out_seq.is_(None)
    ends = interval.c.out_seq
    return and_(interval.c.in_seq <= moment, or_(ends.is_(None), ends > moment))
