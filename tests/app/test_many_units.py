"""Pictures of more units than can be read one by one: both ends by name, the rest folded, those in need first."""

from typing import Any

import pytest
from facts import progress, target, unit

from app.core.i18n import words_in
from app.figures.ranking.spec import Ranking, ranking_of
from app.figures.small_multiples.html import draw_multiples
from app.figures.small_multiples.spec import district_multiples, unit_multiples
from app.pages.target_detail.sections import courses
from app.records import Progress, Unit

pytestmark = pytest.mark.language("en")

EN = words_in("en")
RATE = target(kind="rate", threshold_pct=80.0)


def rates(values: list[float]) -> tuple[list[Progress], dict[str, Unit]]:
    """Communes with these rates, met from 80 % on, far behind below 60."""
    rows = [
        progress(
            unit_code=f"{number:05}",
            unit_level="ward",
            kind="rate",
            value_pct=value,
            status="met" if value >= 80 else "behind" if value >= 60 else "far_behind",
            path_pct=None,
            path_gap_pct=None,
            gap_pct=value - 80,
        )
        for number, value in enumerate(values)
    ]
    return rows, {row.unit_code: unit(row.unit_code, row.unit_code, unit_level="ward") for row in rows}


def ranked(values: list[float], marked: str | None = None) -> Ranking:
    """The ranking of communes with these rates."""
    rows, units = rates(values)
    return ranking_of(rows, RATE, units, marked)


def folds(ranking: Ranking) -> list[str]:
    """What each segment says: a text where it is folded, else the values of its bars."""
    return [segment.text or " ".join(bar.value_text for bar in segment.bars) for segment in ranking.segments]


def test_forty_units_are_all_shown() -> None:
    ranking = ranked([float(60 + value) for value in range(40)])
    assert folds(ranking) == [" ".join(str(value) for value in range(99, 59, -1))]
    assert ranking.summary == ""


def test_of_more_both_ends_are_named_and_what_lies_between_is_counted() -> None:
    # 41 to 90: 20 of them far behind or behind are shown, the other 19 late ones are folded.
    ranking = ranked([float(value) for value in range(41, 91)])
    assert folds(ranking) == [
        "90 89 88 87 86",
        "25 units from 85% to 61%",
        " ".join(str(value) for value in range(60, 40, -1)),
    ]
    assert ranking.summary == "11 of 50 communes met or on track."


def test_units_that_are_level_are_one_fact_and_none_of_them_is_the_best() -> None:
    ranking = ranked([100.0] * 45 + [70.0, 65.0, 50.0])
    assert folds(ranking) == ["45 units at 100%", "70 65 50"]


def test_where_few_are_late_as_many_are_named_at_the_end_as_at_the_beginning() -> None:
    ranking = ranked([80 + number / 10 for number in range(50)])
    assert [len(segment.bars) for segment in ranking.segments] == [5, 40, 5]
    assert folds(ranking)[2] == "80.4 80.3 80.2 80.1 80"


def test_late_units_that_are_level_are_one_fact_and_none_of_them_is_the_worst() -> None:
    assert folds(ranked([float(value) for value in range(71, 91)] + [50.0] * 30)) == [
        "90 89 88 87 86",
        "15 units from 85% to 71%",
        "30 units at 50%",
    ]


def test_every_ranked_unit_is_a_dot_above_those_with_the_same_figure() -> None:
    ranking = ranked([100.0] * 45 + [70.0, 65.0, 50.0])
    assert len(ranking.dots) == 48
    heights = sorted(dot.height for dot in ranking.dots if dot.value == 100)
    assert heights == pytest.approx([(index + 0.5) / 45 for index in range(45)])
    assert ranked([90.0, 80.0]).dots == ()


def test_the_marked_unit_is_shown_where_it_lies() -> None:
    ranking = ranked([float(value) for value in range(41, 91)], marked="00034")
    assert folds(ranking)[1:4] == ["10 units from 85% to 76%", "75", "14 units from 74% to 61%"]


def test_series_begin_with_those_farthest_behind() -> None:
    rows, units = rates([float(value) for value in range(90, 40, -1)])
    series = {row.unit_code: [row] for row in rows}
    multiples = district_multiples(rows, series, RATE, units, ["2021Q2"])
    assert [multiple.value_text for multiple in multiples.shown[:3]] == ["41", "42", "43"]
    assert len(multiples.shown) == 24
    assert len(multiples.folded) == 26
    assert "<summary>Show all 50</summary>" in draw_multiples(multiples, str)
    few = district_multiples(rows[:40], series, RATE, units, ["2021Q2"])
    assert [multiple.value_text for multiple in few.shown[:3]] == ["51", "52", "53"]
    assert not few.folded


def test_an_amount_far_above_what_was_assigned_leaves_the_lines_of_other_targets_readable() -> None:
    amount = target(target_code="T09", kind="amount")
    own = {
        "T09": [progress(target_code="T09", kind="amount", value_pct=22_250.0)],
        "T14": [progress(target_code="T14", value_pct=50.0)],
    }
    multiples = unit_multiples([amount, target(target_code="T14")], own, {}, unit())
    heights = {one.code: one.line.scale.share(one.line.last.value) for one in multiples.multiples if one.line.last}
    assert heights == {"T09": 1.0, "T14": 0.25}
    assert multiples.note.endswith("Values above 200% are drawn at the upper edge.")
    usual = unit_multiples([target(target_code="T14")], {"T14": own["T14"]}, {}, unit())
    assert "upper edge" not in usual.note


def test_a_target_without_a_figure_of_any_unit_has_no_heading_over_nothing() -> None:
    untouched: Any = None  # neither page nor facts are needed
    assert courses(untouched, untouched, district_multiples([], {}, RATE, {}, ["2021Q2"])) == ""
