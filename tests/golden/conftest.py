"""The second calculation. To read the workbooks takes longest, and is done once for all processes."""

import hashlib
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from tests.conftest import _made_once
from tests.golden import workbooks
from tests.golden.independent import Calculator
from tests.golden.judgement import Judge
from tests.golden.refresh import AS_OF


@pytest.fixture(scope="session")
def calculator(shared_root: Path, sample_workbooks: Path) -> Calculator:
    """The independent calculator over the very workbooks that the marts were built from."""
    units = workbooks.read_units()
    reader = hashlib.sha256(Path(workbooks.__file__).read_bytes()).hexdigest()
    kept = shared_root / f"sent-{reader[:8]}.pickle"

    def read() -> None:
        kept.write_bytes(pickle.dumps(workbooks.read_sent(sample_workbooks, units)))

    _made_once(shared_root, kept.stem, read)
    sent = pickle.loads(kept.read_bytes())  # noqa: S301 - written by `read`
    return Calculator(sent, units, workbooks.read_successors(), AS_OF)


@pytest.fixture(scope="session")
def judge(calculator: Calculator) -> Judge:
    """What is stated beside the calculator's figures."""
    return Judge(calculator)


@pytest.fixture(scope="session")
def read(published_engine: Engine) -> Any:
    """A function that gives the rows of a statement as a frame."""

    def frame(sql: str) -> pd.DataFrame:
        with published_engine.connect() as connection:
            return pd.read_sql(text(sql), connection)

    return frame
