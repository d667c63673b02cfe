"""Kills and other faults, on the installation of a small province: `python -m tests.faults`."""
