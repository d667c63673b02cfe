"""The interval of the mart is the published one: the SQL of the dbt macro gives Newcombe's figures."""

import csv
from pathlib import Path

import duckdb
import jinja2
import pytest

from warehouse.settings import SEEDS_DIR

MACRO = SEEDS_DIR.parent / "macros" / "wilson.sql"
WITH_PUBLISHED = Path(__file__).with_name("wilson.csv")


def seeded_z() -> str:
    """The normal quantile that the marts are built with."""
    with (SEEDS_DIR / "settings.csv").open(encoding="utf-8", newline="") as file:
        settings = {row["setting_code"]: row["setting_value"] for row in csv.DictReader(file)}
    return settings["confidence_z"]


def bound(successes: str, trials: str, side: str) -> float | None:
    """One bound as a share of 1, from the macro's own SQL."""
    macro = jinja2.Template(MACRO.read_text(encoding="utf-8")).module.wilson_bound  # type: ignore[attr-defined]
    sql = macro("share", "trials", f"cast({seeded_z()} as double)", side)
    given = f"select {successes} / nullif({trials}.0, 0) as share, {trials}.0::double as trials"
    value = duckdb.execute(f"select {sql} / 100 from ({given})").fetchall()[0][0]
    return None if value is None else float(value)


@pytest.mark.parametrize(
    "row",
    list(csv.DictReader(WITH_PUBLISHED.open(encoding="utf-8"))),
    ids=lambda row: f"{row['successes']}/{row['trials']}",
)
def test_the_interval_is_the_published_one(row: dict[str, str]) -> None:
    low = bound(row["successes"], row["trials"], "lower")
    high = bound(row["successes"], row["trials"], "upper")
    assert low == pytest.approx(float(row["low"]), abs=5e-5)
    assert high == pytest.approx(float(row["high"]), abs=5e-5)


def test_a_share_of_all_reaches_one_hundred_and_not_above() -> None:
    assert bound("20", "20", "upper") == 1.0
    assert bound("20", "20", "lower") == pytest.approx(1 - 0.1611, abs=5e-5)


def test_there_is_no_interval_without_a_denominator() -> None:
    assert bound("0", "0", "lower") is None
    assert bound("0", "0", "upper") is None
