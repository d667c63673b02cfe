"""What the pictures claim about the figures they were given."""

import re

import pytest
from facts import absent, link, nowhere, progress, target, unit
from lxml import etree, html

from app.core.formatting import MISSING
from app.core.grouping import by_cell
from app.core.i18n import in_language, words_in
from app.core.status import ABSENT, OF_CHECKS, OF_TARGETS, sign_of
from app.figures.bullets.html import draw_bullets
from app.figures.bullets.spec import Bullet, BulletGroup, bullet_groups, two_columns
from app.figures.drawing.svg_document import Caption
from app.figures.grid.html import target_grid
from app.figures.grid.spec import grid_spec
from app.figures.map.html import draw_tile_map
from app.figures.map.spec import tile_map_of
from app.figures.ranking.html import draw_ranking, draw_slide_ranking
from app.figures.ranking.spec import ranking_of
from app.figures.ranking.svg import ranking_document
from app.figures.scale import axis_end
from app.figures.series import Series
from app.figures.sparkline.html import draw_sparkline
from app.figures.sparkline.spec import sparkline_of
from app.figures.trend.plotly import trend_figure
from app.figures.trend.spec import trend_spec
from app.pages.shared.figure import figure_card
from app.records import Progress
from app.ui import tables
from app.ui.change_text import change_in_brief, change_points, change_text
from app.ui.figure_text import explain, footing, gap_text, threshold_text

pytestmark = pytest.mark.language("en")

EN = words_in("en")


def grid(row: Progress) -> str:
    """The grid of one target and one district, whose figure is given."""
    return target_grid(grid_spec([target()], [unit(name="Thủ Đức")], by_cell([row])), link)


def test_a_tooltip_tells_the_whole_story_of_a_figure() -> None:
    doubt = {"is_provisional": True, "provisional_reason": "not_reported", "reporting_rate_pct": 90.0}
    bounds = {"bound_low_pct": 54.5, "bound_high_pct": 63.6, "is_status_settled": True}
    row = progress(**doubt, **bounds, unit_level="city", change_prev_year_pct=-2.0, is_small_base=True)
    assert explain(row, target(), "The city").split("\n") == [
        "The city · short_name en",
        "On track: 60% (12/20)",
        "Threshold 100%, milestone this quarter 50%; 10 points past the milestone",
        "Down 2 points on the same quarter of last year",
        "Provisional: a unit has not reported; 90% of the reports owed are counted. "
        "Once all have reported it will lie between 54.5 and 63.6%. "
        "Missing reports cannot change the status. Small base (20), read with care.",
    ]
    open_row = progress(**doubt, **{**bounds, "is_status_settled": False})
    assert EN("explain.unsettled") in explain(open_row, target(), "Thủ Đức")


@pytest.mark.parametrize("reason", ["rejected", "carried", "silent_wards"])
def test_a_sum_of_many_reports_is_not_called_unreported_where_some_are_missing_or_refused(reason: str) -> None:
    doubt = {"is_provisional": True, "provisional_reason": reason, "reporting_rate_pct": 98.2}
    of_one = EN(f"explain.provisional_{reason}")
    for level in ("ward", "district"):
        assert of_one in explain(progress(**doubt, unit_level=level), target(), "Thủ Đức")
    for level in ("area", "region", "city"):
        of_some = explain(progress(**doubt, unit_level=level), target(), "The city")
        assert of_one not in of_some
        assert "98.2% of the reports owed are counted." in of_some


def test_a_figure_at_its_threshold_says_why_it_is_not_called_met() -> None:
    doubt = {
        "is_provisional": True,
        "provisional_reason": "silent_wards",
        "bound_low_pct": 95.2,
        "bound_high_pct": 100.0,
    }
    row = progress(
        status="on_track", kind="stock", path_pct=None, path_gap_pct=None, value_pct=100.0, gap_pct=0.0, **doubt
    )
    assert "Not called met yet: missing reports could take it down to 95.2%." in explain(row, target(), "Thủ Đức")
    settled = progress(status="met", kind="stock", path_pct=None, value_pct=100.0, gap_pct=0.0)
    assert "Not called met" not in explain(settled, target(), "Thủ Đức")


@pytest.mark.parametrize(
    ("row", "vi", "en"),
    [
        (
            progress(status="behind", value_pct=40.0, gap_pct=-60.0, path_gap_pct=-10.0),
            "còn 10 điểm đến mốc quý",
            "10 points to the milestone",
        ),
        (
            progress(status="behind", value_pct=90.0, gap_pct=-10.0, path_pct=100.0, path_gap_pct=-10.0),
            "còn 10 điểm đến ngưỡng",
            "10 points to the threshold",
        ),
        (
            progress(kind="stock", status="far_behind", gap_pct=-40.0, path_pct=None, path_gap_pct=None),
            "còn 40 điểm đến ngưỡng",
            "40 points to the threshold",
        ),
        (
            progress(value_pct=50.0, gap_pct=-50.0, path_gap_pct=0.0),
            "vừa bằng mốc quý",
            "just at the milestone",
        ),
        (progress(status="behind", gap_pct=-50.03, path_gap_pct=-0.03), "còn 0,1 điểm đến mốc quý", None),
        (
            progress(status="behind", value_pct=40.0, gap_pct=-60.0, path_gap_pct=-10.0, missing_to_path_count=13),
            "thiếu 13 cán bộ được tập huấn để đạt mốc quý",
            "short of the milestone by 13 officers trained",
        ),
        (
            progress(
                kind="stock",
                status="far_behind",
                gap_pct=-40.0,
                path_pct=None,
                path_gap_pct=None,
                missing_to_threshold_count=1,
            ),
            "thiếu 1 cán bộ được tập huấn để đạt ngưỡng",
            "short of the threshold by 1 officer trained",
        ),
        (progress(kind="stock", gap_pct=0.0, path_pct=None, path_gap_pct=None), "", ""),
        (progress(status="met", value_pct=100.0, gap_pct=0.0, path_gap_pct=50.0), "", ""),
        (progress(status="monitor", threshold_pct=None, gap_pct=None, path_gap_pct=None), "", ""),
    ],
    ids=[
        *("before the year’s end", "at its end", "stock", "on the milestone", "a hair", "in things", "in one thing"),
        *("unsure", "met", "followed"),
    ],
)
def test_a_gap_is_told_to_what_the_status_was_judged_on(row: Progress, vi: str, en: str | None) -> None:
    with in_language("vi"):
        assert gap_text(row, target()) == vi
    assert en is None or gap_text(row, target()) == en


def test_a_unit_that_answers_no_lacks_nothing_that_could_be_counted() -> None:
    row = progress(
        status="far_behind",
        numerator=0.0,
        denominator=1.0,
        path_pct=None,
        path_gap_pct=None,
        missing_to_threshold_count=1,
    )
    assert gap_text(row, target(counting_rule="units")) == "not done yet"


def test_lateness_is_told_from_its_first_quarter_and_only_when_it_lasts() -> None:
    lasting = progress(status="behind", period_code="2025Q2", late_since_period_code="2024Q3")
    assert "Late in every quarter since Q3 2024" in footing(lasting, target())
    assert "Late in every quarter since Q3 2024" in figure_card(lasting, target(), "x", link)
    fresh = progress(status="behind", period_code="2025Q2", late_since_period_code="2025Q2")
    assert "every quarter since" not in figure_card(fresh, target(), "x", link)


def test_a_figure_kept_from_an_earlier_report_shows_no_change() -> None:
    kept = {"is_provisional": True, "provisional_reason": "carried"}
    for row in (progress(**kept, change_prev_year_pct=0.0), progress(**kept, kind="rate", change_prev_quarter_pct=0.0)):
        assert change_points(row) == MISSING
        assert change_text(row) == ""
        assert EN("change.flat_quarter") not in explain(row, target(), "x").lower()
        assert EN("change.flat_year") not in explain(row, target(), "x").lower()


@pytest.mark.parametrize(
    ("counts", "folded", "columns"),
    [
        # A heading and a bullet are lines of equal height.
        ((8, 2, 2, 2), 4, (["8"], ["2", "2", "2", "4 folded"])),
        ((2, 6, 1, 3), 4, (["2", "5"], ["1 more", "1", "3", "4 folded"])),
        ((3, 4), 0, (["3"], ["4"])),
        ((1,), 0, (["1"], [])),
        ((), 0, ([], [])),
    ],
)
def test_targets_fill_two_columns_and_no_heading_is_parted_from_its_first_target(
    counts: tuple[int, ...], folded: int, columns: tuple[list[str], list[str]]
) -> None:
    bullet = Bullet(target(), progress(), "", sparkline_of([], "met"), "", None)
    groups = [BulletGroup(str(number), "met", (bullet,) * count, False) for number, count in enumerate(counts)]
    if folded:
        groups.append(BulletGroup("followed", "monitor", (bullet,) * folded, True))
    drawn = tuple(
        [
            f"{len(part.bullets)}{' folded' if part.group.is_folded else '' if part.has_heading else ' more'}"
            for part in column
        ]
        for column in two_columns(groups)
    )
    assert drawn == columns


def test_a_sum_of_the_year_that_grew_and_is_behind_is_told_by_what_it_lacks_and_against_last_year() -> None:
    row = progress(
        status="behind",
        value_pct=46.2,
        gap_pct=-53.8,
        path_gap_pct=-3.8,
        change_prev_quarter_pct=24.2,
        change_prev_year_pct=-1.5,
    )
    with in_language("vi"):
        bullet = draw_bullets(bullet_groups([target()], {"T09": row}, {}, "x"), link)
    assert "<span class='ch n'>còn 3,8</span>" in bullet
    with in_language("vi"):
        assert change_text(row) == "giảm 1,5 điểm so với cùng kỳ năm trước"
    with in_language("vi"):
        drawn = tables.figures_table([row], target(), {"769": unit()}, link)
    assert words_in("vi")("figures.change_year") in drawn
    assert "−1,5" in drawn
    with in_language("vi"):
        assert all("24,2" not in told for told in (bullet, drawn, explain(row, target(), "x")))


@pytest.mark.parametrize(
    ("changes", "brief"),
    [
        ({"path_gap_pct": 10.0}, "10 past"),
        ({"path_gap_pct": 0.0}, "on milestone"),
        ({"status": "met", "path_gap_pct": 50.0, "change_prev_year_pct": 4.0}, "+4.0 on year"),
        ({"status": "monitor", "path_gap_pct": None, "change_prev_year_pct": -4.0}, "−4.0 on year"),
        ({"status": "met", "change_prev_year_reason": "not_comparable"}, "≠"),
        ({"status": "met"}, ""),
        ({"kind": "rate", "change_prev_quarter_pct": 4.0, "change_prev_year_pct": 9.0}, "+4.0"),
        ({"kind": "stock", "change_prev_quarter_pct": -4.0}, "−4.0"),
        ({"period_window": "quarter", "change_prev_quarter_pct": 0.0}, "±0"),
        ({"kind": "stock", "change_prev_quarter_pct": -1.2, "change_prev_quarter_count": -1.0}, "1 fewer"),
        ({"kind": "stock", "change_prev_quarter_pct": 0.0, "change_prev_quarter_count": 0.0}, "no change"),
    ],
)
def test_the_change_beside_a_figure_is_that_of_its_kind(changes: dict[str, object], brief: str) -> None:
    assert change_in_brief(progress(**changes), target()) == brief


def test_no_change_wears_the_sign_of_a_status() -> None:
    signs = {sign for status in (*OF_TARGETS, *OF_CHECKS) for sign in sign_of(status)} - set("–")
    for points in (-12.0, 0.0, 12.0):
        row = progress(kind="rate", change_prev_quarter_pct=points)
        told = change_in_brief(row, target()) + change_points(row) + change_text(row)
        assert not signs & set(told)


def test_a_threshold_that_nothing_can_pass_is_not_called_at_least() -> None:
    assert threshold_text(target()) == "100"
    assert threshold_text(target(threshold_pct=80.0)) == "≥80"
    assert threshold_text(target(kind="stock", has_interval=False)) == "≥100"
    assert threshold_text(target(has_interval=False, counting_rule="units")) == "100"


def test_where_a_series_breaks_words_stand_in_the_place_of_a_change() -> None:
    row = progress(kind="rate", change_reason="not_comparable", change_difference="boundary")
    assert EN("change.unlike_quarter") in explain(row, target(), "x").lower()
    assert EN("change.why_quarter", why=EN("difference.boundary")) in footing(row, target())
    assert EN("change.unlike") in tables.figures_table([row], target(), {"769": unit()}, link)
    bullet = draw_bullets(bullet_groups([target()], {"T09": row}, {}, "x"), link)
    assert f"<span class='ch n'>{EN('change.sign')}</span>" in bullet
    assert EN("change.unlike_quarter") in bullet.lower()


def test_a_missing_figure_is_not_called_incomparable() -> None:
    row = absent("not_reported", change_reason="not_comparable", change_prev_year_reason="not_comparable")
    assert change_points(row) == MISSING
    assert change_text(row) == ""


def test_the_table_of_figures_names_what_its_gaps_are_to() -> None:
    row = progress(status="behind", value_pct=40.0, gap_pct=-60.0, path_gap_pct=-10.0)
    drawn = tables.figures_table([row], target(), {"769": unit()}, link)
    assert EN("figures.gap_path") in drawn
    assert "−10" in drawn
    assert "−60" not in drawn


@pytest.mark.parametrize("status", ABSENT)
def test_a_tooltip_says_in_words_why_there_is_no_figure(status: str) -> None:
    text = explain(absent(status), target(), "Thủ Đức")
    assert EN(f"absence.{status}") in text
    assert "%" not in text


@pytest.mark.parametrize("status", OF_TARGETS)
def test_a_cell_is_a_link_that_shows_its_status_by_sign_and_explains_itself(status: str) -> None:
    row = absent(status) if status in ABSENT else progress(status=status)
    drawn = grid(row)
    assert f"<i>{sign_of(status)}</i>" in drawn
    assert "href='/district?unit=769&amp;target=T09'" in drawn
    assert "aria-label='Thủ Đức · " in drawn


def test_a_missing_figure_is_never_drawn_as_zero() -> None:
    assert not re.search(r">\s*0", grid(absent("not_reported")))


def test_a_provisional_figure_is_marked() -> None:
    assert " pv'" in grid(progress(is_provisional=True))
    assert " pv'" not in grid(progress())


def test_names_are_escaped_wherever_they_are_drawn() -> None:
    evil = unit(name="<img src=x onerror=alert(1)>'\"")
    row, one = progress(), target(short_name_en="<b>'", name_en='<i>"')
    drawn = [
        target_grid(grid_spec([one], [evil], by_cell([row])), link),
        draw_bullets(bullet_groups([one], {"T09": row}, {}, evil.name_en), link),
        draw_ranking(ranking_of([row], one, {"769": evil}), link),
        draw_tile_map(tile_map_of([row], one, {"769": evil}), link),
    ]
    assert all("<img" not in html and "<b>'" not in html for html in drawn)


@pytest.mark.parametrize(
    "places", [((1, 1), (None, 2), (2, 1)), ((1, 1), (1, 1), (2, 1))], ids=["one lacks", "two alike"]
)
def test_no_unit_is_left_out_of_the_map_or_hidden_by_another(places: tuple[tuple[int | None, int], ...]) -> None:
    units = {str(code): unit(unit_code=str(code), tile_row=at[0], tile_col=at[1]) for code, at in enumerate(places)}
    spec = tile_map_of([progress(unit_code=code) for code in units], target(), units)
    assert [(tile.row, tile.column) for tile in spec.tiles] == [(1, 1), (1, 2), (1, 3)]


YES_OR_NO = {"counting_rule": "units", "counted_levels": "district"}


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (YES_OR_NO, [progress(unit_code="0", value_pct=100.0, status="met"), progress(unit_code="1", value_pct=0.0)]),
        (YES_OR_NO, [absent("not_reported", unit_code=str(code)) for code in range(8)]),
        ({}, [absent("not_reported", unit_code=str(code)) for code in range(8)]),
        ({}, [absent("rejected", unit_code=str(code)) for code in range(2)]),
    ],
)
def test_names_are_escaped_in_lists_of_units_on_pages_slides_and_in_files(
    kind: dict[str, str], rows: list[Progress]
) -> None:
    name = """<script>run()</script>'"&lt;"""
    units = {row.unit_code: unit(row.unit_code, name, short_name_en=name) for row in rows}
    ranking = ranking_of(rows, target(**kind), units)
    page = html.fragment_fromstring(draw_ranking(ranking, link), create_parent="div")
    slide = html.fragment_fromstring(draw_slide_ranking(ranking), create_parent="div")
    picture = etree.fromstring(ranking_document(Caption("Training", "Q2 2021", "Reports", ""), ranking).encode())
    for root in (page, slide, picture):
        assert "script" not in {etree.QName(one).localname for one in root.iter(etree.Element)}
        assert "".join(root.itertext()).count(name) >= len(rows)
    assert [one.get("aria-label", "").count(name) for one in page.iter("a")] == [1] * len(rows)


def test_the_ranking_goes_from_best_to_worst_and_ends_with_absences_in_words() -> None:
    units = {code: unit(code, name) for code, name in (("1", "Low"), ("2", "High"), ("3", "Silent"))}
    rows = [progress(unit_code="1", value_pct=20.0), progress(unit_code="2", value_pct=90.0)]
    drawn = draw_ranking(ranking_of([*rows, absent("not_reported", unit_code="3")], target(), units), link)
    assert re.findall(r"class='nm'>(\w+)<", drawn) == ["High", "Low", "Silent"]
    assert EN("absence.not_reported") in drawn


def test_a_target_where_less_is_better_ranks_the_lowest_first() -> None:
    units = {code: unit(code, name) for code, name in (("1", "Low"), ("2", "High"))}
    rows = [progress(unit_code="2", value_pct=90.0), progress(unit_code="1", value_pct=20.0)]
    drawn = draw_ranking(ranking_of(rows, target(direction="down"), units), link)
    assert re.findall(r"class='nm'>(\w+)<", drawn) == ["Low", "High"]


def test_a_monitored_target_is_ranked_without_a_threshold_line() -> None:
    row = progress(status="monitor", threshold_pct=None, path_pct=None)
    drawn = draw_ranking(ranking_of([row], target(threshold_pct=None, basis="monitor"), {"769": unit()}), link)
    assert "class='th'" not in drawn
    assert EN("ranking.threshold", threshold="") not in drawn


def test_the_note_of_a_ranking_explains_only_the_marks_that_it_has() -> None:
    followed = target(threshold_pct=None, basis="monitor", has_interval=False)
    note = ranking_of([progress(path_pct=None)], followed, {"769": unit()}).note
    assert note == EN("ranking.note_cut", start="50")
    assert EN("ranking.note_path") in ranking_of([progress()], target(), {"769": unit()}).note


def test_the_scale_reaches_beyond_one_hundred_where_a_value_does() -> None:
    assert axis_end([progress(value_pct=150.0)]) == 150.0
    assert axis_end([progress(value_pct=20.0)]) == 100.0
    assert axis_end([absent("no_cases")]) == 100.0


def test_a_gap_in_the_course_stays_a_gap() -> None:
    rows = [
        progress(period_code="2021Q1"),
        absent("not_reported", period_code="2021Q2"),
        progress(period_code="2021Q3"),
    ]
    assert draw_sparkline(sparkline_of(rows)).count("<path d=") == 2


def test_the_city_s_course_breaks_in_january_instead_of_falling() -> None:
    rows = [progress(period_code="2021Q4", value_pct=100.0), progress(period_code="2022Q1", value_pct=25.0)]
    figure = trend_figure(trend_spec(Series("City", "City", rows), target()), nowhere)
    line = next(trace for trace in figure.data if trace.mode == "lines" and trace.line.width > 2)
    assert list(line.y) == [100.0, None, 25.0]


def test_the_trend_is_written_in_the_reader_s_number_style() -> None:
    for lang, separators in (("vi", ",."), ("en", ".,")):
        with in_language(lang):
            spec = trend_spec(Series("City", "City", [progress()]), target())
        with in_language(lang):
            assert trend_figure(spec, nowhere).layout.separators == separators
