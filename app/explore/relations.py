"""Two targets against each other, of all units of a level or of one unit over the periods: `/explore/relations`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import streamlit as st

from app.analysis import correlation
from app.analysis.correlation import LINEAR, METHODS, MOST_UNLIKE
from app.analysis.pairs import BREAKING, Candidate, Pair, candidates, since_last_break, stretches
from app.core.i18n import Words
from app.core.url_state import WINDOWS
from app.explore import choices, relation_words
from app.explore.progress import FIRST_LEVEL, LEVELS
from app.explore.relation_chart import PEER, SELECTED, SYMBOLS, Axes, Dot, path_chart, units_chart
from app.explore.relation_table import origin_address, show_table, unit_address
from app.explore.visit import Visit
from app.queries import peers, plan, progress
from app.queries.target import every_break, terms
from app.records import Period, Progress, Target, Unit

UNITS, TIME = "units", "time"
NONE = ""
MARKDOWN = re.compile(r"([\\`*_\[\]~$<>#])")


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is chosen; the targets in force and the units that exist by then, by code."""

    period: Period
    window: str
    level: str
    view: str
    targets: dict[str, Target]
    units: dict[str, Unit]

    @property
    def of_level(self) -> dict[str, Unit]:
        """Return the units of the level; areas replace districts."""
        return {
            code: unit
            for code, unit in self.units.items()
            if self.level == ("district" if unit.unit_level == "area" else unit.unit_level)
        }


def page(visit: Visit) -> None:
    """Render the choices, and the chart, coefficient and table of what is chosen."""
    say = visit.words
    begun = {one.period_code: one for one in plan.periods(visit.reader) if one.has_begun}
    if not begun:
        st.info(say("explore.not_begun"))
        return
    choice = _choice(visit, begun)
    if isinstance(choice, str):
        st.info(choice)
        return
    rows = progress.level_progress(visit.reader, choice.level, choice.period.period_code, choice.window)
    counted = {row.target_code for row in rows}
    axes = _axes(choice, counted, say)
    absent = [target for target in (axes.x, axes.y) if target.target_code not in counted]
    if axes.x == axes.y:
        st.info(say("explore.same_target"))
    elif absent:
        for target in absent:
            st.info(_not_at_level(target, choice, say))
    elif choice.view == UNITS:
        _units(visit, choice, axes, rows)
    else:
        _time(visit, choice, axes)


def _choice(visit: Visit, begun: Mapping[str, Period]) -> _Choice | str:
    """Show the choice of period, window, level and view; return it, or why nothing can be shown of the period."""
    say = visit.words
    opening = next((code for code, one in begun.items() if one.is_opening), None)
    first, second, third, fourth = st.columns(4)
    with first:
        period = begun[choices.one("period", say("period.title"), [*reversed(list(begun))], say.period, opening)]
    units = {unit.unit_code: unit for unit in plan.every_unit(visit.reader) if unit.exists_on(period.end_date)}
    targets = {target.target_code: target for target in plan.targets(visit.reader, period.period_code)}
    if not units or len(targets) < 2:
        return say("explore.no_targets" if units else "explore.no_units")
    with second:
        window = choices.one("window", say("window.title"), WINDOWS, lambda name: say(f"window.{name}"))
    names = _level_names(units, say)
    with third:
        level = choices.one("level", say("explore.level"), list(names), names.__getitem__, FIRST_LEVEL)
    with fourth:
        view = choices.one("view", say("explore.view"), (UNITS, TIME), lambda name: say(f"explore.view_{name}"))
    return _Choice(period, window, level, view, targets, units)


def _level_names(units: Mapping[str, Unit], say: Words) -> dict[str, str]:
    """Return the names of the levels that have units; where there are no districts, areas replace them."""
    existing = {unit.unit_level for unit in units.values()}
    names = {level: "area" if level == "district" and level not in existing else level for level in LEVELS}
    return {level: say(f"explore.level_{name}") for level, name in names.items() if name in existing}


def _axes(choice: _Choice, counted: set[str], say: Words) -> Axes:
    """Show the choice of the two targets: at first two that add up amounts, which can have many values."""
    targets = choice.targets
    fitting = [code for code in targets if code in counted and targets[code].counting_rule == "amounts"]
    codes = [*dict.fromkeys((*fitting, *targets))]

    def title(code: str) -> str:
        return f"{code} {say.of(targets[code], 'short_name')}"

    left, right = st.columns(2)
    with left:
        x = choices.one("x", say("explore.across"), list(targets), title, codes[0])
    with right:
        y = choices.one("y", say("explore.up"), list(targets), title, next(code for code in codes if code != x))
    return Axes(targets[x], targets[y])


def _not_at_level(target: Target, choice: _Choice, say: Words) -> str:
    names = _level_names(choice.units, say)
    shown = target.shown_levels.split("|")
    levels = [name for level, name in names.items() if level in shown or (level == "district" and "area" in shown)]
    named = f"{target.target_code} {say.of(target, 'short_name')}"
    return say("explore.counted_at", target=named, level=names[choice.level], levels=say.listed(levels))


def _units(visit: Visit, choice: _Choice, axes: Axes, rows: Sequence[Progress]) -> None:
    """Show the units of the level as dots, and how far their figures go together."""
    say = visit.words
    names = {code: say.of(unit, "short_name") for code, unit in choice.of_level.items()}
    first, second, third, fourth = st.columns(4)
    with first:
        marked = _unit([NONE, *names], names, say)
    with second:
        method = _method(say)
    with third:
        size = _size(visit, choice, say)
    with fourth:
        groups = _groups(choice, say)
    found = candidates(rows, axes.x.target_code, axes.y.target_code, names, attrgetter("unit_code"))
    pairs = [one.pair for one in found if one.pair]
    visit.record(f"{_recorded(choice, axes)}&level={choice.level}")
    st.caption(relation_words.drawn(found, UNITS, say))
    if pairs:
        st.markdown(_escaped(relation_words.across_units(pairs, method, axes, say)))
        outliers = [pairs[place].x.unit_code for place in correlation.unlike(*relation_words.values(pairs), method)]
        rings = _rings(visit, choice, marked)
        labelled = [*dict.fromkeys(code for code in (marked, *outliers) if code)]
        dots = [
            Dot(
                pair,
                relation_words.dot_text(names[code := pair.x.unit_code], pair, say),
                group=groups.get(code, ""),
                size=size.of(pair) if size else None,
                label=names[code] if code in labelled else "",
                ring=rings.get(code, ""),
            )
            for pair in sorted(pairs, key=lambda pair: _order(pair.x.unit_code, labelled))
        ]
        _draw_units(dots, Axes(axes.x, axes.y, size is not None), method, names.get(marked, ""), say)
        notes = [_marked_note(found, rings, marked, names, say), _unlike_note(method, outliers, say)]
        notes += relation_words.size_notes(dots, size.name, say) if size else []
        _notes(visit, axes, pairs, notes)
        by_unit = {pair.x.unit_code: pair for pair in pairs}
        _list({names[code]: by_unit[code] for code in labelled if code in by_unit}, say)
    else:
        st.info(say("explore.pairs_none"))
    show_table(found, names, say("explore.column_unit"), axes, say)


def _order(code: str, labelled: Sequence[str]) -> int:
    """Return the place of a unit: the labelled units first, in their order."""
    return labelled.index(code) if code in labelled else len(labelled)


def _time(visit: Visit, choice: _Choice, axes: Axes) -> None:
    """Show one unit's periods as dots along a line, and how far its figures go together."""
    say = visit.words
    names = {code: say.of(unit, "short_name") for code, unit in choice.of_level.items()}
    first, second = st.columns(2)
    with first:
        unit = _unit(list(names), names, say)
    with second:
        method = _method(say)
    until = choice.period.period_code
    periods = [one.period_code for one in plan.periods(visit.reader) if one.period_code <= until]
    rows = progress.unit_trend(visit.reader, unit, choice.window, until)
    found = candidates(rows, axes.x.target_code, axes.y.target_code, periods, attrgetter("period_code"))
    pairs = [one.pair for one in found if one.pair]
    targets = (None, axes.x.target_code, axes.y.target_code)
    breaks = [one for one in every_break(visit.reader) if one.target_code in targets and one.period_code <= until]
    visit.record(f"{_recorded(choice, axes)}&unit={unit}")
    st.caption(relation_words.drawn(found, "periods", say))
    if pairs:
        st.markdown(_escaped(relation_words.over_time(since_last_break(pairs, breaks), method, axes, say)))
        parts = [[_period_dot(pair, say) for pair in part] for part in stretches(pairs, breaks, periods)]
        st.plotly_chart(path_chart(parts, axes, say), key="path", alt=_alt("path", axes, say, unit=names[unit]))
        named = [f"{say.period(one.period_code)}: {say.of(one, 'text')}" for one in breaks if one.kind in BREAKING]
        _notes(visit, axes, pairs, [say("explore.path_note"), *named])
        _list({names[unit]: pairs[-1]}, say)
    else:
        st.info(say("explore.pairs_none"))
    show_table(found[::-1], {code: say.period(code) for code in periods}, say("explore.column_period"), axes, say)


def _period_dot(pair: Pair, say: Words) -> Dot:
    code = pair.x.period_code
    return Dot(pair, relation_words.dot_text(say.period(code), pair, say), label=say.short_period(code))


def _unit(codes: Sequence[str], names: Mapping[str, str], say: Words) -> str:
    return choices.one(
        "unit", say("explore.marked_unit"), codes, lambda code: names[code] if code else say("explore.no_unit")
    )


def _method(say: Words) -> str:
    return choices.one("method", say("explore.method"), METHODS, lambda name: say(f"explore.method_{name}"))


@dataclass(frozen=True, slots=True)
class _Size:
    """What the area of a dot shows."""

    name: str
    of: Callable[[Pair], float | None]


def _size(visit: Visit, choice: _Choice, say: Words) -> _Size | None:
    """Show the choice of what the area of a dot shows; None for dots of one size."""
    reported = peers.every_size(visit.reader, choice.period.end_date)
    measures = {one.measure_code: say.of(one, "name") for one in reported}
    names = {NONE: say("explore.size_none"), "x": say("explore.size_x"), "y": say("explore.size_y"), **measures}
    chosen = choices.one("size", say("explore.size"), list(names), names.__getitem__)
    if chosen == NONE:
        return None
    if chosen not in measures:
        return _Size(names[chosen], lambda pair: (pair.x if chosen == "x" else pair.y).denominator)
    by_unit = {one.unit_code: one.measure_value for one in reported if one.measure_code == chosen}
    return _Size(names[chosen], lambda pair: by_unit.get(pair.x.unit_code))


def _groups(choice: _Choice, say: Words) -> dict[str, str]:
    """Show the choice of colours, of those that tell a few groups apart; return the group of each unit by code."""

    def below_city(unit: Unit) -> Unit:
        parent = choice.units.get(unit.parent_code or "")
        return below_city(parent) if parent and parent.unit_level != "city" else unit

    units = choice.of_level
    by_kind = {
        "type": {
            code: say.first(f"explore.type_{unit.unit_type}", "explore.type_other", code=unit.unit_type)
            for code, unit in units.items()
        },
        "area": {code: say.of(below_city(unit), "short_name") for code, unit in units.items()},
    }
    offered = [kind for kind, groups in by_kind.items() if 1 < len(set(groups.values())) <= len(SYMBOLS)]
    chosen = choices.one(
        "colour", say("explore.colour"), [NONE, *offered], lambda kind: say(f"explore.colour_{kind or 'none'}")
    )
    return by_kind.get(chosen, {})


def _rings(visit: Visit, choice: _Choice, marked: str) -> dict[str, str]:
    """Return the marks of the marked unit and of the units of similar size."""
    if not marked:
        return {}
    alike = peers.peers(visit.reader, choice.units[marked], choice.period.year)
    return {marked: SELECTED, **{peer.peer_code: PEER for peer in alike}}


def _draw_units(dots: Sequence[Dot], axes: Axes, method: str, marked: str, say: Words) -> None:
    fitted = None
    if method == LINEAR and not correlation.obstacle(*(values := relation_words.values([dot.pair for dot in dots]))):
        fitted = correlation.line(*values)
    rings = {ring: say(f"explore.ring_{ring}", unit=marked) for ring in (SELECTED, PEER)} if marked else {}
    st.plotly_chart(units_chart(dots, axes, fitted, rings, say), key="relation", alt=_alt("relation", axes, say))


def _alt(kind: str, axes: Axes, say: Words, **values: str) -> str:
    return say(f"explore.{kind}_alt", x=say.of(axes.x, "short_name"), y=say.of(axes.y, "short_name"), **values)


def _marked_note(
    found: Sequence[Candidate], rings: Mapping[str, str], marked: str, names: Mapping[str, str], say: Words
) -> str:
    """Return why the marked unit has no dot or no units of similar size; empty where it has both."""
    reason = next((one.missing_reason for one in found if one.key == marked), None)
    notes = []
    if reason:
        notes.append(
            say("explore.unit_without_dot", unit=names[marked], reason=relation_words.reason_text(reason, say))
        )
    if marked and PEER not in rings.values():
        notes.append(say("explore.no_peers", unit=names[marked]))
    return " ".join(notes)


def _unlike_note(method: str, outliers: Sequence[str], say: Words) -> str:
    note = say(f"explore.unlike_{method}", most=MOST_UNLIKE)
    return note if outliers else f"{note} {say('explore.unlike_none')}"


def _notes(visit: Visit, axes: Axes, pairs: Sequence[Pair], notes: Sequence[str]) -> None:
    """Show notes on the chart, and what its coefficient does not show."""
    say = visit.words
    columns = [
        {
            f"{one.form_code}: {one.header_vi if say.lang == 'vi' else one.header_en}"
            for one in terms(visit.reader, code)
        }
        for code in (axes.x.target_code, axes.y.target_code)
    ]
    lines = [*relation_words.doubts(pairs, say), *notes]
    if shared := sorted(columns[0] & columns[1]):
        lines.append(say("explore.shared_terms", columns=say.listed(shared)))
    lines.append(say("explore.not_shown"))
    st.caption("\n".join(f"- {_escaped(line)}" for line in lines if line))


def _list(named: Mapping[str, Pair], say: Words) -> None:
    """Show the figures of units by name, with links to their pages and to the cells that they come from."""
    lines = []
    for name, pair in named.items():
        figures = [
            f"{_escaped(f'{row.target_code} {relation_words.figure_text(row, say)}')}"
            f" [{say('explore.open_origin')}]({origin_address(row, say)})"
            for row in (pair.x, pair.y)
        ]
        lines.append(f"- [{_escaped(name)}]({unit_address(pair.x, say)}): {'; '.join(figures)}")
    st.markdown("\n".join(lines))


def _recorded(choice: _Choice, axes: Axes) -> str:
    return (
        f"/explore/relations?x={axes.x.target_code}&y={axes.y.target_code}"
        f"&period={choice.period.period_code}&window={choice.window}"
    )


def _escaped(text: str) -> str:
    """Return a text without meaning to Markdown, where ~ of an approximate number would strike out what follows."""
    return MARKDOWN.sub(r"\\\1", text)
