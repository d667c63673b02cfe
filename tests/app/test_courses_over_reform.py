"""What courses over a change of the map claim: changed ground, recalculated history, the same ground, pinned notes."""

import datetime as dt
import re
from io import BytesIO

import pytest
from docx import Document
from facts import progress, target
from pptx import Presentation
from target_facts import note, recalculated, series_break

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.figures.drawing.svg_document import Caption
from app.figures.line.html import series_chart, series_details
from app.figures.line.spec import LineSpec, line_spec
from app.figures.line.svg import series_document
from app.figures.series import Series
from app.figures.sparkline.html import draw_sparkline
from app.figures.sparkline.spec import sparkline_of
from app.figures.trend.html import trend_picture
from app.figures.trend.plotly import trend_figure
from app.figures.trend.spec import trend_spec
from app.figures.trend.svg import trend_chart
from app.queries import ground
from app.queries import progress as progress_queries
from app.records import Progress
from app.web.page_renderer import draw
from tests.answered import respond
from warehouse.desk import Desk
from warehouse.publish.engines import Published

pytestmark = pytest.mark.language("en")

EN = words_in("en")
AROUND = Caption("Finding", "Subject", "Source")
PERIODS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
REFORM = dt.date(2025, 7, 1)
START = dt.date(2021, 1, 1)
# An area whose footprint changed and one whose did not; a commune of whole wards, one with a part of another, one of
# another province.
CHANGED, SAME = "776", "761"
WHOLE, SPLIT, ELSEWHERE = "26767", "26740", "25747"


def over_reform(changed_on: dt.date | None = REFORM) -> Series:
    """A district's last two quarters and its area's first two."""
    rows = [
        progress(period_code=code, value_pct=40.0 + 10 * index, unit_valid_from=START if code < "2025Q3" else REFORM)
        for index, code in enumerate(PERIODS)
    ]
    return Series("Area of District 8", "D8", rows, changed_on=changed_on)


def commune() -> Series:
    """A commune's first two quarters, and two before it recalculated."""
    rows = [progress(period_code=code, value_pct=50.0, unit_valid_from=REFORM) for code in PERIODS[2:]]
    return Series("Commune X", "X", rows, past=[recalculated("2025Q1", 7.0), recalculated("2025Q2", 9.0)])


def spec_of(*courses: Series, notes: tuple[str, ...] = ()) -> LineSpec:
    """A picture of courses over the reform, with notes on quarters."""
    breaks = [series_break("2025Q3", label="No district tier")]
    return line_spec(courses, PERIODS, target(), breaks=breaks, notes=[note(code, f"said of {code}") for code in notes])


def link(row: Progress) -> str:
    return row.period_code


def page(name: str, viewer: Viewer = BUILT_IN_VIEWER, **asked: str) -> str:
    """A page of 2026Q3 in English."""
    return draw(name, {"period": "2026Q3", "lang": "en", **asked}, viewer).html


def chart(page_name: str, name: str, **asked: str) -> str:
    """A chart of that page as a file."""
    answer = respond("chart.svg", {"page": page_name, "chart": name, "period": "2026Q3", "lang": "en", **asked})
    assert answer.status_code == 200
    return bytes(answer.body).decode()


def test_a_line_is_solid_on_its_ground_and_dotted_from_its_last_quarter_there_on() -> None:
    line = spec_of(over_reform()).lines[0]
    assert [[point.index for point in piece] for piece in line.former] == [[0, 1]]
    assert [[point.index for point in piece] for piece in line.changed] == [[1, 2, 3]]
    assert line.ground_text == EN("history.changed", place="Area of District 8", date="01/07/2025")


def test_on_the_same_ground_and_where_nothing_came_before_no_line_is_dotted() -> None:
    same = spec_of(over_reform(changed_on=None)).lines[0]
    assert (len(same.former), same.changed, same.ground_text) == (1, (), "")
    new = Series("New", "New", over_reform().rows[2:], changed_on=REFORM)
    assert spec_of(new).lines[0].changed == ()


def test_dots_are_explained_in_words_wherever_they_are_drawn() -> None:
    spec = spec_of(over_reform())
    told = spec.lines[0].ground_text
    drawings = [series_chart(spec, link), series_document(AROUND, spec), series_details(spec, "figures")]
    city = Series("City", "City", over_reform(None).rows)
    whole = trend_spec(city, target(), beside=over_reform())
    drawings += [trend_picture(whole, link, "#figures"), trend_chart(AROUND, whole)]
    assert [told in drawing for drawing in drawings] == [True] * len(drawings)
    assert told in {trace.name for trace in trend_figure(whole, link).data}
    assert "class='line s1 changed' d='M37.5 62.5h.01L62.5 50.0L87.5 37.5'" in drawings[0]


def test_a_small_course_is_dotted_too() -> None:
    drawn = draw_sparkline(sparkline_of(over_reform().rows, changed_on=REFORM))
    assert drawn.count("class='changed'") == 1
    assert "changed" not in draw_sparkline(sparkline_of(over_reform().rows))


def test_recalculated_history_is_a_line_of_its_own_that_never_joins_what_was_reported() -> None:
    spec = spec_of(commune())
    line = spec.lines[0]
    assert line.past is not None
    assert [[(point.index, point.value) for point in piece] for piece in line.past.segments] == [[(0, 7.0), (1, 9.0)]]
    assert [point.index for point in line.points] == [2, 3]
    html = series_chart(spec, link)
    assert html.count("class='pt s1 past'") == 2
    assert "class='line s1 past' d='M12.5 93.0h.01L37.5 91.0'" in html
    assert EN("history.told", place="Commune X") in html
    assert "Recalculated from 2 of 2 former units with figures" in html


def test_the_table_has_what_was_reported_and_what_was_recalculated_each_in_its_column() -> None:
    table = series_details(spec_of(commune()), "figures")
    heads = re.findall(r"<th scope='col'[^>]*>([^<]*)<", table)
    assert heads[-1] == EN("trend.beside", place=EN("history.name", place="X"))
    rows = [re.findall(r"<t[hd][^>]*>(?:<[^>]*>)*([^<]*)", row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)]
    by_period = {row[0]: row for row in rows if row}
    assert by_period["Q1 2025"][-1] == "7 (7/100)"
    assert (by_period["Q1 2025"][3], by_period["Q4 2025"][3], by_period["Q4 2025"][-1]) == ("–", "50", "–")


def test_notes_are_numbered_at_their_quarters_and_told_in_full_below() -> None:
    spec = spec_of(over_reform(), notes=("2025Q4", "2025Q2"))
    assert [(pin.index, pin.number) for pin in spec.pins] == [(1, "1"), (3, "2")]
    html = series_chart(spec, link)
    assert re.findall(r"<a class='pin'[^>]*aria-label='([^']*)'>(\d)</a>", html) == [
        ("Q2 2025\nsaid of 2025Q2 (Sở, 05/01/2026 08:30)", "1"),
        ("Q4 2025\nsaid of 2025Q4 (Sở, 05/01/2026 08:30)", "2"),
    ]
    assert "said of 2025Q4 (Sở, 05/01/2026 08:30)" in series_details(spec, "figures")
    assert "Q4 2025: said of 2025Q4" in series_document(AROUND, spec)


def test_of_many_notes_the_newest_are_drawn_and_all_are_listed() -> None:
    codes = [f"{year}Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3)]
    rows = [progress(period_code=code) for code in codes]
    spec = line_spec([Series("A", "A", rows)], codes, target(), notes=[note(code, f"said of {code}") for code in codes])
    assert [pin.number for pin in spec.pins] == ["", "", "1", "2", "3", "4"]
    told = series_details(spec, "figures")
    assert [code for code in codes if f"said of {code}" not in told] == []


def test_what_people_wrote_in_a_note_is_text_in_every_picture() -> None:
    evil = [note("2025Q3", "<b>bold</b>'\"")]
    spec = trend_spec(over_reform(), target(), notes=evil)
    drawn = trend_picture(spec, link, "#figures") + trend_chart(AROUND, spec)
    assert "<b>bold" not in drawn
    assert "&lt;b&gt;bold" in drawn


def test_an_area_is_dotted_on_its_page_only_where_its_footprint_changed(sample: None) -> None:
    told = "other boundaries since 01/07/2025 (dotted)"
    for unit, is_dotted in ((CHANGED, True), (SAME, False)):
        course = page("district", unit=unit, target="T13").split("id='course'")[1].split("</section>")[0]
        trend = page("target", unit=unit, target="T13").split("id='trend'")[1].split("</section>")[0]
        for drawn in (course, trend):
            assert (told in drawn, "changed' d='M" in drawn) == (is_dotted, is_dotted)
        assert (told in chart("district", "courses", unit=unit, target="T13")) is is_dotted
    assert "No district tier" in page("district", unit=SAME, target="T13")


def test_before_the_reform_courses_know_no_switch_no_dots_and_no_break_of_their_own(sample: None) -> None:
    course = page("district", unit=CHANGED, target="T13", period="2025Q2").split("id='course'")[1].split("</figure>")[0]
    assert [word for word in ("class='break'", "changed'", "class='name ", "toggle") if word in course] == []
    target_page = page("target", target="T13", unit=CHANGED, period="2025Q2")
    assert [word for word in ("ground=same", "history=recalculated", "changed'") if word in target_page] == []


def test_a_commune_of_whole_wards_has_a_switch_to_its_recalculated_history(sample: None) -> None:
    off = page("ward", unit=WHOLE, target="T13")
    assert "history=recalculated" in off
    assert "class='pt s1 past'" not in off
    on = page("ward", unit=WHOLE, target="T13", history="recalculated")
    # Eighteen quarters from 2021Q1 to 2025Q2.
    assert on.count("class='pt s1 past'") == 18
    assert EN("history.told", place="An Phu Dong Ward") in on
    beside = page("target", unit=WHOLE, target="T13", history="recalculated")
    assert beside.count("class='pt beside past'") == 18


@pytest.mark.parametrize(
    ("unit", "target_code", "key", "named"),
    [
        (SPLIT, "T13", "history.split", "Ben Nghe Ward"),
        (ELSEWHERE, "T13", "history.elsewhere", "Phu Cuong"),
        (WHOLE, "T06", "history.uncounted", "Thanh Loc Ward"),
    ],
)
def test_where_there_is_no_recalculated_history_the_page_says_why_and_names_the_former_units(
    unit: str, target_code: str, key: str, named: str, sample: None
) -> None:
    for name in ("ward", "target"):
        drawn = page(name, unit=unit, target=target_code, history="recalculated")
        assert EN(key, names="").split("(")[0].split("Formed")[0].strip() in drawn
        assert (named in drawn, "past'" in drawn) == (True, False)


def test_recalculated_figures_are_marked_in_every_file(sample: None) -> None:
    asked = {"unit": WHOLE, "target": "T13", "history": "recalculated"}
    assert EN("history.told", place="An Phu Dong Ward") in chart("ward", "courses", **asked)
    assert EN("history.told", place="An Phu Dong Ward") in chart("target", "trend", **asked)
    for name, table in (("ward", "course"), ("target", "trend")):
        rows = {"page": name, "table": table, "period": "2026Q3", "lang": "en", **asked}
        lines = bytes(respond("table.csv", rows).body).decode().splitlines()
        marked = [line for line in lines if EN("history.recalculated") in line]
        assert len(marked) == 18
        assert all(line.split(",")[0].strip('"') == WHOLE for line in marked)
        plain = bytes(respond("table.csv", rows | {"history": ""}).body).decode()
        assert EN("history.recalculated") not in plain


def test_recalculated_people_counts_are_for_whoever_may_see_small_ones(sample: None, uncleared: Viewer) -> None:
    asked = {"unit": WHOLE, "target": "T16", "history": "recalculated"}
    assert "class='pt s1 past'" in page("ward", **asked)
    drawn = page("ward", uncleared, **asked)
    assert "past'" not in drawn
    assert EN("history.hidden") in drawn


def test_on_the_same_ground_the_city_s_course_goes_on_as_its_old_region_s(warehouse: Published) -> None:
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    region = ground.same_ground_unit(reader, dt.date(2026, 9, 30))
    assert region is not None
    assert region.unit_code == "R79"
    rows = ground.same_ground_trend(reader, region, "T13", "ytd", "2026Q3")
    assert [row.unit_code for row in rows] == ["79"] * 18 + ["R79"] * 5
    assert [row.period_code for row in rows] == sorted({row.period_code for row in rows})
    assert ground.same_ground_unit(reader, dt.date(2025, 6, 30)) is None


def test_the_city_s_trend_is_switched_between_as_governed_and_the_same_ground(
    sample: None, warehouse: Published
) -> None:
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    now = {
        unit: EN.percent(progress_queries.unit_trend(reader, unit, "ytd", "2026Q3", "2026Q3")[0].value_pct)
        for unit in ("79", "R79")
    }
    assert len(set(now.values())) == 2
    for asked, unit in (({}, "79"), ({"ground": "same"}, "R79")):
        trend = page("target", target="T02", **asked).split("id='trend'")[1].split("</section>")[0]
        assert re.findall(r"<b class='last n main[^>]*>([^<]*)<", trend) == [now[unit]]
        assert (EN("ground.name", city="HCMC") in trend, "(22 areas)" in trend) == (unit == "R79", unit == "R79")
        assert "ground=same" in trend


def test_a_slide_and_the_report_give_the_figure_on_the_same_ground_beside_the_city_s(
    sample: None, warehouse: Published
) -> None:
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    # A target that has a slide of its own.
    alone = ground.same_ground_figures(reader, dt.date(2026, 3, 31), "2026Q1", "ytd")["T07"]
    assert EN("ground.value", value=EN.percent(alone.value_pct)) in page("review", period="2026Q1")
    same = ground.same_ground_figures(reader, dt.date(2026, 9, 30), "2026Q3", "ytd")["T13"]
    value = EN.percent(same.value_pct)
    report = Document(BytesIO(bytes(respond("quarter.docx", {"period": "2026Q3", "lang": "en"}).body)))
    told = [paragraph.text for paragraph in report.paragraphs if EN("ground.told", value=value) in paragraph.text]
    assert len(told) == 1
    assert ground.same_ground_figures(reader, dt.date(2025, 6, 30), "2025Q2", "ytd") == {}


def test_a_pinned_note_is_drawn_on_the_page_in_the_file_and_on_the_slide(desk: Desk) -> None:
    desk.add_note("79", "2026Q1", "Thành phố đổi mẫu biểu.", "Sở", target_code="T07")
    drawn = page("target", target="T07")
    assert re.search(r"<a class='pin'[^>]*>1</a>", drawn)
    assert "Q1 2026: Thành phố đổi mẫu biểu." in drawn
    assert "Thành phố đổi mẫu biểu." not in page("target", target="T12")
    assert "Q1 2026: Thành phố đổi mẫu biểu." in chart("target", "trend", target="T07")
    assert "Q1 2026: Thành phố đổi mẫu biểu." in page("review")
    deck = Presentation(BytesIO(bytes(respond("deck.pptx", {"page": "review", "period": "2026Q3", "lang": "en"}).body)))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    texts = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    assert "[1] Q1 2026: Thành phố đổi mẫu biểu." in texts
    series = [one for shape in shapes if shape.has_chart for one in shape.chart.plots[0].series]
    pinned = [one.values for one in series if one.name == "[1] Q1 2026: Thành phố đổi mẫu biểu."]
    assert [[value is not None for value in values] for values in pinned] == [[False] * 5 + [True] + [False] * 2]


def test_a_note_on_people_counts_is_for_whoever_may_see_them(desk: Desk, uncleared: Viewer) -> None:
    desk.add_note(CHANGED, "2026Q1", "Chỉ có vài người.", "Sở", target_code="T16")
    assert "Chỉ có vài người." in page("district", unit=CHANGED, target="T16")
    assert "Chỉ có vài người." not in page("district", uncleared, unit=CHANGED, target="T16")
