"""A chart that leaves the app says by itself what it shows: words, signs, period, version, sample label."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from facts import absent, progress, target, unit
from target_facts import series_break

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.core.status import OF_REPORTS, OF_TARGETS, OF_TASKS
from app.figures.drawing.status_icons import sign
from app.figures.drawing.svg_document import Caption
from app.figures.drawing.text_metrics import width, wrapped
from app.figures.grid.spec import grid_spec
from app.figures.grid.svg import grid_chart
from app.figures.ranking.spec import ranking_of
from app.figures.ranking.svg import ranking_document
from app.figures.series import Series
from app.figures.trend.spec import trend_spec
from app.figures.trend.svg import trend_chart
from app.pages.registry import page_of
from tests.answered import respond

pytestmark = pytest.mark.language("en")

EN = words_in("en")
AROUND = Caption(
    "Training: 2 of 3 districts behind", "Ranking · Q2 2021", "Source: reports. Version V1.", "Sample data"
)
SVG = "{http://www.w3.org/2000/svg}"
ADDRESSES = [
    ("", {"period": "2021Q4"}),
    ("", {"period": "2025Q2", "sort": "behind", "status": "far_behind", "group": "4"}),
    ("district", {"unit": "769", "period": "2021Q4"}),
    ("tasks", {"period": "2021Q3"}),
    ("target", {"target": "T09", "period": "2021Q4"}),
    ("target", {"target": "T13", "period": "2025Q2"}),
    ("target", {"target": "T16", "period": "2021Q3", "window": "quarter"}),
]


def parsed(document: str) -> ElementTree.Element:
    """The document as a program reads it; it is our own."""
    return ElementTree.fromstring(document)  # noqa: S314


def texts(document: str) -> list[str]:
    """The visible texts of a chart, in the order drawn."""
    return [element.text or "" for element in parsed(document).iter(f"{SVG}text")]


def columns(document: str, names: list[str]) -> list[str]:
    """Which of `names` the columns of a grid have, in order: the first line of its story in words says them all."""
    told = parsed(document).findtext(f"{SVG}desc") or ""
    cells = re.split(r"[:;] ", told.splitlines()[1])
    return [name for cell in cells for name in names if cell.startswith(f"{name} ")]


def charts(lang: str, viewer: Viewer = BUILT_IN_VIEWER) -> Iterator[tuple[str, str]]:
    """Every chart of some pages of the sample."""
    for page, asked in ADDRESSES:
        _, made = page_of(page, asked | {"lang": lang}, viewer)
        for name, draw in made.charts.items():
            yield f"{page} {asked} {name}", draw()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_chart_is_a_whole_document_that_needs_nothing_beside_it(sample: None, lang: str) -> None:
    drawn = dict(charts(lang))
    assert len(drawn) >= 10
    for name, document in drawn.items():
        root = parsed(document)
        assert float(root.attrib["width"]) > 0, name
        assert float(root.attrib["height"]) > 0, name
        assert all(address.startswith("data:font/woff2") for address in re.findall(r"url\(([^)]*)", document)), name
        assert not re.search(r"(href|src)=|https?://(?!www\.w3\.org/2000/svg)", document), name


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_chart_carries_period_version_sample_label_and_its_story_in_words(sample: None, lang: str) -> None:
    say = words_in(lang)
    context, _ = page_of("", {"lang": lang}, BUILT_IN_VIEWER)
    for name, document in charts(lang):
        shown = " ".join(texts(document))
        assert say("files.sample") in shown, name
        assert say.version(context.publication.version) in shown, name
        assert re.search(r"(Quý [IV]+/|Q\d )20\d\d", shown), name
        root = parsed(document)
        assert root.find(f"{SVG}title") is not None, name
        told = root.find(f"{SVG}desc")
        assert told is not None, name
        assert len((told.text or "").splitlines()) > 3, name


def test_no_text_of_a_chart_leaves_its_sheet(sample: None) -> None:
    for name, document in charts("vi"):
        root = parsed(document)
        wide = float(root.attrib["width"])
        for element in root.iter(f"{SVG}text"):
            if "x" not in element.attrib:
                continue
            long = width(element.text or "", float(element.attrib["font-size"]))
            share = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.attrib.get("text-anchor", "start")]
            left = float(element.attrib["x"]) - share * long
            assert left >= 0, (name, element.text)
            assert left + long <= wide + 1, (name, element.text)


@pytest.mark.parametrize(("lang", "good", "bad"), [("vi", ",", "."), ("en", ".", ",")])
def test_numbers_are_written_the_reader_s_way(sample: None, lang: str, good: str, bad: str) -> None:
    figures = [text for _, document in charts(lang) for text in texts(document) if re.fullmatch(r"\d+[.,]\d%?", text)]
    assert figures
    assert all(good in figure and bad not in figure for figure in figures)


@pytest.mark.parametrize("status", sorted({*OF_TARGETS, *OF_TASKS, *OF_REPORTS}))
def test_every_status_has_a_sign_that_is_a_shape_and_not_a_colour(status: str) -> None:
    drawn = sign(status, 10, 10, "#000000")
    assert "translate(10.0 10.0)" in drawn
    assert re.search(r"<(path|circle|text)", drawn)


def test_the_first_target_of_each_group_begins_it() -> None:
    targets = [target(target_code=code, group_code=group) for code, group in (("T01", 1), ("T02", 1), ("T03", 2))]
    assert [row.is_first for row in grid_spec(targets, [unit()], {}).rows] == [True, False, True]


def test_a_figure_that_is_missing_is_drawn_as_a_sign_and_never_as_zero() -> None:
    places = [unit("1", "One"), unit("2", "Two")]
    cells = {("T09", "1"): absent("not_reported", unit_code="1"), ("T09", "2"): progress(unit_code="2")}
    shown = texts(grid_chart(AROUND, grid_spec([target()], places, cells)))
    assert "?" in shown
    assert "60" in shown
    assert "0" not in shown
    assert EN.status("not_reported") in shown


def test_the_ranking_file_goes_from_best_to_worst_and_says_why_a_figure_is_missing() -> None:
    units = {code: unit(code, name) for code, name in (("1", "Low"), ("2", "High"), ("3", "Silent"))}
    rows = [progress(unit_code="1", value_pct=20.0), progress(unit_code="2", value_pct=90.0)]
    shown = texts(ranking_document(AROUND, ranking_of([*rows, absent("rejected", unit_code="3")], target(), units)))
    assert [text for text in shown if text in ("Low", "High", "Silent")] == ["High", "Low", "Silent"]
    assert EN("absence.rejected") in shown


def test_a_ranking_where_less_is_better_begins_with_the_least() -> None:
    units = {code: unit(code, name) for code, name in (("1", "Low"), ("2", "High"))}
    rows = [progress(unit_code="2", value_pct=90.0), progress(unit_code="1", value_pct=20.0)]
    shown = texts(ranking_document(AROUND, ranking_of(rows, target(direction="down"), units)))
    assert [text for text in shown if text in ("Low", "High")] == ["Low", "High"]


def test_the_course_in_a_file_breaks_in_january_and_where_nothing_was_reported() -> None:
    rows = [
        progress(period_code="2021Q3", value_pct=80.0),
        progress(period_code="2021Q4", value_pct=100.0),
        progress(period_code="2022Q1", value_pct=25.0),
        absent("not_reported", period_code="2022Q2"),
        progress(period_code="2022Q3", value_pct=70.0),
    ]
    spec = trend_spec(Series("City", "City", rows), target(), [series_break("2022Q1", label="New wards")])
    document = trend_chart(AROUND, spec)
    course = next(d for d in re.findall(r"<path d='(M[^']*)' fill='none' stroke='#08519c'", document))
    assert course.count("L") == 1
    assert "New wards" in texts(document)


def test_names_in_a_chart_cannot_become_markup() -> None:
    evil = unit("1", "<script>'\"&")
    document = ranking_document(AROUND, ranking_of([progress(unit_code="1")], target(), {"1": evil}))
    assert "<script>" not in document
    assert "<script>'\"&" in texts(document)


def test_long_words_wrap_and_no_word_is_lost() -> None:
    lines = wrapped("Cán bộ cấp xã phụ trách công tác được tập huấn", 13.5, 120)
    assert len(lines) > 2
    assert " ".join(lines) == "Cán bộ cấp xã phụ trách công tác được tập huấn"
    assert all(width(line, 13.5) <= 120 for line in lines)


def test_the_grid_in_a_file_is_narrowed_and_ordered_as_on_the_page(sample: None) -> None:
    asked = {"period": "2025Q2", "lang": "en"}
    _, folded = page_of("", asked, BUILT_IN_VIEWER)
    context, whole = page_of("", asked | {"followed": "shown"}, BUILT_IN_VIEWER)
    _, narrowed = page_of("", asked | {"status": "far_behind", "group": "4", "sort": "behind"}, BUILT_IN_VIEWER)
    shown, every = (texts(page.charts["grid"]()) for page in (narrowed, whole))
    names = [district.short_name_en for district in context.districts]
    assert columns(whole.charts["grid"](), names) == names
    assert [text for text in every if re.fullmatch(r"T\d\d", text)] == list(context.targets)
    judged = [code for code, target in context.targets.items() if target.threshold_pct is not None]
    assert [text for text in texts(folded.charts["grid"]()) if re.fullmatch(r"T\d\d", text)] == judged
    assert {text for text in shown if re.fullmatch(r"T\d\d", text)} == {"T09", "T10"}
    order = re.findall(r"<th scope='col'><a[^>]*aria-label='[^']*'>([^<]*)</a>", narrowed.body)
    assert columns(narrowed.charts["grid"](), names) == order
    assert "only cells that are far behind" in " ".join(shown)
    _, none = page_of("", asked | {"status": "suppressed"}, BUILT_IN_VIEWER)
    assert "grid" not in none.charts


def test_the_picture_of_work_contents_speaks_of_work_and_names_every_unit(sample: None) -> None:
    context, page = page_of("tasks", {"period": "2021Q3", "lang": "en"}, BUILT_IN_VIEWER)
    document = page.charts["matrix"]()
    shown = texts(document)
    assert {EN.status("done"), EN.status("not_started_overdue")} <= set(shown)
    assert EN.status("far_behind") not in shown
    names = [district.short_name_en for district in context.districts]
    assert columns(document, names) == names


def test_the_picture_of_a_district_s_wards_has_each_of_them_once(sample: None) -> None:
    _, page = page_of("district", {"unit": "769", "period": "2021Q4", "lang": "vi"}, BUILT_IN_VIEWER)
    shown = texts(page.charts["wards"]())
    wards = re.findall(r"<th scope='row'><a href='/ward[^>]*>([^<]*)</a>", page.body)
    assert len(wards) > 30
    assert [text for text in shown if text in wards] == wards


def test_whoever_may_not_see_small_counts_gets_none_in_a_chart(sample: None, uncleared: Viewer) -> None:
    asked = {"target": "T16", "period": "2021Q4", "lang": "en"}
    _, cleared = page_of("target", asked, BUILT_IN_VIEWER)
    _, restricted = page_of("target", asked, uncleared)
    open_figures, shown = texts(cleared.charts["ranking"]()), texts(restricted.charts["ranking"]())
    assert not any(text.startswith("~") for text in open_figures)
    assert any(text.startswith("~") for text in shown)


def test_a_chart_is_saved_under_a_name_that_says_what_it_is(sample: None) -> None:
    asked = {"page": "target", "target": "T09", "chart": "ranking", "period": "2021Q4", "lang": "vi"}
    answer = respond("chart.svg", asked)
    assert answer.status_code == 200
    assert answer.media_type == "image/svg+xml"
    assert "chi-tieu-T09-xep-hang-quy-iv-2021-luy-ke-nam-minh-hoa.svg" in answer.headers["Content-Disposition"]
    assert respond("chart.svg", asked | {"chart": "nothing"}).status_code == 404
