"""What we promised a customer, and whether we kept it."""

from datetime import date
from uuid import UUID

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.visits import Commitment
from app.persistence.replica import Replica
from app.services.rows import add, fetch


class Commitments:
    """A promise is shown at every later contact until it is kept."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def promise(
        self,
        customer_id: UUID,
        promise: str,
        due_on: date,
        *,
        visit_id: UUID | None = None,
        owner_id: UUID | None = None,
    ) -> tuple[UUID, Changes]:
        """Ours unless another owner is named."""
        identity = self._replica.identity
        values = {
            "customer_id": customer_id,
            "visit_id": visit_id,
            "owner_id": owner_id or (identity.user_id if identity else None),
            "promise": promise,
            "due_on": due_on,
        }
        with self._replica.write("commitment.promise") as write:
            commitment_id = add(write.session, Commitment, values).id
        return commitment_id, write.changes

    def keep(self, commitment_id: UUID) -> Changes:
        with self._replica.write("commitment.keep") as write:
            commitment = fetch(write.session, Commitment, commitment_id)
            if commitment.kept_at is not None:
                raise RuleViolation("commitment.already_kept")
            commitment.kept_at = self._clock()
        return write.changes

    def reopen(self, commitment_id: UUID) -> Changes:
        """It was not kept after all."""
        with self._replica.write("commitment.reopen") as write:
            fetch(write.session, Commitment, commitment_id).kept_at = None
        return write.changes
