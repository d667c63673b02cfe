"""Fewer passes of Python's collector of reference cycles.

A page is made of ten thousand records, and almost all of them are freed without it; at Python's own settings its passes
take a third of the CPU time of a large table.
"""

from __future__ import annotations

import gc

# New objects until the next pass over the youngest; Python's own setting is 700.
ALLOCATIONS = 50_000


def collect_rarely() -> None:
    """Leave out of every pass what exists by now, modules above all, and pass seldom over what comes after."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, *gc.get_threshold()[1:])
