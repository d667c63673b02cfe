"""From July 2025 on the city is read by areas: the overview's grid, and ways from what ended to what took its place."""

import json
import re
from pathlib import Path

import pytest
from markupsafe import escape

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.core.search_text import is_found, search_words
from app.core.status import sign_of
from app.web.page_renderer import RenderedPage, draw

pytestmark = pytest.mark.usefixtures("sample")
EN = words_in("en")
AREA_ROW = re.compile(r"<tr><th scope='row'>(?:(?!</th>).)*/district\?unit=(\d+)")
PART_ROW = re.compile(r"<tr class='part'><th scope='row'><a href='/ward\?unit=(\d+)")


def overview(**asked: str) -> RenderedPage:
    return draw("", {"period": "2026Q3", "lang": "en", **asked}, BUILT_IN_VIEWER)


def test_the_grid_has_38_areas_in_3_regions_on_every_target_of_the_plan() -> None:
    html = overview(followed="shown").html
    assert len(AREA_ROW.findall(html)) == 38
    assert html.count("<tr class='region'>") == 3
    assert html.count("<td><a class='c ") + html.count("<td class='none'>") == 16 * (1 + 3 + 38)
    assert PART_ROW.findall(html) == []


def test_an_area_opens_to_its_communes_and_a_region_folds() -> None:
    assert PART_ROW.findall(overview(open="760").html) == ["26743", "26758", "26740", "26737"]
    assert len(AREA_ROW.findall(overview(fold="R79").html)) == 16
    shut = re.search(r"id='turn-760' href='([^']*)'", overview(open="760,785").html)
    assert shut
    assert "open=785&amp;" in shut[1]


def test_the_numbers_behind_an_area_s_figure_are_never_called_its_own() -> None:
    asked = {"target": "T18", "unit": "777", "period": "2026Q3", "lang": "en"}
    html = draw("origin", asked, BUILT_IN_VIEWER).html
    assert EN("origin.inputs_below_note") in html
    assert EN("origin.inputs") not in html
    commune = draw("origin", {**asked, "unit": "26740", "target": "T09"}, BUILT_IN_VIEWER).html
    assert EN("origin.inputs") in commune


@pytest.mark.parametrize(
    ("typed", "area", "commune"),
    [
        ("ben nghe", "760", "26740"),
        ("Phường Bến Nghé", "760", "26740"),
        ("q1", "760", None),
        ("con dao", "755", "26732"),
        ("thu dau mot", "718", "25747"),
    ],
)
def test_areas_and_communes_are_found_by_typing_without_accents_and_by_old_names(
    typed: str, area: str, commune: str | None
) -> None:
    html = overview(find=typed).html
    assert area in AREA_ROW.findall(html)
    if commune:
        assert commune in PART_ROW.findall(html)


def test_nothing_found_says_so_and_shows_the_way_back() -> None:
    html = overview(find="zzz").html
    assert EN("grid.nothing") in html
    assert "find=zzz" not in re.findall(r"href='([^']*)'", html.split(EN("grid.nothing"))[1])[0]


@pytest.mark.parametrize(
    ("typed", "name", "is_meant"),
    [
        ("q1", "Quận 1", True),
        ("q.1", "Quận 1", True),
        ("q1", "Quận 10", False),
        ("p 05", "Phường 5", True),
        ("da kao", "Phường Đa Kao", True),
        ("nghe ben", "Phường Bến Nghé", True),
        ("", "Quận 1", False),
    ],
)
def test_a_name_is_meant_by_the_beginnings_of_its_words_and_whole_numbers(
    typed: str, name: str, is_meant: bool
) -> None:
    assert is_found(search_words(typed), search_words(name)) is is_meant


def test_the_address_of_a_former_district_goes_on_as_its_area_and_back() -> None:
    for period, name in (("2025Q2", "District 1"), ("2026Q3", "Area of former District 1")):
        drawn = draw("district", {"unit": "760", "period": period, "lang": "en"}, BUILT_IN_VIEWER)
        assert drawn.status == 200
        assert f"<h1>{name}:" in drawn.html


def test_an_area_says_that_it_is_a_way_to_read_and_whether_its_ground_changed() -> None:
    for unit, changed in (("760", False), ("785", True)):
        html = draw("district", {"unit": unit, "period": "2026Q3", "lang": "en"}, BUILT_IN_VIEWER).html
        assert "nobody reports for it" in html
        assert (EN("district.area_changed") in html) is changed


@pytest.mark.parametrize(
    ("page", "asked", "way"),
    [
        ("district", {"unit": "718", "period": "2025Q2"}, r"/district\?unit=718&amp;period=2025Q3"),
        ("ward", {"unit": "26746", "period": "2026Q3"}, r"/ward\?unit=26743&amp;period=2026Q3"),
        ("ward", {"unit": "26746", "period": "2026Q3"}, r"/ward\?unit=26746&amp;period=2025Q2"),
        ("target", {"target": "T01", "period": "2026Q3"}, r"/target\?target=T01&amp;period=2025Q2"),
    ],
)
def test_what_a_quarter_does_not_have_leads_to_where_it_is(page: str, asked: dict[str, str], way: str) -> None:
    html = draw(page, asked, BUILT_IN_VIEWER).html
    assert "class='message'" in html
    assert re.search(way, html)


@pytest.mark.parametrize("target", ["T01", "T07", "T08", "T11"])
def test_a_target_whose_level_ended_leads_to_its_last_figure_and_shows_no_empty_ones(target: str) -> None:
    html = draw("target", {"target": target, "period": "2025Q3", "lang": "en"}, BUILT_IN_VIEWER).html
    assert re.search(rf"Last value: [\d.]+% \([a-z ]+\), <a href='/target\?target={target}&amp;period=2025Q2", html)
    assert "id='trend'" in html
    assert not re.search("id='(ranking|map|courses|figures)'", html)


def test_quarters_without_data_stand_under_a_heading_of_their_own() -> None:
    html = overview(period="2029Q2").html
    assert re.search(r"<optgroup label='No data yet'>\s*<option [^>]* selected>Q2 2029</option>", html)
    assert "Q3 2026" not in html.split("<optgroup")[1].split("</optgroup>")[0]


def test_a_quarter_to_come_is_drawn_as_not_due() -> None:
    html = overview(period="2029Q2").html
    shown = set(re.findall(r"<td><a class='c (\w+)", html))
    assert shown == {"not_due", "not_applicable"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_area_s_page_has_a_tile_a_commune_with_status_sign_name_and_the_way_to_its_page(lang: str) -> None:
    say = words_in(lang)
    asked = {"unit": "769", "target": "T09", "period": "2026Q3", "lang": lang}
    html = draw("district", asked, BUILT_IN_VIEWER).html
    tiles = html[html.index("id='map'") :].split("</section>")[0]
    found = re.findall(
        r"<li style='grid-row:(\d);grid-column:(\d)'><a class='c (\w+)[^>]*href='/ward\?unit=(\d+)", tiles
    )
    assert len(found) == 12
    assert len({(row, column) for row, column, _, _ in found}) == 12
    assert len(re.findall(r"aria-label='[^']* · ", tiles)) == 12
    assert all(sign_of(status) in tiles for _, _, status, _ in found)
    assert say("wards.map_note") in tiles
    assert "<ul class='tilemap'" in tiles


def test_the_operator_s_own_map_of_communes_stands_beside_the_tiles_of_their_area(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = [[106, 10], [107, 10], [107, 11], [106, 11], [106, 10]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"ma_xa": "26740"}, "geometry": shape}
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    monkeypatch.setenv("KPI_GEOJSON", str(path))
    # Finished pages are kept: this state no other test draws.
    asked = {"unit": "760", "target": "T10", "period": "2026Q2", "window": "quarter", "lang": "en"}
    html = draw("district", asked, BUILT_IN_VIEWER).html
    drawn = html[html.index("class='geo'") :].split("</section>")[0]
    assert "href='/ward?unit=26740&amp;target=T10" in drawn
    assert EN("geo.lacking", units="Ben Thanh, Cau Ong Lanh, Tan Dinh") in drawn


def test_a_district_s_wards_had_no_places_and_its_page_draws_no_tiles_for_them() -> None:
    html = draw("district", {"unit": "769", "period": "2025Q2", "lang": "en"}, BUILT_IN_VIEWER).html
    assert "class='tilemap'" not in html


@pytest.mark.parametrize(
    ("page", "asked", "first"),
    [
        ("district", {"unit": "760", "period": "2026Q3"}, "/district?unit=760&amp;target=T09"),
        ("district", {"unit": "760", "period": "2025Q2"}, "/district?unit=760&amp;target=T09"),
        ("ward", {"unit": "26740", "period": "2026Q3"}, "/ward?unit=26740&amp;target=T09"),
    ],
)
def test_a_unit_s_page_shows_it_beside_those_alike_and_leads_to_all_their_targets(
    page: str, asked: dict[str, str], first: str
) -> None:
    html = draw(page, {**asked, "target": "T09", "lang": "en"}, BUILT_IN_VIEWER).html
    alike = html[html.index("id='alike'") :].split("</section>")[0]
    listed = re.findall(r"<th scope='row'><a href='([^']*)'", alike)
    assert len(listed) == 5
    assert listed[0].startswith(first)
    codes = [re.search(r"unit=(\d+)", href)[1] for href in listed]  # type: ignore[index]
    assert f"/compare?units={','.join(codes)}&amp;" in alike


def test_from_a_figure_of_an_area_every_report_behind_it_is_one_click_away() -> None:
    html = draw("origin", {"target": "T09", "unit": "776", "period": "2026Q3", "lang": "en"}, BUILT_IN_VIEWER).html
    sources = html[html.index("id='sources'") :].split("</section>")[0]
    # Chánh Hưng, Bình Đông and Phú Định lie in what was District 8.
    for code in ("27418", "27427", "27424"):
        assert f"/ward?unit={code}&amp;" in sources
    assert sources.count("#reports'") == 3


def test_the_method_works_out_pace_and_change_with_the_figures_of_the_quarter() -> None:
    # T09 of the city in 2026Q3, from the mart's own columns: 66.4 % of 100 with one quarter left.
    html = draw("methodology", {"target": "T09", "period": "2026Q3", "lang": "en"}, BUILT_IN_VIEWER).html
    assert "Needed each quarter: (100 − 66.4) ÷ 1 quarter left = 33.6 points" in html
    for topic in ("areas", "grounds", "bounds", "clear", "pace"):
        assert escape(EN(f"methodology.text_{topic}")) in html


@pytest.mark.parametrize("period", ["2021Q1", "2025Q3"])
def test_of_units_in_their_first_quarter_nothing_is_said_to_have_moved_or_not(period: str) -> None:
    html = overview(period=period).html
    assert EN("brief.first") in html
    assert EN("brief.unmoved") not in html


def test_quarters_that_have_not_begun_are_offered_only_to_whoever_asked_for_one() -> None:
    offered = re.compile(r"period=(20\d\dQ\d)[^>]*>Q\d 20\d\d")
    assert max(offered.findall(overview().html)) == "2026Q4"
    assert max(offered.findall(overview(period="2028Q2").html)) == "2028Q2"
