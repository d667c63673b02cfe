"""Figures that a review showed and that are others today: how many, through which report, then beside now."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.analysis.changed_figures import by_report, cause, summary
from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.queries.review import last_shown, reports_behind
from app.records.review import ChangedFigure, CountedReport, ShownFigure, TouchedTarget
from app.web.page_renderer import draw
from tests.answered import respond
from warehouse.desk import Desk, Review
from warehouse.publish.engines import Published, kept

REVIEW = Review(1, "2025Q1", "ytd", "v1", dt.date(2025, 5, 8), dt.datetime(2025, 5, 8, 14), "Sở")
SHOWN = """
    select f.target_code, f.unit_code, f.status, f.numerator, f.denominator from marts.fct_target_progress as f
    where f.period_code = '2025Q1' and f.period_window = 'ytd' and f.unit_level in ('city', 'district')
"""


def report(reporter: str, version: int, period: str = "2025Q1", day: int = 1) -> CountedReport:
    """A version that counts."""
    return CountedReport(reporter, reporter, reporter, period, version, dt.datetime(2025, 6, day), is_withdrawn=False)


def figure(*reports: CountedReport, **changes: Any) -> ShownFigure:
    """A city's figure made of some reports."""
    values: dict[str, Any] = {
        "target_code": "T09",
        "unit_code": "79",
        "unit_level": "city",
        "period_code": "2025Q1",
        "period_window": "ytd",
        "status": "behind",
        "numerator": 1.0,
        "denominator": 4.0,
        "value_pct": 25.0,
        "threshold_pct": 100.0,
        "path_pct": 25.0,
        "is_provisional": False,
        "is_status_settled": None,
        "status_may_be_chance": None,
        "late_certainty": None,
        "source_versions": "; ".join(one.name for one in reports),
    }
    return ShownFigure(**(values | changes))


def behind(
    then: list[CountedReport], now: list[CountedReport], *touched: tuple[str, str, int, str]
) -> list[tuple[str, int, bool]]:
    """The reports behind a change, as reporter, version and whether it was withdrawn."""
    reports, earlier = {one.name: one for one in now}, {one.name: one for one in then}
    changed = reports_behind(figure(*then), figure(*now), reports, earlier, [TouchedTarget(*one) for one in touched])
    return [(one.reporter_code, one.version, one.is_withdrawn) for one in changed]


def test_of_two_corrections_the_one_that_touched_the_target_is_named() -> None:
    then, now = [report("760", 1), report("769", 1)], [report("760", 2), report("769", 2)]
    touched = [("760", "2025Q1", 2, "T14"), ("769", "2025Q1", 2, "T09")]
    assert behind(then, now, *touched) == [("769", 2, False)]


def test_a_report_that_came_after_the_review_is_named_whatever_it_says() -> None:
    assert behind([report("760", 1)], [report("760", 1), report("769", 1)]) == [("769", 1, False)]


def test_a_report_that_was_sent_back_since_is_named_as_such() -> None:
    assert behind([report("760", 1), report("769", 1)], [report("760", 1)]) == [("769", 1, True)]


def test_a_change_two_versions_ago_counts_and_one_before_the_review_does_not() -> None:
    touched = [("760", "2025Q1", 2, "T09"), ("769", "2025Q1", 2, "T09")]
    then, now = [report("760", 1), report("769", 2)], [report("760", 3), report("769", 3)]
    assert behind(then, now, *touched) == [("760", 3, False)]


def test_who_may_not_know_what_was_corrected_is_told_every_report_that_may_be_behind() -> None:
    then, now = [report("760", 1), report("769", 1)], [report("760", 2), report("769", 2, day=2)]
    assert behind(then, now) == [("760", 2, False), ("769", 2, False)]


def test_figures_stand_with_their_report_and_what_no_report_explains_comes_last() -> None:
    then = figure()
    one, other = report("760", 2), report("769", 2)
    moved = ChangedFigure(then, figure(status="met", unit_code="769", unit_level="district"), (other,))
    both = ChangedFigure(then, figure(numerator=2.0), (one, other))
    unexplained = ChangedFigure(then, figure(denominator=5.0), ())
    groups = by_report([unexplained, both, moved])
    assert [(group.report, list(group.figures)) for group in groups] == [
        (other, [moved, both]),
        (one, [both]),
        (None, [unexplained]),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_line_counts_each_figure_once_and_says_what_cannot_be_said(lang: str) -> None:
    say = words_in(lang)
    both = ChangedFigure(figure(), figure(numerator=2.0), (report("760", 2), report("769", 1)))
    told = summary([both], REVIEW)
    assert told.startswith("1 ")
    assert cause(report("760", 2), "2025Q1") in told
    assert summary([], REVIEW) == say("since_review.none")
    assert summary(None, REVIEW) == say("since_review.gone")
    assert cause(None, "2025Q1") == say("cause.other")
    for version, kind in ((1, "late"), (2, "correction")):
        whose = {"reporter": say.of(report("760", version), "reporter_name"), "date": "02/06/2025"}
        assert cause(report("760", version, day=2), "2025Q1") == say(f"cause.{kind}", **whose)
    assert say.period("2024Q4") in cause(report("760", 2, "2024Q4"), "2025Q1")


def test_a_review_of_what_is_seen_itself_shows_nothing_otherwise() -> None:
    assert last_shown([REVIEW], "2025Q1", "ytd", "v1") is None
    assert last_shown([REVIEW], "2024Q4", "ytd", "v2") is None
    for seen in (("2025Q1", "ytd", "v2"), ("2025Q1", "quarter", "v1"), ("2026Q3", "ytd", "v1")):
        assert last_shown([REVIEW], *seen) == REVIEW


def changed_cells(engine: Engine, held: Engine) -> set[tuple[str, str]]:
    """The figures of 2025Q1 that two versions show otherwise, by target and unit."""
    shown = []
    for one in (engine, held):
        with one.connect() as connection:
            shown.append({(row[0], row[1]): tuple(row[2:]) for row in connection.execute(text(SHOWN))})
    return {cell for cell, row in shown[0].items() if shown[1][cell] != row}


@pytest.fixture
def changed(warehouse: Published, sample: object) -> set[tuple[str, str]]:
    """What changed since the sample's review."""
    held = kept(Desk.open().reviews()[0].version)
    assert held
    return changed_cells(warehouse.engine, held.engine)


@pytest.mark.parametrize("period", ["2025Q2", "2026Q3"])
def test_one_line_of_the_overview_names_the_report_and_leads_to_every_figure_then_and_now(
    changed: set[tuple[str, str]], period: str
) -> None:
    page = draw("", {"period": period, "lang": "en"}, BUILT_IN_VIEWER).html
    said = re.search(r"<a href='(/changes\?review=1&amp;[^']*)'>([^<]*)</a>", page)
    assert said
    # The sample corrects Thủ Đức's report of the quarter after the review.
    assert html.unescape(said[2]).startswith(f"{len(changed)} figures of Q1 2025 changed through a correction by ")
    listed = draw("changes", {"review": "1", "period": period, "lang": "en"}, BUILT_IN_VIEWER).html
    table = listed[listed.index("<table class='list changed") :].split("</table>")[0]
    cells = re.findall(r"/origin\?target=(\w+)&amp;unit=(\w+)&amp;period=2025Q1", table)
    assert set(cells) == changed
    assert "/reports?unit=769&amp;period=2025Q1" in listed


def test_where_a_figure_comes_from_says_what_it_was_and_through_which_report(changed: set[tuple[str, str]]) -> None:
    for target, unit in sorted(changed)[:3]:
        page = draw("origin", {"target": target, "unit": unit, "period": "2025Q1", "lang": "en"}, BUILT_IN_VIEWER).html
        part = page[page.index("id='revisions'") :].split("</section>")[0]
        assert "As shown on 08/05/2025: " in part
        assert "/changes?review=1&amp;unit=769" in part
        assert "/reports?unit=769&amp;period=2025Q1" in part
    still = draw("origin", {"target": "T04", "unit": "783", "period": "2025Q1", "lang": "en"}, BUILT_IN_VIEWER).html
    assert "As shown on" not in still


@pytest.mark.usefixtures("sample")
def test_people_counts_that_changed_stay_hidden_from_who_may_not_see_them(uncleared: Viewer) -> None:
    page = draw("changes", {"review": "1", "period": "2025Q2", "lang": "en"}, uncleared)
    assert page.status == 200
    assert "B7 ·" not in page.html


def test_the_changed_figures_can_be_taken_away(changed: set[tuple[str, str]]) -> None:
    answer = respond("table.csv", {"page": "changes", "table": "figures", "period": "2025Q2", "lang": "en"})
    assert answer.status_code == 200
    assert len(bytes(answer.body).decode("utf-8-sig").strip().splitlines()) == 1 + len(changed)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("asked", "status"), [({"review": "99"}, 404), ({"unit": "760"}, 404), ({}, 200)])
def test_an_unknown_review_or_a_unit_that_changed_nothing_gives_a_friendly_page(
    asked: dict[str, str], status: int
) -> None:
    assert draw("changes", asked | {"period": "2025Q2"}, BUILT_IN_VIEWER).status == status


@pytest.mark.usefixtures("sample")
def test_before_a_first_review_the_page_says_so() -> None:
    page = draw("changes", {"period": "2022Q4", "lang": "en"}, BUILT_IN_VIEWER)
    assert words_in("en")("since_review.never") in page.html
