"""The sentences are right about the figures."""

import re
from dataclasses import replace

import pytest
from facts import absent, progress, target

from app.analysis import progress_summary
from app.analysis.headline import going_well, headline
from app.analysis.lateness import Lateness, certain_text, late_rows
from app.core.access import Viewer
from app.core.i18n import in_language, words_in
from app.core.reader import Reader
from app.pages.overview.brief import moves_text
from app.queries.followup import is_unlike
from app.queries.progress import city_trend
from app.records.owed import Owed
from app.ui import page_header
from warehouse.publish.engines import Published

pytestmark = pytest.mark.language("en")


def district(code: str, *statuses: str) -> list:
    return [
        absent(status, unit_code=code, target_code=f"T{place:02}")
        if status == "not_reported"
        else progress(unit_code=code, target_code=f"T{place:02}", status=status)
        for place, status in enumerate(statuses, start=1)
    ]


def test_a_district_does_well_when_half_of_its_judged_targets_are_met_or_on_track() -> None:
    rows = district("1", "met", "behind", "monitor") + district("2", "on_track", "behind", "far_behind")
    found = progress_summary.overview([], rows)
    assert (found.good_unit_count, found.judged_unit_count) == (1, 2)


def test_a_district_without_figures_is_counted_apart_and_never_as_one_that_does_poorly() -> None:
    rows = district("1", "met") + district("2", "not_reported") + district("3", "monitor")
    found = progress_summary.overview([], rows)
    assert (found.good_unit_count, found.judged_unit_count, found.unjudged_unit_count) == (1, 1, 2)


def test_a_quarter_that_must_not_be_compared_with_the_one_before_is_not_called_the_first() -> None:
    first = progress(prev_quarter_status=None, change_difference=None)
    locked_down = progress(prev_quarter_status=None, change_difference="disruption")
    assert progress_summary.overview([], [first]).is_first
    assert not progress_summary.overview([], [first, locked_down]).is_first


@pytest.mark.parametrize(
    ("city", "owed", "vi", "en"),
    [
        ([], Owed(0, 0), "Chưa đủ số liệu Quý II/2025 để đánh giá", "No figures for Q2 2025 to judge yet"),
        (
            ["met", "behind", "far_behind", "monitor"],
            Owed(3, 1),
            "2/3 chỉ tiêu chậm rõ; 3 việc đã giao quá hạn; 1 báo cáo thiếu hoặc chờ sửa",
            "2 of 3 targets clearly behind; 3 actions overdue; 1 report missing or to be corrected",
        ),
        (
            ["monitor", "monitor"],
            Owed(0, 1),
            "Cả 2 chỉ tiêu chỉ để theo dõi, không có ngưỡng để đánh giá; 1 báo cáo thiếu hoặc chờ sửa",
            "All 2 targets are only followed, without a threshold to judge by; 1 report missing or to be corrected",
        ),
        (
            ["met", "on_track"],
            Owed(0, 0),
            "Cả 2 chỉ tiêu đạt hoặc đúng tiến độ",
            "All 2 targets met or on track",
        ),
        (
            ["met", "on_track"],
            Owed(1, 0),
            "Cả 2 chỉ tiêu đạt hoặc đúng tiến độ; 1 việc đã giao quá hạn",
            "All 2 targets met or on track; 1 action overdue",
        ),
    ],
    ids=["nothing to judge", "late and owed", "nothing to judge by", "all well", "well and owed"],
)
def test_the_headline_says_first_what_stands_in_the_way(city: list[str], owed: Owed, vi: str, en: str) -> None:
    found = progress_summary.overview(district("79", *city), [])
    with in_language("vi"):
        assert headline(found, owed, "2025Q2") == vi
    assert headline(found, owed, "2025Q2") == en


@pytest.mark.parametrize(
    ("statuses", "vi", "en"),
    [
        (
            ["met", "behind"],
            "1/2 quận, huyện tốt ở ít nhất nửa số chỉ tiêu của mình",
            "1 of 2 districts on at least half of theirs",
        ),
        (["met", "not_reported"], "; 1 quận, huyện chưa có chỉ tiêu xét được", "; 1 district with no judged target"),
        (["not_reported"], "Đang tốt: 1/2 chỉ tiêu", "Going well: 1 of 2 targets"),
    ],
)
def test_what_goes_well_is_counted_of_those_that_can_be_judged(statuses: list[str], vi: str, en: str) -> None:
    rows = [row for place, status in enumerate(statuses) for row in district(str(place), status)]
    found = progress_summary.overview(district("79", "met", "behind", "monitor"), rows)
    with in_language("vi"):
        assert vi in going_well(found, "district")
    assert en in going_well(found, "district")


def test_nobody_is_said_to_do_well_by_earlier_quarters_while_the_city_s_quarter_is_not_judged() -> None:
    kept = [progress(unit_code=code, status="met", provisional_reason="carried") for code in ("1", "2")]
    with in_language("vi"):
        assert going_well(progress_summary.overview([], kept), "district") == ""
    found = progress_summary.overview([], [*kept, progress(unit_code="3", status="met")])
    assert (found.good_unit_count, found.judged_unit_count, found.unjudged_unit_count) == (1, 1, 2)
    # In a quarter that is judged, what is kept counts.
    assert progress_summary.overview(district("79", "met"), kept).good_unit_count == 2


def test_what_is_late_is_told_by_what_it_was_judged_on_the_furthest_behind_first() -> None:
    rows = [
        progress(target_code="T2", status="far_behind", gap_pct=-80.0, path_gap_pct=-30.0),
        progress(target_code="T5", status="far_behind", gap_pct=-45.0, path_pct=None, path_gap_pct=None),
        progress(target_code="T9", status="behind", gap_pct=-60.0, path_gap_pct=-10.0),
        progress(target_code="T7", status="far_behind", gap_pct=-90.0, path_gap_pct=-90.0, late_certainty="chance"),
        progress(target_code="T8", status="behind", gap_pct=-60.0, path_gap_pct=-10.0),
        progress(target_code="T6", status="met"),
    ]
    targets = {row.target_code: target(target_code=row.target_code) for row in rows}
    assert [row.target_code for row in late_rows(reversed(rows), targets)] == ["T5", "T2", "T8", "T9", "T7"]


def city(period: str, *judged: tuple[str, str | None], **changes: object) -> list:
    """The city's figures of a quarter, each a status with its certainty."""
    return [
        replace(
            progress(unit_code="79", target_code=f"T{place:02}", period_code=period, status=status, **changes),
            late_certainty=certainty,
        )
        for place, (status, certainty) in enumerate(judged, start=1)
    ]


NOTHING_OWED = Owed(0, 0)
GOOD, LATE, MAYBE, WAITING = ("met", None), ("behind", "certain"), ("behind", "chance"), ("far_behind", "waiting")


@pytest.mark.parametrize(
    ("before", "now", "vi", "en"),
    [
        (
            [LATE, GOOD, GOOD],
            [GOOD, LATE, GOOD],
            "1/3 chỉ tiêu chậm rõ, như quý trước",
            "1 of 3 targets clearly behind, as last quarter",
        ),
        (
            [LATE, LATE, GOOD],
            [LATE, MAYBE, WAITING],
            "1/3 chỉ tiêu chậm rõ, quý trước 2/3; thêm 1 còn chờ báo cáo, 1 có thể ngẫu nhiên",
            "1 of 3 targets clearly behind, last quarter 2 of 3; plus 1 waiting for reports, 1 possibly by chance",
        ),
        (
            [LATE, GOOD],
            [GOOD, GOOD],
            "Cả 2 chỉ tiêu đạt hoặc đúng tiến độ, quý trước 1/2 chậm rõ",
            "All 2 targets met or on track, last quarter 1 of 2 clearly behind",
        ),
        ([], [LATE, GOOD], "1/2 chỉ tiêu chậm rõ", "1 of 2 targets clearly behind"),
        ([LATE], [LATE, GOOD], "1/2 chỉ tiêu chậm rõ", "1 of 2 targets clearly behind"),
        (
            [GOOD, GOOD],
            [("behind", None), GOOD],
            "0/2 chỉ tiêu chậm rõ, như quý trước; thêm 1 chưa rõ",
            "0 of 2 targets clearly behind, as last quarter; plus 1 unclear",
        ),
    ],
    ids=["as many", "fewer, and some not certain", "none any more", "no quarter before", "other targets", "withheld"],
)
def test_the_headline_counts_what_is_certain_names_the_rest_and_says_whether_it_is_news(
    before: list, now: list, vi: str, en: str
) -> None:
    found = progress_summary.overview([*city("2025Q1", *before), *city("2025Q2", *now)], [])
    with in_language("vi"):
        assert headline(found, NOTHING_OWED, "2025Q2") == vi
    assert headline(found, NOTHING_OWED, "2025Q2") == en


@pytest.mark.parametrize(
    ("certain", "far", "end"),
    [(1, 1, "behind, and far behind"), (2, 2, "behind, all far behind"), (3, 1, "behind, 1 far behind")],
)
def test_of_one_late_figure_nothing_is_said_of_all(certain: int, far: int, end: str) -> None:
    assert certain_text(Lateness(9, certain, far), "targets").endswith(end)


def test_a_figure_that_may_be_late_is_counted_whatever_makes_it_uncertain() -> None:
    assert Lateness(judged=9, waiting=1, chance=2, unknown=4).uncertain == 7
    assert Lateness(judged=9, waiting=1).is_any_late


def test_the_headline_says_nothing_of_a_quarter_that_must_not_be_compared() -> None:
    course = [*city("2025Q4", LATE, GOOD), *city("2026Q1", LATE, GOOD, change_difference="units")]
    assert progress_summary.overview(course, []).city_before is None


def test_only_what_the_mart_calls_a_clear_move_counts_and_the_rest_is_named() -> None:
    moved = {"prev_quarter_status": "on_track", "status": "behind"}
    rows = [
        progress(target_code="T1", **moved, clear_move="down"),
        progress(target_code="T2", **moved, late_certainty="chance"),
        progress(target_code="T3", prev_quarter_status="behind", status="far_behind"),
        progress(target_code="T4", prev_quarter_status="on_track", status="met"),
        progress(target_code="T5", prev_quarter_status="behind", clear_move="up"),
        progress(target_code="T6", prev_quarter_status="on_track"),
    ]
    found = progress_summary.moves(rows)
    assert (found.worse_count, found.better_count, found.unclear_count) == (1, 1, 1)
    targets = {row.target_code: target(target_code=row.target_code) for row in rows}
    moves = progress_summary.unit_moves(rows, targets)
    named = [[row.target_code for row in part] for part in (moves.worse, moves.better, moves.aside)]
    assert named == [["T1"], ["T5"], ["T2", "T3", "T4"]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_coverage_that_rose_less_than_its_milestone_is_slower_and_did_not_fall(lang: str) -> None:
    say = words_in(lang)
    rose = progress(
        status="behind", prev_quarter_status="on_track", clear_move="down", change_prev_quarter_pct=6.0, numerator=7.0
    )
    fell = progress(
        target_code="T14", kind="rate", status="behind", prev_quarter_status="met", clear_move="down",
        change_prev_quarter_pct=-9.0, path_pct=None, path_gap_pct=None,
    )  # fmt: skip
    targets = {row.target_code: target(target_code=row.target_code, kind=row.kind) for row in (rose, fell)}
    moves = progress_summary.unit_moves([rose, fell], targets)
    told = page_header.status_changes(progress_summary.unit_summary([rose, fell]), moves, targets, lambda *_, **__: "")
    assert str(told).count(say("changes.slower")) == 1
    assert not re.search("tụt|fell", told)
    assert say("change.down_quarter", points=say.percent(9.0)) in told


def test_the_targets_with_most_moves_are_named_first_and_equals_by_their_code() -> None:
    fell = {"status": "behind", "clear_move": "down"}
    rows = [
        progress(target_code=code, unit_code=unit, **fell)
        for code, unit in (("T3", "1"), ("T1", "1"), ("T2", "1"), ("T2", "2"))
    ]
    found = progress_summary.moves(rows)
    assert (found.worse_count, found.most_worse, found.better_count) == (4, (("T2", 2), ("T1", 1)), 0)


def test_what_must_not_be_compared_is_counted_apart_and_never_as_unmoved() -> None:
    broken = progress(status="behind", change_reason="not_comparable", change_difference="boundary")
    rose = progress(target_code="T2", prev_quarter_status="behind", clear_move="up")
    january = progress(status="behind", change_reason="not_comparable", change_difference="quarters")
    both, alone = progress_summary.moves([broken, rose]), progress_summary.moves([broken])
    assert (both.better_count, both.worse_count, both.unlike_count, both.is_unlike) == (1, 0, 1, False)
    assert alone.is_unlike
    assert progress_summary.moves([january]).unlike_count == 0
    told = moves_text(alone, "district", {}, lambda page, **own: str(own))
    assert words_in("en")("change.because") in told
    assert "unlike" in told
    assert progress_summary.unit_summary([broken, rose]).unlike == (("boundary", 1),)
    nothing = progress_summary.UnitMoves((), (), ())
    told = page_header.status_changes(progress_summary.unit_summary([broken]), nothing, {}, str)
    assert "1 target not comparable with last quarter (1 other boundaries)." in told
    assert words_in("en")("changes.none") not in told


def test_where_all_moves_are_on_one_target_it_is_not_said_to_have_most_of_them() -> None:
    targets = {"T09": target(), "T10": target()}
    for counts, key in (({"T09": 3}, "brief.all"), ({"T09": 2, "T10": 1}, "brief.most")):
        most = tuple(progress_summary.CodeCount(code, count) for code, count in counts.items())
        moved = progress_summary.Moves(better_count=3, worse_count=0, most_better=most, most_worse=())
        text = moves_text(moved, "district", targets, lambda page, **own: page)
        units = words_in("en")("unit_noun.district", count=2)
        name = words_in("en").of(targets["T09"], "short_name")
        name = f"<a href='target'>{name}</a>"
        assert words_in("en")(key, target=name, count=counts["T09"], units=units) in text


def test_a_silent_district_did_not_move_because_its_milestone_moved_on() -> None:
    moved = {"status": "far_behind", "prev_quarter_status": "behind", "change_prev_quarter_pct": 0.0}
    silent = progress(**moved, provisional_reason="carried")
    assert progress_summary.move(progress(**moved)) == "aside"
    assert progress_summary.move(silent) is None
    assert progress_summary.unit_summary([silent]).is_silent
    assert not progress_summary.unit_summary([silent, progress(provisional_reason="silent_wards")]).is_silent


def test_the_range_of_districts_needs_two_of_them() -> None:
    assert progress_summary.ranges([progress(value_pct=50.0)])["T09"].low is None
    spread = progress_summary.ranges([progress(value_pct=value) for value in (0.0, 50.0, 100.0)])["T09"]
    assert (spread.low, spread.quarter, spread.three_quarters, spread.high) == (0.0, 25.0, 75.0, 100.0)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2025Q1", "2025Q2", False),
        ("2024Q4", "2025Q2", True),
        ("2021Q2", "2021Q3", True),
        ("2021Q3", "2022Q1", True),
        ("2021Q2", "2021Q4", False),
        ("2021Q3", "2021Q3", False),
    ],
    ids=["no break", "wards merged between", "into lockdown", "out of it", "lockdown passed between", "same quarter"],
)
def test_since_a_review_nothing_is_compared_across_a_break(
    warehouse: Published, cleared: Viewer, since: str, until: str, expected: bool
) -> None:
    reader = Reader(cleared, warehouse)
    now = next(row for row in city_trend(reader, "quarter", until, until) if row.target_code == "T02")
    assert is_unlike(reader, now, since) is expected
