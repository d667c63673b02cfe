"""Questions on figures on a page: those about a unit, those that the viewer is to answer, lists of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.status import OF_QUESTIONS
from app.queries import plan, questions
from app.records import Unit
from app.ui import layout
from app.ui.page_header import remark
from app.ui.templates import render
from warehouse.desk import UNANSWERED, Question

# Older questions are in the file of the list.
SHOWN_QUESTIONS = 40


@dataclass(frozen=True, slots=True)
class QuestionNames:
    """Texts of questions in the reader's language."""

    context: Context

    def unit(self, code: str, period: str) -> str:
        """Return the name of the unit that had a code at the end of a period: codes are used again."""
        day = next((known.end_date for known in self.context.periods if known.period_code == period), None)
        return self._unit_on(code, day) if day else code

    def target(self, code: str) -> str:
        """Return a target's short name."""
        target = plan.named_targets(self.context.reader).get(code)
        return words.of(target, "short_name") if target else code

    def about(self, asked: Question) -> str:
        """Return the figure that a question is about: unit, target and period."""
        period = words.period(asked.period_code)
        unit = self.unit(asked.unit_code, asked.period_code)
        return f"{unit} · {self.target(asked.target_code)} · {period}"

    def text(self, text: str | None) -> str:
        """Return what was written, or that it is hidden from the viewer."""
        return words("questions.hidden") if text is None else text

    def office(self, asked: Question) -> str:
        """Return the name of the unit whose office answers a question."""
        return self.office_on(asked.office_code, asked.asked_at.date())

    def office_on(self, code: str, day: dt.date) -> str:
        """Return the name of the unit whose office answers on a day; for the top, the department."""
        is_top = code == self.context.city.unit_code
        return words("questions.department") if is_top else self._unit_on(code, day)

    def waiting(self, asked: Question) -> str:
        """Return how long a question waits for its answer, else the day of its last step."""
        days = max(0, (self.context.publication.as_of_date - asked.moved_at.date()).days)
        if asked.state == UNANSWERED:
            return words("questions.waits", count=days) if days else words("questions.new_today")
        return formatting.date(asked.moved_at)

    def _unit_on(self, code: str, day: dt.date) -> str:
        unit = plan.unit_on(self.context.reader, code, day)
        return words.of(unit, "name") if unit else code

    def steps(self, asked: Question) -> str:
        """Return its author and time, and the last step."""
        first = words("questions.asked_line", by=asked.asked_by, at=formatting.moment(asked.asked_at))
        if not asked.last_event_id:
            return first
        return f"{first} · {words('actions.moved', by=asked.moved_by, at=formatting.moment(asked.moved_at))}"


def in_order(asked: Sequence[Question]) -> list[Question]:
    """Return unanswered questions first, the longest waiting first; closed questions last, the newest first."""
    newest = sorted(asked, key=lambda one: one.moved_at, reverse=True)
    waiting = [one for one in reversed(newest) if one.state == OF_QUESTIONS[0]]
    return waiting + [one for state in OF_QUESTIONS[1:] for one in newest if one.state == state]


def question_items(context: Context, asked: Sequence[Question]) -> Markup:
    """Render questions in the order given, each a link to its page."""
    shown, left = asked[:SHOWN_QUESTIONS], len(asked) - SHOWN_QUESTIONS
    names = QuestionNames(context)
    html = render("pages/shared/question_list.html", questions=shown, names=names, link=context.state.href)
    return html + remark(words("questions.more", count=left)) if left > 0 else html


def unit_questions(context: Context, unit: Unit) -> Markup:
    """Render the questions on a unit's figures and those that its office answers; empty without any."""
    asked = in_order(questions.questions_about(context.reader, context.desk, unit.unit_code))
    if not asked:
        return NOTHING
    return layout.section(words("questions.title"), question_items(context, asked), "", "questions")


def questions_to_answer(context: Context) -> Markup:
    """Render the questions that wait for the viewer's answer; empty without any, and in a file."""
    asked = [] if context.state.is_file else questions.to_answer(context.reader, context.desk)
    if not asked:
        return NOTHING
    title = words("questions.to_answer", count=len(asked))
    return layout.section(title, question_items(context, asked), words("questions.to_answer_note"), "questions")
