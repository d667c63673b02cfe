"""Every target of one unit on one scale each: against the range of all districts, the city and chosen other units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from app.analysis.progress_summary import CityRange, ProfileLine
from app.core.i18n import Words
from app.figures.ranking.html import FULL_PCT, at, vertical
from app.records import Unit
from app.ui.figure_text import change_sign, explain, glyph, value_text
from app.ui.status import chip

# Heights of the peers' numbered marks, above and below the unit's own in turn.
PEER_LANES = (16, 84, 16, 84)


def profile(
    lines: Iterable[ProfileLine],
    place: str,
    open_target: Callable[[str], str],
    words: Words,
    marked: str | None = None,
    peers: Sequence[Unit] = (),
) -> Markup:
    """A line a target; `open_target(code)` is where it leads, `peers` are the units of the lines' peers, in order."""
    body = "".join(_row(line, place, open_target, words, marked, peers) for line in lines)
    names = ("target", "track", "value", "peers", "city", "rank", "change", "status")
    said = {name: words(f"profile.{name}") for name in names if name != "peers"}
    texts = {name: escape(text) for name, text in said.items()} | {"peers": _peer_heads(peers, words)}
    head = "".join(f"<span class='{name}'>{texts[name]}</span>" for name in names if texts[name])
    peered = f" peered' style='--n:{len(peers)}" if peers else ""
    return Markup(
        f"<div class='profile{peered}'><div class='head' aria-hidden='true'>{head}</div><ol>{body}</ol></div>"
    )


def _peer_heads(peers: Sequence[Unit], words: Words) -> str:
    return "".join(
        f"<span><b class='mk s{place}'>{place}</b> {escape(words.of(unit, 'short_name'))}</span>"
        for place, unit in enumerate(peers, 1)
    )


def _row(
    line: ProfileLine,
    place: str,
    open_target: Callable[[str], str],
    words: Words,
    marked: str | None,
    peers: Sequence[Unit],
) -> str:
    row, target, city = line.row, line.target, line.city
    rank = words("profile.rank_of", rank=row.rank, of=row.rank_of) if row.rank and row.rank_of else ""
    current = " class='marked' aria-current='true'" if marked == target.target_code else ""
    beside = f"<span class='peers'>{_peers(line, peers, words)}</span>" if peers else ""
    return (
        f"<li{current}><a href='{escape(open_target(target.target_code))}' "
        f"aria-label='{escape(_told(line, place, words, peers))}'>"
        f"<span class='target'>{escape(words.of(target, 'short_name'))}</span>{_track(line)}"
        f"<span class='value n'>{value_text(row, words)}</span>{beside}"
        f"<span class='city n'>{value_text(city, words) if city else ''}</span>"
        f"<span class='rank n'>{escape(rank)}</span>"
        f"<span class='change n'>{escape(change_sign(row, words))}</span>"
        f"{chip(row.status, words, row.is_provisional and row.value_pct is not None)}</a></li>"
    )


def _told(line: ProfileLine, place: str, words: Words, peers: Sequence[Unit]) -> str:
    told = [explain(line.row, line.target, place, words)]
    for unit, row in zip(peers, line.peers, strict=True):
        if row is not None:
            figure = "" if row.value_pct is None else f" {value_text(row, words)}%"
            told.append(f"{words.of(unit, 'name')}: {words.status(row.status)}{figure}")
    return "\n".join(told)


def _peers(line: ProfileLine, peers: Sequence[Unit], words: Words) -> str:
    drawn = ""
    for place, (unit, row) in enumerate(zip(peers, line.peers, strict=True), 1):
        name = f"<small><b class='mk s{place}'>{place}</b> {escape(words.of(unit, 'short_name'))}</small>"
        figure = "" if row is None or row.value_pct is None else value_text(row, words)
        shown = f"<b class='c {row.status}'><i>{glyph(row.status)}</i>{figure}</b>" if row else ""
        drawn += f"<span>{name}{shown}</span>"
    return drawn


def _track(line: ProfileLine) -> str:
    row, city_value = line.row, line.city.value_pct if line.city else None
    highest = (line.spread.high if line.spread else None) or 0.0
    others = [peer.value_pct if peer else None for peer in line.peers]
    top = max([FULL_PCT, row.value_pct or 0.0, highest, *(value or 0.0 for value in others)])
    drawn = _bands(line.spread, top) if line.spread else ""
    drawn += vertical(row.path_pct, top, "path") + vertical(row.threshold_pct, top, "th")
    if city_value is not None:
        diamond = "<path class='mean' d='M0 -7L5 0 0 7-5 0z'/>"
        drawn += f"<svg x='{at(city_value, top)}' y='50%' overflow='visible'>{diamond}</svg>"
    for place, value in enumerate(others, 1):
        if value is not None:
            drawn += (
                f"<svg x='{at(value, top)}' y='{PEER_LANES[place - 1]}%' overflow='visible'>"
                f"<circle class='s{place}' r='6'/><text dy='.36em' text-anchor='middle'>{place}</text></svg>"
            )
    if row.value_pct is not None:
        drawn += f"<circle class='dot {row.status}' cx='{at(row.value_pct, top)}' cy='50%' r='6.5'/>"
    return f"<svg class='track strip' aria-hidden='true'>{drawn}</svg>" if line.peers else _plain(drawn)


def _plain(drawn: str) -> str:
    return f"<svg class='track' aria-hidden='true'>{drawn}</svg>"


def _bands(spread: CityRange, top: float) -> str:
    drawn = ""
    for name, low, high in (("range", spread.low, spread.high), ("half", spread.quarter, spread.three_quarters)):
        if low is not None and high is not None:
            width = at(max(high - low, 0.4), top)
            drawn += f"<rect class='{name}' x='{at(low, top)}' width='{width}' y='22%' height='56%'/>"
    return drawn
