"""Sign-ins that last for weeks: refresh tokens used once, each giving way to its successor.

A token used twice means that two hold it, so the whole sign-in ends. A lost answer must not look
like theft: the laptop invents a nonce and stores it before it asks; asking again with the same
nonce gets a fresh successor, and the one that was lost dies.
"""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy import delete as delete_from

from app.domain.ids import new_id
from sync.server.account_tables import REFRESH_TOKEN, SIGN_IN
from sync.server.refusals import Refusal

DAY = 86_400.0
SLIDING = 30 * DAY
ABSOLUTE = 90 * DAY


def ended() -> Refusal:
    """The person must sign in again; work on the laptop goes on."""
    return Refusal(401, "auth.session_ended")


def begin(connection: Connection, tenant_id: UUID, user_id: UUID, device_id: UUID, now: float) -> str:
    """A device has one sign-in: earlier ones of it end. Returns the first refresh token."""
    end_all(connection, tenant_id, "replaced", device_id=device_id)
    sign_in_id = new_id().hex
    connection.execute(
        insert(SIGN_IN).values(
            tenant_id=tenant_id.hex,
            id=sign_in_id,
            user_id=user_id.hex,
            device_id=device_id.hex,
            ends_at=now + ABSOLUTE,
        )
    )
    return _new_token(connection, tenant_id.hex, sign_in_id, parent=None, now=now, ends_at=now + ABSOLUTE)


def holder(connection: Connection, token: str, now: float) -> Row[Any]:
    """The sign-in `token` belongs to, locked until the transaction ends; raises Refusal 401."""
    found = connection.execute(
        select(SIGN_IN, REFRESH_TOKEN.c.expires_at)
        .join(REFRESH_TOKEN, REFRESH_TOKEN.c.sign_in_id == SIGN_IN.c.id)
        .where(REFRESH_TOKEN.c.hash == _hash(token))
        .with_for_update(of=SIGN_IN)
    ).one_or_none()
    if found is None or found.revoked or min(found.ends_at, found.expires_at) <= now:
        raise ended()
    return found


def rotate(connection: Connection, sign_in: Row[Any], token: str, nonce: str, now: float) -> str | None:
    """The successor of `token`; None after a replay, which has ended the sign-in.

    The caller must let the transaction commit in either case, and only then refuse.
    """
    own = _hash(token)
    used = connection.execute(
        update(REFRESH_TOKEN)
        .where(REFRESH_TOKEN.c.hash == own, REFRESH_TOKEN.c.used_at.is_(None))
        .values(used_at=now, nonce=_hash(nonce))
    )
    if not used.rowcount and not _is_retry(connection, own, nonce):
        end_all(connection, UUID(sign_in.tenant_id), "replayed", sign_in_id=UUID(sign_in.id))
        return None
    connection.execute(delete_from(REFRESH_TOKEN).where(REFRESH_TOKEN.c.parent == own))
    connection.execute(
        delete_from(REFRESH_TOKEN).where(
            REFRESH_TOKEN.c.sign_in_id == sign_in.id, REFRESH_TOKEN.c.expires_at <= now
        )
    )
    return _new_token(connection, sign_in.tenant_id, sign_in.id, parent=own, now=now, ends_at=sign_in.ends_at)


def move(connection: Connection, sign_in: Row[Any], device_id: UUID) -> None:
    """The laptop goes by another id from now on."""
    this = (SIGN_IN.c.tenant_id == sign_in.tenant_id, SIGN_IN.c.id == sign_in.id)
    connection.execute(update(SIGN_IN).where(*this).values(device_id=device_id.hex))


def end_all(connection: Connection, tenant_id: UUID, why: str, **of: UUID) -> None:
    """End the sign-ins whose columns equal `of`: a device's, a user's, or one by its id."""
    columns = {"device_id": SIGN_IN.c.device_id, "user_id": SIGN_IN.c.user_id, "sign_in_id": SIGN_IN.c.id}
    connection.execute(
        update(SIGN_IN)
        .where(SIGN_IN.c.tenant_id == tenant_id.hex, SIGN_IN.c.revoked.is_(None))
        .where(*(columns[name] == value.hex for name, value in of.items()))
        .values(revoked=why)
    )


def _is_retry(connection: Connection, own: str, nonce: str) -> bool:
    """The same nonce again, while nobody has used what was handed out for it."""
    kept = connection.execute(select(REFRESH_TOKEN.c.nonce).where(REFRESH_TOKEN.c.hash == own)).scalar()
    used_children = connection.execute(
        select(func.count()).where(REFRESH_TOKEN.c.parent == own, REFRESH_TOKEN.c.used_at.is_not(None))
    ).scalar_one()
    return kept == _hash(nonce) and not used_children


def _new_token(
    connection: Connection, tenant_id: str, sign_in_id: str, *, parent: str | None, now: float, ends_at: float
) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(REFRESH_TOKEN).values(
            hash=_hash(token),
            tenant_id=tenant_id,
            sign_in_id=sign_in_id,
            parent=parent,
            expires_at=min(now + SLIDING, ends_at),
        )
    )
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
