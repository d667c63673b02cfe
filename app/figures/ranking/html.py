"""Bars along a shared scale: the ranking of a target's units, and what the profile of a unit's targets is made of.

Each row is a line of HTML with a small SVG whose marks stand at percentages of its width: it fits any
screen, and no line can run over a label because labels have their own columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.url_state import Href
from app.figures.scale import axis_end
from app.records import Progress, Target, Unit
from app.ui.figure_text import explain, glyph, threshold_text, value_text

FULL_PCT = 100.0
NEAR_PCT = 22.0
# More districts than this without a figure for the same reason stand in one line.
FEW_ABSENT = 3


def ranking(
    rows: Sequence[Progress],
    target: Target,
    units: Mapping[str, Unit],
    link: Href,
    words: Words,
    marked: str | None = None,
) -> Markup:
    """Units from best to worst with their intervals, the threshold and the milestone; absences in words at the end."""
    present = [row for row in rows if row.value_pct is not None]
    present.sort(key=lambda row: row.value_pct or 0.0, reverse=target.direction == "up")
    absent = [row for row in rows if row.value_pct is None]
    top = axis_end(present)
    path = next((row.path_pct for row in rows if row.path_pct is not None), None)
    head = _scale_head(target, path, top, words)
    body = "".join(_ranked(row, target, units[row.unit_code], top, link, words, marked) for row in present)
    ends = "".join(
        _absences([row for row in absent if row.status == status], target, units, link, words, marked)
        for status in dict.fromkeys(row.status for row in absent)
    )
    wards = " of-wards" if any(unit.unit_level == "ward" for unit in units.values()) else ""
    return Markup(f"<div class='ranking{wards}'>{head}<ol>{body}{ends}</ol></div>")


def ranking_note(rows: Iterable[Progress], target: Target, words: Words) -> str:
    """How to read a ranking's marks: only those that it has."""
    has_path = any(row.path_pct is not None for row in rows)
    marks = {"interval": target.has_interval, "threshold": target.threshold_pct is not None, "path": has_path}
    return " ".join(words(f"ranking.note_{mark}") for mark, is_there in marks.items() if is_there)


def at(value: float, top: float) -> str:
    """Where a value stands on a scale that ends at `top`, as a percentage of its width."""
    return f"{max(0.0, min(FULL_PCT, value / top * FULL_PCT)):.2f}%"


def vertical(value: float | None, top: float, name: str) -> str:
    """An upright line across a track; nothing without a value."""
    return (
        "" if value is None else f"<line class='{name}' x1='{at(value, top)}' x2='{at(value, top)}' y1='0' y2='100%'/>"
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
        f"<span class='mark {name} {_anchor(value / top * FULL_PCT)}{' up' if is_crowded and index else ''}' "
        f"style='left:{at(value, top)}'>{escape(label)}</span>"
        for index, (name, value, label) in enumerate(marks)
    )
    crowded = " crowded" if is_crowded else ""
    return f"<div class='scale{crowded}'><span></span><div class='marks'>{drawn}</div><span></span></div>"


def _anchor(percent: float) -> str:
    return "end" if percent > FULL_PCT - NEAR_PCT else "start" if percent < NEAR_PCT else "middle"


def _ranked(row: Progress, target: Target, unit: Unit, top: float, link: Href, words: Words, marked: str | None) -> str:
    interval = ""
    if row.ci_low_pct is not None and row.ci_high_pct is not None:
        low, high = at(row.ci_low_pct, top), at(row.ci_high_pct, top)
        interval = (
            f"<line class='ci halo' x1='{low}' x2='{high}' y1='50%' y2='50%'/>"
            f"<line class='ci' x1='{low}' x2='{high}' y1='50%' y2='50%'/>"
            f"<line class='ci' x1='{low}' x2='{low}' y1='32%' y2='68%'/>"
            f"<line class='ci' x1='{high}' x2='{high}' y1='32%' y2='68%'/>"
        )
    bar = f"<rect class='{row.status}' width='{at(row.value_pct or 0.0, top)}' y='14%' height='72%'/>"
    lines = vertical(row.path_pct, top, "path") + vertical(row.threshold_pct, top, "th")
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
    link: Href,
    words: Words,
    marked: str | None,
) -> str:
    """Districts without a figure for one reason: a line each, or one line for many."""
    if len(rows) <= FEW_ABSENT:
        return "".join(_absent(row, target, units[row.unit_code], link, words, marked) for row in rows)
    names = ", ".join(
        f"<a href='{escape(_way(units[row.unit_code], target, link))}' "
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


def _absent(row: Progress, target: Target, unit: Unit, link: Href, words: Words, marked: str | None) -> str:
    start = _row_start(row, target, unit, link, words, marked)
    reason = escape(words(f"absence.{row.status}"))
    return f"{start}<span class='why'>{reason}</span>{_sign(row.status)}</a></li>"


def _row_start(row: Progress, target: Target, unit: Unit, link: Href, words: Words, marked: str | None) -> str:
    name = words.of(unit, "name")
    href = escape(_way(unit, target, link))
    current = " class='marked' aria-current='true'" if marked == unit.unit_code else ""
    label = escape(explain(row, target, name, words))
    short = escape(words.of(unit, "short_name"))
    return f"<li{current}><a href='{href}' aria-label='{label}'><span class='nm'>{short}</span>"


def _way(unit: Unit, target: Target, link: Href) -> str:
    """The page of a unit, with the target marked."""
    return link("ward" if unit.unit_level == "ward" else "district", unit=unit.unit_code, target=target.target_code)


def _sign(status: str) -> str:
    return f"<b class='c {status}'><i>{glyph(status)}</i></b>"
