"""The reference data is complete and consistent: what is looked up is there, in both languages."""

import csv
import itertools
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from warehouse.reference import load_reference
from warehouse.settings import SEEDS_DIR

SEEDS = sorted(path.stem for path in SEEDS_DIR.glob("*.csv"))


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS_DIR / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def valid_units(day: str, level: str) -> list[dict[str, str]]:
    return [
        unit
        for unit in rows("units")
        if unit["unit_level"] == level
        and unit["valid_from"] <= day
        and (not unit["valid_to"] or day < unit["valid_to"])
    ]


@pytest.mark.parametrize(
    ("day", "districts", "wards"),
    [("2021-03-31", 22, 312), ("2024-12-31", 22, 312), ("2025-01-01", 22, 273), ("2025-06-30", 22, 273)],
)
def test_the_city_has_its_real_districts_and_wards_on_each_day(day: str, districts: int, wards: int) -> None:
    assert len(valid_units(day, "district")) == districts
    assert len(valid_units(day, "ward")) == wards


def test_the_wards_of_2021_are_249_phuong_58_xa_and_5_thi_tran() -> None:
    assert Counter(unit["unit_type"] for unit in valid_units("2021-01-01", "ward")) == {
        "phuong": 249,
        "xa": 58,
        "thi_tran": 5,
    }


def test_the_wards_of_2025_are_210_phuong_58_xa_and_5_thi_tran() -> None:
    assert Counter(unit["unit_type"] for unit in valid_units("2025-01-01", "ward")) == {
        "phuong": 210,
        "xa": 58,
        "thi_tran": 5,
    }


def test_from_july_2025_there_are_168_communes_under_the_city_and_no_districts() -> None:
    communes = valid_units("2025-07-01", "ward")
    assert Counter(unit["unit_type"] for unit in communes) == {"phuong": 113, "xa": 54, "dac_khu": 1}
    assert valid_units("2025-07-01", "district") == []
    assert len(load_reference().reporters("2025Q3")) == 169


@pytest.mark.parametrize("name", ["name_vi", "name_en", "short_name_vi", "short_name_en"])
def test_no_two_communes_of_today_bear_one_name(name: str) -> None:
    names = Counter(row[name] for row in valid_units("2026-01-01", "ward"))
    assert [one for one, count in names.items() if count > 1] == []


def test_every_commune_lies_in_an_area_and_every_area_in_one_of_three_regions() -> None:
    # Source: the lists of units of 2025-07-01: 22, 9 and 7 former district-level units of the three provinces.
    areas = {unit["unit_code"]: unit["parent_code"] for unit in valid_units("2025-07-01", "area")}
    assert Counter(areas.values()) == {"R79": 22, "R74": 9, "R77": 7}
    regions = valid_units("2025-07-01", "region")
    assert {unit["unit_code"]: unit["parent_code"] for unit in regions} == dict.fromkeys(("R79", "R74", "R77"), "79")
    assert {unit["parent_code"] for unit in valid_units("2025-07-01", "ward")} == set(areas)


def test_a_commune_counts_in_the_one_area_where_most_of_it_lies() -> None:
    parents = {unit["unit_code"]: unit["parent_code"] for unit in valid_units("2025-07-01", "ward")}
    lies_in = [row for row in rows("unit_footprints") if row["valid_from"] == "2025-07-01"]
    main = {row["unit_code"]: row["area_code"] for row in lies_in if row["is_main"] == "true"}
    assert main == parents
    assert len(main) == sum(row["is_main"] == "true" for row in lies_in)
    # Source: the same lists; 17 communes lie in more than one former district-level unit.
    assert sum(count > 1 for count in Counter(row["unit_code"] for row in lies_in).values()) == 17


def test_a_district_lives_on_in_an_area_of_its_code() -> None:
    districts = valid_units("2025-06-30", "district")
    areas = {unit["unit_code"]: unit["name_vi"] for unit in valid_units("2025-07-01", "area")}
    assert all(areas[unit["unit_code"]] == f"Khu vực {unit['name_vi']} (cũ)" for unit in districts)


def test_a_unit_that_went_whole_has_one_heir_and_no_ward_is_left_without_a_main_one() -> None:
    heirs: dict[tuple[str, str], list[dict[str, str]]] = {}
    levels = {(unit["unit_code"], unit["valid_from"]): unit["unit_level"] for unit in rows("units")}
    for row in rows("unit_successors"):
        if levels[row["old_code"], row["old_valid_from"]] == "ward":
            heirs.setdefault((row["old_code"], row["old_valid_from"]), []).append(row)
    for unit, found in heirs.items():
        assert [row["is_main"] for row in found].count("true") == 1, unit
        assert (len(found) == 1) == (found[0]["is_whole"] == "true"), unit


def test_a_code_and_its_first_day_name_one_unit_and_validities_do_not_overlap() -> None:
    by_code: dict[str, list[tuple[str, str]]] = {}
    for unit in rows("units"):
        by_code.setdefault(unit["unit_code"], []).append((unit["valid_from"], unit["valid_to"] or "9999"))
    for code, spans in by_code.items():
        spans.sort()
        assert all(ends <= begins for (_, ends), (begins, _) in itertools.pairwise(spans)), code


def test_a_code_that_named_two_wards_has_two_rows() -> None:
    names = {unit["valid_from"]: unit["name_vi"] for unit in rows("units") if unit["unit_code"] == "26872"}
    assert names == {"2021-01-01": "Phường 13", "2025-01-01": "Phường 15"}


def test_every_ward_that_ended_has_a_successor_that_begins_that_day() -> None:
    successors = {(row["old_code"], row["old_valid_from"]): row["new_valid_from"] for row in rows("unit_successors")}
    known = {(unit["unit_code"], unit["valid_from"]) for unit in rows("units")}
    assert {(row["new_code"], row["new_valid_from"]) for row in rows("unit_successors")} <= known
    for unit in rows("units"):
        if unit["unit_level"] == "ward" and unit["valid_to"]:
            assert successors[unit["unit_code"], unit["valid_from"]] == unit["valid_to"], unit["name_vi"]


def test_districts_have_a_place_of_their_own_on_the_tile_map() -> None:
    places = [(unit["tile_row"], unit["tile_col"]) for unit in valid_units("2021-01-01", "district")]
    assert len(set(places)) == 22
    assert all(row and column for row, column in places)


def test_every_commune_has_a_place_of_its_own_among_the_tiles_of_its_area() -> None:
    places: dict[str, list[tuple[str, str]]] = {}
    for unit in valid_units("2025-07-01", "ward"):
        places.setdefault(unit["parent_code"], []).append((unit["tile_row"], unit["tile_col"]))
    assert sum(map(len, places.values())) == 168
    for area, own in places.items():
        assert len(set(own)) == len(own), area
        # Not a wider one than a phone can show, and none that begins with an empty row or column.
        assert min(int(row) for row, _ in own) == min(int(column) for _, column in own) == 1, area
        assert max(int(column) for _, column in own) <= 4, area


def test_units_are_alike_by_sizes_that_are_counted_and_point_at_nobody() -> None:
    columns = {row["column_code"]: row for row in rows("form_columns")}
    for row in rows("size_measures"):
        column = columns[row["measure_code"]]
        assert (column["data_type"], column["is_measure"], column["is_sensitive"]) == ("count", "true", "false")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_text_stands_in_both_languages(seed: str) -> None:
    for row in rows(seed):
        for column, value in row.items():
            if column.endswith("_vi"):
                assert bool(value) == bool(row[column.replace("_vi", "_en")]), (seed, column, row)


def levels_of_form(form_code: str, period: str) -> set[str]:
    """The levels whose units fill a form for a period."""
    return {
        row["unit_level"]
        for row in rows("form_levels")
        if row["form_code"] == form_code
        and row["first_period_code"] <= period
        and (not row["last_period_code"] or period <= row["last_period_code"])
    }


def counted_levels(target_code: str) -> list[tuple[str, set[str]]]:
    """From which period on a target is counted at which levels."""
    return [
        (row["first_period_code"], set(row["counted_levels"].split("|")))
        for row in rows("target_levels")
        if row["target_code"] == target_code
    ]


def test_every_target_names_measures_that_a_form_asks_of_the_units_it_counts() -> None:
    forms = {row["column_code"]: row["form_code"] for row in rows("form_columns") if row["is_measure"] == "true"}
    for target in rows("targets"):
        code = target["target_code"]
        terms = [term for term in rows("target_terms") if term["target_code"] == code]
        assert {term["term"] for term in terms} >= {"numerator"}, code
        for period, levels in counted_levels(code):
            for term in terms:
                form = forms[term["measure_code"]]
                assert levels <= levels_of_form(form, period), (code, form, period)


# What the city's plan of 2021 names; what the department follows besides is added after them.
PLANNED = [f"T{number:02}" for number in range(1, 19)]


def test_the_first_plan_has_its_18_targets_in_7_groups_and_10_tasks() -> None:
    targets = [row for row in rows("plan_targets") if row["plan_code"] == "P2021"]
    assert [target["target_code"] for target in targets][:18] == PLANNED
    assert {target["group_code"] for target in targets[:18]} == {group["group_code"] for group in rows("target_groups")}
    tasks = [task["task_code"] for task in rows("tasks") if task["plan_code"] == "P2021"]
    assert tasks == [f"N{number:02}" for number in range(1, 11)]


def test_what_is_carried_over_lacks_the_targets_whose_level_is_gone_and_counts_communes() -> None:
    carried = {row["target_code"]: row["basis"] for row in rows("plan_targets") if row["plan_code"] == "P2026"}
    assert carried.keys() & set(PLANNED) == set(PLANNED) - {"T01", "T08"}
    assert {carried[code] for code in carried.keys() & set(PLANNED)} == {"carried_over", "monitor"}
    assert [row["is_illustrative"] for row in rows("plans")] == ["false", "true"]
    levels = {row["target_code"]: row["counted_levels"] for row in rows("target_levels") if row["plan_code"] == "P2026"}
    assert {levels[code] for code in ("T02", "T07", "T09", "T11")} == {"ward"}


def thresholds(plan: str) -> dict[str, str]:
    return {row["target_code"]: row["threshold_pct"] for row in rows("target_thresholds") if row["plan_code"] == plan}


def test_thresholds_are_those_of_the_plan() -> None:
    # Source: the plan's table of targets; the rest ask for 100 %.
    asked = {code: value for code, value in thresholds("P2021").items() if code in PLANNED}
    assert (asked["T14"], asked["T15"]) == ("80", "90")
    assert {value for code, value in asked.items() if code not in {"T14", "T15"}} == {"100"}
    carried = {code: value for code, value in thresholds("P2026").items() if code in PLANNED}
    assert carried == {code: asked[code] for code in asked if code in carried}


def test_a_target_has_a_threshold_unless_it_is_only_followed() -> None:
    amounts = {row["target_code"] for row in rows("targets") if row["kind"] == "amount"}
    for row in rows("plan_targets"):
        has_threshold = row["target_code"] in thresholds(row["plan_code"])
        is_judged_in_percent = row["basis"] != "monitor" and row["target_code"] not in amounts
        assert is_judged_in_percent == has_threshold, row["target_code"]


def test_every_plan_says_where_each_of_its_targets_is_counted_and_shown() -> None:
    ways = {(row["plan_code"], row["target_code"]) for row in rows("target_levels")}
    assert ways == {(row["plan_code"], row["target_code"]) for row in rows("plan_targets")}
    known = {row["unit_level"] for row in rows("unit_levels")}
    for row in rows("target_levels"):
        assert set(row["counted_levels"].split("|")) | set(row["shown_levels"].split("|")) <= known, row
        assert not row["rollup_level"] or row["rollup_level"] in row["shown_levels"].split("|"), row


def test_a_period_belongs_to_exactly_one_plan() -> None:
    for period in rows("periods"):
        code = period["period_code"]
        holding = [one for one in rows("plans") if one["first_period_code"] <= code <= one["last_period_code"]]
        assert len(holding) == 1, code


def test_periods_run_to_2030_and_are_due_on_the_15th_of_the_month_after() -> None:
    periods = rows("periods")
    assert [period["period_code"] for period in periods] == [f"{y}Q{q}" for y in range(2021, 2031) for q in range(1, 5)]
    for period in periods:
        end, due = date.fromisoformat(period["end_date"]), date.fromisoformat(period["due_date"])
        assert due.day == 15
        assert 0 < (due - end).days == 15
        assert end < date.fromisoformat(period["reminder_date"]) < due
        assert (period["covers_from"], period["covers_to"]) == (period["start_date"], period["end_date"])


# Counts of people by their function: they say of nobody that they need or needed help.
OF_STAFF = {"member_count", "officers_total", "officers_trained", "volunteers_total", "volunteers_trained"}


def test_a_measure_left_undecided_is_refused_with_its_line_and_column(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS_DIR, folder)
    path = folder / "form_columns.csv"
    undecided = path.read_text(encoding="utf-8").replace(",20000,false,,true,sum,true,", ",20000,false,,true,sum,,")
    path.write_text(undecided, encoding="utf-8")
    line = undecided[: undecided.index("trafficking_victims_rescued")].count("\n") + 1
    with pytest.raises(ValueError, match=rf"form_columns\.csv line {line}, is_sensitive: '' is neither true nor false"):
        load_reference(folder)


def test_counts_of_people_concerned_are_sensitive_and_nothing_else_is() -> None:
    people = {row["column_code"] for row in rows("form_columns") if row["unit_en"] == "people"}
    sensitive = {row["column_code"] for row in rows("form_columns") if row["is_sensitive"] == "true"}
    assert {"people_wanting_support", "trafficking_victims_rescued"} <= sensitive
    assert sensitive == people - OF_STAFF


def test_coded_columns_name_a_list_that_exists() -> None:
    lists = {row["list_code"] for row in rows("code_lists")}
    for column in rows("form_columns"):
        assert (column["data_type"] == "code") == bool(column["code_list"]), column["column_code"]
        assert not column["code_list"] or column["code_list"] in lists


def test_a_part_and_its_whole_are_counted_columns_of_one_form() -> None:
    counted = {(row["form_code"], row["column_code"]) for row in rows("form_columns") if row["data_type"] == "count"}
    for part in rows("form_parts"):
        assert {(part["form_code"], part["part_code"]), (part["form_code"], part["whole_code"])} <= counted, part


def test_a_unit_that_ended_before_the_plan_lives_on_in_one_that_began_that_day() -> None:
    known = {(unit["unit_code"], unit["valid_from"]) for unit in rows("units")}
    for unit in rows("former_units"):
        assert (unit["new_code"], unit["new_valid_from"]) in known, unit
        assert unit["ended_on"] == unit["new_valid_from"], unit


def test_no_form_asks_for_a_person() -> None:
    # The plan counts people and never names them: no column may invite a name, a number of identity, a phone, a birth.
    telling = (
        "name",
        "identity",
        "phone",
        "birth",
        "address",
        "cccd",
        "cmnd",
        "họ tên",
        "điện thoại",
        "ngày sinh",
        "địa chỉ",
    )
    for column in rows("form_columns"):
        words = f"{column['column_code']} {column['header_vi']} {column['header_en']}".lower()
        assert not [word for word in telling if word in words], column["column_code"]


def test_the_typed_reference_holds_every_row_of_the_seeds() -> None:
    reference = load_reference()
    assert len(reference.units) == len(rows("units"))
    assert len(reference.forms) == 8
    assert sum(len(reference.columns(form_code)) for form_code in reference.forms) == len(rows("form_columns"))


def test_every_breakdown_splits_what_a_form_asks_of_the_units_its_target_counts() -> None:
    forms = {form["form_code"]: form for form in rows("forms")}
    columns = {column["column_code"]: column for column in rows("form_columns")}
    for breakdown in rows("target_breakdowns"):
        lists = {code["code"] for code in rows("code_lists") if code["list_code"] == breakdown["dimension_code"]}
        if breakdown["measure_code"]:
            asked = {columns[breakdown["measure_code"]]["form_code"]}
            assert {forms[form]["row_key"] for form in asked} == {f"unit_{breakdown['dimension_code']}"}
        else:
            own = [column for column in columns.values() if column["dimension_code"] == breakdown["dimension_code"]]
            assert {column["category_code"] for column in own} == lists, breakdown
            asked = {column["form_code"] for column in own}
        assert lists, breakdown
        for period, counted in counted_levels(breakdown["target_code"]):
            assert counted <= {level for form in asked for level in levels_of_form(form, period)}, breakdown


def test_series_break_in_quarters_of_the_plan_and_for_targets_that_exist() -> None:
    periods = {period["period_code"] for period in rows("periods")}
    targets = {target["target_code"] for target in rows("targets")} | {""}
    for one in rows("series_breaks"):
        assert one["period_code"] in periods
        assert one["target_code"] in targets
