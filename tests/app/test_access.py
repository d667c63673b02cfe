"""Small counts of sensitive targets are seen by those entitled, and by nobody else, by no way round."""

import csv
import itertools

import pytest
from facts import absent, progress

from app import access
from app.access import AccessDeniedError, Right, SensitiveCount, Viewer
from app.facts import Revision
from app.queries import plan
from app.queries.progress import target_trend
from warehouse.engines import Published
from warehouse.reference import Reference
from warehouse.settings import SEEDS_DIR

SENSITIVE = frozenset({"T16"})


def test_somebody_without_rights_gets_nothing(warehouse: Published) -> None:
    with pytest.raises(AccessDeniedError):
        plan.publication(Viewer(), warehouse)


def test_a_small_district_is_hidden_for_the_whole_year_together_with_the_next_smallest() -> None:
    counts = [
        SensitiveCount("T16", "760", "79", "2021", 2, 9),
        SensitiveCount("T16", "761", "79", "2021", 12, 30),
        SensitiveCount("T16", "764", "79", "2021", 11, 25),
        SensitiveCount("T16", "760", "79", "2022", 8, 20),
    ]
    assert access.hidden_units(counts) == {("T16", "760", "2021"), ("T16", "764", "2021")}


def test_two_small_districts_hide_each_other() -> None:
    counts = [SensitiveCount("T16", code, "79", "2021", 2, 9) for code in ("760", "761")]
    assert len(access.hidden_units([*counts, SensitiveCount("T16", "764", "79", "2021", 9, 25)])) == 2


def test_what_is_hidden_carries_no_number_at_all(reader: Viewer) -> None:
    row = progress(target_code="T16", status="behind", numerator=2.0, denominator=9.0, change_prev_quarter_pct=3.0)
    (seen,) = access.protect(reader, [row], SENSITIVE, frozenset({("T16", "769", "2021")}))
    assert seen.status == "suppressed"
    numbers = (seen.numerator, seen.denominator, seen.value_pct, seen.gap_pct, seen.change_prev_quarter_pct, seen.rank)
    assert numbers == (None,) * 6
    assert (seen.ci_low_pct, seen.ci_high_pct, seen.path_gap_pct, seen.prev_quarter_status) == (None,) * 4


def test_wards_of_sensitive_targets_are_always_hidden_and_absences_stay_what_they_are(reader: Viewer) -> None:
    rows = [
        progress(target_code="T16", unit_level="ward", numerator=40.0, denominator=50.0),
        absent("not_reported", target_code="T16", unit_level="ward"),
        progress(unit_level="ward"),
    ]
    seen = access.protect(reader, rows, SENSITIVE, frozenset())
    assert [row.status for row in seen] == ["suppressed", "not_reported", "on_track"]


def test_whoever_has_the_right_sees_every_count(cleared: Viewer) -> None:
    row = progress(target_code="T16", numerator=2.0, denominator=9.0)
    assert access.protect(cleared, [row], SENSITIVE, frozenset({("T16", "769", "2021")})) == [row]


def test_corrections_of_people_counts_are_hidden_too(reader: Viewer, cleared: Viewer) -> None:
    numbers = (2.0, 3.0, None, None)
    cells = [Revision("2021Q2", 2, form, "26734", "P", "P", "total", "m", "m", "m", *numbers) for form in ("B4", "B7")]
    assert [cell.form_code for cell in access.protect_revisions(reader, cells)] == ["B4"]
    assert access.protect_revisions(cleared, cells) == cells


def test_no_small_count_of_the_sample_reaches_a_viewer_without_the_right(warehouse: Published, reader: Viewer) -> None:
    targets = [one.target_code for one in plan.targets(reader, warehouse) if one.is_sensitive]
    assert targets
    periods = [one.period_code for one in plan.periods(reader, warehouse)]
    for target, level, window in itertools.product(targets, ("city", "district", "ward"), ("ytd", "quarter")):
        for row in target_trend(reader, warehouse, target, level, window, periods[-1]):
            parts = (row.numerator, row.denominator)
            assert row.value_pct is None or not any(part and part < access.SMALL_COUNT for part in parts), row


def test_a_hidden_district_cannot_be_worked_out_from_the_city_s_total(warehouse: Published, reader: Viewer) -> None:
    target = next(one.target_code for one in plan.targets(reader, warehouse) if one.is_sensitive)
    by_period: dict[str, int] = {}
    for row in target_trend(reader, warehouse, target, "district", "ytd", "2025Q2"):
        by_period[row.period_code] = by_period.get(row.period_code, 0) + (row.status == "suppressed")
    assert set(by_period.values()) & {1} == set()


def test_the_small_count_threshold_is_the_seed_s(reference: Reference) -> None:
    with (SEEDS_DIR / "settings.csv").open(encoding="utf-8") as file:
        settings = {row["setting_code"]: row["setting_value"] for row in csv.DictReader(file)}
    assert int(settings["small_count_threshold"]) == access.SMALL_COUNT


def test_every_measure_of_a_sensitive_target_stands_on_a_sensitive_form() -> None:
    def read(name: str) -> list[dict[str, str]]:
        with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    sensitive = {row["target_code"] for row in read("targets") if row["is_sensitive"] == "true"}
    measures = {row["measure_code"] for row in read("target_terms") if row["target_code"] in sensitive}
    forms = {row["form_code"] for row in read("form_columns") if row["column_code"] in measures}
    assert measures
    assert forms <= access.SENSITIVE_FORMS


def test_the_built_in_viewer_has_every_right() -> None:
    assert all(access.BUILT_IN_VIEWER.may(right) for right in Right)
