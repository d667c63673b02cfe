"""What of the small counts behind some records is protected: not to be told from any other small one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from app.core.small_counts import SMALL_COUNT
from app.records import Progress
from tests.disclosure.attack import Attack, Cell, Place, Terms, place_of, reached, rest, whole
from tests.disclosure.cities import City, Report

Method = Callable[[Sequence[Progress]], list[Progress]]


def small_counts(
    true: Iterable[Progress], cells: Mapping[Place, tuple[Cell, ...]], reports: Mapping[Cell, Report]
) -> Iterator[tuple[int, Terms]]:
    """Every small count of a version: people reached, the rest and everybody, in its figures and in single reports."""
    for row in true:
        if row.numerator is not None and row.denominator is not None:
            yield from _small(row.numerator, row.denominator - row.numerator, cells[place_of(row)])
    for cell, report in reports.items():
        yield from _small(report.reached, report.rest, (cell,))


def _small(in_numerator: float, left: float, cells: Sequence[Cell]) -> Iterator[tuple[int, Terms]]:
    for count, terms in ((in_numerator, reached), (left, rest), (in_numerator + left, whole)):
        if 0 < count < SMALL_COUNT:
            yield int(count), terms(cells)


def is_protected(low: int, high: int) -> bool:
    """Whether a small count may still be one of four numbers, as many as "under five" leaves."""
    return high - low >= SMALL_COUNT - 2


def exposed(attack: Attack, counts: Sequence[tuple[int, Terms]]) -> list[tuple[Terms, int, int, int]]:
    """The small counts that are not protected: which, how much it is, and the least and most that is left of it."""
    left = [terms for _, terms in counts]
    for least, most in ((1, SMALL_COUNT - 1), (0, SMALL_COUNT - 2)):
        left = attack.not_reaching(left, least, most)
    ranges = [(terms, count, *attack.range_of(terms)) for count, terms in counts if terms in left]
    return [found for found in ranges if not is_protected(*found[2:])]


def exposed_in(city: City, method: Method) -> tuple[list[tuple[Terms, int, int, int]], int]:
    """The small counts of a random city that its published versions expose together, and how many it has."""
    attack = Attack()
    counts: dict[frozenset[object], tuple[int, Terms]] = {}
    for version, reports in enumerate(city.versions):
        true = city.rows(version)
        cells = attack.see(method(true))
        known = {
            (unit, period, f"{who} {period} v{report.version}"): report
            for (unit, who, period), report in reports.items()
            if report
        }
        counts |= {frozenset(found[1].items()): found for found in small_counts(true, cells, known)}
    return exposed(attack, list(counts.values())), len(counts)
