"""Two targets against each other, of all units of a level or of one unit over the periods: `/explore/relations`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.analysis import correlation
from app.analysis.correlation import LINEAR, MOST_UNLIKE
from app.analysis.pairs import BREAKING, Axes, Candidate, Dot, Pair, since_last_break, stretches
from app.analysis.relation_view import (
    UNITS,
    Choice,
    chosen,
    chosen_axes,
    chosen_method,
    chosen_unit,
    compared_periods,
    compared_units,
    level_names,
)
from app.core.i18n import words
from app.core.levels import tier_of
from app.explore.copies import Shown
from app.explore.notes import escaped
from app.explore.relation_chart import PEER, SELECTED, add_line, path_chart, units_chart
from app.explore.relation_choices import Fields, chosen_groups, chosen_size
from app.explore.relation_table import origin_address, show_table, unit_address
from app.explore.visit import Visit
from app.exports.shared.labels import version_labels
from app.queries import peers, progress
from app.queries.statements import progress_statement
from app.queries.target import terms
from app.records import Progress, Target
from app.ui import relation_text


def page(visit: Visit) -> Shown | None:
    """Render the choices, and the chart, coefficient and table of what is chosen; return the table for copies."""
    fields = Fields()
    choice = chosen(visit.reader, fields)
    if isinstance(choice, str):
        st.info(choice)
        return None
    rows = progress.level_progress(visit.reader, choice.level, choice.period.period_code, choice.window)
    counted = {row.target_code for row in rows}
    axes = chosen_axes(choice, counted, fields)
    absent = [target for target in (axes.x, axes.y) if target.target_code not in counted]
    if axes.x == axes.y:
        st.info(words("explore.same_target"))
    elif absent:
        for target in absent:
            st.info(_not_at_level(target, choice))
    elif choice.view == UNITS:
        return _units(visit, choice, axes, rows, fields)
    else:
        return _time(visit, choice, axes, fields)
    return None


def _not_at_level(target: Target, choice: Choice) -> str:
    names = level_names(choice.units)
    shown = set(target.shown_levels.split("|"))
    levels = [name for level, name in names.items() if not shown.isdisjoint(tier_of(level))]
    named = f"{target.target_code} {words.of(target, 'short_name')}"
    return words("explore.counted_at", target=named, level=names[choice.level], levels=words.listed(levels))


def _units(visit: Visit, choice: Choice, axes: Axes, rows: Sequence[Progress], fields: Fields) -> Shown:
    """Show the units of the level as dots, and how far their figures go together."""
    names = choice.names()
    marked = chosen_unit(choice, names, fields)
    method = chosen_method(fields)
    with fields.dots:
        size, groups = chosen_size(visit, choice), chosen_groups(choice)
    found = compared_units(rows, axes, names)
    pairs = [one.pair for one in found if one.pair]
    visit.record(f"{_recorded(choice, axes)}&level={choice.level}")
    st.markdown(escaped(relation_text.counted(found, UNITS)))
    if pairs:
        st.markdown(escaped(relation_text.across_units(pairs, method, axes)))
        outliers = [pairs[place].x.unit_code for place in correlation.unlike(*relation_text.values(pairs), method)]
        rings = _rings(visit, choice, marked)
        labelled = [*dict.fromkeys(code for code in (marked, *outliers) if code)]
        dots = [
            Dot(
                pair,
                relation_text.dot_text(names[code := pair.x.unit_code], pair),
                group=groups.get(code, ""),
                size=size.of(pair) if size else None,
                label=names[code] if code in labelled else "",
                ring=rings.get(code, ""),
            )
            for pair in sorted(pairs, key=lambda pair: -_order(pair.x.unit_code, labelled))
        ]
        sized = Axes(axes.x, axes.y, size is not None)
        _show_chart(dots, sized, [*dict.fromkeys(groups.values())], names.get(marked, ""), method)
        notes = [_marked_note(found, rings, marked, names), _unlike_note(method, outliers)]
        notes += relation_text.size_notes(dots, size.name) if size else []
        _notes(visit, axes, pairs, notes)
        by_unit = {pair.x.unit_code: pair for pair in pairs}
        _list({names[code]: by_unit[code] for code in labelled if code in by_unit})
    else:
        st.info(words("explore.pairs_none"))
    table = show_table(found, names, words("explore.column_unit"), axes)
    shown = (choice.period.period_code, choice.window, choice.level)
    sql = progress_statement(*shown, {"target": (axes.x.target_code, axes.y.target_code)}, False)
    return Shown(sql, workbook=lambda: (table, version_labels(visit.publication, table.title)))


def _order(code: str, labelled: Sequence[str]) -> int:
    """Return the place of a unit: the labelled units first, in their order."""
    return labelled.index(code) if code in labelled else len(labelled)


def _time(visit: Visit, choice: Choice, axes: Axes, fields: Fields) -> Shown:
    """Show one unit's periods as dots along a line, and how far its figures go together."""
    names = choice.names()
    unit, method = chosen_unit(choice, names, fields), chosen_method(fields)
    found, breaks = compared_periods(visit.reader, choice, axes, unit)
    periods = [one.key for one in found]
    pairs = [one.pair for one in found if one.pair]
    visit.record(f"{_recorded(choice, axes)}&unit={unit}")
    st.markdown(escaped(relation_text.counted(found, "periods")))
    if pairs:
        st.markdown(escaped(relation_text.over_time(since_last_break(pairs, breaks), method, axes)))
        parts = [[_period_dot(pair) for pair in part] for part in stretches(pairs, breaks, periods)]
        st.plotly_chart(path_chart(parts, axes), key="path", alt=_alt("path", axes, unit=names[unit]))
        named = [f"{words.period(one.period_code)}: {words.of(one, 'text')}" for one in breaks if one.kind in BREAKING]
        _notes(visit, axes, pairs, [words("explore.path_note"), *named])
        _list({names[unit]: pairs[-1]})
    else:
        st.info(words("explore.pairs_none"))
    named_periods = {code: words.period(code) for code in periods}
    table = show_table(found[::-1], named_periods, words("explore.column_period"), axes)
    return Shown(workbook=lambda: (table, version_labels(visit.publication, table.title)))


def _period_dot(pair: Pair) -> Dot:
    code = pair.x.period_code
    return Dot(pair, relation_text.dot_text(words.period(code), pair), label=words.short_period(code))


def _rings(visit: Visit, choice: Choice, marked: str) -> dict[str, str]:
    """Return the marks of the marked unit and of the units of similar size."""
    if not marked:
        return {}
    alike = peers.peers(visit.reader, choice.units[marked], choice.period.year)
    return {marked: SELECTED, **{peer.peer_code: PEER for peer in alike}}


def _show_chart(dots: Sequence[Dot], axes: Axes, groups: Sequence[str], marked: str, method: str) -> None:
    rings = {ring: words(f"explore.ring_{ring}", unit=marked) for ring in (SELECTED, PEER)} if marked else {}
    figure = units_chart(dots, axes, groups, rings)
    values = relation_text.values([dot.pair for dot in dots])
    if method == LINEAR and not correlation.obstacle(*values):
        add_line(figure, *correlation.line(*values))
    st.plotly_chart(figure, key="relation", alt=_alt("relation", axes))


def _alt(kind: str, axes: Axes, **values: str) -> str:
    return words(f"explore.{kind}_alt", x=words.of(axes.x, "short_name"), y=words.of(axes.y, "short_name"), **values)


def _marked_note(found: Sequence[Candidate], rings: Mapping[str, str], marked: str, names: Mapping[str, str]) -> str:
    """Return why the marked unit has no dot or no units of similar size; empty where it has both."""
    reason = next((one.missing_reason for one in found if one.key == marked), None)
    notes = []
    if reason:
        notes.append(words("explore.unit_without_dot", unit=names[marked], reason=relation_text.reason_text(reason)))
    if marked and PEER not in rings.values():
        notes.append(words("explore.no_peers", unit=names[marked]))
    return " ".join(notes)


def _unlike_note(method: str, outliers: Sequence[str]) -> str:
    note = words(f"explore.unlike_{method}", most=MOST_UNLIKE)
    return note if outliers else f"{note} {words('explore.unlike_none')}"


def _notes(visit: Visit, axes: Axes, pairs: Sequence[Pair], notes: Sequence[str]) -> None:
    """Show notes on the chart, and what its coefficient does not show."""
    columns = [
        {
            f"{one.form_code}: {one.header_vi if words.lang == 'vi' else one.header_en}"
            for one in terms(visit.reader, code)
        }
        for code in (axes.x.target_code, axes.y.target_code)
    ]
    lines = [*relation_text.doubts(pairs), *notes]
    if shared := sorted(columns[0] & columns[1]):
        lines.append(words("explore.shared_terms", columns=words.listed(shared)))
    lines.append(words("explore.not_shown"))
    st.markdown("\n".join(f"- :small[{escaped(line)}]" for line in lines if line))


def _list(named: Mapping[str, Pair]) -> None:
    """Show the figures of units by name, with links to their pages and to the cells that they come from."""
    lines = []
    for name, pair in named.items():
        figures = [
            f"{escaped(f'{row.target_code} {relation_text.figure_text(row)}')}"
            f" [{words('explore.open_origin')}]({origin_address(row)})"
            for row in (pair.x, pair.y)
        ]
        address = unit_address(pair.x)
        linked = f"[{escaped(name)}]({address})" if address else escaped(name)
        lines.append(f"- {linked}: {'; '.join(figures)}")
    st.markdown("\n".join(lines))


def _recorded(choice: Choice, axes: Axes) -> str:
    return (
        f"/explore/relations?x={axes.x.target_code}&y={axes.y.target_code}"
        f"&period={choice.period.period_code}&window={choice.window}"
    )
