"""Random places of few units and few people, and how the people reached of each report divide into categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from random import Random

from app.core.small_counts import SMALL_COUNT, Disclosed, Place, SensitiveCount, disclosed_parts, is_final
from app.records import Progress
from tests.disclosure.attack import Attack, Cell, Terms, place_of
from tests.disclosure.audit import exposed, small_counts
from tests.disclosure.cities import CITY, TARGET, YEAR, City, Report, protected, told_of

CATEGORIES = 4
# Whether a place (unit, period, window) discloses its categories, by what is disclosed of its target.
Rule = Callable[[Disclosed, Place], bool]


def exposed_beside_categories(seed: int, is_shown: Rule) -> tuple[list[tuple[Terms, int, int, int]], int]:
    """The small counts of a random place that its figures and its categories, which add up, expose together; and how
    many categories are shown."""
    city = _small_place(seed)
    (reports,) = city.versions
    true, attack = city.rows(0), Attack()
    told, cells = told_of(true), attack.see(protected(true))
    known = {(unit, period, f"{who} {period} v1"): one for (unit, who, period), one in reports.items() if one}
    parts = {cell: _divided(Random(f"{seed} {cell}"), report.reached) for cell, report in known.items()}  # noqa: S311
    for cell in known:
        attack.know(Counter({(cell, "reached"): -1} | {(cell, name): 1 for name in _NAMES}), 0, 0)
    small, shown = list(small_counts(true, cells, known)), 0
    for (subject, *place), (span,) in disclosed_parts(_counts(true, cells, parts), {}).items():
        if place[0] == CITY and is_shown(told, ((TARGET,), *place)):
            terms: Terms = Counter((cell, subject[-1]) for cell in cells[tuple(place)])
            attack.know(terms, span.low, span.high)
            shown += 1
            people = sum(parts[cell][subject[-1]] for cell in cells[tuple(place)])
            small += [(people, terms)] if 0 < people < SMALL_COUNT else []
    return exposed(attack, small), shown


_NAMES = tuple(f"category {number}" for number in range(CATEGORIES))


def _small_place(seed: int) -> City:
    dice = Random(seed)  # noqa: S311 - the same place for the same seed
    units = [f"u{number}" for number in range(dice.choice((1, 1, 2, 3, 14)))]
    most = dice.choice((5, 9, 25))
    reports = {(unit, unit, f"{YEAR}Q1"): Report(dice.randint(0, most), dice.randint(0, most)) for unit in units}
    return City(dict.fromkeys(units, CITY), (reports,))


def _divided(dice: Random, people: int) -> Counter[str]:
    weights = [dice.random() ** 3 for _ in _NAMES]
    return Counter(dice.choices(_NAMES, weights, k=people))


def _counts(
    true: list[Progress], cells: Mapping[tuple[str, str, str], tuple[Cell, ...]], parts: Mapping[Cell, Counter[str]]
) -> Iterator[SensitiveCount]:
    for row in (one for one in true if one.numerator is not None):
        for name in _NAMES:
            people = float(sum(parts[cell][name] for cell in cells[place_of(row)]))
            place = row.unit_code, row.parent_code, row.period_code, row.period_window
            final = is_final(row.provisional_reason, row.source_versions)
            yield SensitiveCount((TARGET, "kind", name), *place, (people,), final)
