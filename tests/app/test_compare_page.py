"""Compare as an officer asks: any five units of any level, in two quarters of one's choice, beside units alike."""

import re
from html import unescape

import pytest
from sqlalchemy import Engine, text

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.web.page_renderer import draw

pytestmark = pytest.mark.usefixtures("sample")
EN, VI = words_in("en"), words_in("vi")
HEAD = re.compile(r"<th scope='col'>(?:<b class='mk s\d'>\d</b> )?([^<]*)<small>")
CHIP = re.compile(r"<li><b class='mk s\d'>\d</b> (.*?) ?(?:<a|</li>)")


def html(viewer: Viewer = BUILT_IN_VIEWER, **asked: str) -> str:
    drawn = draw("compare", {"period": "2026Q3", "lang": "en", **asked}, viewer)
    assert drawn.status == 200
    return unescape(drawn.html)


def head(page: str) -> str:
    return page[page.index("<section class='head'>") :].split("</section>", maxsplit=1)[0]


def cells(page: str) -> list[list[str]]:
    """What stands in the cells of the table, row by row."""
    table = page[page.index("<table class='sides") :].split("</table>", maxsplit=1)[0]
    rows = re.findall(r"<tr><th scope='row'>.*?</tr>", table, re.DOTALL)
    found = (re.findall(r"<td(?: class='none')?>(.*?)</td>", row, re.DOTALL) for row in rows)
    return [[re.sub(r"<[^>]+>", " ", cell) for cell in row] for row in found]


def test_units_of_any_level_stand_side_by_side_with_their_full_names() -> None:
    page = html(units="R79,760,26740,785")
    names = [
        "Former Ho Chi Minh City",
        "Area of former District 1",
        "Sai Gon Ward",
        "Area of former Binh Chanh District",
    ]
    assert HEAD.findall(page) == [*names, "Ho Chi Minh City"]
    assert EN("compare.mixed") in head(page)
    assert EN("compare.mixed") not in html(units="760,785")


def test_the_city_may_be_one_of_the_five_and_stands_there_once() -> None:
    assert HEAD.findall(html(units="79,760")) == ["Ho Chi Minh City", "Area of former District 1"]


def test_a_target_not_counted_at_a_level_says_so_and_no_cell_is_blank() -> None:
    rows = cells(html(units="760,26740"))
    assert len(rows) == 16
    assert all(cell.split() for row in rows for cell in row)
    ward = [row[1] for row in rows]
    assert sum(EN("compare.not_counted") in cell for cell in ward) == 1


def test_wards_of_districts_that_bear_the_same_number_are_told_apart() -> None:
    page = html(period="2024Q4", units="27409,26881")
    assert all(", " in name for name in CHIP.findall(page))


@pytest.mark.parametrize("typed", ["ben nghe", "Bến Nghé", "sai gon"])
def test_a_unit_is_found_by_typing_without_accents_and_by_its_old_name_and_one_click_adds_it(typed: str) -> None:
    page = html(units="760", find=typed)
    hits = re.findall(r"<li><a href='(/compare\?[^']*)'>\+ (.*?)</a>", page)
    assert ("Sai Gon Ward") in [name for _, name in hits]
    assert all("units=760," in href and "find=" not in href for href, _ in hits)


def test_the_form_works_without_script_and_keeps_what_the_address_says() -> None:
    page = html(units="760,785", period="2025Q2", against="2024Q4")
    form = page[page.index("<form class='find") :].split("</form>")[0]
    kept = dict(re.findall(r"type='hidden' name='(\w+)' value='([^']*)'", form))
    assert kept == {"units": "760,785", "against": "2024Q4", "period": "2025Q2", "window": "ytd", "lang": "en"}
    assert "method='get' action='/compare'" in form


def test_who_is_not_found_and_who_has_no_room_is_told_so() -> None:
    assert EN("compare.hits_none") in html(units="760", find="zzz")
    full = html(units="760,785,769,773,774", find="ben")
    assert "find-unit" not in full
    assert EN("picker.full", count=5) in full


def test_a_unit_that_ended_leads_on_to_what_took_its_place_in_one_line() -> None:
    page = html(units="26746,785")
    assert CHIP.findall(page) == ["Ben Thanh Ward", "Area of former Binh Chanh District"]
    until = "01/07/2025"
    told = EN("compare.replaced", unit="Cau Ong Lanh Ward, District 1", heir="Ben Thanh Ward", until=until)
    assert told.split(":")[1] in head(page)
    assert until in head(page)


def test_a_unit_to_come_is_left_out_with_a_word_and_alone_it_leads_to_its_quarters() -> None:
    page = html(units="718,760", period="2025Q2")
    assert CHIP.findall(page) == ["District 1"]
    assert EN("compare.left_out", unit="Area of former Thu Dau Mot City", since="01/07/2025") in head(page)
    alone = draw("compare", {"units": "718", "period": "2025Q2", "lang": "en"}, BUILT_IN_VIEWER)
    assert re.search(r"/compare\?units=718&(?:amp;)?period=2025Q3", alone.html)


def test_every_figure_stands_beside_that_of_the_other_period_with_the_change(published_engine: Engine) -> None:
    page = html(units="760", period="2025Q2", against="2024Q4", window="quarter")
    sql = text(
        "select period_code, round(value_pct, 1) from marts.fct_target_progress where unit_code = '760'"
        " and target_code = 'T13' and period_window = 'quarter' and period_code in ('2024Q4', '2025Q2')"
    )
    with published_engine.connect() as connection:
        values = dict(map(tuple, connection.execute(sql)))
    cell = next(row[0] for row in cells(page) if f"Q4 24: {values['2024Q4']:g}" in row[0])
    assert f"{values['2025Q2']:g}" in cell
    assert f"{abs(values['2025Q2'] - values['2024Q4']):.1f}" in cell


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"units": "760", "against": "2025Q4"}, "difference.quarters_short"),
        ({"units": "79", "period": "2025Q3", "against": "2025Q2", "window": "quarter"}, "difference.boundary_short"),
        ({"units": "760", "period": "2025Q3", "against": "2025Q2", "window": "quarter"}, "difference.boundary_short"),
        ({"units": "760", "period": "2022Q1", "against": "2021Q4"}, "difference.method_short"),
        ({"units": "760", "period": "2024Q4", "against": "2021Q3", "window": "quarter"}, "difference.disruption_short"),
        ({"units": "760", "period": "2025Q1", "against": "2024Q3"}, "difference.quarters_short"),
    ],
)
def test_what_makes_two_figures_incomparable_stands_in_place_of_a_change(asked: dict[str, str], reason: str) -> None:
    page = html(**asked)
    assert any(EN(reason) in row[0] for row in cells(page))


def test_what_lies_between_the_two_periods_is_said_above_the_table() -> None:
    between = head(html(units="760", against="2025Q2"))
    assert "No district tier (Q3 2025)" in between
    assert "Plan 2026–2030 (Q1 2026)" in between or "2026" in between
    assert EN("compare.changed_unlike", since="Q2 2025", until="Q3 2026") in between


def test_a_commune_is_not_held_against_the_ward_that_had_its_code() -> None:
    rows = cells(html(units="26740", against="2025Q2"))
    assert all(EN("compare.then_none", period="Q2 25") in row[0] for row in rows if "not counted at" not in row[0])


def test_a_period_that_does_not_lie_before_is_refused_with_a_word_and_an_unknown_one_as_unknown() -> None:
    assert EN("compare.not_before", period="Q3 2026") in head(html(units="760", period="2025Q2", against="2026Q3"))
    drawn = draw("compare", {"units": "760", "against": "1999Q1", "lang": "en"}, BUILT_IN_VIEWER)
    assert EN("message.unknown_against", value="1999Q1") in unescape(drawn.html)


def test_the_reform_and_other_breaks_are_marked_where_courses_run_over_them() -> None:
    for asked, drawn in (({"units": "760,785"}, True), ({"units": "26740,26743"}, False)):
        page = html(view="trend", target="T09", **asked)
        course = page[page.index("<figure class='courses'") :].split("</figure>")[0]
        assert ("No district tier" in course) is drawn
        assert "class='break'" in course


def test_those_alike_are_added_by_the_rule_and_it_stands_there_with_every_size(published_engine: Engine) -> None:
    with published_engine.connect() as connection:
        sql = "select peer_code from marts.dim_unit_peer where unit_code = '26740' and year = 2026 order by peer_rank"
        like = list(connection.execute(text(sql)).scalars())
    assert len(like) == 12
    page = html(units="26740")
    assert f"/compare?units=26740,{','.join(like[:4])}&" in page
    sizes = html(units=f"26740,{like[0]}")
    table = sizes[sizes.index("id='alike'") :].split("</section>")[0]
    assert "fixed rule" in table
    assert table.count("<tr>") == 3
    assert EN("likeness.urban") in table


def test_the_finding_and_every_figure_say_of_how_many(published_engine: Engine) -> None:
    page = html(units="760,785", period="2024Q4")
    assert re.search(r"\d+\.\d% \(\d[\d,]*/\d[\d,]*\) against \d+\.\d% \(\d[\d,]*/\d[\d,]*\)", head(page))
    sql = text(
        "select numerator, denominator from marts.fct_target_progress where unit_code = '785' and target_code = 'T09'"
        " and period_code = '2024Q4' and period_window = 'ytd'"
    )
    with published_engine.connect() as connection:
        numerator, denominator = connection.execute(sql).one()
    parts = f"{EN.number(numerator)}/{EN.number(denominator)},"
    assert sum(parts in row[1] for row in cells(page)) == 1


def test_a_finding_on_ratios_says_what_is_not_judged_for_chance_and_where_that_differs_most() -> None:
    # District 1's communes with an inspection team are 3 of 4 (75 %), Thu Duc's 12 of 12; of ratios T17 leads by 28.5.
    head_of_ratios = head(html(units="760,769"))
    assert EN("compare.widest").split("{")[0] in head_of_ratios
    assert EN("compare.beside_whole").split(";")[0] in head_of_ratios
    assert "Area of former Thu Duc City 100% (12/12), Area of former District 1 75% (3/4)." in head_of_ratios


def test_units_of_like_size_are_offered_one_by_one_before_the_field_and_stand_first_among_those_found() -> None:
    page = html(units="26740", find="phuong")
    before, after = page[page.index("class='picker'") :].split("<form class='find", maxsplit=1)
    offered = re.findall(r"<li><a href='[^']*'>\+ (.*?)</a>", before)
    assert len(offered) == 4
    found = re.findall(r"<li><a href='[^']*'>\+ (.*?)</a>", after)
    assert found[: len(set(offered) & set(found))] == [name for name in found if name in offered]


def test_one_unit_alone_is_shown_with_those_like_it() -> None:
    page = html(unit="26740")
    assert len(CHIP.findall(page)) == 5
    assert EN("compare.reason_alike", first="Sai Gon Ward") in head(page)


def test_where_no_size_is_known_nobody_is_alike_and_the_page_says_why() -> None:
    page = html(unit="26740", period="2029Q2")
    assert CHIP.findall(page) == ["Sai Gon Ward"]
    for name in ("ward", "district"):
        drawn = draw(
            name, {"unit": "26740" if name == "ward" else "760", "period": "2029Q2", "lang": "en"}, BUILT_IN_VIEWER
        )
        assert "no similar units can be named" in drawn.html


def test_small_counts_stay_protected_in_both_periods_and_in_the_change(uncleared: Viewer) -> None:
    asked = {"units": "26740,26743", "against": "2026Q1", "window": "quarter"}
    hidden = [row for row in cells(html(uncleared, **asked)) if EN.status("suppressed") in row[0]]
    assert hidden
    for row in hidden:
        for cell in row[:2]:
            assert not re.search(r"\d", cell.replace("Q1 26", "")), cell
    assert len(hidden) > len([row for row in cells(html(**asked)) if EN.status("suppressed") in row[0]])


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "asked",
    [
        {"units": "R79,760,26740"},
        {"units": "26740,27484,26782,26911,27019", "against": "2026Q1"},
        {"units": "760,785", "period": "2025Q2", "against": "2021Q3"},
        {"units": "R79,760,26740", "view": "trend", "target": "T09"},
        {"units": "26740,27484", "view": "trend", "target": "T18"},
    ],
)
def test_every_picture_of_the_comparison_is_drawn_in_both_languages(asked: dict[str, str], lang: str) -> None:
    page = html(**{**asked, "lang": lang})
    assert "class='message'" not in page
    assert "<table class='sides" in page
