"""The level at which a city is read: its default, and its 168 communes with the same pages."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest

from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words_in
from app.core.url_state import State
from app.web.page_renderer import RenderedPage, draw
from tests import two_tiers

EN = words_in("en")
pytestmark = pytest.mark.usefixtures("sample")
ROW = re.compile(r"<tr><th scope='row'><a href='/ward\?unit=(\d+)")
LATE = re.compile(ROW.pattern + r".*?<td class='late'[^>]*>(?P<late>\d+)<span class='of'>", re.DOTALL)
FOLDED = re.compile(r"aria-expanded='false'>(\d+) communes with no target clearly behind")
PAGES = [("", {}), ("target", {"target": "T09"}), ("compare", {}), ("tasks", {}), ("review", {}), ("calls", {})]


def drawn(page: str = "", **asked: str) -> RenderedPage:
    return draw(page, {"period": "2026Q3", "lang": "en", **asked}, BUILT_IN_VIEWER)


def without_level(html: str) -> str:
    """A page without the level in its addresses and forms."""
    html = re.sub(r"level=\w+&amp;", "", html)
    return re.sub(r"(&amp;|%26)level(=|%3D)\w+|<input type='hidden' name='level'[^>]*>\n?", "", html)


@pytest.mark.parametrize(("page", "asked"), PAGES)
def test_areas_are_the_default(page: str, asked: dict[str, str]) -> None:
    assert without_level(drawn(page, **asked, level="area").html) == without_level(drawn(page, **asked).html)


@pytest.mark.parametrize(("page", "asked"), PAGES)
def test_a_period_without_a_level_is_read_at_its_default(page: str, asked: dict[str, str]) -> None:
    by_commune = drawn(page, **asked, period="2025Q2", level="ward").html
    assert without_level(by_commune) == without_level(drawn(page, **asked, period="2025Q2").html)


def test_a_level_that_no_plan_has_gets_a_message() -> None:
    page = drawn(level="castle")
    assert page.status == HTTPStatus.NOT_FOUND
    assert "castle" in page.html


def test_the_overview_has_every_commune_once_those_clearly_behind_first() -> None:
    html = drawn(level="ward").html
    assert len(set(ROW.findall(html))) + sum(map(int, FOLDED.findall(html))) == 168
    for region in html.split("<tr class='region'>")[1:]:
        late = [int(row["late"]) for row in LATE.finditer(region)]
        assert late == sorted(late, reverse=True)
        assert min(late) > 0


def test_more_units_than_there_is_room_for_as_columns_are_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pages.overview.page.MOST_COLUMNS", 20)
    html = drawn(period="2021Q4", open="quancalm,quanidle,huyencalm,huyenidle,thanhphocalm,thanhphoidle").html
    rows = re.findall(r"<tr><th scope='row'><a href='/district\?unit=(\d+)", html)
    assert len(set(rows)) == len(rows) == 22
    assert "Every unit by target" in html


def test_what_is_folded_opens_in_the_address_and_a_filter_folds_nothing() -> None:
    whole = drawn(level="ward", open="R79calm,R74calm,R77calm").html
    assert len(set(ROW.findall(whole))) == 168
    assert FOLDED.findall(whole) == []
    found = drawn(level="ward", find="ben nghe").html
    assert "26740" in ROW.findall(found)
    assert FOLDED.findall(found) == []


def test_every_commune_has_a_tile_in_the_tile_of_its_area() -> None:
    html = drawn("target", target="T09", level="ward").html
    tiles = html.split("<div class='walls nested'>")[1].split("</div>")[0]
    assert len(re.findall(r"href='/ward\?unit=\d+", tiles)) == 168
    assert tiles.count("<section") == 38


def test_a_commune_is_marked_on_the_page_of_a_target_read_by_communes() -> None:
    html = drawn("target", target="T09", level="ward", unit="26740").html
    assert "aria-current='true'" in html.split("id='ranking'")[1].split("id='trend'")[0]


def test_the_overview_of_communes_is_small_enough_for_a_slow_line() -> None:
    page = drawn(level="ward")
    assert len(page.document.coded("br")) <= 40_000


def test_a_viewer_of_one_commune_reads_it_and_a_viewer_of_none_is_told_so() -> None:
    asked = {"period": "2026Q3", "lang": "en"}
    officer = Viewer("officer", frozenset({Right.READ}), readable_units=frozenset({"79", "26740"}))
    shown = draw("", asked, officer)
    assert shown.status == HTTPStatus.OK
    assert ROW.findall(shown.html) == ["26740"]
    nobody = Viewer("nobody", frozenset({Right.READ}), readable_units=frozenset({"79"}))
    for page in ("", "target", "district", "ward"):
        told = draw(page, asked, nobody)
        assert told.status == HTTPStatus.OK
        assert EN("scope.title") in told.html


def test_the_level_stays_from_page_to_page_until_it_is_left() -> None:
    state = State("", "2026Q3", level="ward")
    assert state.href("target", target="T09").endswith("&level=ward")
    assert "level" not in state.href(level=None)
    assert "level=ward" in state.explore()


@pytest.mark.parametrize("page", ["methodology", "search"])
def test_areas_are_explained_where_there_are_some(
    page: str, two_tiers_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    explained, asked = words_in("vi")("methodology.topic_areas"), {"q": "khu vực và vùng"} if page == "search" else {}
    assert explained in draw(page, {"period": "2021Q4", "lang": "vi", **asked}, BUILT_IN_VIEWER).html
    monkeypatch.setenv("KPI_DATA_DIR", str(two_tiers_data_dir))
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    assert explained not in draw(page, {"lang": "vi", **asked}, BUILT_IN_VIEWER).html
