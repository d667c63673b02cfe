"""Data of the search: everything that has a name, and its matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.search import Named, found, guess
from app.core.grouping import group_by
from app.core.i18n import words, words_in
from app.core.levels import rank_of
from app.core.page_context import Context
from app.core.reader import Reader
from app.core.status import OF_TARGETS
from app.core.url_state import LANGUAGES, State
from app.pages.shared.rules import rule_figures, topics
from app.pages.shared.units import names_of, own_names
from app.queries import methodology, plan
from app.queries import tasks as task_queries
from app.records import FormerUnit, Target, Unit
from app.records.tasks import Task
from app.ui.layout import MAIN_PAGES, MORE_PAGES, shown

FORMER_RANK = 9
METHODOLOGY = "methodology"
GROUPS = ("units", "targets", "terms", "tasks", "pages")


@dataclass(frozen=True, slots=True)
class Term:
    """Word of the pages with its meaning: a status, or a general rule."""

    name: str
    text: str
    status: str = ""


Thing = Unit | FormerUnit | Target | Task | Term | str


@dataclass(frozen=True, slots=True)
class Found:
    """Matches by group (`units`, `targets`, `terms`, `tasks`, `pages`), the group with the best first.

    A page is its name. Without any match `guessed` is the name that was perhaps meant.
    """

    groups: dict[str, list[Thing]]
    guessed: str | None

    @property
    def count(self) -> int:
        """Return the number of matches."""
        return sum(len(things) for things in self.groups.values())


def gather(context: Context, typed: str) -> Found:
    """Return the matches of the text typed, in the quarter shown and in others."""
    every = _every(context)
    met = {group: found(typed, named) for group, named in every.items()}
    order = sorted((group for group in GROUPS if met[group]), key=lambda group: met[group][0][0])
    groups = {group: [one.thing for _, one in met[group]] for group in order}
    return Found(groups, None if groups else guess(typed, [one for named in every.values() for one in named]))


def _every(context: Context) -> dict[str, Sequence[Named[Thing]]]:
    return {
        "units": [*_units(context), *_former_units(context.reader)],
        "targets": _targets(context),
        "terms": _terms(context),
        "tasks": _tasks(context),
        "pages": _pages(context.state),
    }


def _units(context: Context) -> list[Named[Thing]]:
    """Return every unit; of one that kept code and name through a change of the map its validity in the quarter
    shown."""
    day = context.period.end_date
    validities = group_by(plan.every_unit(context.reader), lambda unit: (unit.unit_code, unit.name_vi))
    every = [max(same, key=lambda unit: (unit.exists_on(day), unit.valid_from)) for same in validities.values()]
    above = group_by(every, lambda unit: unit.unit_code)
    return [
        Named(
            unit,
            unit.unit_code,
            unit_names(unit),
            [name for one in above.get(unit.parent_code or "", ()) for name in (one.name_vi, one.name_en)],
            is_now=unit.exists_on(day),
            rank=rank_of(unit.unit_level),
        )
        for unit in every
    ]


def unit_names(unit: Unit) -> list[str]:
    """Return the names of a unit; an area also has the name of the district that it was."""
    return own_names(unit) if unit.is_authority else names_of(unit)


def _former_units(reader: Reader) -> list[Named[Thing]]:
    return [
        Named(unit, unit.unit_code, (unit.name_vi, unit.name_en), is_now=False, rank=FORMER_RANK)
        for unit in plan.former_units(reader)
    ]


def _targets(context: Context) -> list[Named[Thing]]:
    """Return the targets of the plan in force, and of other plans those that it does not have."""
    every = {**plan.named_targets(context.reader), **context.targets}
    return [
        Named(
            target,
            target.target_code,
            [words_in(lang).of(target, name) for name in ("name", "short_name", "group_name") for lang in LANGUAGES],
            texts=[target.definition_vi, target.definition_en],
            is_now=target.target_code in context.targets,
        )
        for target in every.values()
    ]


def _terms(context: Context) -> list[Named[Thing]]:
    """Return the statuses of targets and the general rules, in the viewer's language, by their names in every one.

    They lead to the methodology, which is hidden from some viewers.
    """
    if METHODOLOGY in context.state.hidden:
        return []
    every = [words_in(lang) for lang in LANGUAGES]
    rules = methodology.rules(context.reader, context.state.period).values()
    figures = rule_figures(next((rule.behind_margin_pct for rule in rules if rule.behind_margin_pct), None))
    terms: list[Named[Thing]] = []
    for status in OF_TARGETS:
        text = words(f"methodology.status_{status}", **figures)
        names = [words.status(status) for words in every]
        terms.append(Named(Term(words.status(status), text, status), "", names))
    for topic in topics(context.reader):
        name, text = (words(f"methodology.{kind}_{topic}", **figures) for kind in ("topic", "text"))
        names = [words(f"methodology.topic_{topic}") for words in every]
        terms.append(Named(Term(name, text), "", names, texts=[text]))
    return terms


def _tasks(context: Context) -> list[Named[Thing]]:
    return [
        Named(task, task.task_code, (task.name_vi, task.name_en))
        for task in task_queries.tasks(context.reader, context.state.period)
    ]


def _pages(state: State) -> list[Named[Thing]]:
    """Return the pages of the menu, by their names and by what they are for."""
    every = [words_in(lang) for lang in LANGUAGES]
    pages = {page: page or "overview" for page in shown(state, (*MAIN_PAGES, *MORE_PAGES))}
    return [
        Named(page, "", [say(f"{text}.{key}") for text in ("nav", "search_for") for say in every])
        for page, key in pages.items()
    ]
