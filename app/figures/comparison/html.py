"""Units side by side: every target in one quarter, or one target over the quarters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from app.analysis.comparison import Difference, difference
from app.analysis.progress_summary import CityRange
from app.core.formatting import direction
from app.core.i18n import Words
from app.figures.strip.html import strip
from app.records import Progress, Target
from app.ui.figure_text import explain, glyph, value_text

# Three districts and the city.
MOST_MARKS = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One column: the unit's code, names and mark, its figures by target or by period, and what sums it up."""

    code: str
    name: str
    short_name: str
    mark: str
    rows: Mapping[str, Progress]
    summary: str = ""


def side_by_side(
    targets: Sequence[Target],
    sides: Sequence[Side],
    link: Callable[[Progress], str],
    open_target: Callable[[str], str],
    spread: Mapping[str, CityRange],
    words: Words,
) -> Markup:
    """Every target of the sides: where they lie on one scale, sign and value, interval in words, difference from the
    first side.

    `link(row)` is where a figure leads, `open_target(code)` where a target's name does; `spread` is where all
    districts lie.
    """
    bodies = "".join(
        _group(list(members), sides, link, open_target, spread, words)
        for _, members in groupby(targets, key=lambda one: one.group_code)
    )
    strip = f"<th scope='col' class='strip'>{escape(words('compare.strip'))}</th>"
    # With more sides the marks would hide each other; the columns need the room anyway.
    has_strip = len(sides) <= MOST_MARKS
    name = "sides" if has_strip else "sides many"
    return _table(name, words("compare.target"), words("compare.caption"), sides, bodies, strip if has_strip else "")


def over_time(
    target: Target, periods: Sequence[str], sides: Sequence[Side], link: Callable[[Progress], str], words: Words
) -> Markup:
    """One target of the sides in every quarter, newest first."""
    rows = "".join(
        _row(words.period(code), [(side, side.rows.get(code)) for side in sides], target, link, words)
        for code in reversed(periods)
    )
    caption = words("compare.caption_trend", target=words.of(target, "name"))
    return _table("sides over", words("compare.period"), caption, sides, f"<tbody>{rows}</tbody>")


def difference_text(found: Difference | None, words: Words) -> str:
    """`▲ 12,1`, or `≈ ▲ 2,1` where it may be chance; empty without both figures."""
    if found is None:
        return ""
    text = words.change(found.points)
    is_even = direction(found.points) == "flat"
    return words("compare.maybe", points=text) if found.may_be_chance and not is_even else text


def interval_text(row: Progress, words: Words) -> str:
    """The 95 % interval in words; empty where the figure has none."""
    if row.ci_low_pct is None or row.ci_high_pct is None or row.value_pct is None:
        return ""
    low, high = words.number(row.ci_low_pct), words.number(row.ci_high_pct)
    return words("compare.interval", low=low, high=high)


def _table(name: str, corner: str, caption: str, sides: Sequence[Side], bodies: str, strip: str = "") -> Markup:
    heads = "".join(_head(side) for side in sides)
    label = escape(caption)
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{label}'>"
        f"<table class='{name}' data-arrows style='--n:{len(sides)}'><caption class='sr'>{label}</caption>"
        f"<thead><tr><th scope='col'>{escape(corner)}</th>{strip}{heads}</tr></thead>{bodies}</table></div>"
    )


def _strip(target: Target, sides: Sequence[Side], spread: CityRange | None) -> str:
    if len(sides) > MOST_MARKS:
        return ""
    rows = [(side, side.rows.get(target.target_code)) for side in sides]
    marks = [(side.mark, row.value_pct) for side, row in rows if row is not None and row.value_pct is not None]
    path = next((row.path_pct for _, row in rows if row is not None and row.path_pct is not None), None)
    return f"<td class='strip'>{strip(marks, spread, target.threshold_pct, path)}</td>"


def _small(text: str, kind: str = "") -> str:
    return f"<small{kind}>{escape(text)}</small>" if text else ""


def _head(side: Side) -> str:
    mark = f"<b class='mk s{escape(side.mark)}'>{escape(side.mark)}</b> " if side.mark else ""
    summary = f"<small>{escape(side.summary)}</small>" if side.summary else ""
    return f"<th scope='col'>{mark}{escape(side.name)}{summary}</th>"


def _group(
    members: list[Target],
    sides: Sequence[Side],
    link: Callable[[Progress], str],
    open_target: Callable[[str], str],
    spread: Mapping[str, CityRange],
    words: Words,
) -> str:
    name = escape(words.of(members[0], "group_name"))
    rows = "".join(
        _row(
            Markup(f"<a href='{escape(open_target(target.target_code))}'>{escape(words.of(target, 'name'))}</a>"),
            [(side, side.rows.get(target.target_code)) for side in sides],
            target,
            link,
            words,
            _strip(target, sides, spread.get(target.target_code)),
        )
        for target in members
    )
    wide = len(sides) + (1 if len(sides) > MOST_MARKS else 2)
    return f"<tbody><tr class='band'><th scope='rowgroup' colspan='{wide}'>{name}</th></tr>{rows}</tbody>"


def _row(
    head: str,
    cells: Sequence[tuple[Side, Progress | None]],
    target: Target,
    link: Callable[[Progress], str],
    words: Words,
    strip: str = "",
) -> str:
    base = cells[0][1]
    drawn = "".join(_cell(side, row, base, target, link, words) for side, row in cells)
    return f"<tr><th scope='row'>{escape(head)}</th>{strip}{drawn}</tr>"


def _cell(
    side: Side,
    row: Progress | None,
    base: Progress | None,
    target: Target,
    link: Callable[[Progress], str],
    words: Words,
) -> str:
    name = f"<span class='who' aria-hidden='true'>{escape(side.short_name)}</span>"
    if row is None:
        return f"<td class='none'>{name}</td>"
    found = None if row is base else difference(row, base)
    against, interval = difference_text(found, words), interval_text(row, words)
    label = explain(row, target, side.name, words)
    if interval:
        low, high = words.number(row.ci_low_pct), words.number(row.ci_high_pct)
        label += "\n" + words("compare.interval_long", low=low, high=high)
    if found:
        key = "compare.chance_long" if found.may_be_chance else "compare.difference_long"
        label += "\n" + words(key, points=words.change(found.points))
    figure = words.status(row.status) if row.value_pct is None else value_text(row, words)
    doubt = " pv" if row.is_provisional and row.value_pct is not None else ""
    return (
        f"<td>{name}<a class='c {row.status}{doubt}' href='{escape(link(row))}' aria-label='{escape(label)}'>"
        f"<i>{glyph(row.status)}</i>{escape(figure)}</a>"
        f"<span class='more n'>{_small(interval)}{_small(against, ' class=diff')}</span></td>"
    )
