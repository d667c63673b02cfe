"""Breakdowns and funnels show nothing of a small sensitive count to whoever may not see it, by no way round."""

import itertools

import pytest
from target_facts import part

from app.core import access
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.small_counts import Approximate, band
from app.queries import plan, progress
from app.queries.target import breakdown, funnel_limits, series_breaks, terms
from warehouse.publish.engines import Published

TOLD = {("T16", "service", "loan"): band(2), ("T16", "service", "health"): band(60)}


def sensitive(category: str, count: float | None, level: str = "city", period: str = "2021Q4") -> access.BreakdownPart:
    return part(category, count, is_sensitive=True, unit_level=level, period_code=period)


def test_a_small_category_is_told_as_small_and_total_and_shares_are_made_of_what_is_told(uncleared: Viewer) -> None:
    loan, health = access.protect_breakdown(uncleared, [sensitive("loan", 2.0), sensitive("health", 60.0)], TOLD)
    assert [words_in("en").number(one.value_count) for one in (loan, health)] == ["under 5", "~62"]
    assert loan.total_count == health.total_count == 64.5
    assert words_in("en").percent(loan.share_pct) == "~4"
    assert not loan.is_hidden


def test_a_district_s_sensitive_breakdown_is_hidden_whole_and_what_is_missing_stays_missing(uncleared: Viewer) -> None:
    parts = [sensitive("loan", 400.0, "district"), sensitive("health", None, "district")]
    seen = access.protect_breakdown(uncleared, parts, TOLD)
    assert [(one.value_count, one.is_hidden) for one in seen] == [(None, True), (None, False)]


def test_whoever_has_the_right_and_whatever_is_not_sensitive_is_left_alone(uncleared: Viewer, cleared: Viewer) -> None:
    parts = [sensitive("loan", 2.0, "district")]
    assert access.protect_breakdown(cleared, parts, TOLD) == parts
    plain = [part("direct", 2.0, unit_level="district")]
    assert access.protect_breakdown(uncleared, plain, TOLD) == plain


def test_no_small_count_of_a_breakdown_of_the_sample_reaches_a_viewer_without_the_right(
    warehouse: Published, uncleared: Viewer, cleared: Viewer
) -> None:
    targets = [one.target_code for one in plan.targets(Reader(uncleared, warehouse), "2025Q2") if one.is_sensitive]
    periods = [one.period_code for one in plan.periods(Reader(uncleared, warehouse))]
    shown = 0
    for target, unit, window in itertools.product(targets, ("79", "760", "769"), ("ytd", "quarter")):
        for period in periods:
            for one in breakdown(Reader(uncleared, warehouse), target, unit, period, window):
                assert not one.value_count or isinstance(one.value_count, Approximate)
                assert unit == "79" or one.value_count is None
                shown += one.value_count is not None
    assert shown
    assert any(one.value_count for one in breakdown(Reader(cleared, warehouse), targets[0], "769", "2021Q4", "ytd"))


def test_a_figure_of_people_has_no_limits_that_would_tell_its_size(warehouse: Published, uncleared: Viewer) -> None:
    reader = Reader(uncleared, warehouse)
    for target in (one.target_code for one in plan.targets(reader, "2025Q2") if one.is_sensitive):
        rows = progress.target_trend(reader, target, "district", "ytd", "2021Q4")
        city = progress.target_trend(reader, target, "city", "ytd", "2021Q4")[-1]
        assert city.value_pct
        assert funnel_limits(reader, "district", [row for row in rows if row.period_code == "2021Q4"], city) == []


def test_somebody_without_rights_gets_none_of_it(warehouse: Published) -> None:
    nobody = Viewer()
    with pytest.raises(AccessDeniedError):
        breakdown(Reader(nobody, warehouse), "T01", "79", "2021Q4", "ytd")
    with pytest.raises(AccessDeniedError):
        series_breaks(Reader(nobody, warehouse), "T01", "2021Q4")
    with pytest.raises(AccessDeniedError):
        terms(Reader(nobody, warehouse), "T01")
