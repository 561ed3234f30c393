"""Keeps None, True and False alive on Python 3.11.

The Qt binding is built for Pythons whose singletons are immortal: its functions hand out None, True
and False without counting the reference. Python 3.11 counts them, and after some ten thousand calls
of Qt ends the program with "deallocating None". A count that never runs out cures it; from Python 3.12
on there is nothing to cure. A test shows that the binding still does it, and when it no longer does,
this module goes.
"""

import ctypes
import sys

PLENTY = 1 << 50


def keep_singletons() -> None:
    """Give each singleton more references than any program can lose."""
    if sys.version_info >= (3, 12):
        return
    for singleton in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(singleton))
        if count.value < PLENTY:
            count.value += PLENTY
