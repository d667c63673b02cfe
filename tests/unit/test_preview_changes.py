"""What a waiting report would change is listed with what matters first, and nothing that a viewer may not compare."""

from typing import Any

from app.analysis.preview import cell_jumps, figure_changes, without_ranks_of_people
from app.core.small_counts import Approximate
from app.records.ward import ReportedCell
from tests.app.facts import progress, target


def cell(code: str, value: float | None, answer: str | None = None) -> ReportedCell:
    """A cell of a form."""
    texts: tuple[Any, ...] = ("B1", "B1", "B1", 1, code, code, code, "", "", "integer", None, "total")
    return ReportedCell(*texts, value, answer, 1, is_sensitive=False)


def test_the_largest_jump_comes_first_and_a_missing_number_is_no_jump_from_zero() -> None:
    now = [
        cell("grew", 40),
        cell("same", 5),
        cell("new", 900),
        cell("fell", 0),
        cell("said", 1, "yes"),
        cell("gone", None),
    ]
    before = [cell("grew", 20), cell("same", 5), cell("new", None), cell("fell", 9), cell("said", 0, "no")]
    jumps = cell_jumps(now, before)
    assert [jump.cell.measure_code for jump in jumps] == ["fell", "said", "grew", "same", "new"]
    assert {jump.cell.measure_code: jump.difference for jump in jumps} == {
        "fell": -9,
        "grew": 20,
        "same": 0,
        # Neither a missing number nor an answer is subtracted.
        "new": None,
        "said": None,
    }


def test_figures_that_turn_come_first_and_bands_that_overlap_are_no_change() -> None:
    old = [
        progress(target_code="T01"),
        progress(target_code="T02"),
        progress(target_code="T09", bound_low_pct=50.0, bound_high_pct=70.0),
        progress(target_code="T16", numerator=Approximate(5, 9), denominator=Approximate(10, 14)),
    ]
    new = [
        progress(target_code="T01", numerator=13.0, value_pct=65.0),
        progress(target_code="T02", numerator=20.0, value_pct=100.0, status="met"),
        progress(target_code="T09", bound_low_pct=55.0, bound_high_pct=70.0),
        progress(target_code="T16", numerator=Approximate(5, 14), denominator=Approximate(10, 19)),
    ]
    changes = figure_changes(old, new)
    assert [(change.after.target_code, change.is_moved, change.has_other_bounds) for change in changes] == [
        ("T02", True, False),
        ("T01", False, False),
        ("T09", False, True),
    ]
    assert figure_changes(old, old) == []
    hidden = [progress(target_code="T16", status="suppressed", numerator=None)]
    assert not any(change.is_moved for change in figure_changes(old, hidden))


def test_trying_out_numbers_shows_no_rank_on_targets_that_count_people() -> None:
    targets = {"T09": target(target_code="T09"), "T16": target(target_code="T16", is_sensitive=True)}
    rows = [progress(target_code=code, rank=3, rank_of=168) for code in targets]
    shown = without_ranks_of_people(rows, targets)
    assert [(row.rank, row.rank_of) for row in shown] == [(3, 168), (None, None)]
