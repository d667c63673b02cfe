"""The second calculation, made once for all tests of a process: to read the workbooks takes longest."""

from pathlib import Path

import pytest

from tests.golden.independent import Calculator
from tests.golden.refresh import AS_OF


@pytest.fixture(scope="session")
def calculator(sample_workbooks: Path) -> Calculator:
    """The independent calculator over the very workbooks that the marts were built from."""
    return Calculator.of_sample(sample_workbooks, AS_OF)
