"""What the pivot page can count, by which axes, and the names of their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.selection import named_levels
from app.analysis.unit_names import distinct_names, level_name
from app.core.comparable import DISRUPTION, METHOD, breaks_between
from app.core.grouping import group_by
from app.core.i18n import cached_by_language, words
from app.core.levels import tier, tier_of
from app.core.period_code import year_of
from app.core.reader import Reader
from app.queries import pivot, plan
from app.queries.target import every_break
from app.records import Target, Unit
from app.records.pivot import CATEGORY, COLUMN, PERIOD, RURAL, TIMES, TYPE, UNIT, YEAR, Measure, Question
from warehouse.plan.levels import levels

# What a cell shows.
VALUE, SHARE_ROW, SHARE_COLUMN, CHANGE_PREVIOUS, CHANGE_YEAR = (
    "value",
    "share_row",
    "share_column",
    "change_previous",
    "change_year",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be counted: a target, or one or more columns of a form with one unit of measurement."""

    code: str
    title: str
    target: Target | None = None
    measures: tuple[Measure, ...] = ()

    @property
    def is_sensitive(self) -> bool:
        """Return whether few people are counted."""
        return bool(self.target and self.target.is_sensitive) or any(one.is_sensitive for one in self.measures)

    @property
    def adds_up_over_time(self) -> bool:
        """Return whether numbers of several periods may be added up."""
        return not self.target and all(one.window_rule == "sum" for one in self.measures)


@dataclass(frozen=True, slots=True)
class Axes:
    """Axes that a subject has in some periods, with the codes and names of each in their order."""

    titles: dict[str, str]
    codes: dict[str, dict[str, str]]


@cached_by_language(maxsize=8)
def subjects(reader: Reader) -> dict[str, Subject]:
    """Return everything that the viewer can ask about, by code: targets, sums of columns, single columns."""
    found = [
        Subject(code, f"{code} {words.of(target, 'short_name')}", target=target)
        for code, target in sorted(plan.named_targets(reader).items())
    ]
    every = pivot.measures(reader)
    for (form, dimension), group in group_by(every, lambda one: (one.form_code, one.dimension_code)).items():
        alike = {(one.window_rule, one.unit_en, one.is_sensitive) for one in group}
        if dimension and len(group) > 1 and len(alike) == 1:
            title = words.first(f"explore.pivot_all_{dimension}", "explore.pivot_all", unit=words.of(group[0], "unit"))
            found.append(Subject(f"{form}.{dimension}", f"{form} {title}", measures=tuple(group)))
    found += [Subject(one.measure_code, f"{one.form_code} {words.of(one, 'name')}", measures=(one,)) for one in every]
    return {one.code: one for one in found if not _is_hidden(reader, one)}


def _is_hidden(reader: Reader, subject: Subject) -> bool:
    codes = tuple(one.measure_code for one in subject.measures)
    return pivot.is_hidden(reader, Question((), measures=codes))


def denominators(subject: Subject, every: dict[str, Subject]) -> list[str]:
    """Return the subjects of which a subject can be a share, those of the same unit of measurement first."""
    if subject.target:
        return []
    unit = subject.measures[0].unit_en
    others = [one for one in every.values() if one.measures and one.code != subject.code]
    return [one.code for one in sorted(others, key=lambda one: one.measures[0].unit_en != unit)]


@cached_by_language(maxsize=16)
def axes(reader: Reader, code: str, periods: tuple[str, ...]) -> Axes:
    """Return the axes of a subject in some periods."""
    subject = subjects(reader)[code]
    existing = _existing(reader, periods)
    levels = _levels(reader, subject, existing)
    found: dict[str, dict[str, str]] = {f"{UNIT}{level}": _units(existing, level) for level in levels}
    titles = {f"{UNIT}{level}": level_name(name) for level, name in levels.items()}
    found[PERIOD] = {one: words.short_period(one) for one in periods}
    found[YEAR] = {year_of(one): year_of(one) for one in periods}
    titles |= {PERIOD: words("period.title"), YEAR: words("explore.pivot_year")}
    if not _is_of_published_rows(reader, subject):
        found[TYPE] = _types(existing)
        found[RURAL] = {name: words(f"explore.pivot_{name}") for name in ("urban", "rural")}
        titles |= {TYPE: words("explore.type"), RURAL: words("explore.pivot_rural_axis")}
    for axis, dimension in _dimensions(subject).items():
        own = [one for one in pivot.categories(reader) if one.dimension_code == dimension]
        found[axis] = {one.category_code: words.of(one, "name") for one in own}
        named = words.of(own[0], "dimension_name") if own else ""
        titles[axis] = named or words("explore.pivot_dimension", code=dimension)
    return Axes(titles, found)


def _dimensions(subject: Subject) -> dict[str, str]:
    """Return the dimensions of a subject's columns and of its form's rows, by axis."""
    found = {}
    if len(subject.measures) > 1 and subject.measures[0].dimension_code:
        found[COLUMN] = subject.measures[0].dimension_code
    if subject.measures and subject.measures[0].row_dimension_code:
        found[CATEGORY] = subject.measures[0].row_dimension_code
    return found


def _is_of_published_rows(reader: Reader, subject: Subject) -> bool:
    return pivot.is_of_published_rows(reader, Question((), target=subject.target.target_code if subject.target else ""))


def _levels(reader: Reader, subject: Subject, existing: Sequence[Unit]) -> dict[str, str]:
    """Return the levels of units that a subject has, each with the name of what replaces it where there is none."""
    names = named_levels(existing)
    shown = [*names]
    if subject.target:
        has = set(map(tier, subject.target.shown_levels.split("|")))
        smallest = levels().base if _is_of_published_rows(reader, subject) else None
        shown = [level for level in shown if level in has and level != smallest]
    return {level: names[level] for level in shown}


def _existing(reader: Reader, periods: Sequence[str]) -> list[Unit]:
    days = [one.end_date for one in plan.periods(reader) if one.period_code in periods]
    return [unit for unit in plan.every_unit(reader) if any(map(unit.exists_on, days))]


def _units(existing: Sequence[Unit], level: str) -> dict[str, str]:
    every = {unit.unit_code: unit for unit in existing}
    return distinct_names((unit for unit in existing if unit.unit_level in tier_of(level)), every)


def _types(existing: Sequence[Unit]) -> dict[str, str]:
    kinds = dict.fromkeys(unit.unit_type for unit in existing if unit.is_authority)
    return {kind: words.first(f"explore.type_{kind}", "explore.type_other", code=kind) for kind in kinds}


def compared_periods(reader: Reader, question: Question, shown: str) -> dict[str, str]:
    """Return for each period of a question the one with which it may be compared.

    A sum of the year starts at zero in January; a break of method or a disruption lies between no two compared periods.
    """
    codes = [one.period_code for one in plan.periods(reader)]
    found = {}
    for code in question.periods:
        place = codes.index(code)
        year_ago = f"{int(year_of(code)) - 1}{code[len(year_of(code)) :]}"
        other = year_ago if shown == CHANGE_YEAR else codes[place - 1] if place else ""
        begins_anew = question.target and question.window == "ytd" and shown == CHANGE_PREVIOUS
        if other in codes and not (begins_anew and year_of(other) != year_of(code)):
            found[code] = other
    breaks = [one for one in every_break(reader) if one.target_code in (None, question.target or None)]
    return {
        code: other
        for code, other in found.items()
        if not {DISRUPTION, METHOD} & {one.kind for one in breaks_between(breaks, other, code)}
    }


def can_be_compared(question: Question) -> bool:
    """Return whether each cell is of one period."""
    return PERIOD in question.axes or len(question.periods) == 1


def adds_up(subject: Subject, axis: str) -> bool:
    """Return whether cells along an axis have a total."""
    return axis not in TIMES or subject.adds_up_over_time
