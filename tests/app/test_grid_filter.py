"""The grid shows what the address asks for, in the order asked for, and says what stands out."""

from dataclasses import replace

import pytest
from facts import absent, progress, target, unit

from app.core.i18n import words_in
from app.core.url_state import State, UnknownValueError
from app.figures.grid import grid_filter

VI = words_in("vi")
NAMES = {"1": "Q.10", "2": "Củ Chi", "3": "Q.3", "4": "Đông An", "5": "Cần Giờ"}
UNITS = [unit(code, name) for code, name in NAMES.items()]
TARGETS = {"T09": target(), "T14": target(target_code="T14", group_code="6")}


def shown(rows: list, **asked: str) -> grid_filter.FilteredGrid:
    return grid_filter.filter_grid(State(own=tuple(asked.items())), TARGETS, UNITS, rows)


def test_districts_by_name_follow_the_alphabet_without_marks_and_numbers_by_size() -> None:
    assert [VI.of(one, "name") for one in shown([], sort="name").units] == [
        "Cần Giờ",
        "Củ Chi",
        "Đông An",
        "Q.3",
        "Q.10",
    ]


def test_districts_with_most_targets_behind_come_first_and_equals_keep_their_order() -> None:
    rows = [
        progress(unit_code="3", status="behind"),
        progress(unit_code="3", target_code="T14", status="far_behind"),
        progress(unit_code="5", status="far_behind"),
        progress(unit_code="5", target_code="T14", status="monitor"),
    ]
    found = shown(rows, sort="behind")
    assert [one.unit_code for one in found.units] == ["3", "5", "1", "2", "4"]
    assert (found.late["3"][:3], found.late["5"][:3]) == ((2, 2, 0), (1, 1, 0))


def test_a_status_keeps_only_the_rows_and_columns_that_have_it_and_lights_its_cells() -> None:
    rows = [progress(unit_code="1", status="met"), progress(unit_code="2", status="behind")]
    rows += [progress(unit_code="2", target_code="T14", status="met")]
    found = shown(rows, status="behind")
    assert [one.unit_code for one in found.units] == ["2"]
    assert [one.target_code for one in found.targets] == ["T09"]
    assert found.highlighted == {("T09", "2")}
    assert (found.counts["met"], found.counts["behind"]) == (2, 1)


def test_what_may_be_late_is_a_status_of_its_own_and_counted_beside_what_is() -> None:
    rows = [
        progress(unit_code="1", status="behind"),
        progress(unit_code="1", target_code="T14", status="behind", late_certainty="waiting"),
        progress(unit_code="2", status="behind", late_certainty="chance"),
        replace(progress(unit_code="3", status="behind"), late_certainty=None),
    ]
    found = shown(rows, status="behind")
    assert (found.highlighted, found.counts["behind"], found.counts["behind_unsure"]) == ({("T09", "1")}, 1, 3)
    assert found.late["1"] == (1, 2, 1, "thêm 1 còn chờ báo cáo")
    assert [found.late[code].more_text for code in ("2", "3")] == ["thêm 1 có thể ngẫu nhiên", "thêm 1 chưa rõ"]
    assert shown(rows, status="behind_unsure").highlighted == {("T14", "1"), ("T09", "2"), ("T09", "3")}


def test_a_move_since_last_quarter_can_be_asked_for_like_a_status() -> None:
    fell = progress(unit_code="2", status="behind", clear_move="down")
    found = shown([fell, progress(unit_code="1")], status="fell")
    assert (found.highlighted, found.counts["fell"], found.counts["rose"]) == ({("T09", "2")}, 1, 0)


def test_a_group_keeps_its_targets_and_counts_only_them() -> None:
    rows = [progress(unit_code="1", status="behind"), progress(unit_code="1", target_code="T14", status="behind")]
    found = shown(rows, group="6")
    assert [one.target_code for one in found.targets] == ["T14"]
    assert (found.late["1"][:2], found.counts["behind"]) == ((1, 1), 1)
    with pytest.raises(UnknownValueError):
        shown(rows, group="99")


def test_the_legend_names_what_can_be_judged_what_occurs_and_what_is_chosen() -> None:
    counts = shown([absent("rejected", unit_code="1")]).counts
    assert grid_filter.statuses_shown(counts, None) == ["met", "on_track", "behind", "far_behind", "rejected"]
    assert grid_filter.statuses_shown(counts, "fell")[-1] == "fell"
