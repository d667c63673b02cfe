"""What a figure is made of adds up to the figure: contributions, numbers of reports, and breakdowns.

The breakdowns are made again from the workbooks by the calculator that knows nothing of dbt.
"""

from collections import Counter
from typing import Any

import pandas as pd
import pytest

from tests.golden.independent import Calculator, rule_of

# Quarters with what is told apart: a base, a silence, a refusal, the reform, a carried part and the next plan.
QUARTERS = "'2022Q1', '2022Q4', '2024Q4', '2025Q2', '2025Q3', '2026Q1', '2026Q3'"
ROW = ["target_code", "unit_code", "unit_valid_from", "period_code", "period_window"]
# Breakdowns whose categories are columns of a form: the workbooks' reader sums the rows of establishment types.
BY_COLUMN = {"channel": "T02", "audience": "T03", "sanctions": "T13", "service": "T16"}


def test_what_each_unit_adds_is_the_row_s_numerator_and_denominator(read: Any) -> None:
    added = read(
        "select target_code, row_unit_code as unit_code, row_unit_valid_from as unit_valid_from, period_code, "
        "period_window, sum(numerator) as numerator_sum, sum(denominator) as denominator_sum "
        "from marts.fct_target_contribution group by all"
    )
    rows = read(f"select {', '.join(ROW)}, numerator, denominator from marts.fct_target_progress")
    rows = rows[rows["numerator"].notna()].merge(added, how="left", on=ROW)
    assert len(rows) > 100_000
    assert (rows["numerator"] == rows["numerator_sum"]).all()
    assert (rows["denominator"] == rows["denominator_sum"]).all()


def test_a_figure_names_the_reports_whose_numbers_it_was_made_from_and_no_other(read: Any) -> None:
    # T18 is added up to areas, which report nothing: its reports are compared with the workbooks, row by row.
    used = read(
        f"""
        select distinct {", ".join("c." + name for name in ROW if not name.startswith("unit"))},
            c.row_unit_code as unit_code, c.row_unit_valid_from as unit_valid_from,
            c.reporter_code || ' ' || i.source_period_code || ' v' || r.version as report
        from marts.fct_target_contribution as c
        inner join marts.fct_target_input as i
            on c.target_code = i.target_code and c.unit_code = i.unit_code and c.unit_valid_from = i.unit_valid_from
            and c.period_code = i.period_code and c.period_window = i.period_window
        inner join marts.fct_reporter_period as r
            on c.reporter_code = r.reporter_code and i.source_period_code = r.period_code
        where c.takes_part and c.target_code <> 'T18' and c.period_code in ({QUARTERS})
        """
    )
    listed = used.sort_values("report").groupby(ROW)["report"].agg("; ".join).rename("expected").reset_index()
    rows = read(
        f"select {', '.join(ROW)}, source_versions from marts.fct_target_progress "
        f"where target_code <> 'T18' and period_code in ({QUARTERS})"
    ).merge(listed, how="left", on=ROW)
    assert rows["source_versions"].isna().any()
    same = (rows["source_versions"] == rows["expected"]) | (rows["source_versions"].isna() & rows["expected"].isna())
    assert same.all(), rows[~same].head().to_string()


def test_the_numbers_of_the_reports_give_each_unit_s_part(read: Any) -> None:
    sums = read(
        f"select {', '.join(ROW)}, sum(case when term = 'numerator' then input_value end) as top, "
        "sum(case when term = 'denominator' then input_value end) as bottom "
        "from marts.fct_target_input group by all"
    )
    parts = read(
        f"select {', '.join('c.' + name for name in ROW)}, t.counting_rule, c.numerator, c.denominator "
        "from marts.fct_target_contribution as c inner join marts.dim_period as p on c.period_code = p.period_code "
        "inner join marts.dim_target as t on c.target_code = t.target_code and p.plan_code = t.plan_code "
        "where c.takes_part and c.row_unit_code = c.unit_code and c.row_unit_valid_from = c.unit_valid_from"
    )
    parts = parts.merge(sums, how="left", on=ROW)
    amounts = parts[parts["counting_rule"] == "amounts"]
    assert (amounts["numerator"] == amounts["top"]).all()
    assert (amounts["denominator"] == amounts["bottom"]).all()
    units = parts[parts["counting_rule"] == "units"]
    assert (units["numerator"] == (units["top"] >= 1)).all()


def test_inspections_by_type_add_up_to_the_target_itself(read: Any) -> None:
    parts = read(
        f"select {', '.join(ROW)}, sum(value_count) as found, sum(base_count) as base from marts.fct_breakdown "
        "where target_code = 'T13' and breakdown_code = 'violations' group by all"
    )
    rows = read(f"select {', '.join(ROW)}, numerator, denominator from marts.fct_target_progress").merge(parts, on=ROW)
    assert len(rows) > 700
    given = rows["numerator"].notna()
    assert (rows["numerator"][given] == rows["found"][given]).all()
    assert (rows["denominator"][given] == rows["base"][given]).all()
    assert rows["found"][~given].isna().all()


@pytest.mark.parametrize("breakdown", BY_COLUMN)
def test_a_breakdown_is_what_the_workbooks_add_up_to(read: Any, calculator: Calculator, breakdown: str) -> None:
    target = BY_COLUMN[breakdown]
    measures = dict(
        read(
            "select category_code, measure_code from marts.dim_target_breakdown "
            f"where target_code = '{target}' and breakdown_code = '{breakdown}'"
        ).itertuples(index=False)
    )
    rows = read(
        f"select * from marts.fct_breakdown where target_code = '{target}' and breakdown_code = '{breakdown}' "
        "and period_code in ('2021Q3', '2023Q2', '2025Q1', '2025Q4', '2026Q3') and period_window = 'ytd'"
    )
    units = {(unit.code, unit.valid_from): unit for unit in calculator.units}
    states: Counter[str] = Counter()
    for row in rows.itertuples():
        unit = units[row.unit_code, pd.Timestamp(row.unit_valid_from).date()]
        rule = rule_of(target, row.period_code)
        assert rule
        given = [
            calculator.cells(one, quarter)[one.code, measures[row.category_code]]
            for one in calculator.counted(target, unit, row.period_code, "ytd")
            for quarter in calculator.reported_quarters(rule, one, row.period_code, "ytd")
            if (one.code, measures[row.category_code]) in calculator.cells(one, quarter)
        ]
        expected = float(sum(given)) if given else None
        assert (None if pd.isna(row.value_count) else row.value_count) == expected, row
        states["missing" if expected is None else "zero" if expected == 0 else "counted"] += 1
    assert states["counted"] > 100


def test_shares_are_parts_of_their_total_and_only_of_what_was_counted(read: Any) -> None:
    rows = read("select * from marts.fct_breakdown")
    key = [*ROW, "breakdown_code"]
    totals = rows.groupby(key)["value_count"].transform("sum")
    shares = (100 * rows["value_count"] / totals).where(totals > 0)
    assert ((rows["share_pct"] - shares).abs().fillna(0) < 1e-9).all()
    assert (rows["share_pct"].isna() == shares.isna()).all()
