"""Ten years of a small city in fast motion: `python -m tests.years`."""
