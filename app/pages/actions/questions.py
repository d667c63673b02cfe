"""Questions on figures: the form for a new one, one question with its answers, the list."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core import formatting, permissions
from app.core.access import Right
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import NOTHING, Context, Page, UnknownCodeError
from app.core.sheet import Field, Sheet, sheet_of
from app.core.url_state import State
from app.pages.shared.figure import Moment, chosen_unit, figure_card, then_and_now
from app.pages.shared.page_parts import Happening, timeline
from app.pages.shared.questions import QuestionNames, in_order, question_items
from app.queries import followup, questions
from app.records import Progress
from app.ui import layout, page_header
from app.ui.cards import pairs
from app.ui.fields import by_field, choice_field, form, long_field
from app.ui.page_header import link_to, remark
from app.ui.status import chip
from warehouse.desk import ANSWERS, CORRECTED, UNANSWERED, Question, QuestionEvent


def new_question(context: Context) -> Page:
    """Render the form for a question on the figure in the address, beside the figure. Raises `UnknownCodeError`,
    `AccessDeniedError`."""
    permissions.require(context.viewer, permissions.FORMS, "ask-question")
    state, unit = context.state, chosen_unit(context)
    figure = followup.figure(context.reader, unit.unit_code, state.target, state.period, state.window)
    target = context.target
    if figure is None or target is None:
        raise UnknownCodeError("target", state.target or "")
    today = context.publication.as_of_date
    office = questions.answering_unit(context.reader, unit, state.period, today)
    names = QuestionNames(context)
    hint = words("questions.to_office", office=names.office_on(office.unit_code, today))
    fields = long_field("text", words("questions.text"), hint) + by_field()
    hidden = [(name, getattr(figure, name)) for name in ("unit_code", "target_code", "period_code")]
    hidden += [("window", state.window), ("version", context.warehouse.version)]
    card = figure_card(figure, target, words.of(unit, "name"), state.href)
    back = page_header.way_back(_place(context, figure), words("questions.back_to_figure"))
    head = page_header.unit_head(words("questions.new"), NOTHING, back=back)
    body = form(state, "ask-question", fields, words("questions.send"), hidden)
    return Page(words("questions.new"), head + layout.split(body, card + _known(context, figure)))


def opened_question(context: Context) -> Page:
    """Render the question in the address: what it is about, the figure as shown and now, the answers, and what the
    viewer may do next. Raises `UnknownCodeError`, `AccessDeniedError`."""
    state = context.state
    number = state.get("question") or "0"
    try:
        asked, events = questions.question(context.reader, context.desk, int(number))
    except LookupError as error:
        raise UnknownCodeError("question", number) from error
    names = QuestionNames(context)
    back = page_header.way_back(state.href(question=None), words("actions.back"))
    head = page_header.unit_head(names.about(asked), NOTHING, back=back)
    left = layout.section(words("action.facts"), _facts(asked, names), identity="facts")
    left += layout.section(words("questions.figure"), _figures(context, asked), _figure_note(asked), "figure")
    left += layout.section(words("action.next_steps"), _forms(context, asked), identity="update")
    answers = timeline([_happening(context, event, names) for event in reversed(events)] + [_asking(asked, names)])
    right = layout.section(words("questions.answers"), answers, words("action.history_note"), "history")
    return Page(names.about(asked), head + layout.split(left, right))


def question_list(context: Context) -> Markup:
    """Render the questions on the units and targets that the address selects; empty without any."""
    asked = selected(context)
    if not asked:
        return NOTHING
    title = words("questions.title_count", open=sum(one.state == UNANSWERED for one in asked), count=len(asked))
    return layout.part(context, title, question_items(context, asked), "", "questions", table="questions")


def selected(context: Context) -> list[Question]:
    """Return the questions about the unit and target in the address, or all."""
    state = context.state
    every = questions.every_question(context.reader, context.desk)
    return in_order(
        [
            asked
            for asked in every
            if state.unit in (None, asked.unit_code, asked.office_code) and state.target in (None, asked.target_code)
        ]
    )


def question_sheet(context: Context, asked: Sequence[Question]) -> Sheet:
    """Return one row per question."""
    names = QuestionNames(context)
    fields: tuple[Field[Question], ...] = (
        Field("questions.text", lambda one: names.text(one.text)),
        Field("sheet.unit_code", lambda one: one.unit_code),
        Field("action.unit", lambda one: names.unit(one.unit_code, one.period_code)),
        Field("sheet.target_code", lambda one: one.target_code),
        Field("questions.period", lambda one: one.period_code),
        Field("questions.version", lambda one: one.version),
        Field("questions.office", names.office),
        Field("figures.status", lambda one: words.status(one.state)),
        Field("questions.asked_at", lambda one: one.asked_at, "moment"),
        Field("questions.moved_at", lambda one: one.moved_at, "moment"),
    )
    return sheet_of(words("questions.title"), fields, asked)


def _place(context: Context, figure: Progress) -> str:
    is_top = figure.unit_code == context.city.unit_code
    page = "target" if is_top else unit_page(figure.unit_level)
    unit = None if is_top else figure.unit_code
    return context.state.href(page, target=figure.target_code, unit=unit)


def _known(context: Context, figure: Progress) -> Markup:
    """Render the questions on the same figure that are not closed, so that none is sent twice."""
    key = (figure.unit_code, figure.target_code, figure.period_code)
    asked = [
        one
        for one in questions.every_question(context.reader, context.desk)
        if (one.unit_code, one.target_code, one.period_code) == key and not one.is_closed
    ]
    if not asked:
        return NOTHING
    return layout.section(words("questions.known"), question_items(context, asked), identity="related")


def _facts(asked: Question, names: QuestionNames) -> Markup:
    asked_at = words("action.opened_line", at=formatting.moment(asked.asked_at), by=asked.asked_by)
    lines = [
        (words("questions.text"), names.text(asked.text)),
        (words("questions.office"), names.office(asked)),
        (words("questions.asked_at"), asked_at),
    ]
    return Markup("<p>{}</p>").format(chip(asked.state)) + pairs(lines, "facts")


def _figures(context: Context, asked: Question) -> Markup:
    period = words.period(asked.period_code)
    then = questions.figure_then(context.reader, asked)
    now = followup.figure(context.reader, asked.unit_code, asked.target_code, asked.period_code, asked.period_window)
    earlier = Moment(words("questions.then"), then, words("questions.then_note", period=period, version=asked.version))
    later = Moment(words("action.now"), now, words("action.now_note", period=period))
    figures = then_and_now(earlier, later, is_unlike=False)
    way = link_to(_place(context, now), words("questions.to_figure")) if now else NOTHING
    return (figures or remark(words("questions.no_figure_now"))) + Markup("<p class='ways'>{}</p>").format(way)


def _figure_note(asked: Question) -> str:
    return "" if asked.figure else words("questions.not_stored")


def _asking(asked: Question, names: QuestionNames) -> Happening:
    what = words("question_event.asked")
    return Happening(what, asked.asked_by, asked.asked_at, said=names.text(asked.text))


def _happening(context: Context, event: QuestionEvent, names: QuestionNames) -> Happening:
    lines = (words("questions.by_report", report=_report(context, event)),) if event.submission_id else ()
    return Happening(words(f"question_event.{event.kind}"), event.by, event.at, lines, names.text(event.text))


def _report(context: Context, event: QuestionEvent) -> str:
    """Return the report that answers a question, by unit, period and version."""
    sent = questions.report_of(context.reader, event)
    if sent is None or sent.period_code is None:
        return f"#{event.submission_id}"
    unit, period = (
        QuestionNames(context).unit(sent.reporter_code or "", sent.period_code),
        words.period(sent.period_code),
    )
    return words("questions.report", unit=unit, period=period, version=sent.version)


def _forms(context: Context, asked: Question) -> Markup:
    """Render the forms that the state allows and that the viewer may send; else who acts next."""
    html = NOTHING
    if context.may_send("answer-question") and context.viewer.may(Right.SUBMIT, asked.office_code):
        html += NOTHING if asked.is_closed else _answer_form(context, asked)
    if context.may_send("close-question"):
        html += NOTHING if asked.is_closed else _step_form(context.state, asked, "close-question", "close")
        html += NOTHING if asked.state == UNANSWERED else _step_form(context.state, asked, "ask-again", "again")
    note = words(f"questions.next_{asked.state}", office=QuestionNames(context).office(asked))
    return remark(note) + html


def _answer_form(context: Context, asked: Question) -> Markup:
    kinds = [("", words("questions.choose_outcome")), *((kind, words(f"question_event.{kind}")) for kind in ANSWERS)]
    is_corrected = bool(questions.corrections(context.reader, asked))
    fields = choice_field("outcome", words("questions.outcome"), kinds, CORRECTED if is_corrected else "", "answer-")
    fields += long_field("text", words("questions.answer"), words("questions.answer_hint"), prefix="answer-")
    fields += by_field("answer-")
    send = words("questions.send_answer")
    html = form(context.state, "answer-question", fields, send, _key(asked))
    if asked.office_code != context.city.unit_code:
        way = context.state.href("submit", unit=asked.office_code, period=asked.period_code)
        html += Markup("<p class='ways'>{}</p>").format(page_header.way_to(way, words("questions.to_submit")))
    return html


def _step_form(state: State, asked: Question, name: str, kind: str) -> Markup:
    fields = long_field("text", words(f"questions.{kind}_text"), prefix=f"{kind}-") + by_field(f"{kind}-")
    body = form(state, name, fields, words(f"questions.send_{kind}"), _key(asked))
    step = Markup("<details class='step' id='step-{}'><summary>{}</summary>{}</details>")
    return step.format(kind, words(f"questions.{kind}"), body)


def _key(asked: Question) -> Sequence[tuple[str, str]]:
    return [("question_id", str(asked.question_id)), ("seen", str(asked.last_event_id))]
