"""Benchmarks: what the product promises about speed and size, measured in one run on one machine.

`python -m tests.bench` (or `make bench`) prints a table and writes `bench-results.json`. It reports and never fails:
the limits are goals for this machine's ratios, not tests.
"""
