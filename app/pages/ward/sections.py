"""HTML of the ward page's parts: its head, its targets, its report, its history."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.analysis.lateness import late_text
from app.core.formatting import MISSING
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import NOTHING, Context
from app.core.url_state import State
from app.figures.sparkline.html import draw_sparkline
from app.figures.sparkline.spec import note_on_series, sparkline_of
from app.pages.shared.elsewhere import validity
from app.pages.shared.followup import notes_block
from app.pages.shared.period_text import year_sentence
from app.pages.shared.reporting import ReporterReports, kept_line, report_line
from app.pages.shared.selected_figure import RECALCULATED
from app.pages.ward.data import WardFacts
from app.pages.ward.reported import reported_forms
from app.queries import followup
from app.records import Progress, Target
from app.ui import layout
from app.ui.change_text import change_in_brief
from app.ui.choices import links, select
from app.ui.figure_text import points_text
from app.ui.page_header import lines, link_to, opening, remark, way_back
from app.ui.status import figure_chip
from app.ui.tables import Column, table_of


def header(context: Context, facts: WardFacts, sent: ReporterReports | None) -> Markup:
    """Render the link back, the choice of a sibling, the finding, the state of its report (`sent`, of a unit that
    reports), and since when the unit exists."""
    state = context.state
    siblings = [(sibling.unit_code, words.of(sibling, "name")) for sibling in facts.siblings]
    choice = select("unit", words("ward.choose"), links(state.href, "unit", siblings, facts.unit.unit_code))
    if facts.district:
        href = state.href("district", unit=facts.district.unit_code, target=state.target)
        choice = way_back(href, words("ward.back", district=words.of(facts.district, "name"))) + choice
    summary = facts.summary
    title = words(
        "ward.headline" if summary.judged_count else "ward.headline_none",
        ward=words.of(facts.unit, "name"),
        good=summary.good_count,
        of=summary.judged_count,
        late=late_text(summary.late, words("headline.targets", count=summary.judged_count)),
    )
    lines = [report_line(context, sent)] if sent else []
    lines += [kept_line(facts.rows, facts.courses), escape(year_sentence(context, facts.rows))]
    return opening(choice, title, [*lines, escape(validity(facts.unit)), _successors(context, facts)])


def _successors(context: Context, facts: WardFacts) -> Markup:
    """Render links to the units of today in the place of a ward that ended; empty for others."""
    today = next((period.period_code for period in context.periods if period.is_opening), None)
    if not (today and facts.successors):
        return NOTHING
    href = context.state.href
    ways = [
        link_to(href(unit_page(unit.unit_level), unit=unit.unit_code, period=today), words.of(unit, "name"))
        for unit in facts.successors
    ]
    return words.markup("ward.successors", names=words.join(ways))


def measures(context: Context, facts: WardFacts) -> Markup:
    """Render the targets counted here: numerator and denominator in words and figures, value, series, status."""
    courses = {code: sparkline_of(rows, rows[-1].shown_status) for code, rows in facts.courses.items()}

    def course(row: Progress) -> Markup:
        return draw_sparkline(courses[row.target_code]) if row.target_code in courses else NOTHING

    def change(row: Progress) -> str:
        return change_in_brief(row, context.targets[row.target_code]) or MISSING

    columns: list[Column[Progress]] = [
        Column("ward.target", lambda row: _target_name(context.state, context.targets[row.target_code])),
        Column("figures.numerator", lambda row: words.number(row.numerator), "n"),
        Column("figures.denominator", lambda row: words.number(row.denominator), "n"),
        Column("figures.value", points_text, "n"),
        Column("ward.trend", course, "course"),
        Column("change.title", change, "n"),
        Column("figures.status", figure_chip),
    ]
    html = table_of("measures", columns, facts.rows, words("ward.caption"))
    note = note_on_series(words("ward.note"), courses.values())
    memo = ("memo.docx",) if context.reporter(facts.unit.unit_code) else ()
    tools = layout.tools(context, words("ward.title"), "figures", documents=memo)
    return layout.section(words("ward.title"), html, note, "measures", tools)


def forms(context: Context, facts: WardFacts) -> Markup:
    """Render the ward's report of this quarter, form by form."""
    html = reported_forms(facts.cells, facts.kinds) or remark(words("ward.no_forms"))
    note = words("ward.forms_hidden" if any(cell.is_hidden for cell in facts.cells) else "ward.forms_note")
    return layout.part(context, words("ward.forms"), html, note, "forms", table="cells" if facts.cells else "")


def notes(context: Context, facts: WardFacts) -> Markup:
    """Render the notes on the unit, and the form for a new one."""
    code = facts.unit.unit_code
    counted = [context.targets[row.target_code] for row in facts.rows]
    html = notes_block(context, followup.notes_on(context.reader, context.desk, code), code, counted)
    return layout.section(words("notes.title"), html, "", "notes")


def history(context: Context, facts: WardFacts) -> Markup:
    """Render the units it was formed from, those in its place today, the recalculated part of its history, and other
    units that had its code."""
    predecessors = words.of(facts.unit, "predecessor_names")
    texts: list[str] = [words("ward.predecessors", names=predecessors)] if predecessors else []
    texts += filter(None, [_successors(context, facts)])
    texts += _recalculated(context, facts)
    texts += [
        words("ward.same_code", name=words.of(unit, "name"), validity=validity(unit)) for unit in facts.others_of_code
    ]
    return layout.section(words("ward.history"), lines(texts or [words("ward.no_predecessor")]), "", "history")


def _recalculated(context: Context, facts: WardFacts) -> list[str]:
    """Return the targets whose history can be recalculated, each with a link to it."""
    targets = [target for target in context.targets.values() if facts.history.of(target)]
    if not targets or context.state.is_file:
        return []
    named = [
        link_to(context.state.href(target=target.target_code, history=RECALCULATED), words.of(target, "short_name"))
        for target in targets
    ]
    return [words.markup("history.offered", targets=words.join(named))]


def _target_name(state: State, target: Target) -> Markup:
    """Render the target as a link that marks its figure, and what its two parts count."""
    return Markup("<span{}><a href='{}'>{}</a></span><small>{} / {}</small>").format(
        Markup(" class='marked'") if target.target_code == state.target else "",
        state.href(target=target.target_code),
        words.of(target, "name"),
        words.of(target, "numerator"),
        words.of(target, "denominator"),
    )
