"""Access tokens: signed for ten minutes, so that most requests need no look at the sign-in tables.

HS256: the server that signs is the one that verifies, so there is no one to hand a public key to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from sync.server.refusals import Refusal

LIFETIME = 600  # seconds
ALGORITHM = "HS256"
_REMEMBERED = 2_000  # tokens


@dataclass(frozen=True)
class Claims:
    """Who calls, from which laptop; `scope_version` outdates the token when rights change."""

    user_id: UUID
    device_id: UUID
    scope_version: int


class AccessTokens:
    """Issues and reads tokens under one key; `clock` is seconds since 1970."""

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        self._key = OctKey.import_key(key)
        self._clock = clock
        # A laptop shows the same one for ten minutes; its signature is looked at once.
        self._verified = lru_cache(_REMEMBERED)(self._verify)

    def issue(self, claims: Claims) -> str:
        said = {
            "sub": claims.user_id.hex,
            "did": claims.device_id.hex,
            "sv": claims.scope_version,
            "exp": int(self._clock()) + LIFETIME,
        }
        return jwt.encode({"alg": ALGORITHM}, said, self._key)

    def read(self, token: str) -> Claims:
        """Raises Refusal 401 for a token that is not ours or no longer valid."""
        claims, expires = self._verified(token)
        if expires <= self._clock():
            raise Refusal(401, "auth.token_expired")
        return claims

    def _verify(self, token: str) -> tuple[Claims, int]:
        """Its claims, and when it expires."""
        try:
            said = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            return Claims(UUID(said["sub"]), UUID(said["did"]), int(said["sv"])), int(said["exp"])
        except (JoseError, ValueError, KeyError, TypeError) as problem:
            raise Refusal(401, "auth.token_invalid") from problem
