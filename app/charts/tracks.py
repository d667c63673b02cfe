"""Bars along a shared scale: the ranking of a target's units and the profile of a unit's targets.

Each row is a line of HTML with a small SVG whose marks stand at percentages of its width: it fits any
screen, and no line can run over a label because labels have their own columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.charts.explain import explain, glyph, threshold_text, value_text
from app.charts.tiles import chip
from app.facts import Progress, Target, Unit
from app.words import Markup, Words, escape

FULL_PCT = 100.0
NEAR_PCT = 22.0
# More districts than this without a figure for the same reason stand in one line.
FEW_ABSENT = 3
# Where a scale of values without a threshold may end.
ROUND_ENDS = (10.0, 20.0, 40.0, 60.0, 80.0, 100.0)


@dataclass(frozen=True, slots=True)
class CityRange:
    """Where the districts of the city lie on one target: points, None where nobody has a value."""

    low: float | None
    quarter: float | None
    three_quarters: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One target of a unit's profile."""

    target: Target
    row: Progress
    city: Progress | None
    spread: CityRange | None


def ranking(
    rows: Sequence[Progress],
    target: Target,
    units: Mapping[str, Unit],
    link: Callable[..., str],
    words: Words,
    marked: str | None = None,
) -> Markup:
    """Units from best to worst with their intervals, the threshold and the milestone; absences in words at the end."""
    present = [row for row in rows if row.value_pct is not None]
    present.sort(key=lambda row: row.value_pct or 0.0, reverse=target.direction == "up")
    absent = [row for row in rows if row.value_pct is None]
    top = reach(present)
    path = next((row.path_pct for row in rows if row.path_pct is not None), None)
    head = _scale_head(target, path, top, words)
    body = "".join(_ranked(row, target, units[row.unit_code], top, link, words, marked) for row in present)
    ends = "".join(
        _absences([row for row in absent if row.status == status], target, units, link, words, marked)
        for status in dict.fromkeys(row.status for row in absent)
    )
    return Markup(f"<div class='ranking'>{head}<ol>{body}{ends}</ol></div>")


def ranking_note(rows: Iterable[Progress], target: Target, words: Words) -> str:
    """How to read a ranking's marks: only those that it has."""
    has_path = any(row.path_pct is not None for row in rows)
    marks = {"interval": target.has_interval, "threshold": target.threshold_pct is not None, "path": has_path}
    return " ".join(words(f"ranking.note_{mark}") for mark, is_there in marks.items() if is_there)


def profile(
    lines: Iterable[ProfileLine], place: str, link: Callable[..., str], words: Words, marked: str | None = None
) -> Markup:
    """Every target of one unit against the city: the districts' range, the city's mark, the unit's mark."""
    body = "".join(_profile_row(line, place, link, words, marked) for line in lines)
    names = ("target", "track", "value", "city", "rank", "change", "status")
    head = "".join(f"<span class='{name}'>{escape(words(f'profile.{name}'))}</span>" for name in names)
    return Markup(f"<div class='profile'><div class='head' aria-hidden='true'>{head}</div><ol>{body}</ol></div>")


def scale_top(rows: Iterable[Progress]) -> float:
    """The right end of a scale: 100, or the largest value where something exceeds it."""
    return max([FULL_PCT, *(row.value_pct for row in rows if row.value_pct is not None)])


def reach(rows: Iterable[Progress]) -> float:
    """The right end of a scale that says where it ends: a round number above all where no threshold is at stake."""
    rows = list(rows)
    known = [row for row in rows if row.value_pct is not None]
    if not known or any(row.threshold_pct is not None for row in rows):
        return scale_top(rows)
    highest = max(max(row.value_pct or 0.0, row.ci_high_pct or 0.0) for row in known)
    return next((end for end in ROUND_ENDS if highest <= end), scale_top(rows))


def _at(value: float, top: float) -> str:
    return f"{max(0.0, min(FULL_PCT, value / top * FULL_PCT)):.2f}%"


def _vertical(value: float | None, top: float, name: str) -> str:
    return (
        ""
        if value is None
        else f"<line class='{name}' x1='{_at(value, top)}' x2='{_at(value, top)}' y1='0' y2='100%'/>"
    )


def _scale_head(target: Target, path: float | None, top: float, words: Words) -> str:
    if target.threshold_pct is None:
        marks = [
            ("zero", 0.0, words("ranking.end", value=0)),
            ("end", top, words("ranking.end", value=words.number(top))),
        ]
        return _drawn_scale(marks, top, False)
    marks = [("th", target.threshold_pct, words("ranking.threshold", threshold=threshold_text(target, words)))]
    if path is not None and path != target.threshold_pct:
        marks.append(("path", path, words("ranking.path", path=words.percent(path))))
    is_crowded = len(marks) > 1 and abs(marks[0][1] - marks[1][1]) / top * FULL_PCT < 2 * NEAR_PCT
    return _drawn_scale(marks, top, is_crowded)


def _drawn_scale(marks: list[tuple[str, float, str]], top: float, is_crowded: bool) -> str:
    drawn = "".join(
        f"<span class='mark {name} {_anchor(at / top * FULL_PCT)}{' up' if is_crowded and index else ''}' "
        f"style='left:{_at(at, top)}'>{escape(label)}</span>"
        for index, (name, at, label) in enumerate(marks)
    )
    crowded = " crowded" if is_crowded else ""
    return f"<div class='scale{crowded}'><span></span><div class='marks'>{drawn}</div><span></span></div>"


def _anchor(percent: float) -> str:
    return "end" if percent > FULL_PCT - NEAR_PCT else "start" if percent < NEAR_PCT else "middle"


def _ranked(
    row: Progress, target: Target, unit: Unit, top: float, link: Callable[..., str], words: Words, marked: str | None
) -> str:
    interval = ""
    if row.ci_low_pct is not None and row.ci_high_pct is not None:
        low, high = _at(row.ci_low_pct, top), _at(row.ci_high_pct, top)
        interval = (
            f"<line class='ci halo' x1='{low}' x2='{high}' y1='50%' y2='50%'/>"
            f"<line class='ci' x1='{low}' x2='{high}' y1='50%' y2='50%'/>"
            f"<line class='ci' x1='{low}' x2='{low}' y1='32%' y2='68%'/>"
            f"<line class='ci' x1='{high}' x2='{high}' y1='32%' y2='68%'/>"
        )
    bar = f"<rect class='{row.status}' width='{_at(row.value_pct or 0.0, top)}' y='14%' height='72%'/>"
    lines = _vertical(row.path_pct, top, "path") + _vertical(row.threshold_pct, top, "th")
    return (
        f"{_row_start(row, target, unit, link, words, marked)}"
        f"<svg class='track' aria-hidden='true'>{bar}{lines}{interval}</svg>"
        f"<span class='vl n{' pv' if row.is_provisional else ''}'>{value_text(row, words)}</span>"
        f"{_sign(row.status)}</a></li>"
    )


def _absences(
    rows: list[Progress],
    target: Target,
    units: Mapping[str, Unit],
    link: Callable[..., str],
    words: Words,
    marked: str | None,
) -> str:
    """Districts without a figure for one reason: a line each, or one line for many."""
    if len(rows) <= FEW_ABSENT:
        return "".join(_absent(row, target, units[row.unit_code], link, words, marked) for row in rows)
    names = ", ".join(
        f"<a href='{escape(link('district', unit=row.unit_code, target=target.target_code))}' "
        f"aria-label='{escape(explain(row, target, words.of(units[row.unit_code], 'name'), words))}'"
        f"{' class=marked' if row.unit_code == marked else ''}>"
        f"{escape(words.of(units[row.unit_code], 'short_name'))}</a>"
        for row in rows
    )
    status = rows[0].status
    head = escape(
        words("ranking.together", status=words.status(status), count=len(rows), reason=words(f"absence.{status}"))
    )
    return f"<li class='together'><p><b>{glyph(status)} {head}</b> {names}</p></li>"


def _absent(
    row: Progress, target: Target, unit: Unit, link: Callable[..., str], words: Words, marked: str | None
) -> str:
    start = _row_start(row, target, unit, link, words, marked)
    reason = escape(words(f"absence.{row.status}"))
    return f"{start}<span class='why'>{reason}</span>{_sign(row.status)}</a></li>"


def _row_start(
    row: Progress, target: Target, unit: Unit, link: Callable[..., str], words: Words, marked: str | None
) -> str:
    name = words.of(unit, "name")
    href = escape(link("district", unit=unit.unit_code, target=target.target_code))
    current = " class='marked' aria-current='true'" if marked == unit.unit_code else ""
    label = escape(explain(row, target, name, words))
    short = escape(words.of(unit, "short_name"))
    return f"<li{current}><a href='{href}' aria-label='{label}'><span class='nm'>{short}</span>"


def _sign(status: str) -> str:
    return f"<b class='c {status}'><i>{glyph(status)}</i></b>"


def _profile_row(line: ProfileLine, place: str, link: Callable[..., str], words: Words, marked: str | None) -> str:
    row, target, city = line.row, line.target, line.city
    rank = words("profile.rank_of", rank=row.rank, of=row.rank_of) if row.rank and row.rank_of else ""
    current = " class='marked' aria-current='true'" if marked == target.target_code else ""
    href = escape(link("target", target=target.target_code, unit=row.unit_code))
    return (
        f"<li{current}><a href='{href}' aria-label='{escape(explain(row, target, place, words))}'>"
        f"<span class='target'>{escape(words.of(target, 'short_name'))}</span>{_profile_track(line)}"
        f"<span class='value n'>{value_text(row, words)}</span>"
        f"<span class='city n'>{value_text(city, words) if city else ''}</span>"
        f"<span class='rank n'>{escape(rank)}</span>"
        f"<span class='change n'>{escape(words.change(row.change_prev_quarter_pct))}</span>"
        f"{chip(row.status, words, row.is_provisional and row.value_pct is not None)}</a></li>"
    )


def _profile_track(line: ProfileLine) -> str:
    row, city_value = line.row, line.city.value_pct if line.city else None
    highest = (line.spread.high if line.spread else None) or 0.0
    top = max(FULL_PCT, row.value_pct or 0.0, highest)
    drawn = _bands(line.spread, top) if line.spread else ""
    drawn += _vertical(row.path_pct, top, "path") + _vertical(row.threshold_pct, top, "th")
    if city_value is not None:
        diamond = "<path class='mean' d='M0 -7L5 0 0 7-5 0z'/>"
        drawn += f"<svg x='{_at(city_value, top)}' y='50%' overflow='visible'>{diamond}</svg>"
    if row.value_pct is not None:
        drawn += f"<circle class='dot {row.status}' cx='{_at(row.value_pct, top)}' cy='50%' r='6.5'/>"
    return f"<svg class='track' aria-hidden='true'>{drawn}</svg>"


def _bands(spread: CityRange, top: float) -> str:
    drawn = ""
    for name, low, high in (("range", spread.low, spread.high), ("half", spread.quarter, spread.three_quarters)):
        if low is not None and high is not None:
            width = _at(max(high - low, 0.4), top)
            drawn += f"<rect class='{name}' x='{_at(low, top)}' width='{width}' y='22%' height='56%'/>"
    return drawn
