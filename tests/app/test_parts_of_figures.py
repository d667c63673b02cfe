"""A figure taken apart: every target can be followed down to the forms, by those who may see the parts."""

import datetime as dt

import pytest
from facts import progress, target

from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import catalogue, in_language, words_in
from app.core.reader import Reader
from app.figures.lineage.spec import GOAL, nodes_by_layer
from app.pages.registry import page_of
from app.pages.shared import calculation
from app.queries import methodology, origin, plan, quality
from app.queries.progress import unit_progress
from app.records import Target, Unit
from app.records.origin import LineageEdge, Rule
from app.web.page_renderer import draw
from warehouse.publish.engines import Published

PERIOD = "2024Q4"
RULE = Rule("T09", "amounts", False, 15.0)
TARGETS = [f"T{number:02}" for number in range(1, 19)]


def targets(warehouse: Published, viewer: Viewer) -> dict[str, Target]:
    return {one.target_code: one for one in plan.targets(Reader(viewer, warehouse), "2025Q2")}


def unit(warehouse: Published, viewer: Viewer, code: str) -> Unit:
    found = plan.unit_history(Reader(viewer, warehouse), code)
    return next(one for one in found if one.exists_on(dt.date(2024, 12, 31)))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("page", ["origin", "methodology"])
def test_every_target_can_be_followed_for_the_city_a_district_and_a_ward(page: str, lang: str, cleared: Viewer) -> None:
    for code in TARGETS:
        for where in ("79", "769", "26803"):
            drawn = draw(page, {"target": code, "unit": where, "period": PERIOD, "lang": lang}, cleared)
            assert words_in(lang)("message.error_title") not in drawn.html, (code, where)
            assert words_in(lang)("stamp.sample") in drawn.html, (code, where)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", ["2021Q1", "2025Q1", "2025Q3", "2025Q4"])
def test_quarters_without_districts_or_without_reports_are_followed_too(period: str, cleared: Viewer) -> None:
    for code in ("T01", "T09", "T15", "T18"):
        for page in ("origin", "methodology"):
            drawn = draw(page, {"target": code, "period": period}, cleared)
            assert words_in("vi")("message.error_title") not in drawn.html, (code, page)


def test_without_the_right_to_small_counts_nobody_learns_what_a_ward_adds(
    warehouse: Published, uncleared: Viewer, cleared: Viewer
) -> None:
    for code in ("T16", "T17"):
        sensitive = targets(warehouse, cleared)[code]
        for where in ("79", "769", "26803"):
            place = unit(warehouse, cleared, where)
            asked = (sensitive, place, PERIOD, "ytd")
            reader = Reader(uncleared, warehouse)
            seen = origin.contributions(Reader(cleared, warehouse), *asked)
            hidden = origin.contributions(reader, *asked)
            assert any(row.numerator is not None for row in seen), (code, where)
            assert [(row.numerator, row.denominator) for row in hidden] == [(None, None)] * len(seen)
            assert [row.is_hidden for row in hidden] == [row.takes_part for row in seen]
            assert origin.inputs(reader, *asked) == []
            assert [row for row in origin.corrections(reader, *asked) if row.form_code == "B7"] == []


def test_without_the_right_nobody_learns_which_units_broke_a_rule_on_people(
    warehouse: Published, uncleared: Viewer, cleared: Viewer
) -> None:
    target, check = targets(warehouse, cleared)["T16"], "b7_support.people_supported_have_service"
    told = quality.failures(Reader(cleared, warehouse), quality.results(Reader(cleared, warehouse)))
    failure = next(row for row in told if row.check_code == check)
    asked = (target, frozenset({failure.unit_code}), failure.period_code, "quarter")
    for viewer, count in ((cleared, 1), (uncleared, 0)):
        found = {one.check_code: one.unit_count for one in origin.checks(Reader(viewer, warehouse), *asked)}
        assert found[check] == count


@pytest.mark.usefixtures("sample")
def test_the_page_of_a_hidden_ward_says_why_and_shows_no_number(uncleared: Viewer) -> None:
    drawn = draw("origin", {"target": "T16", "unit": "26803", "period": PERIOD, "lang": "en"}, uncleared)
    assert words_in("en")("origin.hidden") in drawn.html
    assert "÷" not in drawn.html


def test_other_targets_keep_their_parts_for_every_reader(warehouse: Published, uncleared: Viewer) -> None:
    plain = targets(warehouse, uncleared)["T09"]
    district = unit(warehouse, uncleared, "769")
    rows = origin.contributions(Reader(uncleared, warehouse), plain, district, PERIOD, "ytd")
    assert sum(row.numerator or 0 for row in rows) > 0


def test_somebody_without_rights_cannot_ask_where_a_figure_comes_from(warehouse: Published, cleared: Viewer) -> None:
    plain, city = targets(warehouse, cleared)["T09"], unit(warehouse, cleared, "79")
    with pytest.raises(AccessDeniedError):
        origin.contributions(Reader(Viewer(), warehouse), plain, city, PERIOD, "ytd")


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"status": "met", "numerator": 20.0, "value_pct": 100.0, "gap_pct": 0.0, "path_gap_pct": 50.0},
            ["20 ÷ 20 × 100 = 100%", "100 ≥ 100", "✓ Met"],
        ),
        ({}, ["12 ÷ 20 × 100 = 60%", "60 < 100", "60 ≥ 50", "● On track"]),
        (
            {"status": "behind", "numerator": 8.0, "value_pct": 40, "gap_pct": -60, "path_gap_pct": -10.0},
            ["8 ÷ 20 × 100 = 40%", "40 < 100", "40 < 50", "50 − 40 = 10 points, ≤ 15 points", "▼ Behind"],
        ),
        (
            {"status": "far_behind", "numerator": 6.0, "value_pct": 30.0, "gap_pct": -70.0, "path_gap_pct": -20.0},
            ["6 ÷ 20 × 100 = 30%", "30 < 100", "30 < 50", "50 − 30 = 20 points, > 15 points", "▼▼ Far"],
        ),
        (
            {"status": "not_reported", "numerator": None, "denominator": None, "value_pct": None},
            ["There is no figure yet. Not reported", "? Not reported"],
        ),
    ],
)
def test_the_status_rule_is_worked_through_as_far_as_the_status_needs_it(
    changes: dict[str, object], lines: list[str]
) -> None:
    with in_language("en"):
        steps = calculation.steps(progress(**changes), target(), RULE)
    shown = [line.split("</li>")[0] for line in steps.split("<li class='n'>")[1:]]
    assert len(shown) == len(lines)
    for line, claim in zip(shown, lines, strict=True):
        assert claim.replace("<", "&lt;").replace(">", "&gt;") in line or claim in line


def test_a_figure_above_what_it_should_stay_below_is_subtracted_the_right_way_round() -> None:
    row = progress(kind="rate", status="behind", value_pct=30.0, threshold_pct=20.0, gap_pct=-10.0, path_pct=None)
    with in_language("en"):
        steps = calculation.steps(row, target(kind="rate", direction="down", threshold_pct=20.0), RULE)
    assert "30 − 20 = 10 points" in steps


def test_the_way_of_a_figure_is_what_lies_between_its_form_and_the_mart() -> None:
    edges = [
        LineageEdge("b4", "source", "raw", None, 0),
        LineageEdge("b7", "source", "raw", None, 0),
        LineageEdge("targets", "seed", "reference", None, 0),
        LineageEdge("stg_b4", "model", "staging", "b4", 1),
        LineageEdge("stg_b7", "model", "staging", "b7", 1),
        LineageEdge("int_rows", "model", "intermediate", "stg_b4", 2),
        LineageEdge("int_rows", "model", "intermediate", "stg_b7", 2),
        LineageEdge("int_rows", "model", "intermediate", "targets", 2),
        LineageEdge("int_aside", "model", "intermediate", "stg_b4", 2),
        LineageEdge(GOAL, "model", "marts", "int_rows", 3),
        LineageEdge("target_page", "exposure", "pages", GOAL, 4),
    ]
    assert nodes_by_layer(edges, frozenset({"b4"})) == {
        "raw": ["b4"],
        "reference": ["targets"],
        "staging": ["stg_b4"],
        "intermediate": ["int_rows"],
        "marts": [GOAL],
        "pages": ["target_page"],
    }


def test_every_step_of_every_target_is_told_in_both_languages(warehouse: Published, cleared: Viewer) -> None:
    edges = methodology.lineage(Reader(cleared, warehouse))
    told = catalogue("vi")
    for code in TARGETS:
        sources = frozenset(term.raw_table for term in methodology.terms(Reader(cleared, warehouse), code))
        way = nodes_by_layer(edges, sources)
        assert set(way["raw"]) == sources, code
        assert way["marts"] == [GOAL]
        steps = [*way["intermediate"], *way["marts"]]
        assert [node for node in steps if f"lineage.node.{node}" not in told] == []
        assert [page for page in way["pages"] if f"lineage.page.{page}" not in told] == []


@pytest.mark.usefixtures("sample")
def test_the_parts_and_the_numbers_leave_as_files_with_the_figures_of_the_page(cleared: Viewer) -> None:
    context, page = page_of("origin", {"target": "T10", "unit": "769", "period": PERIOD}, cleared)
    parts, inputs = page.tables["parts"](), page.tables["inputs"]()
    figures = unit_progress(context.reader, "769", PERIOD, "ytd")
    figure = next(row for row in figures if row.target_code == "T10")
    numerator = next(place for place, one in enumerate(parts.columns) if one.heading == "Tử số")
    assert sum(row[numerator] or 0 for row in parts.rows) == figure.numerator  # type: ignore[misc]
    office = next(row for row in parts.rows if row[0] == "769")
    added = [row[4] for row in inputs.rows if row[2] == "Tử số"]
    assert sum(added) == office[numerator]  # type: ignore[arg-type]
