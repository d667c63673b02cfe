"""Limits of a query of one's own, and why one has no result."""

MOST_ROWS = 5_000
MOST_BYTES = 20_000_000
WALL_CLOCK_S = 10.0
# Queries that run at the same time; others wait.
AT_ONCE = 4
# Why a query has no result, by the exit code of its process.
EXITS = {3: "not_one", 4: "not_select", 5: "failed", 6: "time", 7: "memory", 8: "large"}
