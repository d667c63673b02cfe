"""Questions on figures as a viewer may see them: those about a unit, those to answer, the figure as it was shown, the
office that answers, the reports that correct it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.core import access
from app.core.access import AccessDeniedError, Right
from app.core.reader import Reader
from app.queries import followup, plan, registry
from app.records import Unit
from app.records.review import ShownFigure
from warehouse.desk import UNANSWERED, Desk, Question, QuestionEvent
from warehouse.intake import ACCEPTED, RECEIVED, Received, Submission
from warehouse.people import top_unit, units_under
from warehouse.publish.engines import kept


def every_question(reader: Reader, desk: Desk) -> list[Question]:
    """Return the questions on figures of units that the viewer may read, the one that waits longest first.

    Raises `AccessDeniedError`.
    """
    access.require(reader.viewer, Right.READ)
    targets = plan.named_targets(reader)
    return [
        asked
        for question in desk.questions()
        if reader.viewer.may_read(question.unit_code)
        for asked in access.protect_questions(
            reader.viewer, [question], targets.get(question.target_code), question.unit_code
        )
    ]


def questions_about(reader: Reader, desk: Desk, unit: str) -> list[Question]:
    """Return those that a unit's office is to answer, or answered, and those on its own figures."""
    return [asked for asked in every_question(reader, desk) if unit in (asked.unit_code, asked.office_code)]


def to_answer(reader: Reader, desk: Desk) -> list[Question]:
    """Return those that wait for the viewer's own answer: of the units that they answer for; of the unit at the top for
    the department, which may answer every other one too."""
    own = reader.viewer.own_units | ({top_unit()} if Right.SUBMIT in reader.viewer.rights else set())
    return [asked for asked in every_question(reader, desk) if asked.state == UNANSWERED and asked.office_code in own]


def question(reader: Reader, desk: Desk, question_id: int) -> tuple[Question, list[QuestionEvent]]:
    """Return a question and its steps, oldest first. Raises LookupError, `AccessDeniedError`."""
    access.require(reader.viewer, Right.READ)
    asked = desk.question(question_id)
    if not reader.viewer.may_read(asked.unit_code):
        raise AccessDeniedError(f"{reader.viewer.name} may not read of {asked.unit_code}", about=asked.unit_code)
    target = plan.named_targets(reader).get(asked.target_code)
    (seen,) = access.protect_questions(reader.viewer, [asked], target, asked.unit_code)
    steps = desk.question_history(question_id)
    return seen, access.protect_questions(reader.viewer, steps, target, asked.unit_code)


def figure_then(reader: Reader, asked: Question) -> ShownFigure | None:
    """Return the figure of a question as it was shown; of a target that counts people, as its version, if it is still
    kept, shows it to this viewer. Raises `AccessDeniedError`."""
    access.require(reader.viewer, Right.READ)
    if not reader.viewer.may_read(asked.unit_code):
        return None
    if asked.figure:
        return ShownFigure(**asked.figure)
    version = kept(asked.version)
    if version is None:
        return None
    held = Reader(reader.viewer, version)
    return followup.shown_figure(held, asked.unit_code, asked.target_code, asked.period_code, asked.period_window)


def answering_unit(reader: Reader, unit: Unit, period: str, on: dt.date) -> Unit:
    """Return the unit whose office answers for a unit's figure of a period, on a day: the one that reports for it, the
    one in its place, or the unit at the top, whose department sums up, where there is none or several."""
    reporters = {reporter.unit_code: reporter for reporter in plan.reporting_units(reader, period)}
    reporter = reporters.get(unit.unit_code) or reporters.get(unit.parent_code or "")
    top = plan.city(reader, on)
    if reporter is None or reporter.exists_on(on):
        return reporter or top
    heirs = plan.authorities_after(reader, [reporter], on)[reporter]
    return heirs[0] if len(heirs) == 1 else top


def corrections(reader: Reader, asked: Question) -> Sequence[Received]:
    """Return the reports that arrived since a question was sent and that its figure counts or will count, newest
    first: those of its unit, of the units below and of its office, for its period, or until then in its year."""
    reporters = units_under(asked.unit_code) | {asked.office_code}
    first = asked.period_code if asked.period_window == "quarter" else asked.period_code[:4]
    return [
        received
        for received in registry.every_submission(reader)
        if received.state in (ACCEPTED, RECEIVED)
        and received.submission.reporter_code in reporters
        and first <= (received.submission.period_code or "") <= asked.period_code
        and received.submission.landed_at >= asked.asked_at
    ]


def report_of(reader: Reader, event: QuestionEvent) -> Submission | None:
    """Return the report with which a step answers a question; None without one, or one that the viewer may not read
    of."""
    every = (received.submission for received in registry.every_submission(reader))
    return next((sent for sent in every if sent.submission_id == event.submission_id), None)
