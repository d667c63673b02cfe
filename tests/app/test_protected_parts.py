"""Breakdowns and funnels show nothing of a small sensitive count to whoever may not see it, by no way round."""

import itertools

import pytest
from target_facts import part

from app.core import access
from app.core.access import AccessDeniedError, Viewer
from app.core.disclosure import SMALL_COUNT
from app.core.reader import Reader
from app.queries import plan, progress
from app.queries.target import breakdown, funnel_limits, series_breaks, terms
from warehouse.publish.engines import Published

SMALL = frozenset({("T16", "service", "loan", "2021")})


def sensitive(category: str, count: float | None, level: str = "city", period: str = "2021Q4") -> access.BreakdownPart:
    return part(category, count, is_sensitive=True, unit_level=level, period_code=period)


def test_a_small_category_is_hidden_for_its_year_and_takes_total_and_shares_with_it(uncleared: Viewer) -> None:
    seen = access.protect_breakdown(uncleared, [sensitive("loan", 40.0), sensitive("health", 60.0)], SMALL)
    assert [(one.value_count, one.total_count, one.share_pct, one.is_hidden) for one in seen] == [
        (None, None, None, True),
        (60.0, None, None, False),
    ]
    (next_year,) = access.protect_breakdown(uncleared, [sensitive("loan", 40.0, period="2022Q4")], SMALL)
    assert next_year.value_count == 40.0


def test_a_district_s_sensitive_breakdown_is_hidden_whole_and_what_is_missing_stays_missing(uncleared: Viewer) -> None:
    parts = [sensitive("loan", 400.0, "district"), sensitive("health", None, "district")]
    seen = access.protect_breakdown(uncleared, parts, frozenset())
    assert [(one.value_count, one.is_hidden) for one in seen] == [(None, True), (None, False)]


def test_whoever_has_the_right_and_whatever_is_not_sensitive_is_left_alone(uncleared: Viewer, cleared: Viewer) -> None:
    parts = [sensitive("loan", 2.0, "district")]
    assert access.protect_breakdown(cleared, parts, SMALL) == parts
    plain = [part("direct", 2.0, unit_level="district")]
    assert access.protect_breakdown(uncleared, plain, SMALL) == plain


def test_no_small_count_of_a_breakdown_of_the_sample_reaches_a_viewer_without_the_right(
    warehouse: Published, uncleared: Viewer, cleared: Viewer
) -> None:
    targets = [one.target_code for one in plan.targets(Reader(uncleared, warehouse), "2025Q2") if one.is_sensitive]
    periods = [one.period_code for one in plan.periods(Reader(uncleared, warehouse))]
    shown = 0
    for target, unit, window in itertools.product(targets, ("79", "760", "769"), ("ytd", "quarter")):
        for period in periods:
            for one in breakdown(Reader(uncleared, warehouse), target, unit, period, window):
                assert one.value_count is None or one.value_count == 0 or one.value_count >= SMALL_COUNT
                assert unit == "79" or one.value_count is None
                shown += one.value_count is not None
    assert shown
    assert any(one.value_count for one in breakdown(Reader(cleared, warehouse), targets[0], "769", "2021Q4", "ytd"))


def test_a_hidden_category_cannot_be_had_from_two_windows(warehouse: Published, uncleared: Viewer) -> None:
    for target in (one.target_code for one in plan.targets(Reader(uncleared, warehouse), "2025Q2") if one.is_sensitive):
        hidden: dict[tuple[str, str], set[bool]] = {}
        for period, window in itertools.product(("2021Q1", "2021Q2", "2021Q3", "2021Q4"), ("ytd", "quarter")):
            for one in breakdown(Reader(uncleared, warehouse), target, "79", period, window):
                hidden.setdefault((one.breakdown_code, one.category_code), set()).add(one.is_hidden)
        assert all(len(states) == 1 for states in hidden.values())


def test_a_hidden_district_has_no_limits_that_would_tell_its_size(warehouse: Published, uncleared: Viewer) -> None:
    target = next(one.target_code for one in plan.targets(Reader(uncleared, warehouse), "2025Q2") if one.is_sensitive)
    rows = [
        row
        for row in progress.target_trend(Reader(uncleared, warehouse), target, "district", "ytd", "2021Q4")
        if row.period_code == "2021Q4"
    ]
    city = progress.target_trend(Reader(uncleared, warehouse), target, "city", "ytd", "2021Q4")[-1]
    limits = {one.unit_code for one in funnel_limits(Reader(uncleared, warehouse), rows, city)}
    assert limits
    assert limits == {row.unit_code for row in rows if row.value_pct is not None}
    assert any(row.status == "suppressed" for row in rows)


def test_somebody_without_rights_gets_none_of_it(warehouse: Published) -> None:
    nobody = Viewer()
    with pytest.raises(AccessDeniedError):
        breakdown(Reader(nobody, warehouse), "T01", "79", "2021Q4", "ytd")
    with pytest.raises(AccessDeniedError):
        series_breaks(Reader(nobody, warehouse), "T01", "2021Q4")
    with pytest.raises(AccessDeniedError):
        terms(Reader(nobody, warehouse), "T01")
