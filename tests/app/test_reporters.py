"""Who reported, late, corrected: the page says what the marts say."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.analysis import reporting
from app.core.access import Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.pages.registry import page_of
from app.pages.shared.reporting import reporting_units
from app.pages.submit import page as submit
from app.queries import reporters as queries
from app.records.reporters import ReporterPeriod
from app.web.page_renderer import draw
from tests.answered import respond
from warehouse.publish.engines import Published

pytestmark = pytest.mark.usefixtures("sample")


def row(state: str, reporter: str = "769", **changes: Any) -> ReporterPeriod:
    """One reporter's quarter."""
    values: dict[str, Any] = {
        "reporter_code": reporter,
        "period_code": "2021Q4",
        "is_due": True,
        "due_date": dt.date(2022, 1, 15),
        "received_at": None,
        "state": state,
        "version": None,
        "version_count": 0,
        "days_late": None,
        "is_corrected": False,
        "rejected_count": 0,
        "expected_form_count": 8,
        "missing_form_count": 0,
    }
    return ReporterPeriod(**(values | changes))


def test_a_quarter_is_told_in_counts_with_the_longest_delay_first() -> None:
    corrected = row("late", "760", days_late=3, is_corrected=True)
    rows = [corrected, row("late", "761", days_late=9), row("on_time", "764"), row("missing")]
    now = reporting.quarter_reports([*rows, row("missing", period_code="2021Q3")], "2021Q4")
    assert (now.expected_count, now.counted_count, now.longest_delay, now.outcome) == (4, 3, 9, "incomplete")
    assert [one.reporter_code for one in now.late] == ["761", "760"]
    assert now.corrected == (corrected,)


def test_nobody_is_called_before_the_due_date() -> None:
    now = reporting.quarter_reports([row("not_due", is_due=False), row("on_time", "760", is_due=False)], "2021Q4")
    assert now.outcome == "open"
    assert not now.missing
    assert len(now.not_due) == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("period", ["2021Q3", "2024Q4", "2025Q2", "2025Q3"])
def test_the_page_opens_with_the_counts_of_the_mart(
    warehouse: Published, cleared: Viewer, period: str, lang: str
) -> None:
    sql = f"select state, count(*) from marts.fct_reporter_period where period_code = '{period}' group by state"
    with warehouse.engine.connect() as connection:
        counts = {str(state): int(count) for state, count in connection.execute(text(sql))}
    expected = sum(counts.values())
    counted = counts.get("on_time", 0) + counts.get("late", 0)
    absent = [(state, counts[state]) for state in ("missing", "rejected") if state in counts]
    said = words_in(lang)(
        "calendar.complete" if counted == expected else "calendar.incomplete",
        period=words_in(lang).period(period),
        received=counted,
        expected=expected,
        on_time=counts.get("on_time", 0),
        late=counts.get("late", 0),
        parts=", ".join(words_in(lang)(f"calendar.part_{state}", count=count) for state, count in absent),
    )
    assert f"<h1>{said}</h1>" in draw("reports", {"period": period, "lang": lang}, cleared).html


def test_every_expected_reporter_has_a_line_and_every_quarter_shown_a_cell(cleared: Viewer) -> None:
    page = draw("reports", {"period": "2021Q4"}, cleared).html
    grid = page[page.index("<table class='calendar'") :].split("</table>")[0]
    assert grid.count("<th scope='row'") == 23
    assert grid.count("<a class='c ") == 23 * 8


def test_the_communes_take_over_when_the_districts_are_gone(cleared: Viewer) -> None:
    page = draw("reports", {"period": "2025Q3", "show": "all", "lang": "en"}, cleared).html
    grid = page[page.index("<table class='calendar'") :].split("</table>")[0]
    assert grid.count("<th scope='row'") == 169


def test_quarters_in_which_none_of_those_shown_was_there_yet_take_no_room(cleared: Viewer) -> None:
    page = draw("reports", {"period": "2026Q3", "lang": "en"}, cleared).html
    grid = page[page.index("<table class='calendar'") :].split("</table>")[0]
    assert "Q3 2025" in grid
    assert "Q2 2025" not in grid


def test_of_many_reporters_those_whose_report_needs_somebody_are_shown_first(
    warehouse: Published, cleared: Viewer
) -> None:
    sql = """select reporter_code from marts.fct_reporter_period
             where period_code = '2026Q3' and (state <> 'on_time' or is_corrected)"""
    with warehouse.engine.connect() as connection:
        needed = {code for (code,) in connection.execute(text(sql))}
    page = draw("reports", {"period": "2026Q3", "lang": "en"}, cleared).html
    grid = page[page.index("<table class='calendar'") :].split("</table>")[0]
    assert grid.count("<th scope='row'") == len(needed) < 40
    assert f"{len(needed)} of 169 reporters" in page
    on_time = "79"
    assert on_time not in needed
    asked = draw("reports", {"period": "2026Q3", "unit": on_time, "lang": "en"}, cleared).html
    assert f"{len(needed) + 1} of 169 reporters" in asked


def test_punctuality_counts_the_reports_due_so_far(warehouse: Published, cleared: Viewer) -> None:
    found = queries.punctuality(Reader(cleared, warehouse), "2021Q3")
    sql = """select reporter_code, count(*), count(*) filter (where state = 'on_time')
             from marts.fct_reporter_period where is_due and period_code <= '2021Q3' group by reporter_code"""
    with warehouse.engine.connect() as connection:
        known = {code: (due, on_time) for code, due, on_time in connection.execute(text(sql))}
    assert {code: (one.due_count, one.on_time_count) for code, one in found.items()} == known


def test_a_cell_opens_what_was_sent_with_versions_and_the_corrected_cells(
    warehouse: Published, cleared: Viewer
) -> None:
    sql = (
        """select reporter_code, period_code, count(*) from marts.fct_revision group by 1, 2 order by 3 desc limit 1"""
    )
    with warehouse.engine.connect() as connection:
        code, period, count = connection.execute(text(sql)).one()
    page = draw("reports", {"unit": code, "period": period, "lang": "en"}, cleared).html
    card = page[page.index("class='card") : page.index("id='title'")]
    assert words_in("en")("calendar.changed_cells", count=count) in card
    assert "<b>Version 1</b>" in card
    assert "<b>Version 2</b>" in card
    # Of a report that left a form blank, how many forms came.
    incomplete = draw("reports", {"unit": "27418", "period": "2026Q3", "lang": "en"}, cleared).html
    assert words_in("en")("calendar.forms_of", received=6, expected=8) in incomplete


def test_corrections_of_people_counts_are_kept_from_whoever_may_not_see_them(
    warehouse: Published, uncleared: Viewer
) -> None:
    sql = "select distinct reporter_code, period_code from marts.fct_revision"
    with warehouse.engine.connect() as connection:
        corrected = connection.execute(text(sql)).all()
    for code, period in corrected:
        assert "B7 ·" not in draw("reports", {"unit": code, "period": period}, uncleared).html


@pytest.mark.parametrize("table", ["title", "punctuality", "counts"])
def test_every_table_of_the_page_can_be_taken_away(table: str) -> None:
    for kind in ("csv", "xlsx"):
        assert respond(f"table.{kind}", {"page": "reports", "table": table, "period": "2021Q4"}).status_code == 200


def test_the_table_taken_away_has_what_the_mart_has(warehouse: Published, cleared: Viewer) -> None:
    _, page = page_of("reports", {"period": "2022Q4", "lang": "en"}, cleared)
    sheet = page.tables["title"]()
    sql = "select count(*), sum(days_late) from marts.fct_reporter_period where period_code <= '2022Q4'"
    with warehouse.engine.connect() as connection:
        count, days = connection.execute(text(sql)).one()
    late = [value for line in sheet.rows if isinstance(value := line[6], int)]
    assert (len(sheet.rows), sum(late)) == (count, days)


def test_an_unknown_reporter_gives_a_friendly_page(cleared: Viewer) -> None:
    asked = {"unit": "99999", "period": "2021Q4", "lang": "en"}
    assert words_in("en")("message.unknown_text") in draw("reports", asked, cleared).html


@pytest.mark.language("en")
def test_forms_are_offered_to_those_who_fill_one_be_it_the_city_alone_and_where_nobody_does_the_page_says_so(
    cleared: Viewer,
) -> None:
    context, _ = page_of("submit", {"period": "2026Q3", "lang": "en"}, cleared)
    assert reporting_units(context) == [context.city, *context.reporters]
    without_city = replace(context.period, reporter_count=len(context.reporters))
    assert reporting_units(replace(context, period=without_city)) == list(context.reporters)
    alone = replace(context, reporters=(), period=replace(context.period, reporter_count=1))
    assert "unit=79" in submit.page(alone).body
    nobody = replace(alone, period=replace(context.period, reporter_count=0))
    assert words_in("en")("submit.nobody") in submit.page(nobody).body
