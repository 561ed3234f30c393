"""Access tokens: signed for ten minutes, so that most requests need no look at the sign-in tables.

HS256: the server that signs is the one that verifies, so there is no one to hand a public key to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from sync.server.refusals import Refusal

LIFETIME = 600  # seconds
ALGORITHM = "HS256"


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
        try:
            said = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            claims = Claims(UUID(said["sub"]), UUID(said["did"]), int(said["sv"]))
            expired = int(said["exp"]) <= self._clock()
        except (JoseError, ValueError, KeyError, TypeError) as problem:
            raise Refusal(401, "auth.token_invalid") from problem
        if expired:
            raise Refusal(401, "auth.token_expired")
        return claims
