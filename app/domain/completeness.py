"""Which facts about a customer should be known at which stage of its life."""

from collections.abc import Mapping

from app.domain.customers import LifecycleStage

_FOUND = ("phone", "city", "industry", "source_channel")
_KNOWN = (*_FOUND, "owner_id", "province", "street", "website", "priority_class")
_SOLD = (*_KNOWN, "employees", "annual_sales", "credit_rating", "value_tier")

WANTED: Mapping[LifecycleStage, tuple[str, ...]] = {
    LifecycleStage.UNQUALIFIED: _FOUND,
    LifecycleStage.PROSPECT: _KNOWN,
    LifecycleStage.OPPORTUNITY: _KNOWN,
    LifecycleStage.ORDERED: _SOLD,
    LifecycleStage.IN_SERVICE: (*_SOLD, "since_on", "loyalty_type"),
}
"""Fields of a customer, each stage keeping what the one before it wanted."""

DECIDER_WANTED = frozenset(LifecycleStage) - {LifecycleStage.UNQUALIFIED}
"""Stages at which we should know who decides."""
