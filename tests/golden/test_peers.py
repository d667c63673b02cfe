"""Sizes and the units most alike, made again from the accepted numbers: logarithms, deviations, nearest first."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

# Peers that the mart keeps for each unit.
KEPT = 12
MEASURES = ("establishments_total", "officers_total", "volunteers_total")
UNIT = ["unit_code", "unit_valid_from"]
SIZE = [*UNIT, "year", "measure_code"]


@pytest.fixture(scope="module")
def sizes(read: Any) -> pd.DataFrame:
    """`fct_unit_size`, day by day as text."""
    return read("select *, cast(unit_valid_from as varchar) as since from marts.fct_unit_size")


@pytest.fixture(scope="module")
def peers(read: Any) -> pd.DataFrame:
    """`dim_unit_peer`."""
    return read("select *, cast(unit_valid_from as varchar) as since from marts.dim_unit_peer order by peer_rank")


@pytest.fixture(scope="module")
def reported(read: Any) -> pd.DataFrame:
    """What each unit reported of each size itself, quarter by quarter, all kinds of establishments together."""
    names = ", ".join(f"'{measure}'" for measure in MEASURES)
    return read(
        "select unit_code, cast(unit_valid_from as varchar) as since, period_code, measure_code,"
        " sum(measure_value) as measure_value"
        f" from marts.fct_measure where measure_code in ({names}) and measure_value is not null group by 1, 2, 3, 4"
    )


def last_before(reported: pd.DataFrame, unit: str, since: str, until: str, measure: str) -> float | None:
    """What a unit reported last of a size, up to a quarter."""
    own = reported[
        (reported["unit_code"] == unit)
        & (reported["since"] == since)
        & (reported["measure_code"] == measure)
        & (reported["period_code"] <= until)
    ]
    return None if own.empty else float(own.sort_values("period_code")["measure_value"].iloc[-1])


@pytest.mark.parametrize(
    ("unit", "since", "year"), [("26740", "2025-07-01", 2026), ("769", "2025-07-01", 2026), ("785", "2021-01-01", 2024)]
)
def test_a_size_is_what_the_unit_and_what_lies_in_it_reported_last(
    read: Any, sizes: pd.DataFrame, reported: pd.DataFrame, unit: str, since: str, year: int
) -> None:
    own = sizes[(sizes["unit_code"] == unit) & (sizes["since"] == since) & (sizes["year"] == year)]
    assert set(own["measure_code"]) == set(MEASURES)
    units = read(
        "select unit_code, cast(valid_from as varchar) as since, valid_to, unit_level, parent_code from marts.dim_unit"
    )
    for row in own.itertuples():
        quarter_end = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}[row.period_code[5]]
        day = f"{row.period_code[:4]}-{quarter_end}"
        stands = (units["since"] <= day) & (units["valid_to"].isna() | (units["valid_to"].astype(str) > day))
        within = units[stands & ((units["unit_code"] == unit) | (units["parent_code"] == unit))]
        # Establishments are counted ward by ward only; nobody reports for an area.
        fills = within["unit_level"] == "ward"
        if row.measure_code != "establishments_total":
            fills |= within["unit_level"] == "district"
        found = [
            last_before(reported, one.unit_code, one.since, row.period_code, row.measure_code)
            for one in within[fills].itertuples()
        ]
        assert row.part_count == len(found) > 0
        assert row.measure_value == sum(value for value in found if value is not None)


def test_those_alike_are_the_nearest_of_the_same_kind(sizes: pd.DataFrame, peers: pd.DataFrame) -> None:
    checked = 0
    for (level, period), group in sizes.groupby(["unit_level", "period_code"]):
        wide = group.pivot_table(index=["unit_code", "is_rural"], columns="measure_code", values="measure_value")
        wide = wide.dropna().reset_index("is_rural")
        scores = np.log1p(wide[list(MEASURES)])
        scores = scores / scores.std(ddof=0)
        own = peers[(peers["unit_level"] == level) & (peers["period_code"] == period)]
        assert set(own["unit_code"]) == set(wide.index)
        # By code, as the list of units is.
        codes, is_rural, places = list(wide.index), wide["is_rural"].to_numpy(), np.arange(len(wide))
        assert codes == sorted(codes)
        values, given = scores.to_numpy(), own.groupby("unit_code")
        alike, distances = given["peer_code"].agg(list), given["distance"].agg(list)
        for place, code in enumerate(codes):
            distance = np.sqrt(((values - values[place]) ** 2).sum(axis=1)).round(6)
            nearest = np.lexsort((places, distance, is_rural != is_rural[place]))
            wanted = nearest[nearest != place][:KEPT]
            assert alike[code] == [codes[one] for one in wanted], (level, period, code)
            assert distances[code] == pytest.approx(list(distance[wanted]), abs=1.5e-6)
            checked += 1
    assert checked > 1000
