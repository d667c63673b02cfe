"""The review says its findings in correct sentences, whatever the figures are, and goes in the meeting's order."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from facts import absent, progress

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import Words, catalogue, words
from app.core.page_context import Context, UnknownCodeError
from app.core.reader import Reader
from app.core.url_state import State
from app.deck import titles
from app.deck.build import build_deck
from app.deck.cards import standing
from app.deck.data import gather_review
from app.deck.model import Cell, Deck, Grid, Mark, Matrix, Slide
from app.deck.pagination import paged
from app.deck.titles import ActionCounts, ReportCounts, Standing
from app.pages import registry
from app.ui.figure_text import few
from app.web import page_renderer
from warehouse.desk import Desk, Draft, Review
from warehouse.publish.engines import published
from warehouse.settings import Settings

VI, EN = words("vi"), words("en")
BLAMING = ("yếu kém", "kém", "tệ ", "vi phạm hạn", "worst", "failed", "fail", "bad", "poor", "laggard", "blame")


def group(found: Standing) -> tuple[str, str]:
    """The title of a group in both languages."""
    return titles.group("Tập huấn", found, "district", VI), titles.group("Training", found, "district", EN)


@pytest.mark.parametrize(
    ("found", "vi", "en"),
    [
        (
            Standing(met=10, on_track=3, behind=6, far_behind=3),
            "Tập huấn: 9/22 địa bàn chậm, 3 rất chậm",
            "Training: 9 of 22 districts behind, 3 far behind",
        ),
        (
            Standing(met=21, behind=1),
            "Tập huấn: 1/22 địa bàn chậm",
            "Training: 1 of 22 districts behind",
        ),
        (
            Standing(met=21, far_behind=1),
            "Tập huấn: 1/22 địa bàn rất chậm",
            "Training: 1 of 22 districts far behind",
        ),
        (Standing(met=22), "Tập huấn: cả 22 địa bàn đều đạt", "Training: all 22 districts met"),
        (
            Standing(met=2, on_track=20),
            "Tập huấn: cả 22 địa bàn đạt hoặc đúng tiến độ",
            "Training: all 22 districts met or on track",
        ),
        (Standing(behind=22), "Tập huấn: cả 22 địa bàn chậm", "Training: all 22 districts behind"),
        (Standing(far_behind=22), "Tập huấn: cả 22 địa bàn rất chậm", "Training: all 22 districts far behind"),
        (
            Standing(behind=4, far_behind=18),
            "Tập huấn: cả 22 địa bàn chậm, 18 rất chậm",
            "Training: all 22 districts behind, 18 far behind",
        ),
        (
            Standing(met=19, far_behind=2, silent=1),
            "Tập huấn: 2/21 địa bàn rất chậm; 1 chưa có số liệu",
            "Training: 2 of 21 districts far behind; 1 no data",
        ),
        (Standing(silent=22), "Tập huấn: chưa địa bàn nào có báo cáo", "Training: no district reported yet"),
        (Standing(not_due=22), "Tập huấn: chưa đến hạn báo cáo", "Training: reports not due yet"),
        (
            Standing(monitored=22),
            "Tập huấn: chỉ theo dõi, kế hoạch không đặt ngưỡng",
            "Training: followed only, the plan sets no threshold",
        ),
        (
            Standing(),
            "Tập huấn: kỳ này không có số liệu để đánh giá",
            "Training: no figures to judge this quarter",
        ),
        (
            Standing(met=1),
            "Tập huấn: địa bàn duy nhất được đánh giá đã đạt",
            "Training: the only district judged has met it",
        ),
        (
            Standing(on_track=1),
            "Tập huấn: địa bàn duy nhất được đánh giá đúng tiến độ",
            "Training: the only district judged is on track",
        ),
        (Standing(behind=1), "Tập huấn: 1/1 địa bàn chậm", "Training: 1 of 1 district behind"),
    ],
)
def test_a_group_says_how_many_are_behind(found: Standing, vi: str, en: str) -> None:
    assert group(found) == (vi, en)


@pytest.mark.parametrize(
    ("found", "vi", "en"),
    [
        (ActionCounts(4, 3, 2), "Việc đã giao: 4/7 việc đã xong, 2 quá hạn", "Actions given: 4 of 7 done, 2 overdue"),
        (
            ActionCounts(4, 3, 0),
            "Việc đã giao: 4/7 việc đã xong, không việc nào quá hạn",
            "Actions given: 4 of 7 done, none overdue",
        ),
        (
            ActionCounts(0, 7, 1),
            "Việc đã giao: chưa việc nào trong 7 việc xong, 1 quá hạn",
            "Actions given: none of 7 done yet, 1 overdue",
        ),
        (ActionCounts(7, 0, 0), "Việc đã giao: cả 7 việc đã xong", "Actions given: all 7 done"),
        (ActionCounts(1, 0, 0), "Việc đã giao: đã xong", "Actions given: done"),
        (ActionCounts(0, 0, 0, 2), "Việc đã giao: 2 việc, thôi thực hiện", "Actions given: 2, dropped"),
    ],
)
def test_the_follow_up_says_what_is_done_and_overdue(found: ActionCounts, vi: str, en: str) -> None:
    assert titles.followup(found, VI) == vi
    assert titles.followup(found, EN) == en


@pytest.mark.parametrize(
    ("found", "vi", "en"),
    [
        (ReportCounts(23, 0, ()), "Cả 23 đơn vị đã nộp báo cáo đúng hạn", "All 23 reporters reported on time"),
        (
            ReportCounts(12, 11, ()),
            "Cả 23 đơn vị đã nộp báo cáo, 11 nộp sau hạn",
            "All 23 reporters reported, 11 after the due date",
        ),
        (
            ReportCounts(18, 4, ("Quận 3",)),
            "22/23 đơn vị đã có báo cáo, còn chờ Quận 3",
            "22 of 23 reporters have reported; waiting for Quận 3",
        ),
        (
            ReportCounts(18, 3, ("Quận 3", "Quận 4")),
            "21/23 đơn vị đã có báo cáo, còn chờ Quận 3 và Quận 4",
            "21 of 23 reporters have reported; waiting for Quận 3 and Quận 4",
        ),
        (
            ReportCounts(18, 0, ("a", "b", "c", "d")),
            "18/22 đơn vị đã có báo cáo, còn chờ 4 đơn vị",
            "18 of 22 reporters have reported; waiting for 4",
        ),
        (
            ReportCounts(0, 0, ("a", "b")),
            "Báo cáo Quý II/2025: chưa nhận được của đơn vị nào",
            "Reports for Q2 2025: none received yet",
        ),
        (ReportCounts(0, 0, (), 23), "Báo cáo Quý II/2025: chưa đến hạn nộp", "Reports for Q2 2025: not due yet"),
        (
            ReportCounts(3, 0, (), 20),
            "3/23 đơn vị đã có báo cáo, còn chờ 20 đơn vị",
            "3 of 23 reporters have reported; waiting for 20",
        ),
    ],
)
def test_completeness_says_for_whom_one_waits(found: ReportCounts, vi: str, en: str) -> None:
    assert titles.completeness(found, VI.period("2025Q2"), VI) == vi
    assert titles.completeness(found, EN.period("2025Q2"), EN) == en


@pytest.mark.parametrize(
    ("title", "vi", "en"),
    [
        (
            lambda say: titles.grid(Standing(met=6, behind=3, far_behind=1), "T9", say),
            "4/10 ô chậm, 1 rất chậm; nhiều nhất: T9",
            "4 of 10 cells behind, 1 far behind; most: T9",
        ),
        (lambda say: titles.grid(Standing(met=7, behind=3), "", say), "3/10 ô chậm", "3 of 10 cells behind"),
        (
            lambda say: titles.grid(Standing(met=7, far_behind=3), "", say),
            "3/10 ô rất chậm",
            "3 of 10 cells far behind",
        ),
        (
            lambda say: titles.grid(Standing(met=10), "", say),
            "Toàn cảnh: cả 10 ô đạt hoặc đúng tiến độ",
            "At a glance: all 10 cells met or on track",
        ),
        (
            lambda say: titles.grid(Standing(), "", say),
            "Toàn cảnh: chưa có ô nào đánh giá được",
            "At a glance: no cell can be judged yet",
        ),
        (
            lambda say: titles.districts([], 0, "district", say),
            "Không địa bàn nào chưa báo cáo hoặc có chỉ tiêu rất chậm",
            "No district without a report or far behind on a target",
        ),
        (
            lambda say: titles.districts(["Q.4", "Q.7"], 2, "district", say),
            "Đề nghị trao đổi với Q.4 và Q.7",
            "To talk with: Q.4 and Q.7",
        ),
        (
            lambda say: titles.districts(list("abcd"), 4, "district", say),
            "Đề nghị trao đổi với 4 địa bàn",
            "To talk with: 4 districts",
        ),
        (
            lambda say: titles.districts(list("abcdef"), 17, "district", say),
            "Đề nghị trao đổi trước với 6 trong 17 địa bàn cần hỗ trợ",
            "To talk with first: 6 of 17 districts that need support",
        ),
        (
            lambda say: titles.districts([], 168, "ward", say, all_silent=True),
            "Cả 168 địa bàn chưa có báo cáo: thống nhất ngày nộp",
            "None of 168 units has reported yet: agree on a date",
        ),
        (
            lambda say: titles.corrections(0, 0, "08/05/2025", say),
            "Số liệu trình bày ngày 08/05/2025 không thay đổi",
            "The figures shown on 08/05/2025 have not changed",
        ),
        (
            lambda say: titles.corrections(1, 0, "08/05/2025", say),
            "1 số liệu trình bày ngày 08/05/2025 đã đổi, không số nào đổi trạng thái",
            "1 figure shown on 08/05/2025 changed, no status did",
        ),
        (
            lambda say: titles.corrections(12, 1, "08/05/2025", say),
            "12 số liệu trình bày ngày 08/05/2025 đã đổi, 1 đổi trạng thái",
            "12 figures shown on 08/05/2025 changed, 1 with a new status",
        ),
        (
            lambda say: titles.decisions(0, say),
            "Quyết định mới: chưa ghi việc nào",
            "New decisions: none written down yet",
        ),
        (lambda say: titles.decisions(1, say), "Quyết định mới: 1 việc", "New decisions: 1"),
    ],
)
def test_the_other_titles_read_as_sentences(title: Callable[[Words], str], vi: str, en: str) -> None:
    assert title(VI) == vi
    assert title(EN) == en


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_that_is_said_in_the_meeting_blames(lang: str) -> None:
    sections = ("review", "title_", "slide", "speaker", "unit_noun")
    texts = [text.lower() for key, text in catalogue(lang).items() if key.startswith(sections)]
    assert [text for text in texts for word in BLAMING if word in text] == []


def test_a_unit_with_no_case_or_no_duty_is_neither_behind_nor_silent() -> None:
    rows = [progress(status="behind"), absent("no_cases"), absent("not_applicable"), absent("rejected")]
    found = standing(rows)
    assert (found.judged, found.late, found.silent) == (1, 1, 1)


def test_long_tables_become_pages_and_long_lists_a_count() -> None:
    rows = [("Mở lớp tập huấn " * 6, Mark("done", "Đã xong")) for _ in range(9)]
    pages_of_rows = paged(rows, (60, 40))
    assert len(pages_of_rows) > 1
    assert [row for page in pages_of_rows for row in page] == rows
    assert few(["a", "b", "c"], VI, 2) == "a, b và 1 đơn vị khác"
    assert few(["a", "b"], EN, 2) == "a, b"


def context(period: str, lang: str = "vi", viewer: Viewer = BUILT_IN_VIEWER) -> Context:
    """What the review's view is given."""
    return registry.context_of(State("review", period, "ytd", lang), Reader(viewer, published()))


def deck(period: str, lang: str = "vi", held: str | None = None) -> Deck:
    """The slides of a quarter of the sample."""
    return build_deck(gather_review(context(period, lang), held))


def rows_of(slide: Slide) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a slide's table."""
    return next(block.rows for block in slide.blocks if isinstance(block, Grid))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", ["2021Q1", "2021Q3", "2021Q4", "2025Q2", "2025Q3", "2025Q4"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_meeting_goes_in_its_order_and_every_slide_carries_its_label(period: str, lang: str) -> None:
    made = deck(period, lang)
    kinds = list(dict.fromkeys(slide.kind for slide in made.slides))
    order = ["cover", "followup", "completeness", "grid", "group", "districts", "corrections", "decisions", "close"]
    assert kinds == [kind for kind in order if kind in kinds]
    assert {"cover", "followup", "completeness", "group", "districts", "decisions", "close"} <= set(kinds)
    assert sum(slide.kind == "group" for slide in made.slides) == 7
    assert made.label == words(lang)("review.sample")
    for slide in made.slides:
        assert slide.title
        assert "{" not in slide.title
        assert words(lang).period(period) in slide.source
        assert made.version in slide.source
        assert len(slide.title) < 80, slide.title


@pytest.mark.usefixtures("sample")
def test_the_grid_counts_what_is_behind() -> None:
    made = next(slide for slide in deck("2021Q3").slides if slide.kind == "grid")
    matrix = next(block for block in made.blocks if isinstance(block, Matrix))
    late = sum(status in ("behind", "far_behind") for row in matrix.rows for status in row.statuses)
    assert sum(row.behind_count for row in matrix.rows) == late
    assert made.title.startswith(f"{late}/")
    assert len(matrix.columns) == 22


@pytest.mark.usefixtures("sample")
def test_a_quarter_of_communes_alone_is_reviewed_without_a_grid() -> None:
    made = deck("2025Q3")
    assert not any(slide.kind == "grid" for slide in made.slides)
    assert any("168" in slide.title for slide in made.slides if slide.kind == "districts")


@pytest.fixture
def desk(tmp_path: Path, sample: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty desk beside the published sample."""
    monkeypatch.setenv("KPI_OPS_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    return Desk.open(Settings.from_env())


def hold(desk: Desk, period: str = "2025Q1", at: dt.datetime = dt.datetime(2025, 5, 8, 14)) -> Review:
    """A review held on the published version."""
    return desk.hold_review(period, "ytd", published().version, at.date(), "Thư ký", at=at)


def test_what_the_last_review_gave_comes_back_first_with_what_is_overdue(desk: Desk) -> None:
    held = hold(desk)
    draft = Draft("Mở lớp tập huấn", "UBND Quận 4", dt.date(2025, 6, 15), "2025Q1", "773", "T09", held.review_id)
    late = desk.open_action(draft, "Thư ký", at=held.held_at)
    other = desk.open_action(replace(draft, what="Rà soát sổ"), "Thư ký", at=held.held_at)
    desk.close(other.action_id, "UBND Quận 4", "12/BC-UBND")
    slides = deck("2025Q2").slides
    assert slides[1].title == "Việc đã giao: 1/2 việc đã xong, 1 quá hạn"
    first = rows_of(slides[1])[0]
    assert (first[0], first[1]) == (Mark("overdue", "Quá hạn"), late.what)


def test_a_decision_typed_in_stands_on_its_slide_at_once(desk: Desk) -> None:
    assert any(slide.title == "Quyết định mới: chưa ghi việc nào" for slide in deck("2025Q2").slides)
    draft = Draft("Gọi địa bàn", "Sở", dt.date(2025, 9, 1), "2025Q2", "785")
    desk.open_action(draft, "Thư ký", at=dt.datetime(2025, 8, 8, 14))
    slide = next(slide for slide in deck("2025Q2").slides if slide.kind == "decisions")
    assert slide.title == "Quyết định mới: 1 việc"
    assert rows_of(slide)[0][0] == "Bình Chánh: Gọi địa bàn"


def test_a_held_review_is_reopened_as_it_was(desk: Desk) -> None:
    first = hold(desk)
    draft = Draft("Mở lớp", "Sở", dt.date(2025, 6, 15), "2025Q1", review_id=first.review_id)
    action = desk.open_action(draft, "Thư ký", at=first.held_at)
    second = hold(desk, "2025Q2", dt.datetime(2025, 8, 8, 14))
    desk.close(action.action_id, "Sở", "12/BC")
    assert deck("2025Q3").slides[1].title == "Việc đã giao: đã xong"
    then = deck("2025Q4", held=str(second.review_id))
    assert then.period_code == "2025Q2"
    assert then.past == "Họp 08/08/2025"
    assert then.slides[1].title == "Việc đã giao: chưa việc nào trong 1 việc xong, 1 quá hạn"
    assert not any(type(block).__name__ == "Entry" for slide in then.slides for block in slide.blocks)


def test_a_figure_unchanged_since_the_last_review_is_not_shown_twice(desk: Desk) -> None:
    hold(desk)
    slide = next(slide for slide in deck("2025Q2").slides if slide.kind == "corrections")
    assert slide.title == "Số liệu trình bày ngày 08/05/2025 không thay đổi"


def test_an_unknown_review_gives_a_friendly_answer(desk: Desk) -> None:
    with pytest.raises(UnknownCodeError):
        deck("2025Q2", held="99")
    drawn = page_renderer.draw("review", {"held": "99"}, BUILT_IN_VIEWER)
    assert words("vi")("message.unknown_text") in drawn.first


@pytest.mark.usefixtures("sample")
def test_a_viewer_without_the_right_gets_no_small_counts_on_slides(reader: Viewer) -> None:
    cleared = build_deck(gather_review(context("2025Q2"), None))
    guarded = build_deck(gather_review(context("2025Q2", viewer=reader), None))
    words_of = [str(slide) for slide in guarded.slides]
    assert any("suppressed" in text for text in words_of)
    assert not any("suppressed" in str(slide) for slide in cleared.slides)
