"""Visits: the week, the lists, one visit from its preparation to its report."""
