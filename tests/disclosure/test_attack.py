"""Whoever may not see small counts cannot work one out, from anything published, however much of it they put together.

That the attacker would find a way if there were one, the planted weaknesses show.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import pytest

from app.core.disclosure import SUPPRESSED
from app.core.reader import Reader
from app.core.small_counts import SMALL_COUNT, Approximate
from app.queries import progress
from app.queries.progress import continued
from app.queries.target import breakdown
from app.records import Progress
from tests.disclosure.attack import Attack, place_of, reached, whole
from tests.disclosure.audit import exposed_in
from tests.disclosure.categories import exposed_beside_categories
from tests.disclosure.cities import UNCLEARED, YEAR, City, Report, figures, protected, random_city
from tests.disclosure.rivals import each_rounded, hide
from tests.disclosure.sample import Years, exposed_in_year
from warehouse.publish.engines import Published

pytestmark = pytest.mark.slow

FIRST = f"{YEAR}Q1"


def test_no_small_count_of_the_sample_can_be_worked_out_from_all_its_versions(
    sample_versions: list[Published], sample_years: list[Years]
) -> None:
    assert len(sample_years) > 1
    names, small = continued(sample_versions[-1]), 0
    for key in sample_years[-1]:
        found, count = exposed_in_year([version[key] for version in sample_years if key in version], names)
        assert found == [], key
        small += count
    assert small > 2000


@pytest.mark.parametrize("versions", [1, 5])
def test_no_small_count_of_a_random_city_can_be_worked_out(versions: int) -> None:
    # Others than those that `make bench-disclosure` attacks.
    seeds = range(200, 220) if versions == 1 else range(220, 225)
    small = 0
    for seed in seeds:
        found, count = exposed_in(random_city(seed, versions), protected)
        assert found == [], seed
        small += count
    assert small > 50


def test_a_correction_elsewhere_changes_nothing_that_is_told_of_a_unit() -> None:
    for seed in range(40):
        city = random_city(seed, versions=5)
        told: dict[object, Progress] = {}
        for version in range(5):
            for row in protected(city.rows(version)):
                if row.unit_code not in city.parents.values():
                    key = (*place_of(row), row.source_versions)
                    assert told.setdefault(key, row) == row


def test_there_is_no_way_to_ask_that_tells_more(sample_versions: list[Published]) -> None:
    now = Reader(UNCLEARED, sample_versions[-1])
    for period, window in itertools.product(("2021Q3", "2024Q4", "2026Q2"), ("quarter", "ytd")):
        trends = [
            row
            for target, level in itertools.product(("T16", "T17"), ("city", "region", "district"))
            for row in progress.target_trend(now, target, level, window, period)
            if row.period_code == period
        ]
        told = {(row.target_code, row.unit_code): row for row in trends}
        others = (
            progress.level_progress(now, "district", period, window),
            progress.reporter_progress(now, period, window),
            progress.target_units(now, "T16", ["79", "760", "769"], period, window),
            progress.unit_progress(now, "769", period, window),
            progress.shown_figures(now, period, window),
            progress.shown_in_grid(now, "district", period, window),
        )
        for row in itertools.chain.from_iterable(others):
            same = told.get((row.target_code, row.unit_code))
            if same:
                assert all(getattr(row, item.name) == getattr(same, item.name) for item in fields(row))
    wards = (
        *progress.ward_progress(now, "769", "2024Q4", "ytd"),
        *progress.level_progress(now, "ward", "2026Q2", "ytd"),
    )
    hidden = [row for row in wards if row.target_code in ("T16", "T17")]
    assert SUPPRESSED in {row.status for row in hidden}
    assert {(row.numerator, row.denominator, row.value_pct, row.rank) for row in hidden} == {(None,) * 4}


def test_services_tell_nothing_of_the_people_supported(
    sample_versions: list[Published], sample_years: list[Years]
) -> None:
    warehouse = sample_versions[-1]
    year = sample_years[-1]["T16", "2021"]
    attack = Attack()
    cells = attack.see(year.shown)
    small = [reached((cell,)) for cell in cells["79", "2021Q4", "ytd"]]
    before = [attack.range_of(terms) for terms in small[:6]]
    for period, window in itertools.product(("2021Q1", "2021Q2", "2021Q3", "2021Q4"), ("quarter", "ytd")):
        for part in breakdown(Reader(UNCLEARED, warehouse), "T16", "79", period, window):
            assert isinstance(part.value_count, Approximate)
            # Nobody receives a service who is not supported.
            attack.know(reached(cells["79", period, window]), part.value_count.low, float("inf"))
    assert [attack.range_of(terms) for terms in small[:6]] == before


def city(*quarters: Mapping[str, tuple[int, ...] | None]) -> City:
    """A city without regions: of every quarter what each unit reports, people reached, the rest, and in which version
    if not the first."""
    reports = {
        (unit, unit, f"{YEAR}Q{number}"): Report(*counts) if counts else None
        for number, quarter in enumerate(quarters, 1)
        for unit, counts in quarter.items()
    }
    return City(dict.fromkeys(quarters[0], "79"), (reports,))


def left_of(unit: str, *shown: Sequence[Progress]) -> tuple[int, int]:
    """What some versions leave of how many people a unit reached in the first quarter."""
    attack = Attack()
    for rows in shown:
        cells = attack.see(rows)
    return attack.range_of(reached(cells[unit, FIRST, "quarter"]))


ALONE = {"a": (4, 30), "b": (4, 20)}
FOUR = {"a": (3, 21), "b": (12, 9), "c": (30, 12), "d": (25, 8)}


def test_two_small_districts_alone_without_a_secondary_beside_them_are_found() -> None:
    rows = city(ALONE).rows(0)
    for shown, left in ((hide(rows, lambda row: row.unit_code != "79"), (4, 4)), (protected(rows), (1, 4))):
        attack = Attack()
        cells = attack.see(shown)
        for unit in ALONE:
            # There is nothing else for which they could be hidden.
            attack.know(reached(cells[unit, FIRST, "quarter"]), 1, 4)
        assert attack.range_of(reached(cells["a", FIRST, "quarter"])) == left


def test_a_district_hidden_beside_one_that_did_not_report_is_found() -> None:
    rows = city(FOUR | {"b": None}).rows(0)
    assert left_of("a", hide(rows, lambda row: row.unit_code in "ab")) == (3, 3)
    assert left_of("a", protected(rows)) == (1, 4)


def test_a_figure_hidden_before_one_that_is_shown_with_its_change_is_found() -> None:
    first = FOUR | {"a": (4, 13), "b": (9, 4)}
    rows = city(first, FOUR | {"a": (40, 30), "b": (9, 30)}).rows(0)

    def is_hidden(row: Progress) -> bool:
        return row.unit_code in ("a", "b") and (row.period_code == FIRST or row.period_window == "ytd")

    assert left_of("a", hide(rows, is_hidden, frozenset({"change_prev_quarter_pct"}))) == (4, 4)
    assert left_of("a", hide(rows, is_hidden))[1] > 4
    assert left_of("a", protected(rows)) == (1, 4)


def test_a_district_whose_figure_is_the_city_s_is_found() -> None:
    rows = city(dict.fromkeys("bcd") | {"a": (3, 21)}).rows(0)
    assert left_of("a", hide(rows, lambda row: row.unit_code == "a")) == (3, 3)
    assert left_of("a", protected(rows)) == (1, 4)


def test_a_district_hidden_beside_another_one_in_every_version_is_found() -> None:
    then, now = city(FOUR).rows(0), city(FOUR | {"d": (26, 8, 2)}).rows(0)
    hidden_then, hidden_now = (
        hide(rows, lambda row, pair=pair: row.unit_code in pair)  # type: ignore[misc]
        for rows, pair in ((then, "ab"), (now, "ac"))
    )
    assert left_of("a", hidden_then)[1] > SMALL_COUNT
    assert left_of("a", hidden_then, hidden_now) == (3, 3)
    assert left_of("a", protected(then), protected(now)) == (1, 4)


def test_an_interval_left_beside_a_hidden_count_tells_it() -> None:
    rows = city(FOUR).rows(0)
    (interval,) = [(row.ci_low_pct, row.ci_high_pct) for row in rows if place_of(row) == ("a", FIRST, "quarter")]
    (shown,) = [row for row in protected(rows) if place_of(row) == ("a", FIRST, "quarter")]
    attack = Attack()
    cells = attack.see([shown])["a", FIRST, "quarter"]
    assert attack.range_of(reached(cells)) == (1, 4)
    attack = Attack()
    cells = attack.see([replace(shown, ci_low_pct=interval[0], ci_high_pct=interval[1])])["a", FIRST, "quarter"]
    assert attack.range_of(reached(cells)) == (3, 3)


def test_a_rank_says_between_which_figures_a_hidden_one_lies() -> None:
    rows = city({"a": (2, 2), "b": (10, 9), "c": (20, 21)}).rows(0)
    for rank, left in ((None, (0, 4)), (2, (2, 2))):
        attack = Attack()
        hidden = hide(rows, lambda row: row.unit_code in ("a", "79"), frozenset({"rank"}))
        cells = attack.see([replace(row, rank=rank) if row.unit_code == "a" else row for row in hidden])
        attack.know(whole(cells["a", FIRST, "quarter"]), 4, 4)
        assert attack.range_of(reached(cells["a", FIRST, "quarter"])) == left


def test_categories_that_add_up_tell_nothing_of_how_few_people_they_divide() -> None:
    shown, found = 0, []
    for seed in range(6, 12):
        told, _ = exposed_beside_categories(seed, lambda _told, _place: True)
        found += told
        told, count = exposed_beside_categories(seed, lambda told, place: place in told.roomy)
        assert told == [], seed
        shown += count
    # As four people of four kinds are one of each.
    assert found
    assert shown


def test_how_many_units_have_a_rank_says_how_many_people_they_count_at_least() -> None:
    rows = city({"a": (3, 0), "b": (12, 9)}).rows(0)
    (shown,) = [row for row in protected(rows) if place_of(row) == ("a", FIRST, "quarter")]
    attack = Attack()
    cells = attack.see([shown])["a", FIRST, "quarter"]
    assert attack.range_of(reached(cells)) == (1, 4)
    # A commune without anyone has no ratio, and so no rank.
    attack.know(whole(cells), 3, float("inf"))
    assert attack.range_of(reached(cells)) == (3, 4)
    assert shown.rank_of is None


def test_large_counts_told_exactly_would_tell_a_report_that_came_late() -> None:
    first = {("a", "a1", FIRST): Report(30, 12), ("a", "a2", FIRST): None}
    then, now = figures({"a": "79"}, first), figures({"a": "79"}, first | {("a", "a2", FIRST): Report(3, 7)})
    late = ("a", FIRST, f"a2 {FIRST} v1")
    for method, left in ((lambda rows: hide(rows, lambda _: False), (3, 3)), (protected, (0, 4))):
        attack = Attack()
        attack.see(method(then))
        attack.see(method(now))
        assert attack.range_of(reached((late,))) == left


def test_figures_rounded_each_by_itself_tell_quarters_by_their_sum() -> None:
    rows = city(*[{"a": (1, 20), "b": (30, 20)}] * 4).rows(0)
    assert left_of("a", each_rounded(rows)) == (1, 1)
    assert left_of("a", protected(rows)) == (1, 4)
