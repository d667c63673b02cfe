"""Units alike in size: which they are, how large each is, and the rule. dbt selects them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import NOTHING, Context
from app.pages.shared.figure import target_looked_at
from app.pages.shared.units import full_name
from app.queries import peers, plan, progress
from app.records import Progress, Target, Unit
from app.records.peers import UnitSize
from app.ui import layout
from app.ui.figure_text import points_text
from app.ui.page_header import link_to, remark
from app.ui.status import figure_chip
from app.ui.tables import Column, table, table_of
from app.ui.templates import render


def alike(context: Context, unit: Unit) -> list[Unit]:
    """Return the units most alike in the year of the chosen quarter, the most alike first."""
    units = []
    for peer in peers.peers(context.reader, unit, context.period.year):
        history = plan.unit_history(context.reader, peer.peer_code)
        units += [unit for unit in history if unit.exists_on(context.period.end_date)]
    return units


def likeness_section(context: Context, unit: Unit, rows: Sequence[Progress]) -> Markup:
    """Render, for a unit's page, one target of it and of the units like it, and the link to all targets. `rows` are its
    figures."""
    like = alike(context, unit)
    target = target_looked_at(context, rows)
    # No claim that no other unit is like theirs to viewers who do not see the others.
    if target is None or not (like or context.viewer.readable_units is None):
        return NOTHING
    own = next((row for row in rows if row.target_code == target.target_code), None)
    if not like:
        html = remark(_none(context, unit))
    elif own is not None and not own.is_judged:
        html = remark(words("so_far.not_compared"))
    else:
        html = remark(_rule(peers.sizes(context.reader, unit, context.period.year)))
        html += _figures(context, [unit, *like], target)
        codes = ",".join(member.unit_code for member in (unit, *like))
        link = link_to(context.state.href("compare", units=codes), words("likeness.compare"))
        html += Markup("<p>{}</p>").format(link)
    title = words("likeness.title", target=words.of(target, "short_name"))
    return layout.section(title, html, "", "alike")


def rule_section(context: Context, units: Sequence[Unit]) -> Markup:
    """Render, for the comparison, the rule in words, and the size of each unit, folded; empty where none has a size."""
    sizes = {unit.unit_code: peers.sizes(context.reader, unit, context.period.year) for unit in units}
    if not any(sizes.values()):
        return NOTHING
    body = render(
        "pages/shared/sizes.html",
        rule=_rule(next(filter(None, sizes.values()))),
        missing=[_none(context, unit) for unit in units if unit_page(unit.unit_level) and not alike(context, unit)],
        title=words("likeness.sizes", year=context.period.year),
        sizes=_sizes(context, units, sizes),
    )
    return layout.section(words("likeness.how"), body, "", "alike")


def _figures(context: Context, units: Sequence[Unit], target: Target) -> Markup:
    state = context.state
    codes = [unit.unit_code for unit in units]
    rows = progress.target_units(context.reader, target.target_code, codes, state.period, state.window)
    row_of = {row.unit_code: row for row in rows}

    def name(pair: tuple[Unit, Progress]) -> Markup:
        page = unit_page(pair[0].unit_level)
        href = state.href(page, unit=pair[0].unit_code, target=target.target_code)
        return link_to(href, full_name(context.reader, pair[0]))

    columns: list[Column[tuple[Unit, Progress]]] = [
        Column("figures.unit", name),
        Column("figures.numerator", lambda pair: words.number(pair[1].numerator), "n"),
        Column("figures.denominator", lambda pair: words.number(pair[1].denominator), "n"),
        Column("figures.value", lambda pair: points_text(pair[1]), "n"),
        Column("figures.status", lambda pair: figure_chip(pair[1])),
    ]
    pairs = [(unit, row) for unit in units if (row := row_of.get(unit.unit_code))]
    return table_of("alike", columns, pairs, words("likeness.caption", target=words.of(target, "name")))


def _sizes(context: Context, units: Sequence[Unit], sizes: dict[str, list[UnitSize]]) -> Markup:
    measures = {size.measure_code: words.of(size, "name") for rows in sizes.values() for size in rows}
    heads = [(words("figures.unit"), ""), (words("likeness.kind"), ""), *((name, "n") for name in measures.values())]
    lines = []
    for unit in units:
        own = {size.measure_code: size for size in sizes[unit.unit_code]}
        if own:
            is_rural = next(iter(own.values())).is_rural
            kind = words("likeness.rural" if is_rural else "likeness.urban")
            numbers = [words.number(own[code].measure_value) if code in own else "" for code in measures]
            lines.append([full_name(context.reader, unit), kind, *numbers])
    return table("sizes", heads, lines, words("likeness.sizes", year=context.period.year))


def _rule(sizes: Sequence[UnitSize]) -> str:
    """Return the rule in words, with the sizes that it is based on."""
    return words("likeness.rule", sizes=words.listed([words.of(size, "name").lower() for size in sizes]))


def _none(context: Context, unit: Unit) -> str:
    """Return why no unit is like this one: no form has its size, that is not known, or no other unit's is."""
    sizes = peers.sizes(context.reader, unit, context.period.year)
    if sizes and all(size.measure_value is not None for size in sizes):
        key = "likeness.alone"
    elif sizes or not context.period.has_begun:
        key = "likeness.none"
    else:
        key = "likeness.unasked"
    return words(key, unit=full_name(context.reader, unit), year=context.period.year)
