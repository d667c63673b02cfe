"""HTML of the form of a report: its head, the fields, the findings, the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core import access, formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.url_state import State
from app.forms.report_form import ReportAnswer
from app.pages.report_form.view import ASKED, KINDS, TOLD, WRONG, in_words, placed_problems, sections
from app.pages.shared.previewed import draft_figures
from app.pages.shared.submissions import change_tables, original_address, receipt_lines
from app.records import Unit
from app.ui import layout, page_header
from app.ui.cards import folded
from app.ui.choices import Link, links, select
from app.ui.fields import by_field, opened_in
from app.ui.templates import render
from warehouse.intake import ACCEPTED, NOTE, RECEIVED, RETURNED, PlacedProblem, Received, WebForm


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list of findings, and the address of the part of the page that it is about."""

    href: str
    where: str
    text: str


def head(context: Context, form: WebForm) -> Markup:
    """Render whose report of which quarter it is, until when; its starting values; whether the quarter is closed."""
    state = context.state
    periods = [period for period in context.periods if period.has_begun]
    named = [(period.period_code, words.period(period.period_code)) for period in reversed(periods)]
    quarters = links(state.href, "period", named, state.period)
    choice = unit_choice(context) + select("form-period", words("submit.period"), quarters)
    title = words("report_form.title", unit=words.of(form.reporter, "name"), period=words.period(state.period))
    return page_header.opening(choice, title, [Markup("{}").format(line) for line in _head_lines(context, form)])


def own_reporters(context: Context) -> list[Unit]:
    """Return the units whose reports the viewer fills in."""
    return [unit for unit in context.reporters if access.may_fill(context.viewer, unit.unit_code)]


def unit_choice(context: Context, placeholder: bool = False) -> Markup:
    """Render the units that fill in this page."""
    state = context.state
    names: list[tuple[str | None, str]] = [
        (reporter.unit_code, words.of(reporter, "name")) for reporter in own_reporters(context)
    ]
    if placeholder:
        names.insert(0, (None, words("report_form.choose")))
    return select("form-unit", words("submit.unit"), links(state.href, "unit", names, state.unit))


def _head_lines(context: Context, form: WebForm) -> list[str]:
    due = form.period.due_date
    is_late = context.publication.as_of_date > due
    lines = [words("submit.due_gone" if is_late else "submit.due", due=formatting.date(due))]
    if form.lock:
        lines.append(words("check.locked", by=form.lock.locked_by, at=formatting.date(form.lock.locked_at)))
    if form.base:
        lines.append(_base_line(form.base))
    if form.is_lost:
        lines.append(words("report_form.lost"))
    return lines


def _base_line(base: Received) -> str:
    row = base.submission
    key = {ACCEPTED: "base_accepted", RETURNED: "base_returned"}.get(base.state, "base_waiting")
    sent = {"version": row.version, "received": formatting.moment(row.received_at), "by": row.submitted_by}
    return words(f"report_form.{key}", why=base.reason or "", **sent)


def form_section(state: State, form: WebForm, answer: ReportAnswer | None) -> Markup:
    """Render the form: name of the writer, findings, one section per form, the note, the buttons."""
    typed = answer.typed if answer else form.typed
    html = sections(form, typed, answer)
    return render(
        "pages/report_form/form.html",
        action=state.act("report", sent=None),
        form=form,
        sections=html,
        opened_in=opened_in(),
        by=by_field(label=words("report_form.by"), value=answer.by if answer else ""),
        note=typed.get(NOTE, ""),
        problems=answer.problems if answer else {},
        found=found(answer) if answer else NOTHING,
        saved=saved(answer.form if answer else form, answer),
        before=_before(form),
    )


def _before(form: WebForm) -> str:
    """Return the quarter of the values beside the fields."""
    code = form.previous_period_code
    return words("report_form.before", period=words.short_period(code)) if code else ""


def saved(form: WebForm, answer: ReportAnswer | None) -> str:
    """Return whether and when the draft was stored, and by whom where they gave a name."""
    if answer and answer.is_outdated:
        base = form.base
        return words("report_form.outdated", version=base.submission.version if base else "")
    draft = form.draft
    if draft is None:
        return words("report_form.no_draft")
    if answer is None:
        key = "saved_by" if draft.saved_by else "saved"
        return words(f"report_form.{key}", at=formatting.moment(draft.saved_at), by=draft.saved_by)
    text = words("report_form.saved", at=f"{draft.saved_at:%H:%M}")
    return f"{text} {words('report_form.unkept', count=len(answer.unkept))}" if answer.unkept else text


def found(answer: ReportAnswer) -> Markup:
    """Render the findings of a check, the most pressing first, each a link to its place; empty while the user types."""
    assessment = answer.judged.assessment
    by_kind = group_by(placed_problems(answer), lambda placed: KINDS[placed.problem.severity])
    listed = {kind: _findings(answer.form, members) for kind, members in by_kind.items()}
    clashed = words("report_form.clashed")
    first = [Finding(f"#{name}", _field_words(answer.form, name), clashed) for name in answer.clashes]
    first += [Finding(f"#{name}", words(f"report_form.{name}"), text) for name, text in answer.problems.items()]
    more = draft_figures(answer.preview, words.of(answer.form.reporter, "name")) if answer.preview else NOTHING
    if TOLD in listed:
        more += folded(words("check.remarks", count=len(listed[TOLD])), _list(listed[TOLD]))
    if assessment.changes and assessment.current:
        title = words("check.changes", count=len(assessment.changes), version=assessment.current.version)
        more += folded(title, change_tables(assessment.changes, title))
    return render(
        "pages/report_form/found.html",
        title=outcome(answer),
        is_wrong=bool(first or assessment.problems or answer.is_outdated),
        wrong=_list([*first, *listed.get(WRONG, ())]),
        asked=_list(listed.get(ASKED, ())),
        asked_title=words("check.questions", count=len(listed.get(ASKED, ()))),
        more=more,
    )


def outcome(answer: ReportAnswer) -> str:
    """Return the outcome of a check in a sentence."""
    assessment = answer.judged.assessment
    if answer.is_outdated:
        return saved(answer.form, answer)
    if answer.clashes:
        return words("report_form.clashes", count=len(answer.clashes))
    if assessment.problems:
        return words("check.said_refused", problems=len(assessment.problems))
    if answer.problems:
        return words("report_form.incomplete")
    return words("check.said_note" if assessment.needs_note else "check.said_ready")


def _findings(form: WebForm, placed: Sequence[PlacedProblem]) -> list[Finding]:
    return [Finding(*_place(form, problem), in_words(problem)) for problem in placed]


def _place(form: WebForm, placed: PlacedProblem) -> tuple[str, str]:
    """Return the address and name of the place of a problem."""
    if placed.field is None:
        name = next(
            (words.of(each.form, "name") for each in form.sections if each.form.form_code == placed.form_code), ""
        )
        whole = words("report_form.whole")
        return (f"#form-{placed.form_code}", f"{placed.form_code} {name}") if placed.form_code else ("#report", whole)
    return f"#{placed.field}", _field_words(form, placed.field)


def _field_words(form: WebForm, name: str) -> str:
    """Return a field's form, row and label; the note has its label alone."""
    if name == NOTE:
        return words("report_form.note")
    for section in form.sections:
        for row in section.rows:
            for field in row.fields:
                if field.name == name:
                    parts = [section.form.form_code, *([words.of(row, "name")] if row.category else [])]
                    return " · ".join([*parts, words.of(field.column, "header")])
    raise LookupError(name)


def _list(findings: Sequence[Finding]) -> Markup:
    return render("pages/report_form/findings.html", findings=findings) if findings else NOTHING


def receipt(state: State, received: Received) -> Markup:
    """Render the receipt of a report that was sent: number, version, next steps, further links."""
    row = received.submission
    lines = receipt_lines(row, words(f"received.{received.state}"))
    further = [
        Link(state.href("ward", unit=row.reporter_code), words("report_form.way_unit")),
        Link(original_address(row.submission_id, words.lang), words("received.file"), code="file"),
        Link(state.href("reports", unit=row.reporter_code), words("receipt.history")),
        *(
            [Link(state.href("preview", report=str(row.submission_id)), words("preview.way_own"))]
            if received.state == RECEIVED
            else []
        ),
        Link(state.href(sent=None), words("report_form.way_again")),
    ]
    return layout.section(
        words("report_form.receipt"), render("pages/report_form/receipt.html", lines=lines, ways=further)
    )
