"""Everything here works over one replica."""

from tests.over_a_replica import clock, queries, replica, services

__all__ = ["clock", "queries", "replica", "services"]
