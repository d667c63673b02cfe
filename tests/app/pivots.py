"""Random questions of the pivot page, among all that its choices allow."""

from __future__ import annotations

from random import Random

from app.analysis.pivot_question import Axes, Subject, axes, denominators, subjects
from app.core.reader import Reader
from app.queries import pivot, plan
from app.records.pivot import TIMES, Question


def random_question(reader: Reader, dice: Random, kind: str = "") -> tuple[Subject, Axes, Question]:
    """A question that the reader can ask, about any subject, a target or a measure, with its subject and axes."""
    every = subjects(reader, "en")
    offered = [code for code, one in every.items() if not kind or bool(one.target) is (kind == "target")]
    subject = every[dice.choice(offered)]
    begun = [one.period_code for one in plan.periods(reader) if one.has_begun]
    first = dice.randrange(len(begun))
    periods = tuple(begun[first : first + dice.choice((1, 1, 2, 4, 8))])
    found = axes(reader, subject.code, periods, "en")
    names = list(found.titles)
    chosen = tuple(dice.sample(names, min(dice.choice((1, 2, 2, 3)), len(names))))
    filtered = [name for name in names if name not in TIMES and found.codes[name]]
    filters = tuple(
        (name, tuple(dice.sample(list(found.codes[name]), dice.randint(1, min(4, len(found.codes[name]))))))
        for name in dice.sample(filtered, min(dice.choice((0, 0, 1, 2)), len(filtered)))
    )
    per = dice.choice([(), (), *denominators(subject, every)[:6]]) if subject.measures else ()
    question = Question(
        periods,
        chosen,
        filters,
        tuple(one.measure_code for one in subject.measures),
        tuple(one.measure_code for one in every[per].measures) if per else (),
        subject.target.target_code if subject.target else "",
        dice.choice(("quarter", "ytd")) if subject.target else "quarter",
    )
    if pivot.needs_one_period(reader, question):
        question = Question(periods[:1], *_rest(question))
    return subject, found, question


def _rest(question: Question) -> tuple[object, ...]:
    return question.axes, question.filters, question.measures, question.per, question.target, question.window
