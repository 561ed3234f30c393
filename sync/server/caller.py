"""On whose behalf the server acts: set by the routes from an access token, and trusted from there."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID


@dataclass(frozen=True)
class Caller:
    """A user on one of his devices. What he may do is read from the database each time."""

    tenant_id: UUID
    user_id: UUID
    device_id: UUID
    leaving: bool = False

    @cached_property
    def tenant(self) -> str:
        return self.tenant_id.hex

    @cached_property
    def user(self) -> str:
        return self.user_id.hex

    @cached_property
    def device(self) -> str:
        return self.device_id.hex
