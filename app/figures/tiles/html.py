"""One tile a target: value, threshold, milestone, course, status in sign, word and colour, change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.url_state import Href
from app.figures.sparkline.html import draw_sparkline
from app.figures.sparkline.spec import sparkline_of
from app.records import Progress, Target
from app.ui.figure_text import change_sign, explain, threshold_text, value_text
from app.ui.status import chip


def target_tiles(
    targets: Sequence[Target],
    current: Mapping[str, Progress],
    trends: Mapping[str, Sequence[Progress]],
    link: Href,
    place: str,
    words: Words,
) -> Markup:
    """The tiles in the plan's order under their groups' names."""
    groups = "".join(
        _group(list(members), current, trends, link, place, words)
        for _, members in groupby(targets, key=lambda target: target.group_code)
    )
    return Markup(f"<section class='tiles' aria-label='{escape(words('tiles.title'))}'>{groups}</section>")


def _group(
    members: list[Target],
    current: Mapping[str, Progress],
    trends: Mapping[str, Sequence[Progress]],
    link: Href,
    place: str,
    words: Words,
) -> str:
    drawn = "".join(
        tile(current[target.target_code], target, trends.get(target.target_code, ()), link, place, words)
        for target in members
        if target.target_code in current
    )
    name = escape(words.of(members[0], "group_name"))
    return f"<div class='group'><h2>{name}</h2>{drawn}</div>"


def tile(row: Progress, target: Target, trend: Sequence[Progress], link: Href, place: str, words: Words) -> Markup:
    """One tile, a link to its target's page."""
    value = value_text(row, words) + ("<small>%</small>" if row.value_pct is not None else "")
    limits = escape(threshold_text(target, words))
    if row.path_pct is not None and row.value_pct is not None:
        limits += Markup(
            f"<span class='path'> · {escape(words('tiles.path', path=words.percent(row.path_pct)))}</span>"
        )
    # Beside a long word for an absence there is no room for a threshold on a laptop.
    spare = " spare" if target.threshold_pct is None or row.value_pct is None else ""
    return Markup(
        f"<a class='tile' href='{escape(link('target', target=target.target_code))}' "
        f"aria-label='{escape(explain(row, target, place, words))}'>"
        f"<span class='nm'>{escape(words.of(target, 'short_name'))}</span>"
        f"<span class='vl n'>{value}</span>{draw_sparkline(sparkline_of(trend, row.status))}"
        f"<span class='th n{spare}'>{limits}</span>{chip(row.status, words, row.is_provisional)}"
        f"<span class='ch n'>{escape(change_sign(row, words))}</span></a>"
    )
