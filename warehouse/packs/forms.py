"""Rules of forms over rows: names that a database takes, columns that can be counted, parts that have their whole."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import duckdb

from expectations.prepare import OWN_COLUMNS, OWN_ENDS, OWN_START
from expectations.suites import RAW_SUITES
from warehouse.forms.layout import TASK_CODE, TASK_NAME, UNIT_NAME, cover_sheet_name
from warehouse.forms.privacy.personal_data import sign_in_header
from warehouse.packs.places import within_a_report
from warehouse.packs.problems import PlanProblem, Seeds
from warehouse.plan.pack import Row
from warehouse.plan.schema import LIST_SEPARATOR
from warehouse.plan.seeds import own_pack
from warehouse.plan.values import day, number
from warehouse.reference import ROW_BY_TASK, ROW_BY_UNIT, category_list_of
from warehouse.storage.duckdb_connection import quiet

# A check's code is the table's name and the column's: together they fit into the registry.
MAX_TABLE, MAX_NAME, MAX_SHEET = 19, 28, 31
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{MAX_NAME - 1}}}")
_CODE = re.compile(r"[a-z0-9_]+")
_FORM_CODE = re.compile(r"[A-Z]{1,4}[0-9]{1,3}")
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\]|^'|'$")
_PERIOD_END = "period_end"
_NUMBERS, _UNCOUNTED = ("count", "amount", "percent"), ("percent", "date", "text")
_TOTAL = "total"
# What the suites and models read of the project's own forms.
_FIXED = {"forms": ("table_name", "row_key"), "form_columns": ("data_type", "code_list", "is_measure")}


def check_forms(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield what is wrong among forms, their columns and parts, the lists they use, and who fills them."""
    answers: dict[str, set[str]] = defaultdict(set)
    for row in seeds.rows("code_lists"):
        answers[row.cells.get("list_code", "")].add(row.cells.get("code", ""))
    forms = {code: row for row in seeds.rows("forms") if (code := row.cells.get("form_code", ""))}
    yield from _check_lists(seeds)
    yield from _check_own_rows(seeds)
    yield from _check_each_form(seeds, forms, answers)
    yield from _check_columns(seeds, forms, answers)
    yield from _check_parts(seeds)
    yield from _check_sizes(seeds)
    yield from _check_breakdowns(seeds, forms)
    for row in seeds.rows("form_levels"):
        first, last = row.cells.get("first_period_code", ""), row.cells.get("last_period_code", "")
        if last and last < first:
            yield seeds.at("form_ends_early", "form_levels", row, "last_period_code", first=first)


def _check_lists(seeds: Seeds) -> Iterator[PlanProblem]:
    for row in seeds.rows("code_lists"):
        if (name := row.cells.get("list_code", "")) and not _NAME.fullmatch(name):
            yield seeds.at("name_shape", "code_lists", row, "list_code", limit=str(MAX_NAME))
        if (code := row.cells.get("code", "")) and not _CODE.fullmatch(code):
            yield seeds.at("code_shape", "code_lists", row, "code")


def _check_own_rows(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield forms and columns of the project whose kind a pack changes."""
    for seed, fixed in _FIXED.items():
        key = ("form_code", "column_code")[: 1 if seed == "forms" else 2]
        own = {tuple(row.cells[name] for name in key): row for row in own_pack().tables[seed].rows}
        for row in seeds.rows(seed):
            before = own.get(tuple(row.cells.get(name, "") for name in key))
            for name in fixed if before else ():
                text, own_text = row.cells.get(name, ""), before.cells[name] if before else ""
                if text and own_text and text != own_text:
                    yield seeds.at("own_row_changed", seed, row, name, own=own_text)


def _check_each_form(seeds: Seeds, forms: Mapping[str, Row], answers: Mapping[str, set[str]]) -> Iterator[PlanProblem]:
    named = {row.cells.get("dimension_code", "") for row in seeds.rows("dimensions")}
    filled = {row.cells.get("form_code", "") for row in seeds.rows("form_levels")}
    own = {row.cells["form_code"] for row in own_pack().tables["forms"].rows}
    columns = seeds.rows("form_columns")
    counted = {row.cells.get("form_code", "") for row in columns if row.cells.get("is_measure") == "true"}
    tasks = [row for row in forms.values() if row.cells.get("row_key") == ROW_BY_TASK]
    yield from _check_names_once(seeds)
    for code, row in forms.items():
        yield from _check_form_names(seeds, code, row)
        key = row.cells.get("row_key", "")
        rows_of = category_list_of(key)
        if rows_of is None and key not in ("", ROW_BY_UNIT, ROW_BY_TASK):
            yield seeds.at("row_key_unknown", "forms", row, "row_key")
        elif rows_of is not None and rows_of not in answers:
            yield seeds.at("row_list_unknown", "forms", row, "row_key", list=rows_of, known=", ".join(sorted(answers)))
        elif rows_of is not None and rows_of not in named:
            yield seeds.at("row_list_unnamed", "forms", row, "row_key", list=rows_of)
        elif rows_of is not None and (_TOTAL in answers[rows_of] or rows_of in _reserved()):
            yield seeds.at("name_reserved", "forms", row, "row_key", name=rows_of)
        if key == ROW_BY_TASK and row is not tasks[0]:
            yield seeds.at("task_form_twice", "forms", row, "row_key", first=tasks[0].cells["form_code"])
        elif key != ROW_BY_TASK and code not in counted:
            yield seeds.at("form_without_count", "forms", row, "form_code")
        if key == ROW_BY_TASK and len(tasks) == 1:
            yield from _check_task_levels(seeds, code)
        if code not in own and code not in filled:
            yield seeds.remark("form_unused", "forms", row, "form_code")


def _check_task_levels(seeds: Seeds, form: str) -> Iterator[PlanProblem]:
    """Yield levels that are to fill the form of tasks and cannot: those without a task, of which each report would lack
    it, and those whose units are part of another unit's report, which answers tasks once; and levels that are to carry
    out a task and do not fill the form."""
    tasks = [(row, _levels(row)) for row in seeds.rows("tasks")]
    rows = [row for row in seeds.rows("form_levels") if row.cells.get("form_code") == form]
    filling = {row.cells.get("unit_level", "") for row in rows}
    for row in rows:
        level = row.cells.get("unit_level", "")
        impossible = list(_check_task_reporters(seeds, row, level)) if level else []
        yield from impossible
        if level and not impossible and not any(level in levels for _, levels in tasks):
            yield seeds.remark("form_without_task", "form_levels", row, "form_code", level=level)
    for row, levels in tasks:
        for level in levels if filling else ():
            if level not in filling:
                yield seeds.at("task_without_form", "tasks", row, "reporter_levels", level=level, form=form)


def _levels(row: Row) -> list[str]:
    parts = (part.strip() for part in row.cells.get("reporter_levels", "").split(LIST_SEPARATOR))
    return [part for part in parts if part]


def _check_task_reporters(seeds: Seeds, row: Row, level: str) -> Iterator[PlanProblem]:
    first, last = row.cells.get("first_period_code", ""), row.cells.get("last_period_code", "")
    periods = (period.cells for period in seeds.rows("periods"))
    ends = (
        day(cells.get("end_date", "")) for cells in periods if first <= cells.get("period_code", "") <= (last or "~")
    )
    part = within_a_report(seeds, level, [end for end in ends if end])
    if part:
        yield seeds.at("task_form_in_report", "form_levels", row, "unit_level", unit=part.cells.get("name_vi", ""))


def _check_form_names(seeds: Seeds, code: str, row: Row) -> Iterator[PlanProblem]:
    table, sheet = row.cells.get("table_name", ""), row.cells.get("sheet_name", "")
    if not _FORM_CODE.fullmatch(code):
        yield seeds.at("form_code_shape", "forms", row, "form_code")
    elif table and not (len(table) <= MAX_TABLE and re.fullmatch(rf"{code.lower()}_[a-z0-9_]+", table)):
        yield seeds.at("table_name_shape", "forms", row, "table_name", start=code.lower(), limit=str(MAX_TABLE))
    if sheet and (len(sheet) > MAX_SHEET or _NOT_IN_SHEETS.search(sheet) or sheet == cover_sheet_name()):
        yield seeds.at("sheet_name_shape", "forms", row, "sheet_name", limit=str(MAX_SHEET))


def _check_names_once(seeds: Seeds) -> Iterator[PlanProblem]:
    for name in ("table_name", "sheet_name"):
        first: dict[str, Row] = {}
        for row in seeds.rows("forms"):
            text = row.cells.get(name, "")
            before = first.setdefault(text.casefold(), row) if text else row
            if before is not row and before.cells.get("form_code") != row.cells.get("form_code"):
                yield seeds.at("form_name_twice", "forms", row, name, first=before.cells.get("form_code", ""))


def _check_columns(seeds: Seeds, forms: Mapping[str, Row], answers: Mapping[str, set[str]]) -> Iterator[PlanProblem]:
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in seeds.rows("form_columns"):
        by_code[row.cells.get("column_code", "")].append(row)
    for row in seeds.rows("form_columns"):
        yield from _check_column_name(seeds, row, forms, by_code)
        yield from _check_kind(seeds, row, answers)
        yield from _check_bounds(seeds, row)
        yield from _check_links(seeds, row, by_code, answers)


def _check_column_name(
    seeds: Seeds, row: Row, forms: Mapping[str, Row], by_code: Mapping[str, list[Row]]
) -> Iterator[PlanProblem]:
    code, form = row.cells.get("column_code", ""), row.cells.get("form_code", "")
    others = [other for other in by_code[code] if other.cells.get("form_code") != form]
    if code and not _NAME.fullmatch(code):
        yield seeds.at("name_shape", "form_columns", row, "column_code", limit=str(MAX_NAME))
    elif code and (_is_reserved(code) or code in _names_of_suite(forms, form) | _row_list(forms, form)):
        yield seeds.at("name_reserved", "form_columns", row, "column_code", name=code)
    elif others and row is not by_code[code][0] and any(_is_measure(one) for one in (row, *others)):
        first = others[0].cells.get("form_code", "")
        yield seeds.at("measure_twice", "form_columns", row, "column_code", form=first)
    for name in ("header_vi", "header_en"):
        if kind := sign_in_header(row.cells.get(name, "")):
            yield seeds.at("column_personal", "form_columns", row, name, kind=kind)


def _check_kind(seeds: Seeds, row: Row, answers: Mapping[str, set[str]]) -> Iterator[PlanProblem]:
    kind, own_list = row.cells.get("data_type", ""), row.cells.get("code_list", "")
    if (kind == "code") != bool(own_list):
        rule = "list_missing" if kind == "code" else "list_unused"
        yield seeds.at(rule, "form_columns", row, "code_list")
    if not _is_measure(row):
        return
    if not row.cells.get("window_rule"):
        yield seeds.at("window_missing", "form_columns", row, "window_rule")
    if kind in _UNCOUNTED:
        yield seeds.at("measure_kind", "form_columns", row, "data_type")
    elif kind == "code" and own_list in answers and not {"yes", "no"} <= answers[own_list]:
        yield seeds.at("measure_answers", "form_columns", row, "code_list")


def _check_bounds(seeds: Seeds, row: Row) -> Iterator[PlanProblem]:
    kind = row.cells.get("data_type", "")
    for name in ("min_value", "max_value"):
        text = row.cells.get(name, "")
        if kind in _NUMBERS and not text:
            yield seeds.at("bound_missing", "form_columns", row, name)
        elif kind in _NUMBERS and number(text) is None:
            yield seeds.at("not_decimal", "form_columns", row, name)
        elif kind == "date" and text and day(text) is None and (text, name) != (_PERIOD_END, "max_value"):
            yield seeds.at("not_date", "form_columns", row, name)
    low, high = number(row.cells.get("min_value", "")), number(row.cells.get("max_value", ""))
    if low is not None and high is not None and high < low:
        yield seeds.at("bounds_order", "form_columns", row, "max_value", low=str(low))


def _check_links(
    seeds: Seeds, row: Row, by_code: Mapping[str, list[Row]], answers: Mapping[str, set[str]]
) -> Iterator[PlanProblem]:
    """Yield a condition or a category that does not exist."""
    if when := row.cells.get("required_when", ""):
        other, _, answer = when.partition("=")
        beside = [one for one in by_code.get(other, ()) if one.cells.get("form_code") == row.cells.get("form_code")]
        if not beside or answer not in answers.get(beside[0].cells.get("code_list", ""), ()):
            yield seeds.at("condition_unknown", "form_columns", row, "required_when")
    dimension, category = row.cells.get("dimension_code", ""), row.cells.get("category_code", "")
    if bool(dimension) != bool(category) or (dimension in answers and category not in answers[dimension]):
        known = ", ".join(sorted(answers.get(dimension, ()))) or "–"
        yield seeds.at("category_unknown", "form_columns", row, "category_code", list=dimension or "–", known=known)


def _check_parts(seeds: Seeds) -> Iterator[PlanProblem]:
    columns = {
        (row.cells.get("form_code", ""), row.cells.get("column_code", "")): row for row in seeds.rows("form_columns")
    }
    codes = {code for _, code in columns}
    wholes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in seeds.rows("form_parts"):
        form, part, whole = (row.cells.get(name, "") for name in ("form_code", "part_code", "whole_code"))
        lacking = False
        for name, code in (("part_code", part), ("whole_code", whole)):
            # A code that no form has is reported as unknown.
            column = columns.get((form, code))
            lacking = lacking or column is None
            if column is None and code in codes:
                yield seeds.at("part_not_in_form", "form_parts", row, name, form=form)
            elif column and column.cells.get("data_type") not in ("count", "amount"):
                yield seeds.at("part_no_number", "form_parts", row, name)
        if not lacking and _leads_to(wholes, form, whole, part):
            yield seeds.at("part_circle", "form_parts", row, "whole_code", part=part)
        wholes[form, part].add(whole)


def _check_sizes(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield measures of size that are protected: anyone may see which units are alike in size, and how much."""
    protected = {
        row.cells.get("column_code") for row in seeds.rows("form_columns") if row.cells.get("is_sensitive") == "true"
    }
    for row in seeds.rows("size_measures"):
        if row.cells.get("measure_code") in protected:
            yield seeds.at("size_protected", "size_measures", row, "measure_code")


def _check_breakdowns(seeds: Seeds, forms: Mapping[str, Row]) -> Iterator[PlanProblem]:
    """Yield breakdowns that would show nothing: no counted column is divided by their list."""
    columns = {row.cells.get("column_code", ""): row for row in seeds.rows("form_columns")}
    divided = {row.cells.get("dimension_code") for row in columns.values() if _is_measure(row)}
    for row in seeds.rows("target_breakdowns"):
        by, measure = row.cells.get("dimension_code", ""), row.cells.get("measure_code", "")
        if by and not measure and by not in divided:
            yield seeds.at("breakdown_of_nothing", "target_breakdowns", row, "measure_code", list=by)
        for name in ("measure_code", "base_measure_code"):
            column = columns.get(row.cells.get(name, ""))
            if column and not _is_measure(column):
                yield seeds.at("term_not_counted", "target_breakdowns", row, name)
            elif column and measure and by not in _row_list(forms, column.cells.get("form_code", "")):
                yield seeds.at("breakdown_other_rows", "target_breakdowns", row, name, list=by)


def _leads_to(wholes: Mapping[tuple[str, str], set[str]], form: str, start: str, goal: str) -> bool:
    """Return whether a column is another's whole's whole, however far up; also whether both are the same."""
    todo, seen = [start], set[str]()
    while todo:
        code = todo.pop()
        if code == goal:
            return True
        if code not in seen:
            seen.add(code)
            todo += wholes.get((form, code), ())
    return False


def _is_measure(row: Row) -> bool:
    return row.cells.get("is_measure") == "true"


def _is_reserved(name: str) -> bool:
    return name in _reserved() or name.startswith(OWN_START) or name.endswith(OWN_ENDS)


def _names_of_suite(forms: Mapping[str, Row], form: str) -> set[str]:
    """Return the columns that the suite of a form adds to it."""
    table = forms[form].cells.get("table_name") if form in forms else None
    return {name for suite in RAW_SUITES if suite.table_name == table for name in (*suite.derived, *suite.borrowed)}


def _row_list(forms: Mapping[str, Row], form: str) -> set[str]:
    rows_of = category_list_of(forms[form].cells.get("row_key", "")) if form in forms else None
    return {rows_of} if rows_of else set()


@cache
def _reserved() -> frozenset[str]:
    """Return names that mean something else in SQL, in the raw tables or in the tables that suites judge."""
    with quiet(duckdb.connect(":memory:")) as connection:
        words = connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'"
        ).fetchall()
    own = {"submission_id", "row_number", UNIT_NAME, TASK_CODE, TASK_NAME, _TOTAL}
    return frozenset({word for (word,) in words} | own | set(OWN_COLUMNS))
