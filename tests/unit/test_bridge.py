"""Why a figure moved adds up, whatever the numbers, and says of each unit what one would work out by hand."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.analysis.bridge import points_of, revised
from app.figures.bridge.spec import bridge_spec, numbers_text
from app.records.bridge import Bridge, BridgePart, Effect, Moment
from app.records.review import ShownFigure
from tests.app.facts import target

pytestmark = pytest.mark.language("en")

DAY = dt.date(2026, 1, 1)
Numbers = dict[str, tuple[int, int] | None]
counts = st.integers(0, 400).flatmap(lambda bottom: st.tuples(st.integers(0, bottom), st.just(bottom)))
units = st.dictionaries(st.sampled_from("ABCDEFG"), st.one_of(st.none(), counts), min_size=1)


def moment(numbers: Numbers, version: str = "v1", kind: str = "rate", assigned: int | None = None) -> Moment:
    """A figure of units that take part with a numerator and a denominator, or not (None)."""
    known = [pair for pair in numbers.values() if pair]
    top, bottom = sum(pair[0] for pair in known), assigned or sum(pair[1] for pair in known)
    value = 100 * top / bottom if bottom else None
    figure = ShownFigure(
        "T14",
        "79",
        "city",
        "2026Q3",
        "ytd",
        "met",
        top,
        bottom,
        value,
        80.0,
        None,
        False,
        True,
        False,
        None,
        None,
        kind,
    )
    parts = {(code, DAY): part(code, pair, version) for code, pair in numbers.items()}
    return Moment(version, figure, parts, None, dt.date(2026, 9, 30))


def part(code: str, pair: tuple[int, int] | None, version: str = "v1") -> BridgePart:
    """One unit's part in a figure."""
    top, bottom = pair or (None, None)
    known = pair is not None
    report = f"{code} 2026Q3 {version}" if known else None
    return BridgePart(code, DAY, None, "ward", None, code, code, code, code, code, known, False, top, bottom, report)


@given(units, units, st.sampled_from([1.0, 0.5, 2.0, 1.37]))
def test_the_parts_of_all_units_add_up_to_the_difference_in_either_direction(
    old: Numbers, new: Numbers, growth: float
) -> None:
    then, now = moment(old), moment(new)
    assume(then.figure.denominator and now.figure.denominator)
    there, back = points_of(then, now, growth), points_of(now, then, 1 / growth)
    pairs = [(old.get(code) or (0, 0), new.get(code) or (0, 0)) for code in {*old, *new}]
    moved = [there(*pair) for pair in pairs]
    assert sum(moved) == pytest.approx(now.figure.value_pct - then.figure.value_pct, abs=1e-9)  # type: ignore[operator]
    # The same bars with the other sign, and one bar of two units is the sum of theirs.
    assert [back(after, before) for before, after in pairs] == pytest.approx([-points for points in moved], abs=1e-9)
    together = tuple(tuple(sum(pair[end][at] for pair in pairs) for at in (0, 1)) for end in (0, 1))
    assert there(*together) == pytest.approx(sum(moved), abs=1e-9)


def test_a_unit_that_only_grew_as_all_did_has_no_part_and_the_others_have_what_hand_calculation_gives() -> None:
    # Twice as many violations everywhere; A handles 15 of 20 where it handled 5 of 10, B as before 80 of 100.
    # 85/110 → 175/220: exactly 10 more of 220.
    then, now = moment({"A": (5, 10), "B": (80, 100)}), moment({"A": (15, 20), "B": (160, 200)})
    points = points_of(then, now, 2.0)
    assert points((80, 100), (160, 200)) == pytest.approx(0, abs=1e-12)
    assert points((5, 10), (15, 20)) == pytest.approx(float(Fraction(100 * 5, 220)))


def test_a_unit_that_came_moves_the_figure_by_its_distance_from_it() -> None:
    # 50/100, then a unit with 50 of 50: 100/150. In both figures together 150 of 250 are 60 %: the unit is 20 above it.
    then, now = moment({"A": (50, 100), "B": None}), moment({"A": (50, 100), "B": (50, 50)}, "v2")
    points = points_of(then, now, 1.0)
    assert points((50, 100), (50, 100)) == 0
    assert points((0, 0), (50, 50)) == pytest.approx(100 * (2 / 3 - 1 / 2))


def test_what_a_version_changed_is_a_correction_a_late_report_or_the_rule() -> None:
    old = moment({"A": (1, 2), "B": None, "C": (3, 4), "D": (1, 1)})
    new = moment({"A": (2, 2), "B": (0, 1), "C": (3, 4), "D": (1, 1)}, "v2")
    causes = {effect.shown_unit: effect for effect in revised(old, new)}
    assert {unit: effect.cause for unit, effect in causes.items()} == {"A": "corrected", "B": "late"}
    assert causes["A"].reports == (("A", "2026Q3"),)
    same_reports = moment({"A": (2, 2)}, "v1")
    assert [effect.cause for effect in revised(moment({"A": (1, 2)}), same_reports)] == ["rule_then"]


def test_an_amount_is_split_in_things_and_another_assignment_is_named() -> None:
    # 10 of 40 assigned, then 14: four more things. With 50 assigned the line is another: 25 % → 28 %.
    then = moment({"A": (10, 0)}, kind="amount", assigned=40)
    now, more = (moment({"A": (14, 0)}, "v2", "amount", assigned) for assigned in (40, 50))
    assert [effect.points for effect in revised(then, now)] == pytest.approx([10])
    same = Bridge("T14", "A", then, None, now, tuple(revised(then, now)))
    spec = bridge_spec(same, target(), "X", "Y", {})
    assert "up by 4" in spec.sentence
    assert [bar.amount for bar in spec.bars] == ["10/40", "+4", "14/40"]
    assert numbers_text((0.0, 0.0), same) == "0"
    effects = revised(then, more)
    assert [effect.cause for effect in effects] == ["corrected", "rule"]
    assert sum(effect.points for effect in effects) == pytest.approx(3)


@given(st.lists(st.floats(-9, 9).filter(lambda value: abs(value) > 1e-6), min_size=1, max_size=6))
def test_what_is_written_adds_up_as_it_is_written(moves: list[float]) -> None:
    """The bars of causes, rounded to a tenth, add up to the rounded difference, and lie one after another."""
    then = moment({"A": (500, 1000)})
    now = replace(then, figure=replace(then.figure, value_pct=50 + sum(moves)))
    effects = [
        Effect("own", points, part(str(number), (1, 2)), (1, 2), (1, 2), str(number), True)
        for number, points in enumerate(moves)
    ]
    bridge = Bridge("T14", "79", then, None, now, tuple(effects))
    spec = bridge_spec(bridge, target(), "X", "Y", {}, 99)
    bars = [bar for bar in spec.bars if bar.kind != "total"]
    written = [float(bar.amount.replace("−", "-").replace("±", "")) for bar in bars]
    assert sum(written) == pytest.approx(round(10 * (bridge.points or 0)) / 10, abs=1e-6)
    ends = [50.0]
    for bar in bars:
        assert min(abs(ends[-1] - bar.low), abs(ends[-1] - bar.high)) < 1e-9
        ends.append(ends[-1] + (bar.points or 0))
    assert ends[-1] == pytest.approx(now.figure.value_pct)
    assert all(0 <= spec.place(end) <= 100 for end in ends)


def test_a_missing_figure_is_not_zero_and_nothing_is_split() -> None:
    then, now = moment({"A": None}), moment({"A": (1, 2)})
    bridge = Bridge("T14", "A", then, None, now, (), "no_then")
    spec = bridge_spec(bridge, target(), "X", "Y", {})
    assert bridge.points is None
    assert spec.bars == ()
    assert "not zero" in " ".join(spec.remarks)
