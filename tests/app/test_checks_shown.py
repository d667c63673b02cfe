"""Whether the numbers can be trusted is said from what the checks found, and nobody is shown who may not be."""

import datetime as dt
import json
import re
from functools import partial

import pytest
from sqlalchemy import text

from app.analysis import quality_summary
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.pages.registry import page_of
from app.queries import methodology, quality
from app.records.quality import CheckResult, Failure
from app.web.page_renderer import draw
from tests.answered import respond
from warehouse.publish.engines import Published

SENSITIVE_CHECK = "b7_support.people_supported_have_service"


def check(severity: str = "warning", is_success: bool = True, code: str = "s.c") -> CheckResult:
    """A check of the published version."""
    return CheckResult(
        code, "s", "t", None, severity, "n", "n", "w", "w", is_success, 0 if is_success else 3, 9, "[]"
    )  # fmt: skip


def failure(period: str = "2021Q4", reporter: str = "769", code: str = "s.c") -> Failure:
    """A row that broke a rule."""
    return Failure(code, reporter, reporter, period, 1, 2, None)


@pytest.mark.parametrize(
    ("checks", "report_count", "verdict"),
    [
        ([check(), check("critical")], 1, "sure"),
        ([check(), check("info", is_success=False)], 1, "careful"),
        ([check("warning", is_success=False), check("critical", is_success=False)], 1, "doubtful"),
        ([check(), check("warning", is_success=False)], 0, "none_reported"),
    ],
)
def test_the_answer_is_yes_with_care_or_not_yet(checks: list[CheckResult], report_count: int, verdict: str) -> None:
    assert quality_summary.check_summary(checks, report_count).verdict == verdict


def test_whoever_has_most_to_confirm_about_the_quarter_is_asked_first() -> None:
    rows = [failure(reporter="760"), failure(), failure(), failure("2021Q3", "760"), failure("2021Q3", "760")]
    asked = quality_summary.findings_by_reporter(rows, "2021Q4")
    assert [(one.reporter_code, one.quarter_count, one.total_count) for one in asked] == [("769", 2, 2), ("760", 1, 3)]
    assert quality_summary.quarter_findings(rows, "2021Q4") == quality_summary.QuarterFindings(3, 1, 2)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_opens_with_the_counts_of_the_published_version(
    warehouse: Published, cleared: Viewer, lang: str
) -> None:
    sql = """select count(*), count(*) filter (where is_success),
               count(*) filter (where severity = 'warning' and not is_success),
               count(*) filter (where severity = 'info' and not is_success)
             from marts.fct_quality_result as r inner join marts.publication as p on r.run_version = p.version"""
    with warehouse.engine.connect() as connection:
        count, passed, warning, info = connection.execute(text(sql)).one()
    said = words_in(lang)("quality.careful", passed=passed, count=count, critical=0, warning=warning, info=info)
    assert f"<h1>{said}</h1>" in draw("quality", {"lang": lang, "period": "2021Q4"}, cleared).html


@pytest.mark.usefixtures("sample")
def test_every_row_that_a_check_found_is_told_to_whoever_may_see_it(warehouse: Published, cleared: Viewer) -> None:
    results = quality.results(Reader(cleared, warehouse))
    told = quality.failures(Reader(cleared, warehouse), results)
    assert len(told) == sum(len(json.loads(one.failing_units)) for one in results)


@pytest.mark.usefixtures("sample")
def test_what_checks_found_everywhere_is_for_whoever_may_see_small_counts(
    warehouse: Published, cleared: Viewer, uncleared: Viewer
) -> None:
    reader, knowing = Reader(uncleared, warehouse), Reader(cleared, warehouse)
    found = quality.results(knowing)
    assert any(row.check_code == SENSITIVE_CHECK for row in quality.failures(knowing, found))
    for ask in (quality.results, quality.runs, partial(quality.failures, found=found)):
        with pytest.raises(AccessDeniedError):
            ask(reader)
    with pytest.raises(AccessDeniedError):
        quality.check_runs(reader, SENSITIVE_CHECK)
    assert draw("quality", {"check": SENSITIVE_CHECK, "period": "2026Q3"}, uncleared).status == 403


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_check_on_people_says_of_itself_what_it_is_for_and_not_what_it_found(
    warehouse: Published, cleared: Viewer, uncleared: Viewer, lang: str
) -> None:
    say, asked = words_in(lang), {"target": "T16", "lang": lang, "period": "2026Q3"}
    for target, check in (("T16", SENSITIVE_CHECK), ("T18", "b7_support.models_have_participants")):
        hidden, shown = (
            {one.check_code: one for one in methodology.checks(Reader(viewer, warehouse), target)}
            for viewer in (uncleared, cleared)
        )
        assert shown.keys() == hidden.keys()
        assert (hidden[check].is_success, hidden[check].unexpected_count) == (None, None)
        assert shown[check].is_success is not None
    for page in ("methodology", "origin"):
        drawn, whole = (draw(page, asked, viewer).html for viewer in (uncleared, cleared))
        assert say("checks.kept") in drawn
        assert say("checks.kept") not in whole


@pytest.mark.usefixtures("sample")
def test_a_check_leads_to_the_targets_whose_figures_it_touches(cleared: Viewer) -> None:
    page = draw("quality", {"check": "b6_cases.violations_detected_not_copied", "period": "2021Q4"}, cleared).html
    card = page[page.index("class='card") : page.index("id='checks'")]
    assert "/target?target=T14" in card
    assert "/target?target=T01" not in card


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("page", "asked"),
    [("quality", {}), ("methodology", {"target": "T14"}), ("origin", {"target": "T14", "unit": "769"})],
)
def test_wherever_checks_have_a_severity_it_is_said_which_one_stops_publication(
    page: str, asked: dict[str, str], lang: str, cleared: Viewer
) -> None:
    drawn = draw(page, asked | {"lang": lang, "period": "2021Q4"}, cleared).html
    part = drawn[drawn.index("id='checks'") :].split("<table")[0]
    assert words_in(lang)("checks.severities") in part


@pytest.mark.usefixtures("sample")
def test_filters_leave_only_what_they_name(cleared: Viewer) -> None:
    asked = {"period": "2021Q4", "severity": "warning", "suite": "b5_inspection"}
    _, page = page_of("quality", asked, cleared)
    codes = {str(row[0]).split(".")[0] for row in page.tables["checks"]().rows}
    assert codes == {"b5_inspection"}
    _, page = page_of("quality", {"period": "2021Q3", "unit": "760"}, cleared)
    reporters = {row[4] for row in page.tables["failures"]().rows}
    assert reporters == {"Quận 1"}


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("asked", [{"check": "x.y"}, {"suite": "nope"}, {"unit": "999"}, {"severity": "awful"}])
def test_an_unknown_filter_gives_a_friendly_page(asked: dict[str, str], cleared: Viewer) -> None:
    assert words_in("en")("message.unknown_text") in draw("quality", asked | {"lang": "en"}, cleared).html


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("table", ["checks", "failures", "asked", "rates", "trend"])
def test_every_table_of_the_page_can_be_taken_away(table: str) -> None:
    for kind in ("csv", "xlsx"):
        answer = respond(f"table.{kind}", {"page": "quality", "table": table, "period": "2021Q4"})
        assert answer.status_code == 200


@pytest.mark.usefixtures("sample")
def test_the_trend_has_every_kept_build(warehouse: Published, cleared: Viewer) -> None:
    runs = quality.runs(Reader(cleared, warehouse))
    assert runs[0].run_version == warehouse.version
    assert isinstance(runs[0].run_at, dt.datetime)
    assert runs == sorted(runs, key=lambda run: run.run_at, reverse=True)


@pytest.mark.usefixtures("sample")
def test_with_a_unit_chosen_every_count_is_that_unit_s(warehouse: Published, cleared: Viewer) -> None:
    told = quality.failures(Reader(cleared, warehouse), quality.results(Reader(cleared, warehouse)))
    mine = quality_summary.by_check(row for row in told if "784" in (row.unit_code, row.reporter_code))
    page = draw("quality", {"unit": "784", "period": "2024Q4"}, cleared).html
    table = page[page.index("class='list checks'") :].split("</table>")[0]
    shown = [re.findall("<td class='n'[^>]*>([^<]*)", row)[1] for row in table.split("<tr>")[2:]]
    assert sorted(shown) == sorted(str(count) for count in mine.values())
