"""Who this replica belongs to."""

import json
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Connection

from app.domain.organisation import Role
from app.domain.types import ChoiceType
from app.persistence import facts

_KEY = "identity"


@dataclass(frozen=True)
class Identity:
    """The person signed in, and the device as the server knows it."""

    user_id: UUID
    device_id: UUID
    tenant_id: UUID
    role: Role
    display_name: str


def read_identity(connection: Connection) -> Identity | None:
    """None before the first sign-in."""
    saved = facts.get(connection, _KEY)
    if saved is None:
        return None
    said = json.loads(saved)
    return Identity(
        user_id=UUID(said["user_id"]),
        device_id=UUID(said["device_id"]),
        tenant_id=UUID(said["tenant_id"]),
        role=cast("Role", ChoiceType(Role).from_stored(said["role"])),
        display_name=said["display_name"],
    )


def write_identity(connection: Connection, identity: Identity) -> None:
    """Replace what is known of the owner."""
    said = {
        "user_id": identity.user_id.hex,
        "device_id": identity.device_id.hex,
        "tenant_id": identity.tenant_id.hex,
        "role": identity.role.value,
        "display_name": identity.display_name,
    }
    facts.put(connection, _KEY, json.dumps(said, ensure_ascii=False))
