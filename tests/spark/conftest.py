"""Tests on Spark; without the packages of `requirements-spark.txt` they are left out."""

from importlib.util import find_spec

# `make test` runs without them, `make test-spark` installs them.
if find_spec("pyspark") is None:
    collect_ignore_glob = ["test_*.py"]
