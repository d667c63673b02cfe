"""HTML of the parts of the district page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from app.analysis import comparison, progress_summary
from app.analysis.lateness import is_certainly_late, late_rows, late_text
from app.analysis.period_state import is_any_judged
from app.analysis.report_phrase import report_phrase
from app.core.grouping import by_cell
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.url_state import State
from app.figures.grid.html import legend, ward_grid
from app.figures.grid.spec import wards_spec
from app.figures.map.boundaries_html import geo_map
from app.figures.map.html import draw_tile_map
from app.figures.map.spec import TileMap, tile_map_of
from app.figures.profile.html import draw_profile
from app.figures.profile.spec import profile_of
from app.figures.small_multiples.html import draw_multiples
from app.figures.small_multiples.spec import unit_multiples
from app.figures.unit_bars.html import draw_unit_bars
from app.figures.unit_bars.spec import bars_of_rows
from app.geo import boundaries
from app.pages.district.data import DistrictFacts, WardFigures
from app.pages.shared.followup import action_groups, grouped, name_actions
from app.pages.shared.period_text import year_sentence
from app.pages.shared.reporting import ReporterReports, kept_line, report_line
from app.queries import plan
from app.queries.reporters import reporter_states
from app.records import Unit
from app.records.reporters import ReporterState
from app.ui import layout
from app.ui.choices import links, select, unit_picker
from app.ui.page_header import link_to, need, opening, remark, status_changes, way_to
from app.ui.status import chip_saying
from app.ui.tables import Column, table_of
from app.ui.templates import render
from warehouse.desk import OPEN, UNDER_WAY

NAMED_TARGETS = 3


def finding(facts: DistrictFacts) -> str:
    """Return how many of the district's targets are met or on track, that it has not reported, or that none is judged
    yet."""
    summary = facts.summary
    is_open = not (summary.is_silent or is_any_judged(facts.rows))
    return words(
        "district.open" if is_open else "district.silent" if summary.is_silent else "district.headline",
        district=words.of(facts.unit, "name"),
        good=summary.good_count,
        of=summary.judged_count,
        late=late_text(summary.late, words("headline.targets", count=summary.judged_count)),
    )


def header(context: Context, facts: DistrictFacts, sent: ReporterReports) -> Markup:
    """Render the choice of district and peers, the finding, which targets need support, the state of its report."""
    choice = NOTHING if context.state.is_file else _choices(context, facts)
    return opening(
        choice,
        finding(facts),
        [
            _about_area(context, facts.unit),
            _needs(context, facts),
            report_line(context, sent),
            kept_line(facts.rows, facts.courses),
            escape(year_sentence(context, facts.rows)),
        ],
    )


def _about_area(context: Context, unit: Unit) -> Markup:
    """Render the note that an area is a way to read, and whether it equals the former district; empty for an
    authority."""
    if unit.is_authority:
        return NOTHING
    count = len(plan.wards(context.reader, unit.unit_code, context.period.end_date))
    text = words.markup("district.area", count=count)
    return text + " " + words.markup("district.area_changed") if unit.footprint_changed else text


def _choices(context: Context, facts: DistrictFacts) -> Markup:
    state = context.state
    code = facts.unit.unit_code
    names = [(district.unit_code, words.of(district, "name")) for district in context.districts]
    districts = select("unit", words("district.choose"), links(state.href, "unit", names, code, peers=None))
    compare = way_to(state.href("compare", unit=code), words("district.compare"))
    return districts + _peer_picker(context, facts) + compare


def _peer_picker(context: Context, facts: DistrictFacts) -> Markup:

    def way(codes: Sequence[str]) -> str:
        return context.state.href(peers=",".join(codes) or None)

    others = [district for district in context.districts if district is not facts.unit]
    if not others:
        return NOTHING
    label = words("district.peers")
    picker = unit_picker("add-peer", label, facts.peers, others, comparison.MOST_PEERS, way)
    labelled = Markup("<span class='labelled'><span aria-hidden='true'>{}</span>{}</span>")
    return labelled.format(words("district.beside"), picker)


def _needs(context: Context, facts: DistrictFacts) -> Markup:
    late = [row for row in late_rows(facts.rows, context.targets) if is_certainly_late(row)]
    if not late:
        return NOTHING
    named = [
        need(row, context.targets[row.target_code], context.state.href(target=row.target_code))
        for row in late[:NAMED_TARGETS]
    ]
    text = words.markup("district.needs", targets=words.join(named))
    further_count = len(late) - NAMED_TARGETS
    return text + words.markup("district.needs_more", count=further_count) if further_count > 0 else text


def profile(context: Context, facts: DistrictFacts) -> Markup:
    """Render every target on one scale each, against the range of all districts, the city and the peers."""
    name = words.of(facts.unit, "name")
    spec = profile_of(facts.lines, name, context.state.target, facts.peers)
    html = draw_profile(spec, _open_target(context.state))
    is_alone = not any(row.bands for row in spec.rows)
    note = words("profile.note_peers" if facts.peers else "profile.note_alone" if is_alone else "profile.note")
    memo = ("memo.docx",) if facts.unit.is_authority else ()
    tools = layout.tools(context, words("profile.title"), "figures", "grid", memo)
    return layout.section(words("profile.title"), html, note, "profile", tools)


def courses(context: Context, facts: DistrictFacts) -> Markup:
    """Render one small chart per target, with the city's series behind it."""
    targets = list(context.targets.values())
    multiples = unit_multiples(targets, facts.courses, facts.city_courses, facts.unit)
    html = draw_multiples(multiples, _open_target(context.state))
    return layout.section(words("district.courses"), html, multiples.note, "courses")


def changes(context: Context, facts: DistrictFacts) -> Markup:
    """Render the figures that moved to another status since last quarter."""
    moves = progress_summary.unit_moves(facts.rows, context.targets)
    moved = status_changes(facts.summary, moves, context.targets, context.state.href)
    return layout.section(words("changes.title"), moved, "", "changes")


def actions(context: Context, unit: Unit) -> Markup:
    """Render the unfinished actions about this district, overdue first, and the link to a new one."""
    state, code = context.state, unit.unit_code
    actions = context.desk.actions(unit=code, status=(OPEN, UNDER_WAY))
    names = name_actions(context, actions)
    groups = grouped(actions, names)
    is_any = any(groups.values())
    listed = action_groups(groups, names, state.href) if is_any else remark(words("district.no_actions"))
    if not state.is_file:
        more = way_to(state.href("actions", new="1", unit=code), words("district.give_work"))
        every = way_to(state.href("actions", unit=code), words("district.all_actions"))
        listed += Markup("<p>{}</p>").format(Markup(" · ").join(link for link in (more, every) if link))
    return layout.section(words("district.actions"), listed, "", "actions")


def wards(context: Context, figures: WardFigures) -> Markup:
    """Render the grid of wards and the targets counted there."""
    title = words("wards.title", count=len(figures.units))
    matrix = wards_spec(figures.targets, figures.units, by_cell(figures.rows))
    grid = draw_unit_bars(bars_of_rows(matrix), lambda unit: context.state.href("ward", unit=unit.key))
    grid += ward_grid(matrix, context.state.href)
    chart = "wards" if figures.units else ""
    return layout.part(context, title, grid, words("wards.note"), "wards", table="wards", chart=chart)


def ward_map(context: Context, figures: WardFigures) -> Markup:
    """Render the communes of an area as tiles, and on the operator's own map where it has them; empty without
    places."""
    spec = ward_map_spec(figures)
    if spec is None or figures.shown is None:
        return NOTHING
    state, target = context.state, figures.shown
    units = {ward.unit_code: ward for ward in figures.units}
    panels = boundaries.configured(tuple(units), is_optional=True)
    choice = NOTHING
    if not state.is_file:
        targets = [
            (target.target_code, words("target.option", code=target.target_code, name=words.of(target, "short_name")))
            for target in figures.targets
        ]
        options = links(state.href, "target", targets, target.target_code)
        choice = select("map-target", words("target.choose"), options)
    html = render(
        "pages/district/ward_map.html",
        choice=choice,
        legend=legend(spec.statuses),
        tiles=draw_tile_map(spec, state.href),
        boundaries=geo_map(panels, figures.shown_rows, target, units, state.href),
    )
    return layout.part(context, spec.title, html, words("wards.map_note"), "map", chart="map")


def ward_map_spec(figures: WardFigures) -> TileMap | None:
    """Return the tile map of an area; None for a district, whose wards have no places."""
    if not figures.has_map or figures.shown is None:
        return None
    title = words("wards.map", target=words.of(figures.shown, "short_name"))
    units = {ward.unit_code: ward for ward in figures.units}
    return tile_map_of(figures.shown_rows, figures.shown, units, title=title)


def reports_within(context: Context, figures: WardFigures) -> Markup:
    """Render the state of the reports of an area's communes: no one reports for the area itself."""
    today = context.publication.as_of_date
    of_code = {row.reporter_code: row for row in reporter_states(context.reader, context.state.period)}
    states = [of_code[unit.unit_code] for unit in figures.units if unit.unit_code in of_code]
    columns: list[Column[ReporterState]] = [
        Column(
            "wards.corner",
            lambda row: link_to(context.state.href("ward", unit=row.reporter_code), words.of(row, "name")),
        ),
        Column("reports.state", lambda row: chip_saying(row.state, report_phrase(row, today))),
    ]
    html = table_of("reports-within", columns, states, words("reports.caption"))
    return layout.section(words("reports.within"), html, words("reports.within_note"), "reports")


def _open_target(state: State) -> Callable[[str], str]:
    """Return the address of this page with a target marked."""
    return lambda target: state.href(target=target)
