"""Customers: the list, everything about one of them, and the forms."""
