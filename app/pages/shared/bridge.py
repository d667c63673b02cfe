"""The part of a page that answers why a figure moved: choice of the earlier moment, bridge, units and reports."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis.bridge import BridgeQuestion, bridge_between
from app.analysis.bridge_moments import EarlierMoment, chosen_moment, earlier_moments, usual_moment
from app.core.formatting import capitalized
from app.core.i18n import words
from app.core.levels import is_top
from app.core.page_context import NOTHING, Charts, Context, Tables
from app.core.sheet import Field, Sheet, sheet_of
from app.core.url_state import State
from app.figures.bridge.html import draw_bridge
from app.figures.bridge.spec import (
    BridgeBar,
    BridgeSpec,
    bridge_spec,
    moved_text,
    numbers_text,
    part_names,
    placed_name,
)
from app.figures.bridge.svg import bridge_chart
from app.pages.shared.files import caption
from app.queries.fetch import OtherLayoutError
from app.records import Progress, Target, Unit
from app.records.bridge import Bridge, Effect
from app.ui import layout
from app.ui.choices import links, select
from app.ui.page_header import link_to, remark
from app.ui.tables import Column, table_of

PART, UNITS = "bridge", "bridge-units"
# Units in the table of a page; the file has all.
MOST_ROWS = 24
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownBridge:
    """Bridge of a unit's figure since a moment, and its spec; both are None where the moment is not comparable, or the
    period has no such moment."""

    unit: Unit
    target: Target
    moments: tuple[EarlierMoment, ...]
    moment: EarlierMoment | None
    bridge: Bridge | None
    spec: BridgeSpec | None
    names: Mapping[str, str]


def is_bridge_asked(state: State) -> bool:
    """Return whether the address asks why the figure moved."""
    return bool(state.get("since"))


def bridge_link(context: Context, row: Progress | None, **changes: str | None) -> Markup:
    """Render the link to the bridge since the moment with which the page compares a figure.

    Empty without a figure, and where there is no such moment.
    """
    if row is None or row.value_pct is None or context.state.is_file or is_bridge_asked(context.state):
        return NOTHING
    since = usual_moment(context, row)
    href = context.state.href(since=since, **changes)
    return link_to(f"{href}#{PART}", words("bridge.way")) if since else NOTHING


def shown_bridge(context: Context, target: Target, unit: Unit) -> ShownBridge | None:
    """Return the bridge that the address requests, None without a request.

    Raises `UnknownCodeError` for a moment that does not exist.
    """
    code = context.state.get("since")
    if not code:
        return None
    moments = earlier_moments(context)
    moment = chosen_moment(context, moments, code)
    if moment is None:
        return ShownBridge(unit, target, tuple(moments), None, None, None, {})
    question = BridgeQuestion(
        target=target,
        unit=unit.unit_code,
        period=context.state.period,
        window=context.state.window,
        before=moment.period,
        held=moment.held(context.reader),
        named=frozenset(one.unit_code for one in context.units) if is_top(unit.unit_level) else frozenset(),
    )
    try:
        bridge = bridge_between(context.reader, question)
    except OtherLayoutError:
        log.warning("version %s cannot be compared with", moment.version)
        bridge = None
    names = part_names(context.city, (*context.reporters, *context.districts))
    place, since = words.of(unit, "name"), moment.text()
    spec = bridge_spec(bridge, target, place, since, names) if bridge else None
    return ShownBridge(unit, target, tuple(moments), moment, bridge, spec, names)


def bridge_section(context: Context, shown: ShownBridge | None) -> Markup:
    """Render the bridge; empty without a request."""
    if shown is None:
        return NOTHING
    html = _choice(context.state, shown)
    if shown.spec is None or shown.bridge is None:
        return layout.section(
            words("bridge.title"), html + remark(words("bridge.gone" if shown.moment else "bridge.no_moment")), "", PART
        )
    html += draw_bridge(shown.spec, lambda bar: _bar_link(context.state, shown, bar))
    html += _units(context.state, shown)
    has_bars = bool(shown.spec.bars)
    note = words("bridge.note") if has_bars else ""
    offered = {"table": PART, "chart": PART} if has_bars else {}
    return layout.part(context, words("bridge.title"), html, note, PART, **offered)


def bridge_table(shown: ShownBridge | None) -> Tables:
    """Return every unit's part in the difference."""
    if shown is None or shown.spec is None or not shown.spec.bars:
        return {}
    return {PART: lambda: _sheet(shown)}


def bridge_picture(context: Context, shown: ShownBridge | None) -> Charts:
    """Return the bridge as a file, under its sentence."""
    if shown is None or shown.spec is None or not shown.spec.bars:
        return {}
    spec = shown.spec
    subject = words.of(shown.target, "name")
    return {PART: lambda: bridge_chart(caption(context, spec.sentence, subject), spec)}


def _choice(state: State, shown: ShownBridge) -> Markup:
    """Render the choice of the earlier moment, the chosen one among them wherever it is."""
    if state.is_file or not (shown.moments or shown.moment):
        return NOTHING
    chosen = state.get("since") or ""
    options = [(moment.code, capitalized(moment.text())) for moment in shown.moments]
    if shown.moment is None:
        options.insert(0, (chosen, words("bridge.none")))
    elif shown.moment not in shown.moments:
        options.append((shown.moment.code, capitalized(shown.moment.text())))
    return select("since", words("bridge.choose"), links(state.href, "since", options, chosen))


def _bar_link(state: State, shown: ShownBridge, bar: BridgeBar) -> str:
    """Return the address of what a bar consists of: a unit's cells, a report, or the table of units below."""
    href = state.href
    if bar.kind == "total":
        return ""
    if bar.unit_code:
        return href("origin", target=shown.target.target_code, unit=bar.unit_code)
    reports = {report for effect in bar.effects for report in effect.reports}
    if len(reports) == 1:
        reporter, period = next(iter(reports))
        return href("reports", unit=reporter, period=period)
    if bar.cause == "rule" and not any(effect.part for effect in bar.effects):
        return href("methodology", target=shown.target.target_code)
    return "" if state.is_file else f"#{UNITS}"


def _ranked(bridge: Bridge) -> list[Effect]:
    """Return the effects of known units, the largest first."""
    known = (effect for effect in bridge.effects if effect.part and (effect.points or effect.cause != "own"))
    return sorted(known, key=lambda effect: -abs(effect.points))


def _units(state: State, shown: ShownBridge) -> Markup:
    """Render the largest parts as a folded table, with the cells and reports of each; empty for a single unit."""
    href = state.href
    bridge = shown.bridge
    if bridge is None:
        return NOTHING
    effects = _ranked(bridge)
    if not effects or all(effect.shown_unit == shown.unit.unit_code for effect in effects):
        return NOTHING

    def name(effect: Effect) -> Markup | str:
        code = effect.part.unit_code if effect.part else ""
        address = href("origin", target=shown.target.target_code, unit=code)
        return link_to(address, _name(effect, shown)) or _name(effect, shown)

    def reports(effect: Effect) -> Markup:
        return words.join(
            [
                link_to(href("reports", unit=code, period=period), words.short_period(period))
                for code, period in effect.reports
            ]
        )

    columns: list[Column[Effect]] = [
        Column("bridge.unit", name),
        Column("bridge.cause", lambda effect: words(f"bridge.cause_{effect.cause}")),
        Column("bridge.before", lambda effect: numbers_text(effect.before, bridge), "n"),
        Column("bridge.after", lambda effect: numbers_text(effect.after, bridge), "n"),
        Column("bridge.moved", lambda effect: moved_text(effect.points, bridge), "n"),
    ]
    if any(effect.reports for effect in effects):
        columns.append(Column("bridge.reports", reports))
    table = table_of("bridged", columns, effects[:MOST_ROWS], words("bridge.title"))
    more = len(effects) - MOST_ROWS
    rest = remark(words("bridge.more", count=more)) if more > 0 else NOTHING
    summary = words("bridge.units", count=len(effects))
    return Markup("<details id='{}'><summary>{}</summary>{}{}</details>").format(UNITS, summary, table, rest)


def _name(effect: Effect, shown: ShownBridge) -> str:
    """Return the name of a unit, with the unit above it where the short one alone is not in the picture."""
    part = effect.part
    if part is None:
        return words("bridge.others")
    name, is_alone = words.of(part, "name"), shown.names.get(part.unit_code) == words.of(part, "short_name")
    return name if is_alone else placed_name(part, name, shown.names, shown.unit.unit_code)


def _sheet(shown: ShownBridge) -> Sheet:
    """Return one row per unit and cause; the points add up to the difference of the two figures."""
    effects = shown.bridge.effects if shown.bridge else ()

    def number(place: int, *, is_after: bool) -> Callable[[Effect], float | None]:
        def of(effect: Effect) -> float | None:
            numbers = effect.after if is_after else effect.before
            return numbers[place] if numbers else None

        return of

    def code(effect: Effect) -> str:
        return effect.part.unit_code if effect.part else ""

    fields: tuple[Field[Effect], ...] = (
        Field("sheet.unit_code", code),
        Field("sheet.unit", lambda effect: _name(effect, shown) if effect.part else ""),
        Field("bridge.cause", lambda effect: words(f"bridge.cause_{effect.cause}")),
        Field("bridge.numerator_before", number(0, is_after=False), "amount"),
        Field("bridge.denominator_before", number(1, is_after=False), "amount"),
        Field("bridge.numerator_after", number(0, is_after=True), "amount"),
        Field("bridge.denominator_after", number(1, is_after=True), "amount"),
        Field("bridge.points", lambda effect: effect.points, "percent"),
        Field("bridge.reports", lambda effect: "; ".join(f"{code} {period}" for code, period in effect.reports)),
    )
    title = shown.spec.sentence if shown.spec else words("bridge.title")
    return sheet_of(title, fields, effects)
