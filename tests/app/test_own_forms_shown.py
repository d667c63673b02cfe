"""A plan's own forms on pages, in pivots and files: named in both languages, and protected where they count people."""

import csv
import io
import shutil
from pathlib import Path

import duckdb
import pytest
from markupsafe import Markup

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.disclosure import SUPPRESSED
from app.core.page_context import Page
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.core.url_state import State
from app.exports import marts as files
from app.pages.registry import page_of
from app.pages.shared.peers import likeness_section
from app.queries import pivot, plan, progress, quality, registry
from app.queries.page_frame import context_of, frame_of
from app.queries.target import breakdown
from app.queries.ward import reported_cells, row_categories
from app.records.pivot import Question
from app.records.review import ShownFigure
from app.ui import layout
from app.web.page_renderer import draw
from tests import own_forms
from tests.own_forms import PERIOD
from warehouse.publish.engines import Published, published, unpublished
from warehouse.settings import Settings

PROTECTED = {"peers_trained", "nguoi_tu_van", "nguoi_quay_lai"}


@pytest.fixture(autouse=True)
def _province(own_forms_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in own_forms.SURROUNDINGS.items():
        if name.startswith("KPI_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("KPI_AS_OF_DATE", own_forms.AS_OF.isoformat())
    monkeypatch.setenv("KPI_DATA_DIR", str(own_forms_data_dir))


@pytest.fixture
def own(own_forms_data_dir: Path, tmp_path: Path) -> Published:
    """What the province published."""
    return published(Settings.from_env({"KPI_DATA_DIR": str(own_forms_data_dir)}, tmp_path / "no.env"))


def numbers_in(text: str, lang: str) -> dict[str, set[float]]:
    """The numbers in a CSV file of `fct_measure`, by measure."""
    found: dict[str, set[float]] = {}
    for row in csv.DictReader(io.StringIO(text), delimiter=";" if lang == "vi" else ","):
        numbers = found.setdefault(row["measure_code"], set())
        if row["measure_value"]:
            numbers.add(float(row["measure_value"].replace(",", ".")))
    return found


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_number_of_own_forms_leaves_in_the_file_and_those_of_people_only_for_the_entitled(
    uncleared: Viewer, lang: str
) -> None:
    def taken(viewer: Viewer) -> dict[str, set[float]]:
        parameters = {"table": "fct_measure", "period": PERIOD, "lang": lang}
        content = files.csv_file(*page_of("downloads", parameters, viewer), parameters).content
        assert not isinstance(content, bytes)
        with content:
            return numbers_in(content.read().decode("utf-8-sig"), lang)

    every, open_ones = taken(BUILT_IN_VIEWER), taken(uncleared)
    assert every["peers_trained"] == {3, 5, 1}
    assert every["kinh_phi_trieu"] == {12.5, 0, 30.25, 7}
    assert all(every[code] and not open_ones.get(code) for code in PROTECTED)
    assert open_ones["luot_tu_van"] == every["luot_tu_van"]


def test_cells_of_people_are_hidden_on_the_page_of_a_commune(own: Published, uncleared: Viewer) -> None:
    hidden = {cell.measure_code for cell in reported_cells(Reader(uncleared, own), "01840", PERIOD) if cell.is_hidden}
    assert hidden == PROTECTED
    shown = reported_cells(Reader(BUILT_IN_VIEWER, own), "01840", PERIOD)
    assert not any(cell.is_hidden for cell in shown)
    assert list(dict.fromkeys(cell.form_code for cell in shown)) == ["B4", "B9", "B10"]
    assert {cell.row_dimension_code for cell in shown if cell.form_code == "B9"} == {"kenh_tu_van"}
    ways = [kind for kind in row_categories(Reader(BUILT_IN_VIEWER, own)) if kind.dimension_code == "kenh_tu_van"]
    assert [way.name_en for way in ways] == ["Face to face", "By telephone", "Another channel"]


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("vi", ("Qua điện thoại", "Người quay lại", "30,25", "B10 · Kinh phí, câu lạc bộ")),
        ("en", ("By telephone", "People who came back", "30.25", "B10 · Funds and clubs")),
    ],
)
def test_a_commune_s_report_is_shown_form_by_form(lang: str, told: tuple[str, ...]) -> None:
    html = draw("ward", {"unit": "01840", "period": PERIOD, "lang": lang}, BUILT_IN_VIEWER).html
    assert [text for text in told if text not in html] == []


@pytest.mark.parametrize(("lang", "name"), [("vi", "B9 Tư vấn"), ("en", "B9 Counselling")])
def test_checks_made_from_the_seeds_are_listed_under_their_form(lang: str, name: str, own: Published) -> None:
    assert registry.form_titles(Reader(BUILT_IN_VIEWER, own), lang)["b9_tu_van"] == name
    assert name in draw("quality", {"lang": lang}, BUILT_IN_VIEWER).html
    assert quality.labels(Reader(BUILT_IN_VIEWER, own))["dien_thoai"].name_en == "By telephone"


def of_the_province(published: Published, viewer: Viewer) -> dict[str, ShownFigure]:
    """The province's figures of targets that count people, by code."""
    rows = progress.shown_of_units(Reader(viewer, published), ["06"], PERIOD, "ytd")
    return {row.target_code: row for row in rows if row.target_code in ("D1", "D2")}


def changed(own: Published, folder: Path, *statements: str) -> Published:
    """A copy of a version in which statements have changed rows."""
    path = folder / "changed.duckdb"
    shutil.copy(str(own.engine.url.database), path)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return unpublished(path)


@pytest.mark.language("en")
def test_where_no_form_asks_for_sizes_a_unit_page_says_so(own: Published, tmp_path: Path) -> None:
    unasked = changed(own, tmp_path, "delete from marts.fct_unit_size", "delete from marts.dim_unit_peer")
    context = context_of(State("ward", PERIOD, lang="en"), Reader(BUILT_IN_VIEWER, unasked))
    rows = progress.unit_progress(context.reader, "01840", PERIOD, "ytd")
    alike = likeness_section(context, plan.unit_history(context.reader, "01840")[-1], rows)
    assert "because no form of 2026 asks for numbers that give its size" in alike


def test_people_among_others_whom_anyone_can_count_are_hidden(own: Published, uncleared: Viewer) -> None:
    # Of 23 volunteers trained, a number that every viewer may add up, 14 are no peers: "10 to 14" leaves 9 to 13 peers,
    # "5 to 9" is then 9.
    known = of_the_province(own, BUILT_IN_VIEWER)
    assert (known["D1"].numerator, known["D1"].denominator) == (9, 23)
    shown = of_the_province(own, uncleared)
    assert (shown["D1"].numerator, shown["D1"].denominator, shown["D1"].status) == (None, None, SUPPRESSED)
    assert isinstance(shown["D2"].numerator, Approximate)


def test_of_how_many_reports_had_people_in_them_is_hidden(own: Published, uncleared: Viewer, tmp_path: Path) -> None:
    # Of two reports, as everyone knows, one had people: "1 to 4" with and "1 to 4" without are one each.
    reports = "update marts.dim_target set counting_rule = 'quarters' where target_code = 'D2'"
    counts = "update marts.fct_target_progress set numerator = 1, denominator = 2 where target_code = 'D2'"
    shown = of_the_province(changed(own, tmp_path, reports, counts), uncleared)["D2"]
    assert (shown.numerator, shown.denominator, shown.status) == (None, None, SUPPRESSED)


def test_of_two_targets_that_count_the_same_people_one_is_shown(
    own: Published, uncleared: Viewer, tmp_path: Path
) -> None:
    same = "update marts.dim_target_term set measure_code = 'nguoi_quay_lai' where target_code = 'D1'"
    counts = "update marts.fct_target_progress set numerator = 3, denominator = 9 where target_code = 'D1'"
    shown = of_the_province(changed(own, tmp_path, same, counts), uncleared)
    assert isinstance(shown["D1"].numerator, Approximate)
    assert shown["D2"].numerator is None


def test_a_ratio_of_more_people_than_there_are_is_hidden(own: Published, uncleared: Viewer, tmp_path: Path) -> None:
    more = "update marts.fct_target_progress set numerator = denominator + 2 where target_code = 'D2'"
    assert of_the_province(changed(own, tmp_path, more), uncleared)["D2"].numerator is None


def test_people_of_few_units_are_shown_without_their_categories(own: Published, uncleared: Viewer) -> None:
    ways = breakdown(Reader(uncleared, own), "D2", "06", PERIOD, "ytd")
    assert [(way.value_count, way.total_count, way.is_hidden) for way in ways] == [(None, None, True)] * 3
    assert sum(way.value_count or 0 for way in breakdown(Reader(BUILT_IN_VIEWER, own), "D2", "06", PERIOD, "ytd"))


@pytest.mark.language("en")
def test_a_period_is_not_over_on_its_last_day(own: Published, tmp_path: Path) -> None:
    last_day = changed(own, tmp_path, "update marts.publication set as_of_date = date '2026-06-30'")
    context = context_of(State("", PERIOD, lang="en"), Reader(BUILT_IN_VIEWER, last_day))
    assert "is not over" in str(layout.frame(context, Page("", Markup(""))))


@pytest.mark.parametrize(
    ("day", "begun", "opened"),
    [
        # Nobody has sent the first half-year, which was due in July.
        ("2026-08-15", ("2026H1", "2026H2"), "2026H1"),
        ("2026-03-01", ("2026H1",), "2026H1"),
        ("2025-12-31", (), "2026H1"),
        ("2027-01-16", ("2026H1", "2026H2"), "2026H2"),
    ],
)
def test_without_any_report_pages_open_on_the_period_that_is_owed_or_runs_or_comes_first(
    own: Published, tmp_path: Path, day: str, begun: tuple[str, ...], opened: str
) -> None:
    nobody_sent = changed(
        own,
        tmp_path,
        f"update marts.publication set as_of_date = date '{day}'",
        f"update marts.dim_period set is_opening = false, has_begun = list_contains({[*begun, '']}, period_code)",
    )
    assert frame_of(Reader(BUILT_IN_VIEWER, nobody_sent)).opening == opened


def test_a_viewer_without_the_right_is_offered_no_column_that_counts_people(own: Published, uncleared: Viewer) -> None:
    for code in PROTECTED:
        assert pivot.is_hidden(Reader(uncleared, own), Question((PERIOD,), measures=(code,)))
    assert not pivot.is_hidden(Reader(uncleared, own), Question((PERIOD,), measures=("luot_tu_van",)))
