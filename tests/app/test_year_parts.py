"""In a year in which units begin, year-to-date figures say which part of the year, and of its ground, they cover."""

import csv
import datetime as dt
import io

import docx
import pytest
from facts import absent, progress, target

from app.analysis.year_change import YearChange, year_change
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.core.reader import Reader
from app.queries.year_parts import year_parts
from app.records import Cell
from app.records.target import YearPart
from app.ui.year_part_text import part_of_row, year_part_text, year_parts_text
from app.web.page_renderer import draw
from tests.answered import respond

JULY = dt.date(2025, 7, 1)
SINCE_JULY = ("T02", "T03", "T05", "T06", "T09", "T10", "T12")
SUMS = ("T13", "T14", "T15", "T16", "T17")
# By unit: the city, the old city's region, another region, an area of the old city, one of another, a commune.
KINDS = {"79": "both", "R79": "whole", "R74": "since", "760": "whole", "718": "since", "26740": "since"}
CITY_TEXTS = {
    "vi": "nửa đầu năm 22 quận, huyện, từ tháng 7 cả thành phố mới",
    "en": "in the first half 22 districts, from July the whole new city",
}


@pytest.mark.parametrize("period", ["2025Q3", "2025Q4"])
def test_figures_of_the_year_of_the_reform_are_named_by_what_they_cover(reader: Reader, period: str) -> None:
    parts = year_parts(reader, period, "ytd")
    for unit, kind in KINDS.items():
        assert {code: parts[Cell(code, unit)].kind for code in SINCE_JULY} == dict.fromkeys(SINCE_JULY, "since")
        assert {code: parts[Cell(code, unit)].kind for code in SUMS} == dict.fromkeys(SUMS, kind)
    assert {part.began_on for part in parts.values()} == {JULY}
    assert not any(cell.target_code == "T18" for cell in parts)


@pytest.mark.parametrize(("period", "window"), [("2025Q2", "ytd"), ("2026Q3", "ytd"), ("2025Q3", "quarter")])
def test_a_year_in_which_no_unit_begins_needs_no_such_name(reader: Reader, period: str, window: str) -> None:
    assert year_parts(reader, period, window) == {}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_city_s_sums_say_whose_first_half_is_in_them(reader: Reader, lang: str) -> None:
    part = year_parts(reader, "2025Q4", "ytd")[Cell("T14", "79")]
    assert year_part_text(part) == CITY_TEXTS[lang]


def test_a_reform_in_another_month_is_named_by_that_month() -> None:
    part = YearPart("T14", "79", dt.date(2031, 3, 1), 12, "district", 40)
    assert year_part_text(part) == "trước tháng 3 12 quận, huyện, từ tháng 3 cả thành phố mới"
    assert year_part_text(YearPart("T09", "79", dt.date(2031, 3, 1), 0, None, 40)) == "từ tháng 3"


def test_targets_of_one_part_are_named_together() -> None:
    parts = {
        Cell("T09", "769"): YearPart("T09", "769", JULY, 0, None, 0),
        Cell("T14", "769"): YearPart("T14", "769", JULY, 1, "district", 0),
    }
    rows = [progress(), progress(target_code="T14")]
    targets = {code: target(target_code=code, short_name_vi=code) for code in ("T09", "T14")}
    assert year_parts_text(rows, parts, targets) == "từ tháng 7 (T09); cả năm (T14)"
    assert part_of_row(rows[0], parts) == "Lũy kế năm gồm: từ tháng 7"
    assert part_of_row(absent("no_cases"), parts) == ""


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("page", "parameters", "text"),
    [
        ("", {}, CITY_TEXTS["vi"]),
        ("target", {"target": "T14"}, CITY_TEXTS["vi"]),
        ("target", {"target": "T09"}, "Lũy kế năm gồm: từ tháng 7"),
        ("district", {"unit": "760"}, "cả năm (Lượt có vi phạm"),
        ("ward", {"unit": "26740"}, "từ tháng 7 ("),
        ("compare", {"units": "760,718"}, "Lũy kế năm gồm: Khu vực Quận 1 (cũ): từ tháng 7 ("),
        ("origin", {"target": "T14", "unit": "760"}, "Lũy kế năm gồm: cả năm"),
        ("origin", {"target": "T14", "unit": "718"}, "Lũy kế năm gồm: từ tháng 7"),
    ],
)
def test_pages_of_2025_say_what_the_year_to_date_covers(page: str, parameters: dict[str, str], text: str) -> None:
    assert text in draw(page, {**parameters, "period": "2025Q4"}, BUILT_IN_VIEWER).html
    assert "Lũy kế năm gồm" not in draw(page, {**parameters, "period": "2026Q3"}, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("sample")
def test_the_slide_of_reports_of_2025_says_what_the_year_to_date_covers() -> None:
    shown = draw("review", {"period": "2025Q4"}, BUILT_IN_VIEWER).html
    assert f"Lũy kế năm gồm: từ tháng 7: 8 chỉ tiêu; {CITY_TEXTS['vi']}: 5 chỉ tiêu" in shown
    assert "Lũy kế năm gồm" not in draw("review", {"period": "2026Q3"}, BUILT_IN_VIEWER).html


def _told(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


@pytest.mark.usefixtures("sample")
def test_a_memo_and_the_quarterly_report_of_2025_say_what_the_year_to_date_covers() -> None:
    for name, own, other in (("memo.docx", {"unit": "26740"}, "2026Q3"), ("quarter.docx", {}, "2021Q4")):
        assert "Lũy kế năm gồm: " in _told(respond(name, {**own, "period": "2025Q4"}).body)
        assert "Lũy kế năm gồm" not in _told(respond(name, {**own, "period": other}).body)


@pytest.mark.usefixtures("sample")
def test_a_file_says_of_every_figure_in_every_quarter_which_part_of_the_year_it_covers() -> None:
    asked = {"page": "target", "target": "T14", "table": "trend", "period": "2026Q3", "lang": "en"}
    lines = csv.DictReader(io.StringIO(respond("table.csv", asked).body.decode("utf-8-sig")))
    covered = {line["Period"]: line["Year to date covers"] for line in lines}
    assert covered["2025Q3"] == covered["2025Q4"] == CITY_TEXTS["en"]
    assert {text for period, text in covered.items() if not period.startswith("2025")} == {""}
    assert covered["2025Q2"] == ""


@pytest.mark.usefixtures("sample")
def test_a_ranking_says_which_areas_are_counted_over_the_whole_year() -> None:
    drawn = draw("target", {"target": "T14", "period": "2025Q4"}, BUILT_IN_VIEWER).html
    assert "cả năm: 22 khu vực; từ tháng 7: 15 khu vực" in drawn


RATIO = {"kind": "rate", "path_pct": None, "ci_low_pct": 85.0, "ci_high_pct": 95.0, "value_pct": 90.0}
EARLIER = {**RATIO, "ci_low_pct": 55.0, "ci_high_pct": 65.0, "value_pct": 60.0}
TARGETS = {code: target(target_code=code) for code in ("T09", "T13", "T14", "T15", "T16")}


def test_better_than_a_year_ago_counts_only_what_chance_does_not_explain() -> None:
    rows = [
        progress(target_code="T09", **RATIO, change_prev_year_pct=30.0),
        progress(target_code="T14", **RATIO, change_prev_year_pct=-1.0),
        progress(
            target_code="T15", **RATIO, change_prev_year_reason="not_comparable", change_prev_year_difference="units"
        ),
        progress(target_code="T16", **RATIO),
    ]
    before = {
        "T09": progress(target_code="T09", **EARLIER),
        "T14": progress(target_code="T14", **{**RATIO, "value_pct": 91.0, "ci_low_pct": 86.0, "ci_high_pct": 96.0}),
    }
    assert year_change(rows, before, TARGETS) == YearChange(1, 0, 1, (("units", 1),), 1)


def test_less_is_better_where_the_plan_says_so_and_what_is_only_followed_is_neither() -> None:
    targets = {"T09": target(direction="down"), "T13": target(target_code="T13", threshold_pct=None)}
    rows = [
        progress(target_code="T09", **RATIO, change_prev_year_pct=30.0),
        progress(target_code="T13", **RATIO, change_prev_year_pct=30.0),
    ]
    before = {code: progress(target_code=code, **EARLIER) for code in targets}
    assert year_change(rows, before, targets) == YearChange(0, 1, 0, (), 0)


def test_nothing_is_said_of_a_year_ago_while_nothing_is_judged() -> None:
    assert year_change([progress(is_judged=False, change_prev_year_pct=None)], {}, TARGETS) is None


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"period": "2024Q3"}, "5 chỉ tiêu tốt hơn rõ, 0 kém hơn rõ, 8 không khác rõ"),
        (
            {"period": "2025Q4"},
            "10 chỉ tiêu không so sánh được (9 khác địa giới, 1 khác cách tính)",
        ),
        ({"period": "2022Q3"}, "14 chỉ tiêu không so sánh được (14 quý bất thường)"),
        ({"period": "2021Q2"}, "14 chỉ tiêu chưa có số cùng kỳ"),
    ],
)
def test_the_overview_answers_whether_it_is_better_than_a_year_ago(parameters: dict[str, str], text: str) -> None:
    assert text in draw("", parameters, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_reason_not_to_compare_has_words(lang: str) -> None:
    for difference in ("level", "units", "quarters", "threshold", "boundary", "method", "disruption"):
        assert words_in(lang)(f"difference.{difference}")
