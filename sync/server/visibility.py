"""Which roots a user sees, saw, gained and lost: the questions in SQL, the same on both databases.

A root is visible at a moment where an interval of its membership and one of the user's grants, for
the same scope, both cover it. All these are parts of statements that take `tenant` and `user`.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    union,
)

from sync.server.tables import GRANT, MEMBER

Moment = ColumnElement[int]
"""The seq of a commit, as a parameter of the statement."""

NOW = None


def sees(root_id: ColumnElement[str], *moments: Moment | None) -> ColumnElement[bool]:
    """The root is visible at each of `moments`, by whatever scope."""
    return and_(*(_at(root_id, moment) for moment in moments))


def visible(moment: Moment) -> Select[Any]:
    """Roots visible at `moment`; one may be named twice."""
    member, grant, held = _pairs()
    return held.where(_covers(member, moment), _covers(grant, moment))


def seen_among(root_ids: BindParameter[Any]) -> Select[Any]:
    """Those of these roots that are visible now."""
    member, grant, held = _pairs()
    return held.where(member.c.root_id.in_(root_ids), _covers(member, NOW), _covers(grant, NOW)).distinct()


def saw_after(root_id: ColumnElement[str], since: Moment) -> ColumnElement[bool]:
    """The root is visible now, or was at some moment after commit `since`."""
    member, grant, held = _pairs()
    still = [or_(side.c.out_seq.is_(None), side.c.out_seq > since) for side in (member, grant)]
    return exists(held.where(member.c.root_id == root_id, *still))


def gained(since: Moment) -> Select[Any]:
    """Roots visible now that were not at `since`."""
    member, grant, held = _pairs()
    held = held.where(_covers(member, NOW), _covers(grant, NOW))
    newer = union(held.where(member.c.in_seq > since), held.where(grant.c.in_seq > since)).subquery()
    return select(newer.c.root_id).where(~_at(newer.c.root_id, since))


def lost(since: Moment, until: Moment) -> Select[Any]:
    """Roots visible at `since` that are not at `until`, which is later."""
    member, grant, held = _pairs()
    held = held.where(_covers(member, since), _covers(grant, since))
    ended = union(
        held.where(member.c.out_seq > since, member.c.out_seq <= until),
        held.where(grant.c.out_seq > since, grant.c.out_seq <= until),
    ).subquery()
    return select(ended.c.root_id).where(~_at(ended.c.root_id, until))


def _at(root_id: ColumnElement[str], moment: Moment | None) -> ColumnElement[bool]:
    """Asked for row after row, so the user's few scopes are a list found once, not a join."""
    member, grant = MEMBER.alias(), GRANT.alias()
    scopes = select(grant.c.scope).where(
        grant.c.tenant_id == bindparam("tenant"), grant.c.user_id == bindparam("user"), _covers(grant, moment)
    )
    return exists(
        select(member.c.root_id)
        .where(member.c.tenant_id == bindparam("tenant"), member.c.root_id == root_id)
        .where(member.c.scope.in_(scopes), _covers(member, moment))
    )


def _pairs() -> tuple[FromClause, FromClause, Select[Any]]:
    """Memberships beside the user's grants for the same scope."""
    member, grant = MEMBER.alias(), GRANT.alias()
    same_scope = and_(grant.c.tenant_id == member.c.tenant_id, grant.c.scope == member.c.scope)
    pairs = select(member.c.root_id).join_from(member, grant, same_scope)
    whose = (member.c.tenant_id == bindparam("tenant"), grant.c.user_id == bindparam("user"))
    return member, grant, pairs.where(*whose)


def _covers(interval: FromClause, moment: Moment | None) -> ColumnElement[bool]:
    ends = interval.c.out_seq
    if moment is None:
        return ends.is_(None)
    return and_(interval.c.in_seq <= moment, or_(ends.is_(None), ends > moment))
