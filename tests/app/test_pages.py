"""Every address gives a page: with figures where there are some, with a helpful message where there are none."""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from markupsafe import escape

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.core.page_context import Context, Page
from app.web import page_renderer
from app.web.page_renderer import draw
from tests.answered import respond
from tests.planned import TARGET_COUNT

PAGES = [
    ("", {}),
    ("", {"window": "quarter", "period": "2021Q3"}),
    ("", {"sort": "behind", "status": "far_behind", "group": "4"}),
    ("", {"status": "fell", "period": "2025Q4"}),
    ("target", {"target": "T14"}),
    ("target", {"target": "T03"}),
    ("target", {"target": "T16", "unit": "769", "period": "2025Q2"}),
    ("target", {"target": "T04", "unit": "760"}),
    ("district", {"unit": "769"}),
    ("district", {"unit": "760", "target": "T14", "period": "2021Q1"}),
    ("methodology", {"target": "T14", "unit": "769"}),
    ("origin", {"target": "T09", "unit": "769"}),
    ("ward", {}),
    ("ward", {"unit": "26734", "period": "2021Q4"}),
    ("quality", {"period": "2025Q2"}),
    ("quality", {"check": "b5_inspection.inspections_not_silent", "unit": "769"}),
    ("reports", {"unit": "769", "period": "2021Q4"}),
    ("reports", {"period": "2025Q3"}),
    ("submit", {}),
    ("submit", {"unit": "769", "period": "2021Q4"}),
    ("submit", {"period": "2025Q3"}),
    ("report", {"unit": "26740", "period": "2026Q3"}),
    ("downloads", {}),
    ("people", {}),
    ("downloads", {"mart": "fct_target_progress"}),
    ("actions", {"status": "overdue"}),
    ("actions", {"action": "1"}),
    ("review", {"period": "2025Q2"}),
    ("review", {"period": "2025Q3"}),
    ("ledger", {"unit": "769", "target": "T09", "period": "2025Q2"}),
    ("ledger", {"unit": "26740", "period": "2026Q3"}),
    ("actions", {"new": "1", "unit": "769", "target": "T14"}),
    ("search", {}),
    ("search", {"q": "quan", "period": "2026Q3"}),
]
# The overview of 38 areas: 672 cells with their stories, gaps in things among them, and the list that stands for them
# on a phone.
LARGEST_PAGE_BYTES = 340_000


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("page", "parameters"), PAGES)
def test_every_page_is_drawn_in_both_languages(page: str, parameters: dict[str, str], lang: str) -> None:
    drawn = draw(page, parameters | {"lang": lang}, BUILT_IN_VIEWER)
    assert words_in(lang)("message.error_title") not in drawn.html
    assert "class='message'" not in drawn.html
    assert words_in(lang)("stamp.sample") in drawn.html
    assert len(drawn.html.encode()) < LARGEST_PAGE_BYTES


@pytest.mark.usefixtures("sample")
def test_the_overview_shows_every_target_for_the_city_and_every_district() -> None:
    drawn = draw("", {"period": "2021Q4", "followed": "shown"}, BUILT_IN_VIEWER)
    assert drawn.html.count("<th scope='row'><a href='/target") == TARGET_COUNT
    assert drawn.html.count("<td><a class='c ") == TARGET_COUNT * 23
    assert drawn.html.count("class='bullet'") == TARGET_COUNT


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("page", "parameters"),
    [
        ("", {"period": "2030Q9"}),
        ("", {"window": "month"}),
        ("", {"lang": "fr"}),
        ("", {"status": "sad"}),
        ("", {"group": "99"}),
        ("target", {"target": "T99"}),
        ("target", {"unit": "999"}),
        ("district", {"unit": "999"}),
        ("district", {"target": "T99"}),
        ("ward", {"unit": "999"}),
        ("ward", {"unit": "<script>alert(1)</script>"}),
    ],
)
def test_an_unknown_value_gives_a_friendly_page(page: str, parameters: dict[str, str]) -> None:
    drawn = draw(page, parameters, BUILT_IN_VIEWER)
    assert words_in("vi")("message.unknown_text") in drawn.html
    assert "<script" not in drawn.html
    assert "class='bar'" in drawn.html


def test_an_empty_warehouse_gives_a_helpful_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path))
    drawn = draw("", {"lang": "en"}, BUILT_IN_VIEWER)
    assert words_in("en")("message.empty_title") in drawn.html


@pytest.fixture
def damaged(spoilable_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample after the published file lost its end while pages were being read."""
    monkeypatch.setenv("KPI_DATA_DIR", str(spoilable_data_dir))
    assert words_in("en")("stamp.sample") in draw("", {"lang": "en"}, BUILT_IN_VIEWER).html
    path = (spoilable_data_dir / "published" / "warehouse.duckdb").resolve()
    path.write_bytes(path.read_bytes()[:1_000_000])
    return path.parent


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_after_damage_every_page_and_file_is_of_the_version_before_and_says_so(damaged: Path, lang: str) -> None:
    before = min(damaged.parent.iterdir()).name
    assert before < damaged.name
    say = words_in(lang)
    said = say("stamp.damaged", version=say.version(damaged.name), shown=say.version(before))
    for page in ("", "target", "reports", "submit"):
        assert escape(said) in draw(page, {"lang": lang}, BUILT_IN_VIEWER).html
    assert words_in(lang)("review.damaged") in draw("review", {"lang": lang}, BUILT_IN_VIEWER).html
    taken = respond("mart.csv", {"table": "dim_period", "lang": lang})
    assert taken.status_code == 200
    assert before in taken.headers["content-disposition"]


def test_damage_without_a_version_before_it_is_said(damaged: Path) -> None:
    shutil.rmtree(min(damaged.parent.iterdir()))
    assert words_in("vi")("message.damaged_title") in draw("", {}, BUILT_IN_VIEWER).html
    assert respond("mart.csv", {"table": "dim_period"}).status_code == 503


def test_a_file_is_not_called_unknown_where_nothing_is_published_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path))
    taken = respond("mart.csv", {"table": "dim_period"})
    assert (taken.status_code, bytes(taken.body).decode()) == (503, words_in("vi")("message.empty_text"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_and_files_say_what_a_registry_lacks(
    lang: str, desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(desk_data_dir / "registry.sqlite")) as connection:
        connection.execute("drop trigger action_event_no_update")
        connection.commit()
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    drawn = draw("actions", {"lang": lang}, BUILT_IN_VIEWER).html
    assert words_in(lang)("message.registry_damaged_title") in drawn
    assert "action_event_no_update" in drawn
    answer = respond("table.csv", {"page": "", "table": "grid", "lang": lang})
    assert (answer.status_code, "action_event_no_update" in bytes(answer.body).decode()) == (503, True)


@pytest.mark.usefixtures("sample")
def test_somebody_without_the_right_to_read_is_told_so() -> None:
    assert words_in("vi")("message.stranger_title") in draw("", {}, Viewer()).html


@pytest.fixture
def broken_view(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The overview has a fault."""

    def fail(context: object) -> None:
        raise ZeroDivisionError("secret detail")

    page_renderer._kept.cache_clear()
    monkeypatch.setitem(page_renderer.PAGES, "", fail)
    yield
    page_renderer._kept.cache_clear()


@pytest.mark.usefixtures("sample", "broken_view")
def test_a_fault_shows_a_code_and_the_log_has_the_trace(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        drawn = draw("", {"lang": "en"}, BUILT_IN_VIEWER)
    assert words_in("en")("message.error_title") in drawn.html
    assert "secret detail" not in drawn.html
    assert "secret detail" in caplog.text


@pytest.mark.usefixtures("sample")
def test_a_viewer_without_the_right_sees_sensitive_wards_as_hidden(uncleared: Viewer) -> None:
    drawn = draw("ward", {"lang": "en"}, uncleared)
    assert words_in("en").status("suppressed") in drawn.html
    assert words_in("en").status("suppressed") not in draw("ward", {"lang": "en"}, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("sample")
def test_the_same_address_is_drawn_once_per_version_and_viewer() -> None:
    first = draw("", {"period": "2022Q4"}, BUILT_IN_VIEWER)
    assert draw("", {"period": "2022Q4"}, BUILT_IN_VIEWER) is first


@pytest.mark.usefixtures("sample")
def test_a_whole_room_that_opens_a_page_at_once_waits_for_one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = []
    view, everybody_is_here = page_renderer.PAGES[""], Barrier(20)

    def counted(context: Context) -> Page:
        drawings.append(context.state)
        return view(context)

    def visit(_: int) -> str:
        everybody_is_here.wait()
        return draw("", {"period": "2023Q2"}, BUILT_IN_VIEWER).html

    page_renderer._kept.cache_clear()
    monkeypatch.setitem(page_renderer.PAGES, "", counted)
    with ThreadPoolExecutor(20) as room:
        seen = set(room.map(visit, range(20)))
    assert len(drawings) == 1
    assert len(seen) == 1
