"""Machines: the list, one machine with its configuration and history."""
