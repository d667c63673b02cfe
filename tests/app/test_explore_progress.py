"""The exploring page of progress: its figures are those of the pages, its choices are in the address."""

import math
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from app.analysis.selection import is_certain, kept_places, level_figures, selection_of
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.explore.figures_table import figures_table
from app.queries import progress
from tests.app.explored import open_at, unopened
from tests.app.roles import PERIOD, VIEWERS

SAY = words_in("vi")


@pytest.fixture
def explored(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The exploring pages before an address is opened."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    return unopened()


def opened(app: AppTest, address: str = "") -> AppTest:
    """The page of an address; nothing on it may have failed."""
    return open_at(app, parse_qs(address))


@pytest.mark.parametrize("level", ["city", "region", "district", "ward"])
@pytest.mark.parametrize("period", ["2021Q1", "2025Q2", "2026Q3", "2026Q4"])
def test_every_figure_of_a_level_is_the_one_of_the_pages(reader: Reader, level: str, period: str) -> None:
    table = figures_table(reader, level, period, "ytd")
    figures = {(row.unit_code, row.target_code): row for row in progress.level_progress(reader, level, period, "ytd")}
    assert {(row.unit_code, row.target_code): row for row in table.rows} == figures
    for row, value, trend in zip(table.rows, table.frame["value"], table.frame["trend"], strict=True):
        assert math.isnan(value) if row.value_pct is None else value == row.value_pct
        # A small line ends with the figure that is beside it, and is empty where there is none.
        assert trend[-1:] == ([] if row.value_pct is None else [row.value_pct])


def test_who_may_not_see_small_counts_sees_no_value_more_exactly_than_on_the_pages(reader: Reader) -> None:
    leader = Reader(VIEWERS["leader"], reader.warehouse)
    table = figures_table(leader, "district", PERIOD, "ytd")
    approximate = [place for place, row in enumerate(table.rows) if isinstance(row.value_pct, Approximate)]
    assert approximate
    for place in approximate:
        assert float(table.frame["value"].iloc[place]).is_integer()
        assert "~" in table.frame["figure"].iloc[place]


def test_only_certain_figures_stay_where_that_is_asked(reader: Reader, explored: AppTest) -> None:
    expected = sum(map(is_certain, figures_table(reader, "district", PERIOD, "ytd").rows))
    page = opened(explored, urlencode({"period": PERIOD, "certain": "1"}))
    shown = page.dataframe[0].value
    assert 0 < len(shown) == expected < 608
    assert not shown["status"].str.startswith("▽").any()


def test_choices_are_taken_from_the_address_and_written_there(explored: AppTest) -> None:
    page = opened(explored, "period=2025Q2&level=ward&status=far_behind&status=met&target=T04&target=T05")
    assert set(page.dataframe[0].value["status"]) == {f"▼▼ {SAY.status('far_behind')}", f"✓ {SAY.status('met')}"}
    page.multiselect(key="status").set_value(["far_behind"]).run()
    assert page.query_params["status"] == "far_behind"
    assert set(page.dataframe[0].value["status"]) == {f"▼▼ {SAY.status('far_behind')}"}
    page.selectbox(key="period").set_value("2021Q1").run()
    assert page.query_params["period"] == "2021Q1"
    assert page.query_params["target"] == ["T04", "T05"]


def test_an_address_keeps_what_it_names_and_gets_nothing_that_was_not_chosen(explored: AppTest) -> None:
    page = opened(explored, f"period={PERIOD}")
    assert page.query_params["period"] == PERIOD
    assert set(page.query_params) <= {"period", "lang"}


@pytest.mark.parametrize("address", ["period=2099Q9&level=street", "status=none&target=T99&area=1", "view=pie&part=x"])
def test_unknown_values_of_an_address_read_as_none(explored: AppTest, address: str) -> None:
    assert len(opened(explored, address).dataframe[0].value) == 608


# Of the city's own figures none is of a returned report.
WITHOUT_ROWS = {"period": [PERIOD], "level": ["city"], "status": ["rejected"]}


def test_a_status_that_no_figure_has_keeps_none_and_stays_chosen(explored: AppTest) -> None:
    page = opened(explored, urlencode(WITHOUT_ROWS, doseq=True))
    assert [one.value for one in (*page.warning, *page.info)] == [SAY("explore.nothing")]
    assert page.multiselect(key="status").value == ["rejected"]
    assert not page.dataframe


@pytest.mark.parametrize(
    "parameters",
    # T08 was a target of districts.
    [WITHOUT_ROWS, {"period": [PERIOD], "target": ["T08"]}, {"period": [PERIOD], "level": ["ward"], "area": ["no"]}],
)
def test_a_view_of_what_no_figure_is_has_no_rows_on_slides_and_in_digests(
    reader: Reader, parameters: dict[str, list[str]]
) -> None:
    selection = selection_of(parameters, reader)
    assert selection is not None
    figures = level_figures(reader, selection.level, selection.period, selection.window)
    assert figures.rows
    assert kept_places(selection, figures) == []


def test_a_choice_that_a_level_does_not_have_is_explained(explored: AppTest) -> None:
    # T08 is a target of districts, which 2025 had until June.
    page = opened(explored, "period=2025Q1&level=ward&target=T08")
    said = [info.value for info in page.info]
    assert len(said) == 1
    assert "T08" in said[0]


@pytest.mark.parametrize(("view", "lang"), [("map", "vi"), ("play", "en"), ("map", "en"), ("play", "vi")])
@pytest.mark.parametrize("level", ["city", "region", "district", "ward"])
def test_every_view_of_every_level_is_drawn(explored: AppTest, view: str, lang: str, level: str) -> None:
    page = opened(explored, urlencode({"view": view, "lang": lang, "level": level}))
    assert len(page.get("plotly_chart")) == 1


def test_an_area_s_reader_sees_own_units_only(reader: Reader) -> None:
    viewer = VIEWERS["area_reader"]
    rows = figures_table(Reader(viewer, reader.warehouse), "ward", PERIOD, "ytd").rows
    assert rows
    assert {row.unit_code for row in rows} <= (viewer.readable_units or frozenset())
