"""District, ward, compare and tasks as pages: what stands on them, for every state an address can ask for."""

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.pages.registry import page_of
from app.web.page_renderer import draw

EN = words_in("en")
STATES = [
    ("district", {"unit": "769", "target": "T14", "peers": "760,771,770,772"}),
    ("district", {"unit": "787", "period": "2024Q4"}),
    ("district", {"unit": "785", "period": "2025Q2", "target": "T09"}),
    ("district", {"unit": "764", "period": "2021Q1", "window": "quarter"}),
    ("ward", {"unit": "26803", "target": "T12"}),
    ("ward", {"unit": "26923", "period": "2025Q1", "target": "T09"}),
    ("ward", {"period": "2025Q3"}),
    ("compare", {}),
    ("compare", {"unit": "769"}),
    ("compare", {"units": "760,769,785,787,764", "period": "2025Q2"}),
    ("compare", {"units": "760,769", "view": "trend", "target": "T03"}),
    ("compare", {"units": "785", "view": "trend", "target": "T09"}),
    ("tasks", {"period": "2021Q4"}),
    ("tasks", {"task": "N03", "unit": "769", "period": "2025Q2"}),
    ("tasks", {"status": "absent", "period": "2025Q2"}),
    ("tasks", {"unit": "79"}),
]
LARGEST_PAGE_BYTES = 250_000


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("page", "parameters"), STATES)
def test_every_state_is_drawn_in_both_languages(page: str, parameters: dict[str, str], lang: str) -> None:
    drawn = draw(page, parameters | {"lang": lang}, BUILT_IN_VIEWER)
    assert words_in(lang)("message.error_title") not in drawn.html
    assert "class='message'" not in drawn.html
    assert "&lt;p" not in drawn.html
    assert len(drawn.html.encode()) < LARGEST_PAGE_BYTES


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("page", "parameters"), STATES)
def test_every_table_and_picture_of_a_page_can_be_made(page: str, parameters: dict[str, str]) -> None:
    _, made = page_of(page, parameters, BUILT_IN_VIEWER)
    for make in made.tables.values():
        sheet = make()
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)
    for make_picture in made.charts.values():
        assert make_picture().startswith("<svg")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("page", "parameters", "says"),
    [
        ("compare", {"units": "760,999"}, "message.unknown_unit"),
        ("compare", {"units": "760;drop"}, "message.unknown_units"),
        ("compare", {"units": "760", "target": "T99"}, "message.unknown_target"),
        ("compare", {"view": "map"}, "message.unknown_value"),
        ("district", {"unit": "769", "peers": "999"}, "message.unknown_unit"),
        ("tasks", {"task": "N99"}, "message.unknown_task"),
        ("tasks", {"unit": "999"}, "message.unknown_unit"),
        ("tasks", {"status": "late"}, "message.unknown_value"),
    ],
)
def test_an_unknown_value_gives_a_friendly_page(page: str, parameters: dict[str, str], says: str) -> None:
    html = draw(page, parameters | {"lang": "en"}, BUILT_IN_VIEWER).html
    assert EN("message.unknown_text") in html
    assert EN(says, value="", name="").split("“")[0] in html


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("page", "unit", "period", "kept"),
    # Bình Chánh's report of Q2 2025 and Tân Tạo's of Q3 2026 await correction; Cần Giờ never sent that of Q4 2024.
    [
        ("district", "785", "2025Q2", "Q1 2025"),
        ("district", "787", "2024Q4", "Q3 2024"),
        ("ward", "27457", "2026Q3", "Q2 2026"),
    ],
)
def test_a_silent_unit_says_at_its_head_from_when_its_figures_are(page: str, unit: str, period: str, kept: str) -> None:
    told = EN("reports.kept", count=2, periods=kept).split(" are ")[1].split(";")[0]
    asked = {"unit": unit, "period": period, "lang": "en"}
    head = draw(page, asked, BUILT_IN_VIEWER).html.split("<h2>")[0]
    assert told in head
    # Of a quarter alone nothing is kept.
    assert told not in draw(page, asked | {"window": "quarter"}, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("sample")
def test_a_ward_that_ended_leads_to_the_commune_in_its_place_and_one_before_its_time_names_those_it_came_from() -> None:
    ended = draw("ward", {"unit": "27427", "period": "2025Q2", "lang": "en"}, BUILT_IN_VIEWER).html
    assert "Today: <a href='/ward?unit=27427&amp;period=2026Q3&amp;window=ytd&amp;lang=en'>Phu Dinh Ward</a>." in ended
    today = draw("ward", {"unit": "27427", "lang": "en"}, BUILT_IN_VIEWER).html
    assert "Today:" not in today
    early = draw("ward", {"unit": "25747", "period": "2024Q4", "lang": "en"}, BUILT_IN_VIEWER).html
    assert "Formed from:" in early


@pytest.mark.usefixtures("sample")
def test_more_than_five_districts_are_refused_with_a_way_on() -> None:
    html = draw("compare", {"units": "760,761,764,765,766,767", "lang": "en"}, BUILT_IN_VIEWER).html
    assert EN("compare.too_many") in html
    assert "units=760,761,764,765,766&" in html


@pytest.mark.language("en")
@pytest.mark.usefixtures("sample")
def test_a_silent_district_says_so_first_and_leads_to_its_last_figures() -> None:
    address = {"unit": "787", "period": "2024Q4", "lang": "en"}
    context, _ = page_of("district", address, BUILT_IN_VIEWER)
    head = draw("district", address, BUILT_IN_VIEWER).html.split("<h1>")[1].split("</section>")[0]
    assert EN("district.silent", district=context.unit_name("787")) in head
    # Due on 15 January 2025, seen on 25 November 2026.
    assert EN("report.missing", days=679) in head
    assert "period=2024Q3" in head


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("page", "unit", "period"),
    [("district", "785", "2025Q2"), ("ward", "27457", "2026Q3"), ("submit", "27457", "2026Q3")],
)
def test_a_report_with_errors_is_told_in_the_one_phrase_with_its_errors(page: str, unit: str, period: str) -> None:
    html = draw(page, {"unit": unit, "period": period, "lang": "en"}, BUILT_IN_VIEWER).html
    assert "sent in time, 3 errors, correction awaited" in html
    errors = html[html.index("id='to-mend'") :].split("</details>")[0]
    assert errors.count("<th scope='row'") == 3


@pytest.mark.usefixtures("sample")
def test_the_marked_figure_has_its_card_and_its_course() -> None:
    html = draw("district", {"unit": "769", "target": "T14", "period": "2025Q2", "lang": "en"}, BUILT_IN_VIEWER).html
    assert "class='card'" in html
    assert "48/49" in html
    assert "class='courses'" in html
    assert "new=1&amp;unit=769&amp;target=T14" in html or "unit=769&amp;target=T14" in html


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("period", "breaks"), [("2021Q3", False), ("2024Q2", True)])
def test_a_ward_s_page_says_that_its_lines_break_each_year_once_one_does(period: str, breaks: bool) -> None:
    page = draw("ward", {"unit": "26803", "period": period, "lang": "en"}, BUILT_IN_VIEWER).html
    note = page[page.index("id='measures'") :].split("<table")[0]
    assert EN("ward.note") in note
    assert (EN("multiples.restart") in note) == breaks


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("page", "asked"), [("district", {"unit": "760"}), ("compare", {"units": "760,772"})])
def test_a_track_that_goes_beyond_100_per_cent_says_so(page: str, asked: dict[str, str]) -> None:
    html = draw(page, {"period": "2026Q3", "lang": "en", **asked}, BUILT_IN_VIEWER).html
    assert html.count("class='beyond'") == 1
    # Models kept up: the former District 11 has four of three.
    assert EN("track.beyond", end="133.3") in html
