"""An axis of positions begins below the lowest value; a length would need its 0."""

import pytest

from app.figures.scale import Scale


@pytest.mark.parametrize(
    ("end", "values", "start", "ticks"),
    [
        # 85.2 of 100 leaves 8 % of the range below it: 84.0, cut at a multiple of 5.
        (100.0, [85.2, 92.0], 80.0, (80.0, 85.0, 90.0, 95.0, 100.0)),
        (100.0, [63.0, 100.0], 60.0, (60.0, 70.0, 80.0, 90.0, 100.0)),
        # Equal values keep a range around them.
        (100.0, [100.0, 100.0], 85.0, (85.0, 90.0, 95.0, 100.0)),
        (133.3, [98.0, 133.3], 90.0, (90.0, 100.0, 110.0, 120.0, 130.0)),
        # Most of the axis is used, or nothing is known.
        (100.0, [12.0, 95.0], 0.0, (0.0, 25.0, 50.0, 75.0, 100.0)),
        (100.0, [], 0.0, (0.0, 25.0, 50.0, 75.0, 100.0)),
    ],
)
def test_an_axis_begins_at_a_round_number_below_everything_on_it(
    end: float, values: list[float], start: float, ticks: tuple[float, ...]
) -> None:
    scale = Scale(end).cut(values)
    assert (scale.start, scale.ticks, scale.is_cut) == (start, ticks, start > 0)
    assert all(0.0 <= scale.share(value) <= 1.0 for value in values)
    assert scale.share(scale.start) == 0.0
    # What lies before the axis, the low end of an interval, stops at its start.
    assert scale.share(-5.0) == 0.0


def test_an_axis_of_amounts_keeps_its_zero() -> None:
    assert not Scale(100.0, is_amount=True, assigned=20).cut([90.0]).is_cut
