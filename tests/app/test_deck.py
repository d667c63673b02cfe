"""The review says its findings in correct sentences, whatever the figures are, and goes in the meeting's order."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from facts import absent, progress, unit
from markupsafe import Markup
from sqlalchemy import text

from app.analysis.lateness import Lateness
from app.core import formatting
from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import catalogue, in_language, words_in
from app.core.page_context import Context, UnknownCodeError
from app.core.reader import Reader
from app.core.short_names import with_short_names
from app.core.status import LATE, WORST_FIRST
from app.core.url_state import State
from app.deck import titles
from app.deck.build import build_deck
from app.deck.cards import standing
from app.deck.data import gather_review
from app.deck.html import draw_slides
from app.deck.model import Cards, Cell, Deck, Mark, Matrix, Slide, Subject, Table, Topic, cell_text
from app.deck.names import slide_units
from app.deck.pagination import paginate, paginate_evenly
from app.deck.titles import ActionCounts, ReportCounts, Standing
from app.figures.ranking.strip import unit_strip
from app.pages.shared.period_text import who_reports
from app.queries import plan
from app.queries.page_frame import context_of
from app.records import UNSURE
from app.ui import layout
from app.ui.figure_text import few
from app.web import page_renderer
from warehouse.desk import Desk, Draft, Review, ReviewDraft, review_of
from warehouse.publish.engines import published
from warehouse.publish.versions import WAREHOUSE_FILE, Manifest, complete
from warehouse.settings import Settings

VI, EN = words_in("vi"), words_in("en")
BLAMING = ("yếu kém", "kém", "tệ ", "vi phạm hạn", "worst", "failed", "fail", "bad", "poor", "laggard", "blame")


Values = dict[str, object]


def said(key: str, lang: str, **values: object) -> str:
    """A title as the catalogue has it."""
    return words_in(lang)(key, **values)


def judged(certain: int, of: int, far: int = 0, **uncertain: int) -> Lateness:
    """So many of so many certainly late, some of them far behind."""
    return Lateness(judged=of, certain=certain, far_behind=far, **uncertain)


@pytest.mark.parametrize(
    ("standing", "vi", "en"),
    [
        (
            Standing(judged(9, 22, far=3)),
            "9/22 quận, huyện chậm rõ, 3 rất chậm",
            "9 of 22 districts clearly behind, 3 far behind",
        ),
        (Standing(judged(1, 22)), "1/22 quận, huyện chậm rõ", "1 of 22 districts clearly behind"),
        (Standing(judged(0, 22, chance=2), 20), "0/22 quận, huyện chậm rõ", "0 of 22 districts clearly behind"),
        (Standing(judged(0, 22), 22), "cả 22 quận, huyện đều đạt", "all 22 districts met"),
        (Standing(judged(0, 22), 2), "cả 22 quận, huyện đạt hoặc đúng tiến độ", "all 22 districts met or on track"),
        (Standing(silent=22), "chưa quận, huyện nào có báo cáo", "no district reported yet"),
        (Standing(not_due=22), "chưa đến hạn báo cáo", "reports not due yet"),
        (
            Standing(monitored=22),
            "chỉ theo dõi, kế hoạch không đặt ngưỡng",
            "followed only, the plan sets no threshold",
        ),
        (
            Standing(monitored=15, silent=7),
            "chỉ theo dõi, kế hoạch không đặt ngưỡng; 7 chưa có số liệu",
            "followed only, the plan sets no threshold; 7 no data",
        ),
        (Standing(), "kỳ này không có số liệu để đánh giá", "no figures to judge this quarter"),
        (Standing(judged(0, 1), 1), "quận, huyện duy nhất được đánh giá đã đạt", "the only district judged has met it"),
        (
            Standing(judged(0, 1)),
            "quận, huyện duy nhất được đánh giá đúng tiến độ",
            "the only district judged is on track",
        ),
    ],
)
def test_a_group_says_how_many_are_certainly_behind(standing: Standing, vi: str, en: str) -> None:
    assert titles.group("Tập huấn", standing, "district") == f"Tập huấn: {vi}"
    with in_language(EN.lang):
        assert titles.group("Training", standing, "district") == f"Training: {en}"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_group_names_those_without_data_apart_from_those_judged(lang: str) -> None:
    title = titles.group("Tập huấn", Standing(judged(2, 21, far=2), met=19, silent=1), "district")
    assert title.endswith(said("title_group.silent", lang, silent=1))
    assert "21" in title


def test_who_may_be_behind_stands_beside_those_who_are_and_before_those_without_data() -> None:
    whole = Standing(judged(2, 21, waiting=1, chance=4), met=14, silent=1)
    assert titles.group("Tập huấn", whole, "district") == "Tập huấn: 2/21 quận, huyện chậm rõ"
    assert titles.beside_group(whole) == "thêm 1 còn chờ báo cáo, 4 có thể ngẫu nhiên; 1 chưa có số liệu"
    assert titles.beside_group(Standing(judged(2, 21), met=19, silent=1)) == ""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("counts", "keys", "values"),
    [
        (ActionCounts(4, 3, 2), ["some", "overdue"], {"done": 4, "of": 7, "overdue": 2}),
        (ActionCounts(4, 3, 0), ["some", "in_time"], {"done": 4, "of": 7}),
        (ActionCounts(0, 7, 1), ["zero", "overdue"], {"of": 7, "overdue": 1}),
        (ActionCounts(7, 0, 0), ["all"], {"of": 7}),
        (ActionCounts(1, 0, 0), ["one"], {}),
        (ActionCounts(0, 0, 0, 2), ["cancelled"], {"cancelled": 2}),
    ],
)
def test_the_follow_up_says_what_is_done_and_overdue(
    counts: ActionCounts, keys: list[str], values: Values, lang: str
) -> None:
    expected = "".join(said(f"title_followup.{key}", lang, **values) for key in keys)
    assert titles.followup(counts) == expected


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("reports", "key", "values"),
    [
        (ReportCounts(23, 0, ()), "on_time", {"of": 23}),
        (ReportCounts(12, 11, ()), "all", {"of": 23, "late": 11}),
        (ReportCounts(18, 4, ("Quận 3",)), "named", {"received": 22, "of": 23}),
        (ReportCounts(18, 3, ("Quận 3", "Quận 4")), "named", {"received": 21, "of": 23}),
        (ReportCounts(18, 0, ("a", "b", "c", "d")), "counted", {"received": 18, "of": 22, "waiting": 4}),
        (ReportCounts(0, 0, ("a", "b")), "none", {}),
        (ReportCounts(0, 0, (), 23), "not_due", {}),
        (ReportCounts(3, 0, (), 20), "counted", {"received": 3, "of": 23, "waiting": 20}),
    ],
)
def test_completeness_says_for_whom_one_waits(reports: ReportCounts, key: str, values: Values, lang: str) -> None:
    say = words_in(lang)
    period, names = say.period("2025Q2"), say.listed(reports.waiting)
    expected = said(f"title_completeness.{key}", lang, period=period, names=names, **values)
    assert titles.completeness(reports, period) == expected


@pytest.mark.parametrize(
    ("cells", "most", "vi"),
    [
        (Standing(judged(4, 10, far=1)), "T9", "4/10 ô chậm rõ, 1 rất chậm; nhiều nhất: T9"),
        (Standing(judged(3, 10, waiting=1)), "", "3/10 ô chậm rõ"),
        (Standing(judged(0, 10), 10), "", "Toàn cảnh: cả 10 ô đạt hoặc đúng tiến độ"),
        (Standing(), "", "Toàn cảnh: chưa có ô nào đánh giá được"),
    ],
)
def test_the_grid_says_how_many_cells_are_certainly_behind_and_on_what(cells: Standing, most: str, vi: str) -> None:
    assert titles.grid(cells, most) == vi


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("names", "all_count", "key"),
    [([], 0, "none"), (["Q.4", "Q.7"], 2, "named"), (list("abcd"), 4, "counted"), (list("abcdef"), 17, "first")],
)
def test_whom_to_talk_with_is_named_as_far_as_there_is_room(
    names: list[str], all_count: int, key: str, lang: str
) -> None:
    say = words_in(lang)
    units = said("unit_noun.district", lang, count=all_count or 1)
    values: Values = {"names": say.listed(names), "count": all_count, "shown": len(names), "units": units}
    assert titles.districts(names, all_count, "district") == said(f"title_districts.{key}", lang, **values)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_where_nobody_has_reported_the_title_asks_for_a_date(lang: str) -> None:
    title = titles.districts([], 168, "ward", all_silent=True)
    units = said("unit_noun.ward", lang, count=168)
    assert title == said("title_districts.silent", lang, count=168, units=units)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("count", "moved", "key"), [(0, 0, "none"), (1, 0, "still"), (12, 1, "moved")])
def test_corrections_tell_a_changed_figure_from_a_changed_status(count: int, moved: int, key: str, lang: str) -> None:
    expected = said(f"title_corrections.{key}", lang, count=count, moved=moved, date="08/05/2025")
    assert titles.corrections(count, moved, "08/05/2025") == expected


def test_titles_read_as_sentences_in_both_languages() -> None:
    standing = Standing(judged(2, 21, far=2), met=19, silent=1)
    assert titles.group("Tập huấn", standing, "district") == (
        "Tập huấn: 2/21 quận, huyện chậm rõ, đều rất chậm; 1 chưa có số liệu"
    )
    with in_language(EN.lang):
        assert titles.group("Training", standing, "district") == (
            "Training: 2 of 21 districts clearly behind, all far behind; 1 no data"
        )
    with in_language(EN.lang):
        assert titles.corrections(1, 0, "08/05/2025") == "1 figure shown on 08/05/2025 changed, no status did"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_that_is_said_in_the_meeting_blames(lang: str) -> None:
    sections = ("review", "title_", "slide", "speaker", "unit_noun")
    texts = [text.lower() for key, text in catalogue(lang).items() if key.startswith(sections)]
    assert [text for text in texts for word in BLAMING if word in text] == []


def test_a_unit_with_no_case_or_no_duty_is_neither_behind_nor_silent() -> None:
    rows = [progress(status="behind"), absent("no_cases"), absent("not_applicable"), absent("rejected")]
    counts = standing(rows)
    assert (counts.late.judged, counts.late.certain, counts.silent) == (1, 1, 1)


def test_a_figure_that_is_hidden_is_not_called_missing() -> None:
    assert standing([absent("suppressed"), absent("not_reported")]).silent == 1


def test_long_tables_become_pages_and_long_lists_a_count() -> None:
    rows = [("Mở lớp tập huấn " * 6, Mark("done", "Đã xong")) for _ in range(9)]
    pages_of_rows = paginate(rows, (60, 40))
    assert len(pages_of_rows) > 1
    assert [row for page in pages_of_rows for row in page] == rows
    even = paginate_evenly(rows, (60, 40))
    assert [row for page in even for row in page] == rows
    assert len(even) == len(pages_of_rows)
    assert max(map(len, even)) - min(map(len, even)) <= 1
    assert few(["a", "b", "c"], 2) == f"a, b {VI('review.and_more', count=1)}"
    with in_language(EN.lang):
        assert few(["a", "b"], 2) == "a, b"


def context(period: str, lang: str = "vi", viewer: Viewer = BUILT_IN_VIEWER) -> Context:
    """What the review's view is given."""
    return context_of(State("review", period, "ytd", lang), Reader(viewer, published()))


def deck(period: str, lang: str = "vi", held: str | None = None) -> Deck:
    """The slides of a quarter of the sample."""
    return build_deck(gather_review(context(period, lang), held))


def rows_of(slide: Slide) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a slide's table."""
    return next(block.rows for block in slide.blocks if isinstance(block, Table))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", ["2021Q1", "2021Q3", "2021Q4", "2025Q2", "2025Q3", "2025Q4"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_meeting_goes_in_its_order_and_every_slide_carries_its_label(period: str, lang: str) -> None:
    made = deck(period, lang)
    published = formatting.moment(context(period, lang).publication.built_at)
    kinds = list(dict.fromkeys(slide.kind for slide in made.slides))
    order = [
        "cover",
        "followup",
        "completeness",
        "agenda",
        "topic",
        "grid",
        "group",
        "bridge",
        "districts",
        "corrections",
        "decisions",
        "close",
    ]
    assert kinds == [kind for kind in order if kind in kinds]
    assert {"cover", "followup", "completeness", "agenda", "group", "districts", "decisions", "close"} <= set(kinds)
    assert sum(slide.kind == "group" for slide in made.slides) == 7
    assert made.label == words_in(lang)("review.sample")
    for slide in made.slides:
        assert slide.title
        assert "{" not in slide.title
        assert words_in(lang).period(period) in slide.source
        assert published in slide.source
        assert len(slide.title) < (170 if slide.kind == "cover" else 80), slide.title


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", ["2021Q3", "2024Q3"])
def test_the_grid_counts_what_is_certainly_behind_and_names_the_rest_beside_it(period: str) -> None:
    made = next(slide for slide in deck(period).slides if slide.kind == "grid")
    matrix = next(block for block in made.blocks if isinstance(block, Matrix))
    signs = [status for row in matrix.rows for status in row.statuses]
    late, unsure = (sum(status in kinds for status in signs) for kinds in (LATE, UNSURE.values()))
    assert unsure
    assert sum(row.late.certain for row in matrix.rows) == late
    assert made.title.startswith(f"{late}/")
    assert sum(map(int, re.findall(r"\d+", made.beside))) == unsure
    legend = dict(matrix.legend)
    assert legend.keys() >= {status for status in signs if status in UNSURE.values()}
    assert legend["behind_unsure"] == VI.status("behind_unsure")
    assert len(matrix.columns) == 22


@pytest.mark.usefixtures("sample")
def test_a_city_of_communes_is_reviewed_by_region_then_by_the_areas_of_each() -> None:
    made = deck("2026Q3")
    blocks = [block for slide in made.slides if slide.kind == "grid" for block in slide.blocks]
    columns = [len(block.columns) for block in blocks if isinstance(block, Matrix)]
    assert columns == [3, 22, 9, 7]
    assert made.slides[0].title.startswith("8/12")


@pytest.mark.usefixtures("sample")
def test_a_plan_with_many_targets_in_a_group_takes_more_slides() -> None:
    data = gather_review(context("2025Q2"), None)
    known = list(data.context.targets.values())
    many = [replace(target, target_code=f"{target.target_code}{part}") for part in ("", "b") for target in known]
    one_group = {target.target_code: replace(target, group_code=known[0].group_code) for target in many}
    made = build_deck(replace(data, context=replace(data.context, targets=one_group)))
    groups = [block.cards for slide in made.slides for block in slide.blocks if isinstance(block, Cards)]
    assert [card.subject.target_code for cards in groups for card in cards] == list(one_group)
    assert max(map(len, groups)) <= 3
    first, *more = (slide.title for slide in made.slides if slide.kind == "group")
    assert set(more) == {VI("slide.continued", title=first)}
    grids = [block.rows for slide in made.slides for block in slide.blocks if isinstance(block, Matrix)]
    assert sum(map(len, grids)) == sum(target.threshold_pct is not None for target in many)
    assert max(map(len, grids)) <= 15


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", ["2025Q2", "2025Q4"])
def test_a_plan_that_only_follows_its_targets_has_a_review_without_the_grid_of_late_ones(period: str) -> None:
    data = gather_review(context(period), None)
    followed = {code: replace(target, threshold_pct=None) for code, target in data.context.targets.items()}
    made = build_deck(replace(data, context=replace(data.context, targets=followed)))
    assert not any(isinstance(block, Matrix) for slide in made.slides for block in slide.blocks)
    assert [slide.kind for slide in made.slides].count("group") >= len({one.group_code for one in followed.values()})
    assert draw_slides(made, defaultdict(Markup), "/ledger")


@pytest.mark.usefixtures("sample")
def test_the_slide_on_the_wall_is_the_same_after_others_came_before_it() -> None:
    made = deck("2026Q3")
    cover, *others = made.slides
    promises = replace(others[0], kind="promises", title="Lời hứa qua điện thoại")
    before, after = (titles_by_identity(slides) for slides in (made, replace(made, slides=(cover, promises, *others))))
    assert len(before) == len(made.slides)
    assert {identity: title for identity, title in after.items() if title != promises.title} == before


def titles_by_identity(deck: Deck) -> dict[str, str]:
    """The titles of slides by what the page's script knows each of them by."""
    drawn = draw_slides(deck, defaultdict(Markup), "/ledger")
    known = re.findall(r"data-slide='([^']+)'", drawn)
    return dict(zip(known, (slide.title for slide in deck.slides), strict=True))


@pytest.mark.usefixtures("sample")
def test_a_plan_of_one_unit_says_nothing_of_other_units_and_does_not_blame_the_viewer() -> None:
    data = gather_review(context("2025Q2"), None)
    alone = replace(data.context, districts=(), reporters=())
    slides = build_deck(replace(data, context=alone, unit_rows=(), area_rows=())).slides
    assert "grid" not in {slide.kind for slide in slides}
    names = {VI.of(target, "group_name") for target in alone.targets.values()}
    assert {slide.title for slide in slides if slide.kind == "group"} <= names
    for note in (layout.no_units(alone), layout.no_districts(alone)):
        assert VI("scope.text") not in note
        assert VI("scope.no_units_title", place=VI.of(alone.city, "short_name")) in note
    assert who_reports(alone) == ""


def hold(desk: Desk, period: str = "2025Q1", at: dt.datetime = dt.datetime(2025, 5, 8, 14)) -> Review:
    """A review held on the published version."""
    return desk.hold_review(ReviewDraft(period, "ytd", published().version, at.date()), "Thư ký", at=at)


def test_what_the_last_review_gave_comes_back_first_with_what_is_overdue(empty_desk: Desk) -> None:
    held = hold(empty_desk)
    draft = Draft("Mở lớp tập huấn", "Sở Y tế", dt.date(2025, 6, 15), "2025Q1", None, "T09", held.review_id)
    late = empty_desk.open_action(draft, "Thư ký", at=held.held_at)
    other = empty_desk.open_action(replace(draft, what="Rà soát sổ"), "Thư ký", at=held.held_at)
    empty_desk.close(other.action_id, "Sở Y tế", "12/BC-UBND")
    slides = deck("2025Q2").slides
    assert slides[1].title == titles.followup(ActionCounts(1, 1, 1))
    first = rows_of(slides[1])[0]
    assert first[:2] == (Mark("overdue", VI.status("overdue")), Topic(late.what, Subject("79", "T09")))


def test_an_action_of_the_last_review_tells_its_figure_then_and_now(empty_desk: Desk) -> None:
    held = hold(empty_desk)
    draft = Draft("Mở lớp tập huấn", "UBND Quận 8", dt.date(2025, 6, 15), "2025Q1", "776", "T09", held.review_id)
    empty_desk.open_action(draft, "Thư ký", at=held.held_at)
    empty_desk.open_action(replace(draft, unit_code=None, what="Mở lớp chung"), "Thư ký", at=held.held_at)
    empty_desk.open_action(replace(draft, target_code=None, what="Rà soát sổ"), "Thư ký", at=held.held_at)
    moved = {cell_text(row[1]): row[-1] for row in rows_of(deck("2025Q2").slides[1])}
    assert moved["Mở lớp tập huấn"] == figures_of("776", "T09", "2025Q1", "2025Q2")
    assert moved["Mở lớp chung"] == figures_of("79", "T09", "2025Q1", "2025Q2")
    assert moved["Rà soát sổ"] == ""


def figures_of(unit: str, target: str, *periods: str) -> str:
    """The figures of some quarters as a slide tells them, asked of the mart itself."""
    sql = """select value_pct from marts.fct_target_progress where unit_code = :unit and target_code = :target
        and period_code = :period and period_window = 'ytd'"""
    with published().engine.connect() as connection:
        values: list[float] = [
            connection.execute(text(sql), {"unit": unit, "target": target, "period": period}).scalar_one()
            for period in periods
        ]
    then, now = (f"{VI.percent(value)}%" for value in values)
    return VI("slide.then_now_figures", then=then, now=now)


def test_a_decision_written_before_the_meeting_was_noted_is_followed_from_what_the_meeting_saw(
    empty_desk: Desk,
) -> None:
    draft = Draft("Mở lớp", "UBND Quận 8", dt.date(2025, 6, 15), "2025Q1", "776", "T09")
    given = empty_desk.open_action(draft, "Thư ký", at=dt.datetime(2025, 5, 8, 13, 40))
    assert review_of(given, empty_desk.reviews()) is None
    held = hold(empty_desk)
    hold(empty_desk, "2025Q2", dt.datetime(2025, 8, 8, 14))
    assert review_of(given, empty_desk.reviews()) == held


def test_a_slide_of_several_targets_is_about_the_one_that_stands_worst(empty_desk: Desk) -> None:
    for slide in deck("2025Q2").slides:
        cards = [card for block in slide.blocks if isinstance(block, Cards) for card in block.cards]
        if cards:
            worst = min(WORST_FIRST.index(card.status) for card in cards)
            assert slide.subject in [card.subject for card in cards if WORST_FIRST.index(card.status) == worst]


def test_a_district_to_talk_with_says_how_much_the_meeting_decided_about_it(empty_desk: Desk) -> None:
    slide = next(slide for slide in deck("2025Q2").slides if slide.kind == "districts")
    first = rows_of(slide)[0][0]
    assert isinstance(first, Topic)
    draft = Draft("Gọi địa bàn", "Sở Y tế", dt.date(2025, 9, 1), "2025Q2", first.subject.unit_code)
    empty_desk.open_action(draft, "Thư ký", at=dt.datetime(2025, 8, 8, 14))
    slide = next(slide for slide in deck("2025Q2").slides if slide.kind == "districts")
    assert cell_text(rows_of(slide)[0][0]) == VI("slide.decided_here", name=first.text, count=1)


def test_a_decision_typed_in_stands_on_its_slide_at_once(empty_desk: Desk) -> None:
    assert any(slide.title == VI("title_decisions.none") for slide in deck("2025Q2").slides)
    draft = Draft("Gọi địa bàn", "Sở", dt.date(2025, 9, 1), "2025Q2", "785")
    empty_desk.open_action(draft, "Thư ký", at=dt.datetime(2025, 8, 8, 14))
    slide = next(slide for slide in deck("2025Q2").slides if slide.kind == "decisions")
    assert slide.title == VI("title_decisions.read_back", count=1)
    decided = VI("slide.decided", place="Bình Chánh", what="Gọi địa bàn")
    assert rows_of(slide)[0][0] == Topic(decided, Subject("785"))


def test_a_held_review_is_reopened_as_it_was(empty_desk: Desk) -> None:
    first = hold(empty_desk)
    draft = Draft("Mở lớp", "Sở", dt.date(2025, 6, 15), "2025Q1", review_id=first.review_id)
    action = empty_desk.open_action(draft, "Thư ký", at=first.held_at)
    second = hold(empty_desk, "2025Q2", dt.datetime(2025, 8, 8, 14))
    empty_desk.close(action.action_id, "Sở", "12/BC")
    assert deck("2025Q3").slides[1].title == VI("title_followup.one")
    then = deck("2025Q4", held=str(second.review_id))
    assert then.period_code == "2025Q2"
    assert then.past == VI("review.past", date="08/08/2025")
    assert then.slides[1].title == titles.followup(ActionCounts(0, 1, 1))
    assert not any(type(block).__name__ == "FormSlot" for slide in then.slides for block in slide.blocks)


def test_a_figure_unchanged_since_the_last_review_is_not_shown_twice(empty_desk: Desk) -> None:
    hold(empty_desk)
    slide = next(slide for slide in deck("2025Q2").slides if slide.kind == "corrections")
    assert slide.title == VI("title_corrections.none", date="08/05/2025")


def test_an_unknown_review_gives_a_friendly_answer(empty_desk: Desk) -> None:
    with pytest.raises(UnknownCodeError):
        deck("2025Q2", held="99")
    drawn = page_renderer.draw("review", {"held": "99"}, BUILT_IN_VIEWER)
    assert words_in("vi")("message.unknown_text") in drawn.html


def test_a_review_held_on_a_version_of_an_earlier_release_says_that_it_cannot_be_shown(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    settings = Settings.from_env()
    version = "20200401T090000"
    folder = settings.runs_dir / version
    folder.mkdir()
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as earlier:
        earlier.execute("create schema marts; create table marts.publication as select '1' as version")
    complete(folder, Manifest(version, "2020-04-01T09:00:00", "2020-04-01", "f", "r", 1, is_sample=True))
    held = Desk.open(settings).hold_review(ReviewDraft("2025Q1", "ytd", version, dt.date(2025, 5, 8)), "Thư ký")
    drawn = page_renderer.draw("review", {"held": str(held.review_id), "lang": "en"}, BUILT_IN_VIEWER)
    assert drawn.status == 404
    assert EN("message.unknown_held_layout", value=held.review_id) in drawn.html


@pytest.mark.usefixtures("sample")
def test_a_viewer_without_the_right_gets_no_small_counts_on_slides(uncleared: Viewer) -> None:
    cleared = build_deck(gather_review(context("2025Q2"), None))
    guarded = build_deck(gather_review(context("2025Q2", viewer=uncleared), None))
    words_of = [str(slide) for slide in guarded.slides]
    assert any("suppressed" in text for text in words_of)
    assert not any("suppressed" in str(slide) for slide in cleared.slides)


AMOUNTS = [
    progress(unit_level="ward", unit_code=str(code), kind="amount", denominator=100.0 + code, value_pct=2.0 * code)
    for code in range(10, 60)
]


@pytest.mark.parametrize(("lang", "of_what"), [("vi", "% số giao"), ("en", "% of the goal")])
def test_a_strip_of_amounts_says_once_of_what_its_ticks_are_shares(reader: Reader, lang: str, of_what: str) -> None:
    target = replace(plan.named_targets(reader)["T09"], kind="amount")
    strip = unit_strip(AMOUNTS, target, aspect=9.5)
    assert strip
    assert of_what in strip.title
    assert all(mark.label.isdigit() for mark in strip.ticks)
    assert strip.threshold
    assert strip.threshold.label == ""


def test_a_short_name_of_a_target_is_cut_where_grids_and_slides_have_no_room_for_it(reader: Reader) -> None:
    target = plan.named_targets(reader)["T09"]
    assert with_short_names(target) == target
    long = with_short_names(replace(target, short_name_vi="Truyền thông " * 10))
    assert long.short_name_vi == "Truyền thông Truyền thông Truyền thông…"
    assert long.short_name_en == target.short_name_en


def test_units_whose_long_names_begin_alike_are_told_apart_on_slides() -> None:
    units = [unit(code, f"Văn Miếu – Quốc Tử Giám và vùng phụ cận {code}") for code in ("00199", "00200")]
    assert [one.short_name_vi for one in slide_units([*units, unit()])] == [
        *("00199 Văn Miếu – Quốc…", "00200 Văn Miếu – Quốc…", "Thủ Đức")
    ]
