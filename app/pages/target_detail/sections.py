"""HTML of the parts of the target page."""

from __future__ import annotations

from markupsafe import Markup

from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import NOTHING, Context
from app.core.url_state import State
from app.figures.breakdown.html import breakdowns
from app.figures.breakdown.spec import BreakdownSpec
from app.figures.funnel.html import funnel_details, funnel_picture, funnel_words
from app.figures.funnel.spec import FunnelSpec
from app.figures.grid.html import legend
from app.figures.map.boundaries_html import geo_map
from app.figures.map.html import draw_tile_map
from app.figures.map.spec import TileMap
from app.figures.ranking.html import draw_ranking
from app.figures.ranking.spec import Ranking
from app.figures.small_multiples.html import draw_multiples
from app.figures.small_multiples.spec import Multiples
from app.figures.trend.html import trend_details, trend_picture
from app.figures.trend.spec import TrendSpec
from app.geo import boundaries
from app.pages.shared.bridge import bridge_link
from app.pages.shared.figure import ask_link, figure_card, origin_link, target_choice, who_is_short
from app.pages.shared.followup import note_form
from app.pages.shared.levels import level_choice
from app.pages.shared.page_parts import MOST_ROWS
from app.pages.shared.selected_figure import history_choice
from app.pages.target_detail.data import SAME_GROUND, TargetFacts
from app.pages.target_detail.links import funnel_link, trend_link
from app.pages.target_detail.what_if import PART as WHAT_IF
from app.queries.year_parts import year_parts
from app.records import Cell, Progress, Target
from app.ui import layout
from app.ui.choices import links, select, toggle
from app.ui.exploring import exploring
from app.ui.figure_text import basis_text, footing, legend_statuses, value_text
from app.ui.page_header import link_to, remark, way_to
from app.ui.status import figure_chip
from app.ui.tables import figures_table
from app.ui.templates import render
from app.ui.year_part_text import part_of_row, year_part_text


def header(context: Context, facts: TargetFacts, *, can_assume: bool = False) -> Markup:
    """Render the choice of target and district, the legend, the city's figure, what it rests on and the links on from
    it, among them what if, where something can be assumed."""
    target, row = facts.target, facts.city_row
    further = link_to(context.state.within("definition"), words("target.to_definition"))
    texts: list[str | Markup] = [_kind(target)]
    if row is not None:
        short = who_is_short(context.reader, context.state, row, target)
        parts = year_parts(context.reader, context.state.period, context.state.window)
        covered = part_of_row(row, parts)
        beside = [text for text in (covered, short) if text]
        texts = [*footing(row, target), *beside, basis_text(target), *texts]
        further = origin_link(row, context.state.href) + further + ask_link(row, context.state.href)
    further += bridge_link(context, facts.focus_row, target=target.target_code)
    if can_assume:
        further += link_to(context.state.within(WHAT_IF), words("what_if.way"))
    return render(
        "pages/target_detail/header.html",
        choices=NOTHING
        if context.state.is_file
        else level_choice(context, unit=None) + _target_choice(context, target) + _unit_choice(context.state, facts),
        legend=legend(legend_statuses(target, facts.rows)),
        target=target,
        row=row,
        value=value_text(row) if row else "",
        status=figure_chip(row) if row else NOTHING,
        facts=texts,
        ways=further,
    )


def header_ended(context: Context, facts: TargetFacts, last: Progress) -> Markup:
    """Render the same for a target whose level ended: that it did, and the link to its last figure."""
    state, target = context.state, facts.target
    link = link_to(state.href(target=target.target_code, period=last.period_code), words.period(last.period_code))
    ended = words.markup(
        "target.ended",
        period=words.period(state.period),
        value=value_text(last),
        status=words.status(last.shown_status).lower(),
        way=link,
    )
    return render(
        "pages/target_detail/header.html",
        choices=NOTHING if state.is_file else _target_choice(context, target),
        legend=legend([*legend_statuses(target), "not_applicable"]),
        target=target,
        row=None,
        facts=[ended],
        ways=link_to(state.within("definition"), words("target.to_definition")),
    )


def _target_choice(context: Context, target: Target) -> Markup:
    """Render the choice of another target, of which nothing is assumed."""
    return target_choice(context, target, assume=None, find=None)


def _unit_choice(state: State, facts: TargetFacts) -> Markup:
    if not facts.units:
        return NOTHING
    units = [
        (None, words("target.whole_city")),
        *((code, words.of(unit, "name")) for code, unit in facts.units.items()),
    ]
    if facts.ward and facts.ward.unit_code not in facts.units:
        units.append((facts.ward.unit_code, words.of(facts.ward, "name")))
    chosen = None if facts.focus is facts.city else facts.focus.unit_code
    options = links(state.href, "unit", units, chosen, target=facts.target.target_code, history=None)
    return select("unit", words("target.choose_unit"), options)


def ranking(context: Context, spec: Ranking | None) -> Markup:
    """Render every district, best first; by their answers where they answer yes or no; why no one is ranked yet."""
    if spec is None:
        return layout.section(words("ranking.title"), remark(words("so_far.not_ranked")), "", "ranking")
    html = draw_ranking(spec, context.state.href)
    note = f"{spec.note} {_parts_of_units(context, spec)}".strip()
    return layout.part(context, spec.title, html, note, "ranking", table="figures", chart="ranking")


def _parts_of_units(context: Context, spec: Ranking) -> str:
    """Return which part of the year the ranked figures cover, where it is not the same of all; else empty."""
    parts = year_parts(context.reader, context.state.period, context.state.window)
    cells = [Cell(spec.target_code, bar.unit_code) for bar in spec.bars]
    groups = group_by((parts[cell] for cell in cells if cell in parts), year_part_text)
    if len(groups) < 2:
        return ""
    texts = [
        words(
            "year_part.of_units",
            part=text,
            count=len(members),
            units=words(f"unit_noun.{context.level}", count=len(members)),
        )
        for text, members in groups.items()
    ]
    return f"{words('year_part.row', part='; '.join(texts))}."


def marked_card(context: Context, facts: TargetFacts) -> Markup:
    """Render the ward's or the marked district's figure with further links; empty while the city is looked at."""
    if facts.marked is None or facts.focus_row is None:
        return NOTHING
    name = words.of(facts.focus, "name")
    short = who_is_short(context.reader, context.state, facts.focus_row, facts.target)
    return figure_card(facts.focus_row, facts.target, name, context.state.href, short)


def trend(context: Context, facts: TargetFacts, spec: TrendSpec) -> Markup:
    """Render the trend in a sentence, as a picture, and as words and figures."""
    state = context.state
    breaks = state.within("trend-figures")
    html = _grounds(context, facts)
    if facts.ward:
        html += history_choice(state, facts.ward, facts.history, facts.target)
    html += remark(" ".join(spec.sentences))
    html += trend_picture(spec, trend_link(state, facts), breaks, exploring(state, "trend"))
    html += trend_details(spec) + note_form(context, facts.focus.unit_code, [facts.target])
    return layout.part(context, words("trend.title"), html, "", "trend", table="trend", chart="trend")


def _grounds(context: Context, facts: TargetFacts) -> Markup:
    """Render the switch between the city as it was governed and on the same ground, and what the latter is; empty while
    both are the same, nor in a file."""
    state = context.state
    region = facts.ground_unit
    if region is None or not facts.same_ground or state.is_file:
        return NOTHING
    options = [(None, words("ground.governed")), (SAME_GROUND, words("ground.same"))]
    chosen = SAME_GROUND if facts.is_same_ground else None
    html = toggle(words("ground.label"), links(state.href, "ground", options, chosen))
    if not facts.is_same_ground:
        return html
    count = sum(unit.parent_code == region.unit_code for unit in context.districts)
    since = formatting.date(region.valid_from)
    return html + remark(words("ground.note", since=since, place=words.of(region, "name"), count=count))


def tiles(context: Context, spec: TileMap) -> Markup:
    """Render the districts as tiles, where they lie in the city."""
    html = draw_tile_map(spec, context.state.href)
    return layout.part(context, words("target.map"), html, "", "map", chart="map")


def funnel(context: Context, spec: FunnelSpec) -> Markup:
    """Render value against size with the limits of chance: in sentences, as a picture, as figures."""
    state = context.state
    html = funnel_words(spec, state.href)
    html += funnel_picture(spec, funnel_link(state), exploring(state, "funnel"))
    html += funnel_details(spec)
    note = words("funnel.note")
    return layout.part(context, words("funnel.title"), html, note, "funnel", table="funnel", chart="funnel")


def breakdown(context: Context, spec: BreakdownSpec) -> Markup:
    """Render the breakdown of the target's counts; empty where the form has no parts."""
    html = breakdowns(spec)
    chart = "breakdown" if spec.has_picture else ""
    return layout.part(context, words("breakdown.title"), html, "", "breakdown", table="breakdown", chart=chart)


def definition(state: State, facts: TargetFacts) -> Markup:
    """Render what is counted, from which cells of which forms, how it is judged, and caveats."""
    target = facts.target
    href = state.href("methodology", target=target.target_code)
    body = render(
        "pages/target_detail/definition.html",
        target=target,
        basis=basis_text(target),
        kind=_kind(target),
        sources=_sources(facts),
        methodology=way_to(href, words("definition.methodology")),
    )
    return layout.section(words("definition.title"), body, "", "definition")


def _sources(facts: TargetFacts) -> list[str]:
    """Return a line a form: its name and the columns that are counted."""
    sources = []
    for form, terms in group_by(facts.terms, lambda term: term.form_code).items():
        columns = dict.fromkeys(words.of(term, "header") for term in terms)
        name = words.of(terms[0], "form_name")
        sources.append(words("definition.source", form=form, name=name, columns="; ".join(columns)))
    return sources


def own_map(state: State, facts: TargetFacts) -> Markup:
    """Render the districts on the operator's own map; empty where none is set up."""
    panels = boundaries.configured(tuple(facts.units))
    marked = facts.marked.unit_code if facts.marked else None
    html = geo_map(panels, facts.rows, facts.target, facts.units, state.href, marked)
    return layout.section(words("geo.title"), html, words("geo.note"), "boundaries")


def courses(context: Context, facts: TargetFacts, spec: Multiples) -> Markup:
    """Render one small series a unit; empty where no unit has a value, as where nothing is assigned to any."""
    if not spec.multiples:
        return NOTHING
    title = words("target.multiples")
    target = facts.target.target_code
    page = unit_page(context.level) or "district"
    html = draw_multiples(spec, lambda unit: context.state.href(page, unit=unit, target=target))
    return layout.part(context, title, html, spec.note, "courses", chart="multiples")


def figures(context: Context, facts: TargetFacts) -> Markup:
    """Render every district's and the city's figure in a table."""
    rows = [*facts.applicable_rows, *facts.city_rows]
    units = {**facts.units, facts.city.unit_code: facts.city}
    table = figures_table(rows, facts.target, units, context.state.href)
    if len(rows) > MOST_ROWS:
        summary = words("figures.all", count=len(rows))
        table = Markup("<details class='figures-of'><summary>{}</summary>{}</details>").format(summary, table)
    return layout.part(context, words("figures.title"), table, "", "figures", table="figures")


def _kind(target: Target) -> str:
    return words(f"{'kind' if target.threshold_pct is not None else 'kind_followed'}.{target.kind}")
