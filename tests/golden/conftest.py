"""The second calculation, made once for all tests of a process: to read the workbooks takes longest."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from tests.golden.independent import Calculator
from tests.golden.refresh import AS_OF


@pytest.fixture(scope="session")
def calculator(sample_workbooks: Path) -> Calculator:
    """The independent calculator over the very workbooks that the marts were built from."""
    return Calculator.of_sample(sample_workbooks, AS_OF)


@pytest.fixture(scope="session")
def read(published_engine: Engine) -> Any:
    """A function that gives the rows of a statement as a frame."""

    def frame(sql: str) -> pd.DataFrame:
        with published_engine.connect() as connection:
            return pd.read_sql(text(sql), connection)

    return frame
