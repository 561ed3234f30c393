"""Machines that change hands."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from app.domain.assets import Asset
from app.domain.changes import Changes
from app.domain.customers import Customer
from app.domain.errors import RuleViolation
from app.persistence.replica import Replica
from app.persistence.write import Write
from app.services.rows import edit, fetch


class Assets:
    """Use cases of a machine that are more than an edit."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def sell(self, asset_id: UUID, customer_id: UUID) -> Changes:
        """To another customer, with its parts, configuration and replacements; orders, notes and files stay
        with the customer they were for."""
        with self._replica.write("asset.sell") as write:
            fetch(write.session, Customer, customer_id)
            asset = fetch(write.session, Asset, asset_id)
            if asset.customer_id == customer_id:
                raise RuleViolation("asset.already_there", field="customer_id")
            edit(asset, {"part_of_id": None})
            for machine in _with_parts(write, asset):
                edit(machine, {"customer_id": customer_id, "site_id": None})
        return write.changes


def _with_parts(write: Write, asset: Asset) -> Iterator[Asset]:
    yield asset
    for part in write.session.scalars(select(Asset).where(Asset.part_of_id == asset.id)).all():
        yield from _with_parts(write, part)
