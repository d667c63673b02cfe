"""A period that runs, or has not begun, is not judged: its pages and files say so first, and name no one as late."""

import csv
import io
import re
import zipfile

import docx
import pptx
import pytest
from facts import progress, target, unit
from openpyxl import load_workbook

from app.analysis.comparison import difference
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language, words_in
from app.core.reader import Reader
from app.figures.ranking.spec import ranking_of
from app.queries import progress as progress_queries
from app.ui.change_text import change_in_brief
from app.ui.figure_text import explain, known_text
from app.ui.status import figure_chip
from app.web.page_renderer import draw
from tests.answered import respond
from warehouse.publish.engines import Published

RUNNING, FUTURE, REVIEWED = "2026Q4", "2027Q1", "2026Q3"
PAGES = [
    ("", {}),
    ("", {"open": "760,785"}),
    ("", {"window": "quarter"}),
    ("target", {"target": "T09"}),
    ("target", {"target": "T04", "unit": "760"}),
    ("district", {"unit": "769", "target": "T14"}),
    ("ward", {"unit": "26740"}),
    ("compare", {"units": "R79,760,26740"}),
    ("compare", {"units": "760,769", "against": "2026Q3"}),
    ("compare", {"units": "760,769", "target": "T09", "view": "trend"}),
    ("calls", {}),
    ("calls", {"unit": "26596"}),
    ("tasks", {}),
    ("actions", {}),
    ("actions", {"action": "1"}),
    ("methodology", {"target": "T14"}),
    ("origin", {"target": "T09", "unit": "760"}),
    ("changes", {}),
    ("ledger", {"target": "T09", "unit": "760"}),
    ("downloads", {}),
    ("quality", {}),
    ("reports", {}),
    ("submit", {}),
    ("report", {"unit": "26740"}),
    ("search", {"q": "binh"}),
]
STATES = {
    RUNNING: {"vi": "Quý IV/2026 chưa đến hạn: 0/169 đã gửi", "en": "Q4 2026 is not due yet: 0/169 have reported"},
    FUTURE: {"vi": "Quý I/2027 chưa bắt đầu, chưa có số liệu", "en": "Q1 2027 has not begun: no figures yet"},
}
TARGET = target(threshold_pct=100.0)
SO_FAR = {"is_judged": False, "rank": None, "gap_pct": None, "path_gap_pct": None, "path_pct": 73.4}


def html(page: str, parameters: dict[str, str], period: str, lang: str = "vi") -> str:
    """A page's markup."""
    return draw(page, {**parameters, "period": period, "lang": lang}, BUILT_IN_VIEWER).html


def paragraphs(name: str, **parameters: str) -> list[str]:
    """The paragraphs of a Word document."""
    answer = respond(name, parameters)
    assert answer.status_code == 200
    return [one.text for one in docx.Document(io.BytesIO(answer.body)).paragraphs]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("period", [RUNNING, FUTURE])
@pytest.mark.parametrize(("page", "parameters"), PAGES)
def test_every_page_says_first_that_the_period_is_not_judged_and_links_the_one_that_is(
    page: str, parameters: dict[str, str], period: str, lang: str
) -> None:
    drawn = html(page, parameters, period, lang)
    if (page, period) == ("report", FUTURE):
        return
    first = drawn.split("<main id='content'>")[1].lstrip()
    said = re.match(r"<p class='period-state' role='note'><strong>(.*?)\.</strong>(.*?)</p>", first)
    assert said is not None
    assert said[1] == STATES[period][lang]
    assert f"period={REVIEWED}&amp;" in said[2]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", [REVIEWED, "2021Q4"])
def test_a_period_that_is_judged_says_nothing_of_its_state(period: str) -> None:
    assert "period-state" not in html("", {}, period)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", [RUNNING, FUTURE])
@pytest.mark.parametrize(("page", "parameters"), PAGES)
def test_nobody_is_late_ranked_or_called_before_a_period_is_judged(
    page: str, parameters: dict[str, str], period: str
) -> None:
    drawn = html(page, parameters, period)
    body = re.sub(r"<table.*?</table>|<details.*?</details>", "", drawn.split("<main")[-1], flags=re.S)
    assert not re.search(r"\d+/\d+ chỉ tiêu chậm|tụt bậc|Cần gọi \d|class='rank n'>\d|class=diff", body)
    assert "<a class='c behind" not in body
    assert "<a class='c far_behind" not in body


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("period", "key"), [(RUNNING, "stamp.open"), (FUTURE, "stamp.future"), (REVIEWED, "stamp.text")]
)
def test_the_line_above_each_page_says_whether_the_period_has_begun(period: str, key: str) -> None:
    values = dict.fromkeys(("until", "published", "rate", "reported", "expected"), "{")
    first_words = words_in("en")(key, **values).partition("{")[0]
    assert first_words in draw("", {"period": period, "lang": "en"}, BUILT_IN_VIEWER).html


def test_a_future_period_has_no_value(warehouse: Published) -> None:
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    for level in ("city", "region", "district", "ward"):
        rows = progress_queries.level_progress(reader, level, FUTURE, "ytd")
        assert rows
        assert {row.value_pct for row in rows} == {None}


@pytest.mark.usefixtures("sample")
def test_a_value_so_far_stands_with_its_bounds_and_the_reports_behind_it(warehouse: Published) -> None:
    rows = progress_queries.level_progress(Reader(BUILT_IN_VIEWER, warehouse), "city", RUNNING, "ytd")
    row = next(one for one in rows if one.target_code == "T09")
    text = explain(row, TARGET, "TP.HCM")
    assert "Đến nay: 66,4% (810/1.219), chưa đánh giá" in text
    assert "Chưa có báo cáo nào của kỳ này (0/168)" in text
    assert "Khi đủ báo cáo sẽ ở trong khoảng 66,4–100%" in text
    assert "mốc quý này 100%" in text


@pytest.mark.parametrize(
    ("counts", "vi", "en"),
    [
        ((68, 169), "Mới có 68/169 báo cáo", "68/169 reports so far"),
        ((0, 169), "Chưa có báo cáo nào của kỳ này (0/169)", "No report of this period yet (0/169)"),
        ((0, 1), "Chưa có báo cáo kỳ này", "No report of this period yet"),
    ],
)
def test_a_value_so_far_says_how_many_reports_are_behind_it(counts: tuple[int, int], vi: str, en: str) -> None:
    row = progress(status="not_due", current_unit_count=counts[0], counted_unit_count=counts[1], **SO_FAR)
    assert known_text(row) == vi
    with in_language("en"):
        assert known_text(row) == en
    assert change_in_brief(row, TARGET) == "đến nay"


def test_a_city_some_of_whose_reports_are_in_is_not_called_silent() -> None:
    row = progress(status="not_reported", current_unit_count=68, counted_unit_count=169, unit_level="city", **SO_FAR)
    assert "68/169 báo cáo" in figure_chip(row)
    assert "Chưa báo cáo" not in figure_chip(row)


def test_the_milestone_beside_a_value_so_far_is_that_of_everybody() -> None:
    assert progress(common_path_pct=100.0, **SO_FAR).milestone_pct == 100.0
    assert progress(common_path_pct=100.0, path_pct=73.4).milestone_pct == 73.4


def test_values_so_far_have_no_place_in_a_ranking_and_are_not_compared() -> None:
    judged = progress(unit_code="760")
    so_far = progress(unit_code="769", value_pct=90.0, status="not_due", **SO_FAR)
    named = {row.unit_code: unit(row.unit_code) for row in (judged, so_far)}
    ranking = ranking_of([judged, so_far], TARGET, named)
    assert [bar.unit_code for bar in ranking.bars] == ["760"]
    assert [one.unit_code for one in ranking.absent_units] == ["769"]
    assert difference(judged, so_far) is None


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("chart", ["ranking", "funnel"])
def test_no_picture_ranks_units_before_the_city_is_judged(chart: str) -> None:
    where = {"page": "target", "target": "T14", "chart": chart}
    assert respond("chart.svg", where | {"period": REVIEWED}).status_code == 200
    assert respond("chart.svg", where | {"period": RUNNING}).status_code == 404


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("period", "lang"), [(RUNNING, "vi"), (FUTURE, "en")])
def test_every_file_says_the_state_of_its_period(period: str, lang: str) -> None:
    state = STATES[period][lang]
    seen = {"period": period, "lang": lang}
    svg = respond("chart.svg", {"page": "", "chart": "grid", **seen}).body.decode()
    xlsx = load_workbook(io.BytesIO(respond("table.xlsx", {"page": "", "table": "grid", **seen}).body))
    legend = [cell.value for row in xlsx.worksheets[1].iter_rows() for cell in row]
    deck = pptx.Presentation(io.BytesIO(respond("deck.pptx", {"page": "review", **seen}).body))
    cover = [shape.text_frame.text for shape in deck.slides[0].shapes if shape.has_text_frame]
    assert state in re.sub(r"</text>\s*<text[^>]*>", " ", svg)
    assert state in legend
    assert any(text.startswith(f"{state}. ") for text in cover)
    assert any(text.startswith(f"{state}.") for text in paragraphs("quarter.docx", page="", **seen)[:8])
    assert f"{state}." in paragraphs("memo.docx", page="ward", unit="26740", **seen)


@pytest.mark.usefixtures("sample")
def test_every_chapter_of_the_offline_quarter_says_the_state_of_its_period() -> None:
    book = respond("quarter.html", {"page": "", "period": RUNNING}).body.decode()
    assert book.count(f"<strong>{STATES[RUNNING]['vi']}.</strong>") == book.count("<article")


@pytest.mark.usefixtures("sample")
def test_a_unit_is_asked_for_its_report_not_thanked_for_results_that_nobody_judged() -> None:
    text = "\n".join(paragraphs("memo.docx", page="ward", unit="26740", period=RUNNING))
    assert "gửi báo cáo đúng hạn, ngày 15/01/2027" in text
    assert "0/0" not in text
    assert "tiếp tục duy trì" not in text
    assert "đổi bậc" not in text


@pytest.mark.usefixtures("sample")
def test_the_table_marks_every_value_so_far() -> None:
    content = respond("table.csv", {"page": "", "table": "grid", "period": RUNNING}).body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert {row["Trạng thái"] for row in rows if row["Giá trị %"]} == {"Chưa đến hạn (đến nay)"}
    assert not any(row["Thay đổi (điểm)"] or row["So mốc quý"] for row in rows)


@pytest.mark.usefixtures("sample")
def test_the_slides_of_a_running_period_call_nobody() -> None:
    body = respond("deck.pptx", {"page": "review", "period": RUNNING}).body
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        slides = "".join(file.read(name).decode() for name in file.namelist() if "slides/slide" in name)
    assert "Chưa gọi đơn vị nào: hạn nộp báo cáo là 15/01/2027" in slides
    assert not re.search(r"\d+/\d+ (phường, xã|ô|chỉ tiêu) chậm", slides)


@pytest.mark.usefixtures("sample")
def test_the_history_of_a_number_claims_no_move_to_a_period_that_is_not_judged() -> None:
    drawn = html("ledger", {"target": "T09", "unit": "760"}, RUNNING)
    assert words_in("vi")("change.between") in drawn
    assert "Chuyển từ" not in drawn


@pytest.mark.usefixtures("sample")
def test_a_printed_call_sheet_of_a_running_period_names_nobody() -> None:
    sheet = respond("calls.html", {"page": "calls", "period": RUNNING}).body.decode()
    assert f"<strong>{STATES[RUNNING]['vi']}.</strong>" in sheet
    assert "<h2>" not in sheet
