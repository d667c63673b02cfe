"""Random questions of the pivot page, among all that its choices allow, and their answers worked out otherwise."""

from __future__ import annotations

from collections import defaultdict
from math import isclose
from random import Random

from sqlalchemy import text

from app.analysis.pivot_question import Axes, Subject, axes, denominators, subjects
from app.core.reader import Reader
from app.queries import pivot, plan
from app.records.pivot import TIMES, Cell, Key, Question

TOLERANCE = 1e-9


def random_question(reader: Reader, dice: Random, kind: str = "") -> tuple[Subject, Axes, Question]:
    """A question that the reader can ask, about any subject, a target or a measure, with its subject and axes."""
    every = subjects(reader)
    offered = [code for code, one in every.items() if not kind or bool(one.target) is (kind == "target")]
    subject = every[dice.choice(offered)]
    begun = [one.period_code for one in plan.periods(reader) if one.has_begun]
    first = dice.randrange(len(begun))
    periods = tuple(begun[first : first + dice.choice((1, 1, 2, 4, 8))])
    found = axes(reader, subject.code, periods)
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


def rows(reader: Reader, sql: str) -> list[tuple[object, ...]]:
    """What a statement finds in the published version."""
    with reader.warehouse.engine.connect() as connection:
        # All at once: one after another, SQLAlchemy takes three times as long for half a million.
        return [tuple(row) for row in connection.execute(text(sql)).all()]


def unlike_figures(reader: Reader, count: int) -> tuple[list[tuple[object, Cell]], int]:
    """The cells of so many random pivots of targets that are not the published figures with which they coincide, and
    how many cells were compared."""
    figures = {
        (target, unit, period, window): (numerator, denominator)
        for target, unit, period, window, numerator, denominator in rows(
            reader,
            """select target_code, unit_code, period_code, period_window, numerator, denominator
               from marts.fct_target_progress where numerator is not null""",
        )
    }
    dice, unlike, compared = Random(26), [], 0  # noqa: S311 - the same questions in every run
    for _ in range(count):
        _, found, question = random_question(reader, dice, "target")
        level = dice.choice([name for name in found.titles if name.startswith("unit_")])
        question = Question(question.periods, (level, "period"), (), (), (), question.target, question.window)
        for cell in pivot.cells(reader, question):
            unit, period = cell.key
            key = (question.target, unit, period, question.window)
            if key in figures:
                compared += 1
                pairs = zip((cell.numerator, cell.denominator), figures[key], strict=True)
                if not all(_is_close(one, other) for one, other in pairs):
                    unlike.append((key, cell))
    return unlike, compared


def _is_close(one: object, other: object) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(float(one), float(other), abs_tol=TOLERANCE)  # type: ignore[arg-type]


def unlike_sums(reader: Reader, count: int) -> tuple[list[Question], int]:
    """Those of so many random pivots of forms that are not the sums of reported numbers, and how many cells were
    compared. Added up anew, one number after the other, from the mart of reported numbers and the list of units."""
    reported = rows(
        reader,
        """select f.measure_code, f.category_code, f.unit_code, f.unit_level, f.parent_code, f.period_code,
               f.measure_value, m.window_rule, m.category_code, u.unit_type
           from marts.fct_measure as f
           inner join marts.dim_measure as m using (measure_code)
           inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
           where f.measure_value is not null""",
    )
    by_measure: dict[tuple[object, object], list[tuple[object, ...]]] = defaultdict(list)
    for row in reported:
        by_measure[row[0], row[5]].append(row)
    dice, unlike, compared = Random(8), [], 0  # noqa: S311 - the same questions in every run
    for _ in range(count):
        subject, _, question = random_question(reader, dice, "measure")
        axes = tuple(name for name in question.axes if not name.startswith("unit_"))
        question = Question(question.periods, axes, (), question.measures)
        expected: dict[Key, float] = defaultdict(float)
        rule = subject.measures[0].window_rule
        kept = [one for one in question.periods if one in _kept_periods(question, one, rule)]
        for row in (row for code in question.measures for period in kept for row in by_measure[code, period]):
            expected[tuple(_code_of(name, row) for name in axes)] += float(row[6])  # type: ignore[arg-type]
        found = {cell.key: cell.numerator for cell in pivot.cells(reader, question) if cell.known_count}
        if found.keys() != expected.keys() or not all(_is_close(found[key], expected[key]) for key in expected):
            unlike.append(question)
        compared += len(found)
    return unlike, compared


def _kept_periods(question: Question, period: str, rule: str) -> tuple[str, ...]:
    """The periods that count in the cell of a period: all, or the last or first of those that the cell holds."""
    together = question.periods
    if "period" in question.axes:
        together = tuple(one for one in together if one == period)
    elif "year" in question.axes:
        together = tuple(one for one in together if one[:4] == period[:4])
    return {"sum": together, "end": together[-1:], "start": together[:1]}[rule]


def _code_of(axis: str, row: tuple[object, ...]) -> str | None:
    """The code of a reported number on an axis."""
    codes = {
        "period": row[5],
        "year": str(row[5])[:4],
        "type": row[9],
        "rural": "rural" if row[9] in ("huyen", "xa", "thi_tran") else "urban",
        "category": row[1],
        "column": row[8],
    }
    return codes[axis]  # type: ignore[return-value]
