"""Freezes the program and packs it for Windows; not part of the program."""
