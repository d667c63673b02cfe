"""Fingerprints of a version's inputs: equal fingerprints give equal figures, so no build is needed."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from warehouse.plan.seeds import plan_content, seeds_dir
from warehouse.reference import Period
from warehouse.registry.store import Submission
from warehouse.settings import PROJECT_ROOT

_READER_FILES = (
    "warehouse/forms/**/*.py",
    "warehouse/text/reading.toml",
    "warehouse/pipeline/raw.py",
    "dbt_project/seeds/*.csv",
)
_COMPILED_FILES = (
    "dbt_project/*.yml",
    "dbt_project/models/**/*.*",
    "dbt_project/macros/**/*.sql",
    "dbt_project/tests/**/*.sql",
)
# What macros read of seeds while dbt compiles. Texts change no SQL: plans that differ in them share what was compiled.
_COMPILED_COLUMNS = {
    "forms.csv": ("form_code", "display_order", "table_name", "row_key"),
    "form_columns.csv": ("form_code", "column_code", "position", "data_type", "is_measure"),
    "size_measures.csv": ("measure_code",),
}
_COMPILERS = ("dbt-core", "dbt-duckdb")
_CHECK_FILES = ("expectations/**/*.py", "expectations/**/*.toml")
_RULE_FILES = (
    *_READER_FILES,
    *_COMPILED_FILES,
    *_CHECK_FILES,
    "warehouse/pipeline/lineage.py",
    "warehouse/pipeline/marts.py",
)


def code_fingerprint() -> str:
    """Return a hash of all code and data that a build depends on."""
    return _hash(_file_lines((*_RULE_FILES, "warehouse/**/*.py", "warehouse/**/*.toml", "requirements.txt")))


def raw_fingerprint() -> str:
    """Return a hash of all files that determine how an original becomes raw rows."""
    return _hash(_file_lines(_READER_FILES))


def checks_fingerprint() -> str:
    """Return a hash of all that determines what checks find in the same tables."""
    return _hash(_file_lines((*_READER_FILES, *_CHECK_FILES)))


def compiled_fingerprint() -> str:
    """Return a hash of all that determines the SQL to which dbt compiles the models and their tests."""
    seeds = seeds_dir()
    lines = [f"{path.relative_to(PROJECT_ROOT)} {_file_hash(path)}" for path in _paths(_COMPILED_FILES)]
    for name, columns in _COMPILED_COLUMNS.items():
        lines += [f"{name} {cells}" for cells in _cells(seeds / name, columns)]
    return _hash([*lines, *(f"{name} {version(name)}" for name in _COMPILERS)])


def build_fingerprint(
    submissions: Sequence[Submission], periods: Iterable[Period], as_of_date: date, *, is_set: bool
) -> str:
    """Return a hash of the reports, the rules, and the periods that have begun, closed or fallen due on the as-of date.

    A date from the settings (`is_set`) is included as such; today's is not, or every day would require a build.
    """
    reports = [f"{s.submission_id} {s.sha256} {s.verdict} {s.version} {s.received_at.isoformat()}" for s in submissions]
    steps = [_steps(period, as_of_date) for period in periods]
    day = as_of_date.isoformat() if is_set else "today"
    return _hash([*_file_lines(_RULE_FILES), *reports, *steps, day])


def _steps(period: Period, as_of_date: date) -> str:
    """Return what of a period lies behind a day, as in `int_periods`."""
    has_begun, has_closed = period.covers_from <= as_of_date, period.covers_to < as_of_date
    return f"{period.period_code} {has_begun} {has_closed} {period.due_date < as_of_date}"


def _file_lines(patterns: Iterable[str]) -> list[str]:
    lines = [f"{path.relative_to(PROJECT_ROOT)} {_file_hash(path)}" for path in _paths(patterns)]
    return lines + [f"{name} {_hash([text])}" for name, text in plan_content()]


def _paths(patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in _files(pattern)})


def _files(pattern: str) -> list[Path]:
    """Return the files that match. Raises FileNotFoundError for none: code would silently be left out of the hash."""
    paths = [path for path in PROJECT_ROOT.glob(pattern) if path.is_file()]
    if not paths:
        raise FileNotFoundError(f"no file matches {pattern}")
    return paths


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _cells(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """Return these columns of a file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return [[row[column] for column in columns] for row in csv.DictReader(file)]


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
