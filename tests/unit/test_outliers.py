"""Numbers that stand out from their own past: the rule's SQL against scipy's median absolute deviation."""

import duckdb
import numpy as np

from warehouse.intake.outliers import rule
from warehouse.reference import Reference

CELL = ("sessions", "total")


def found(reference: Reference, series: dict[str, list[float]]) -> dict[tuple[str, int], tuple[float, float, float]]:
    """Median, deviation and distance of every number that stands out, by unit and place in its series."""
    rows = [
        (*CELL, unit, "2026-01-01", number, float(value))
        for unit, values in series.items()
        for number, value in enumerate(values)
    ]
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "create table cells (measure_code varchar, category_code varchar, unit_code varchar, unit_valid_from date,"
            " period_number integer, measure_value double)"
        )
        connection.executemany("insert into cells values (?, ?, ?, ?, ?, ?)", rows)
        columns = "unit_code, period_number, median_value, mad_value, distance"
        sql = f"select {columns} from ({rule(reference, 'cells', '1 = 1')})"
        return {(row[0], row[1]): row[2:] for row in connection.execute(sql).fetchall()}


def expected(values: list[float]) -> dict[int, tuple[float, float, float]]:
    """The same by numpy and scipy: of at least eight earlier numbers, few of them zero, the newest twelve."""
    from scipy.stats import median_abs_deviation

    result = {}
    for place in range(8, len(values)):
        every, earlier = values[:place], values[max(0, place - 12) : place]
        median, spread = float(np.median(earlier)), float(median_abs_deviation(earlier, scale="normal"))
        spread = max(spread, median**0.5)
        if np.mean(np.equal(every, 0)) <= 0.25 and spread and abs(values[place] - median) / spread >= 5:
            distance = abs(values[place] - median) / spread
            result[place] = (median, float(median_abs_deviation(earlier)), distance)
    return result


def test_what_stands_out_is_what_scipy_says(reference: Reference) -> None:
    random = np.random.default_rng(20261129)
    series: dict[str, list[float]] = {
        f"{number:05}": [float(value) for value in random.negative_binomial(2, 2 / (2 + 3.0 ** (number % 6)), 24)]
        for number in range(60)
    }
    wanted = {(unit, place): row for unit, values in series.items() for place, row in expected(values).items()}
    result = found(reference, series)
    assert len(wanted) > 10
    assert result.keys() == wanted.keys()
    for key, row in wanted.items():
        assert np.allclose(result[key], row, rtol=1e-6), key


def test_a_short_a_thin_and_a_steady_series_are_silent(reference: Reference) -> None:
    usual = [10, 12, 11, 13, 9, 10, 12, 11]
    series = {
        "seven earlier periods": [*usual[:7], 900],
        "zeros": [*[0] * 8, 900],
        "often zero": [0, 0, 0, *usual[:6], 900],
        "steady": [*[5] * 8, 9],
    }
    assert found(reference, series) == {}
    assert set(found(reference, {"eight": [*usual, 900], "fallen silent": [*(50 * value for value in usual), 0]})) == {
        ("eight", 8),
        ("fallen silent", 8),
    }
