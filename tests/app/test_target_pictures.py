"""What the target page's pictures and sentences claim about the figures they were given."""

import json
import re
from collections.abc import Sequence
from itertools import combinations

import pytest
from facts import absent, link, nowhere, progress, target, unit
from target_facts import limits, part, series_break

from app.core.i18n import words_in
from app.figures.breakdown.html import breakdown_sheet, breakdowns
from app.figures.breakdown.spec import breakdown_spec
from app.figures.funnel.html import funnel_sheet, funnel_words
from app.figures.funnel.label_places import Area, Lettering, Spot, placed_labels
from app.figures.funnel.plotly import funnel_figure
from app.figures.funnel.spec import FunnelPoint, funnel_points, funnel_spec, has_picture
from app.figures.ranking.html import draw_ranking
from app.figures.ranking.spec import ranking_of
from app.figures.scale import axis_end
from app.figures.series import Series
from app.figures.trend.html import trend_details
from app.figures.trend.plotly import trend_figure
from app.figures.trend.spec import TrendSpec, trend_spec
from app.records import Progress
from app.records.target import BreakdownPart, SeriesBreak
from tests.answered import respond

pytestmark = pytest.mark.language("en")

EN = words_in("en")
YEAR = ("2021Q1", "2021Q2", "2021Q3", "2021Q4")
CITY = progress(unit_code="79", unit_level="city", value_pct=60.0)


def course(*values: float, place: str = "City") -> Series:
    rows = [progress(period_code=code, value_pct=value) for code, value in zip(YEAR, values, strict=False)]
    return Series(place, place, rows)


def trend(*values: float, breaks: Sequence[SeriesBreak] = (), beside: Series | None = None) -> TrendSpec:
    return trend_spec(course(*values), target(), breaks, beside)


def point(code: str, size: float, value: float, position: str = "inside", name: str = "") -> FunnelPoint:
    row = progress(unit_code=code, denominator=size, value_pct=value)
    return FunnelPoint(row, unit(code, name or code), limits(code, position))


def bars(parts: Sequence[BreakdownPart], row: Progress | None = None) -> str:
    return breakdowns(breakdown_spec(parts, row, "X"))


def test_a_break_is_a_line_before_its_quarter_and_a_disruption_a_band_over_it() -> None:
    breaks = [series_break("2021Q2"), series_break("2021Q3", "disruption", "Lockdown")]
    figure = trend_figure(trend(10.0, 20.0, 5.0, 30.0, breaks=breaks), nowhere)
    shapes = {shape.type: (shape.x0, shape.x1) for shape in figure.layout.shapes}
    assert shapes == {"line": (0.5, 0.5), "rect": (1.5, 2.5)}
    assert {"Wards merged", "Lockdown"} <= {note.text for note in figure.layout.annotations}
    assert any("text of Lockdown" in text for trace in figure.data for text in trace.hovertext or ())


def test_what_happened_with_the_first_quarter_breaks_nothing() -> None:
    figure = trend_figure(trend(10.0, 20.0, breaks=[series_break("2021Q1")]), nowhere)
    assert figure.layout.shapes == ()


def test_the_breaks_and_every_quarter_stand_in_words_and_figures_beside_the_trend() -> None:
    spec = trend(10.0, 20.0, 5.0, 30.0, breaks=[series_break("2021Q3", "disruption", "Lockdown")])
    drawn = trend_details(spec)
    assert "text of Lockdown" in drawn
    assert drawn.count("<tr><th scope='row'>") == len(YEAR)
    assert spec.sentences == ("City, Q1 2021 to Q4 2021: lowest 5% (Q3 2021), highest 30% (Q4 2021), latest 30%.",)
    silent = trend_spec(Series("City", "City", [absent("not_reported")]), target())
    assert silent.sentences == (EN("trend.nothing"),)


def test_a_chosen_district_stands_beside_the_city_and_either_can_be_toggled() -> None:
    figure = trend_figure(trend(10.0, 20.0, beside=course(40.0, 50.0, place="Thu Duc")), nowhere)
    named = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert {"City", "Thu Duc"} <= set(named)
    for place in ("City", "Thu Duc"):
        assert len([trace for trace in figure.data if trace.legendgroup == place]) == 2


def test_the_year_s_end_at_the_pace_of_past_years_stands_beyond_the_newest_quarter() -> None:
    past = {"projected_low_pct": 62.0, "projected_high_pct": 131.0}
    rows = [progress(period_code="2021Q1"), progress(period_code="2021Q2", value_pct=50.0, **past)]
    spec = trend_spec(Series("City", "City", rows), target(), ahead=["2021Q3", "2021Q4"])
    assert spec.period_lines == (("Q1", "2021"), ("Q2",), ("Q3",), ("Q4",))
    assert spec.outlook is not None
    # No coverage ends above all there are, whatever past years gained.
    assert (spec.outlook.start.value, spec.outlook.index) == (50.0, 3)
    assert (spec.outlook.low, spec.outlook.high) == (62.0, 100.0)
    assert spec.story[-1] == "At the pace of past years it will be at 62 to 100% in Q4 2021."
    wedge = next(trace for trace in trend_figure(spec, nowhere).data if trace.fill == "toself")
    assert (list(wedge.x), list(wedge.y)) == ([1, 3, 3, 1], [50.0, 100.0, 62.0, 50.0])
    unforetold = trend_spec(Series("City", "City", rows[:1]), target(), ahead=["2021Q2"])
    assert (unforetold.outlook, len(unforetold.period_lines)) == (None, 1)


def test_what_missing_reports_can_move_stands_as_a_bar_on_its_quarter() -> None:
    known = progress(period_code="2021Q1", bound_low_pct=60.0, bound_high_pct=60.0)
    doubtful = progress(period_code="2021Q2", bound_low_pct=55.0, bound_high_pct=80.0)
    spec = trend_spec(Series("City", "City", [known, doubtful]), target())
    assert [(one.index, one.low, one.high) for one in spec.ranges] == [(1, 55.0, 80.0)]
    bar = next(trace for trace in trend_figure(spec, nowhere).data if trace.name == EN("trend.range"))
    assert (list(bar.x)[:2], list(bar.y)[:2]) == ([1, 1], [55.0, 80.0])


def test_statuses_on_the_trend_carry_their_sign_inside_their_colour() -> None:
    figure = trend_figure(trend(10.0, 20.0), nowhere)
    assert [list(trace.text) for trace in figure.data if trace.text is not None] == [["●", "●"]]


def test_a_year_stands_once_below_its_first_quarter() -> None:
    rows = [progress(period_code=code) for code in ("2021Q3", "2021Q4", "2022Q1")]
    spec = trend_spec(Series("City", "City", rows), target())
    assert spec.period_lines == (("Q3", "2021"), ("Q4",), ("Q1", "2022"))


def test_ten_years_have_their_years_alone_below_because_names_of_quarters_would_lie_over_each_other() -> None:
    rows = [progress(period_code=f"{year}Q{quarter}") for year in range(2026, 2036) for quarter in (1, 2, 3, 4)]
    spec = trend_spec(Series("City", "City", rows), target())
    named = {index: lines for index, lines in enumerate(spec.period_lines) if any(lines)}
    assert named == {4 * place: ("", str(2026 + place)) for place in range(10)}


def test_figures_are_sent_without_plotly_s_own_template() -> None:
    assert len(trend_figure(trend(10.0), nowhere).to_json()) < 4_000


def test_only_districts_outside_the_limits_and_the_chosen_one_are_named_in_the_funnel() -> None:
    points = [
        point("1", 10, 55.0, name="Inside"),
        point("2", 20, 20.0, "below_998", name="Low"),
        point("3", 40, 85.0, "above_95", name="High"),
        point("4", 60, 60.0, name="Chosen"),
    ]
    spec = funnel_spec(points, CITY, target(), "4")
    assert {note.text for note in funnel_figure(spec, nowhere).layout.annotations} == {"Low", "High", "Chosen"}
    # Where not all names have room, the chosen one stays, then those farthest outside.
    assert list(spec.names.values()) == ["Chosen", "Low", "High"]
    assert spec.value_ticks.texts == ("20%", "40%", "60%", "80%")
    assert spec.size_ticks.texts == ("0", "20", "40", "60")


def test_the_funnel_s_limits_are_the_districts_own() -> None:
    points = [point("1", 10, 55.0), point("2", 20, 50.0), point("3", 40, 60.0)]
    figure = funnel_figure(funnel_spec(points, CITY, target()), nowhere)
    lines = {(trace.name, tuple(trace.y)) for trace in figure.data if trace.mode == "lines" and "limits" in trace.name}
    assert {value for _, values in lines for value in values} == {30.0, 40.0, 80.0, 90.0}
    assert all(tuple(trace.x) == (10, 20, 40) for trace in figure.data if "limits" in (trace.name or ""))


def test_the_funnel_s_sentence_counts_those_inside_and_names_those_outside_without_blame() -> None:
    points = [point(str(code), 10 + code, 55.0) for code in range(9)]
    points.append(point("12", 30, 20.0, "below_95", name="D12"))
    told = re.sub("<[^>]+>", "", funnel_words(funnel_spec(points, CITY, target()), link))
    assert told.startswith("9 of 10 units lie within the range of chance around the common level of 60%.")
    assert "Lower than chance explains: D12 (20%)." in told
    assert EN("funnel.few") in told


def test_when_many_lie_outside_the_sentence_does_not_put_it_down_to_chance() -> None:
    points = [point("1", 10, 20.0, "below_998"), point("2", 20, 95.0, "above_998"), point("3", 30, 60.0)]
    told = funnel_words(funnel_spec(points, CITY, target()), link)
    assert EN("funnel.many") in told
    assert EN("funnel.few") not in told


def test_districts_of_one_size_make_no_funnel() -> None:
    assert not has_picture([point(str(code), 4, 100.0) for code in range(22)])
    assert has_picture([point(str(code), 4 + code, 100.0) for code in range(3)])


def test_a_district_without_a_figure_is_not_in_the_funnel() -> None:
    rows = {"1": progress(unit_code="1")}
    assert [found.row.unit_code for found in funnel_points([limits("1"), limits("2")], rows, {"1": unit("1")})] == ["1"]


def test_the_funnel_s_file_holds_values_and_limits() -> None:
    sheet = funnel_sheet("Funnel", [point("1", 10, 55.0)])
    assert sheet.rows == (("1", "1", 12.0, 10, 55.0, 40.0, 80.0, 30.0, 90.0, EN("funnel.inside")),)


def test_names_never_lie_over_each_other_or_over_a_point() -> None:
    points = {str(index): Spot(60.0 + 9 * index, 100.0) for index in range(12)}
    names = {code: f"District {code}" for code in points}
    letters = Lettering(lambda name: 6.6 * len(name), line=13.0, radius=6.0, beside=6.0, above=6.0)
    area = Area(300.0, 200.0)
    placed = placed_labels(points, names, area, letters)
    assert 0 < len(placed) < len(points)
    assert not any(one.box.overlaps(two.box) for one, two in combinations(placed.values(), 2))
    assert placed_labels({"1": Spot(150.0, 100.0)}, {"1": "D1"}, area, letters)["1"].side == "right"
    assert placed_labels({"1": Spot(298.0, 100.0)}, {"1": "D1"}, area, letters)["1"].side == "left"


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("figure", ["trend", "funnel"])
def test_a_figure_to_explore_is_handed_to_the_page_and_is_no_download(figure: str) -> None:
    asked = {"page": "target", "target": "T14", "period": "2021Q4", "lang": "en"}
    answer = respond("figure.json", asked | {"figure": figure})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert "content-disposition" not in answer.headers
    assert {"private", "no-cache"} == set(answer.headers["cache-control"].split(", "))
    assert json.loads(bytes(answer.body)).keys() == {"data", "layout"}


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "asked", [{"page": "target", "figure": "nothing"}, {"page": "target"}, {"page": "", "figure": "trend"}]
)
def test_a_figure_that_a_page_does_not_have_is_not_found(asked: dict[str, str]) -> None:
    assert respond("figure.json", asked).status_code == 404


def test_parts_go_from_most_to_least_and_what_nobody_reported_comes_last_without_a_bar() -> None:
    drawn = breakdowns(
        breakdown_spec([part("few", 10.0), part("none", None), part("many", 90.0), part("zero", 0.0)], None, "X"),
    )
    assert re.findall(r"<th scope='row'>(\w+)<", drawn) == ["many", "few", "zero", "none"]
    missing = drawn[drawn.index(">none<") :]
    assert EN("breakdown.missing") in missing
    assert not re.search(r">\s*0", missing)
    assert drawn.count("class='meter'") == 2


def test_a_breakdown_says_what_of_the_reports_it_rests_on() -> None:
    row = progress(is_provisional=True, reporting_rate_pct=90.0)
    assert EN("breakdown.partial", rate="90") in bars([part("a", 1.0)], row)
    assert EN("breakdown.nothing", place="X") in breakdowns(breakdown_spec([part("a", None)], absent("rejected"), "X"))


def test_a_hidden_count_is_told_from_a_missing_one() -> None:
    parts = [part("a", 9.0, share_pct=None, total_count=None), part("b", None, is_hidden=True)]
    drawn = bars(parts)
    assert EN("breakdown.hidden") in drawn
    assert EN("breakdown.missing") not in drawn
    assert EN("breakdown.hidden_all") in breakdowns(breakdown_spec([part("b", None, is_hidden=True)], None, "X"))


def test_a_rate_says_what_it_is_a_rate_of() -> None:
    drawn = breakdowns(
        breakdown_spec([part("a", 5.0, base_en="Inspections", base_count=50.0, rate_pct=10.0)], None, "X")
    )
    assert EN("breakdown.rate_note", base="Inspections") in drawn.replace("&quot;", '"')
    assert ">10%<" in drawn


def test_the_breakdown_s_file_keeps_missing_apart_from_zero() -> None:
    sheet = breakdown_sheet("Parts", [part("a", None, share_pct=None), part("b", 0.0)])
    assert [row[2] for row in sheet.rows] == [None, 0.0]


@pytest.mark.parametrize(("count", "lines"), [(3, 3), (17, 1)])
def test_many_districts_without_a_figure_for_one_reason_share_a_line(count: int, lines: int) -> None:
    units = {str(code): unit(str(code), f"D{code}") for code in range(count)}
    rows = [absent("not_applicable", unit_code=code) for code in units]
    drawn = draw_ranking(ranking_of(rows, target(), units), link)
    assert drawn.count("<li") == lines
    assert drawn.count("<a href=") == count
    assert EN("absence.not_applicable") in drawn


def test_a_scale_without_a_threshold_ends_at_a_round_number_above_all_values() -> None:
    followed = progress(status="monitor", threshold_pct=None, value_pct=23.0, ci_high_pct=35.0)
    assert axis_end([followed]) == 40.0
    assert axis_end([progress(value_pct=23.0)]) == 100.0
