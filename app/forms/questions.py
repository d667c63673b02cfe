"""Handlers of the forms about questions on figures: ask, answer, ask again, close."""

from __future__ import annotations

from dataclasses import asdict

from app.core.access import AccessDeniedError, Right
from app.core.i18n import words
from app.core.reader import Reader
from app.core.url_state import State
from app.forms.actions import STAY, require_known, write_at_desk
from app.forms.form import FormResult, SentForm
from app.queries import followup, plan, questions
from app.records import Unit
from warehouse import clock
from warehouse.desk import (
    ANSWERS,
    CORRECTED,
    Desk,
    DeskProblem,
    DeskRefusal,
    Question,
    QuestionDraft,
    QuestionStep,
)
from warehouse.publish.engines import kept, published

GONE = "questions.gone"


def ask(sent: SentForm) -> FormResult:
    """Ask the office of a unit about a figure; moves on to the question.

    The figure is read again in the version that the form names, as the sender may see it: what they saw is what is
    kept. Of a target that counts people only the address is kept.
    """

    def write(desk: Desk) -> str:
        asked = desk.ask(_draft(sent), sent.by, token=sent.token)
        page = State("actions", asked.period_code, asked.period_window, words.lang)
        return page.href(question=str(asked.question_id))

    return write_at_desk(sent, "questions.asked", write)


def answer(sent: SentForm) -> FormResult:
    """Answer for the office: in words, or with a report that arrived since the question."""

    def write(desk: Desk) -> str:
        reader, asked = _question(sent, desk)
        if not sent.viewer.may(Right.SUBMIT, asked.office_code):
            raise AccessDeniedError(f"{sent.viewer.name} may not answer for {asked.office_code}", asked.office_code)
        kind = sent.text("outcome")
        if kind not in ANSWERS:
            raise DeskRefusal(DeskProblem("outcome", "required" if not kind else "unknown"))
        report = None
        if kind == CORRECTED:
            arrived = questions.corrections(reader, asked)
            if not arrived:
                raise DeskRefusal(DeskProblem("outcome", "no_correction"))
            report = arrived[0].submission.submission_id
        desk.step_question(asked.question_id, kind, _step(sent, asked, report), sent.by, token=sent.token)
        return STAY

    return write_at_desk(sent, "questions.answered", write, GONE)


def step(kind: str, done: str, sent: SentForm) -> FormResult:
    """Ask the same again, or close: the asker or the department; `done` names the confirmation."""

    def write(desk: Desk) -> str:
        _, asked = _question(sent, desk)
        is_own = bool(sent.viewer.person) and sent.viewer.person == asked.asker
        if not is_own and not sent.viewer.may(Right.FOLLOW_UP):
            raise DeskRefusal(DeskProblem("question_id", "question_not_yours", {"by": asked.asked_by}))
        desk.step_question(asked.question_id, kind, _step(sent, asked), sent.by, token=sent.token)
        return STAY

    return write_at_desk(sent, f"questions.{done}", write, GONE)


def _draft(sent: SentForm) -> QuestionDraft:
    code, target_code, version = sent.text("unit_code"), sent.text("target_code"), sent.text("version")
    require_known(sent, code, target_code)
    if not sent.viewer.may_read(code):
        raise AccessDeniedError(f"{sent.viewer.name} may not read of {code}", about=code)
    shown_in = kept(version)
    if shown_in is None:
        raise DeskRefusal(DeskProblem("version", "not_kept"))
    period, window = sent.text("period_code"), sent.text("window")
    held = Reader(sent.viewer, shown_in)
    figure = followup.shown_figure(held, code, target_code, period, window)
    unit = _unit(held, code, period)
    if figure is None or unit is None:
        raise DeskRefusal(DeskProblem("figure", "no_figure"))
    reader = Reader(sent.viewer, published())
    is_sensitive = plan.named_targets(reader)[target_code].is_sensitive
    return QuestionDraft(
        unit_code=code,
        target_code=target_code,
        period_code=period,
        period_window=window,
        version=version,
        figure={} if is_sensitive else asdict(figure),
        office_code=questions.answering_unit(reader, unit, period, clock.now().date()).unit_code,
        text=sent.text("text"),
        may_state_counts=sent.viewer.may(Right.SMALL_COUNTS, code),
        asker=sent.viewer.person,
    )


def _unit(reader: Reader, code: str, period: str) -> Unit | None:
    """Return a unit as it was at the end of a period."""
    day = next((known.end_date for known in plan.periods(reader) if known.period_code == period), None)
    return plan.unit_on(reader, code, day) if day else None


def _question(sent: SentForm, desk: Desk) -> tuple[Reader, Question]:
    reader = Reader(sent.viewer, published())
    return reader, questions.question(reader, desk, sent.key("question_id"))[0]


def _step(sent: SentForm, asked: Question, report: int | None = None) -> QuestionStep:
    may_state_counts = sent.viewer.may(Right.SMALL_COUNTS, asked.unit_code)
    return QuestionStep(sent.text("text"), may_state_counts, sent.number("seen") or 0, report)
