"""Checks of single cells and keys, driven by what `seeds.yml` and `dbt_project.yml` state of each column."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from warehouse.forms.reading.rows import is_total_text
from warehouse.packs.problems import PlanProblem, Seeds, Words
from warehouse.plan.codes import CODE
from warehouse.plan.pack import REMARK_COLUMN, Pack, Row, Table
from warehouse.plan.schema import DECIMAL, Column, schema
from warehouse.plan.seeds import NEEDED, own_pack
from warehouse.plan.values import Codes, is_valid, parts, referenced
from warehouse.settings import LANGUAGES
from warehouse.text import say

_LANGUAGE_ENDS = ("_vi", "_en")
_NAMED_CODES = 8
# A number that is typed with points between thousands or with three decimals.
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
# Codes that are parts of addresses and names of files.
_OWN_CODES = {("units", "unit_code"), ("plans", "plan_code"), ("targets", "target_code"), ("tasks", "task_code")}


def check_headers(pack: Pack) -> Iterator[PlanProblem]:
    """Yield seeds that are missing, and columns that are missing, unknown, written twice or without a header."""
    read = {fault.place.split()[0].removesuffix(".csv").lower() for fault in pack.faults if fault.place}
    for seed in NEEDED:
        is_empty = seed not in pack.tables or not pack.tables[seed].rows
        if is_empty and seed not in read:
            columns = ", ".join(schema()[seed].columns)
            yield PlanProblem(
                "seed_missing", params={"seed": seed, "meaning": schema()[seed].texts, "columns": columns}
            )
    for table in pack.tables.values():
        yield from _check_header(table)


def _check_header(table: Table) -> Iterator[PlanProblem]:
    columns = schema()[table.seed].columns
    missing = [name for name in columns if name not in table.columns]
    for position, name in enumerate(table.columns):
        if not name or name == REMARK_COLUMN:
            continue
        if name in table.columns[:position]:
            yield PlanProblem("column_twice", table.place, table.header_row, name)
        elif name not in columns:
            # A column that is missing under its own name is this one, misspelt.
            meant = get_close_matches(name, missing, n=1)
            missing = [other for other in missing if other not in meant]
            params = _suggestion(name, meant or list(columns)) | {"columns": ", ".join(columns)}
            yield PlanProblem("column_unknown", table.place, table.header_row, name, params=params)
    for name in missing:
        if not columns[name].may_be_absent:
            params = {"meaning": columns[name].texts}
            yield PlanProblem("column_missing", table.place, table.header_row, name, params=params)
    for row in table.rows if not missing else ():
        if row.extra:
            yield PlanProblem("cell_without_header", table.place, row.number, value=" | ".join(row.extra))


def check_cells(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield cells that are empty, of another type, too long, not among the allowed values, or codes of nothing."""
    codes = {name: Codes(seeds.tables, *name) for name in referenced() if _is_there(seeds.tables[name[0]], name[1])}
    for seed, table in seeds.tables.items():
        columns = [column for column in schema()[seed].columns.values() if column.name in table.columns]
        for row in table.rows:
            for column in columns:
                if row.cells.get(column.name):
                    problem = _check_cell(seeds, seed, row, column, codes)
                else:
                    problem = _check_empty(seeds, seed, row, column)
                if problem:
                    yield problem


def check_keys(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield rows whose key an earlier row has."""
    for seed, table in seeds.tables.items():
        key, seen = schema()[seed].key, dict[tuple[str, ...], Row]()
        # Where a column of the key is missing or misspelt, that is the mistake.
        is_whole = set(key) <= set(table.columns)
        for row in table.rows if is_whole else ():
            values = tuple(row.cells.get(column, "") for column in key)
            if not any(values):
                continue
            first = seen.setdefault(values, row)
            if first is not row:
                shared = ", ".join(f"{column} = {value or '–'}" for column, value in zip(key, values, strict=True))
                yield seeds.at("key_twice", seed, row, key[0], key=shared, first=str(first.number))


def _is_there(table: Table, column: str) -> bool:
    """Return whether a column can be referred to; if not, its absence is the mistake."""
    return column in table.columns and (bool(table.rows) or table.seed not in NEEDED)


def _check_empty(seeds: Seeds, seed: str, row: Row, column: Column) -> PlanProblem | None:
    for own, other in (_LANGUAGE_ENDS, _LANGUAGE_ENDS[::-1]):
        if column.name.endswith(own):
            twin = column.name.removesuffix(own) + other
            if row.cells.get(twin):
                return seeds.at("text_one_language", seed, row, column.name, other=twin, text=row.cells[twin])
    return seeds.at("required_empty", seed, row, column.name) if column.is_required else None


def _check_cell(
    seeds: Seeds, seed: str, row: Row, column: Column, codes: Mapping[tuple[str, str], Codes]
) -> PlanProblem | None:
    text = row.cells[column.name]
    if problem := _check_text(seeds, seed, row, column, text):
        return problem
    for part in parts(text, column):
        if column.values and part not in column.values:
            hint = _suggestion(part, list(column.values))
            return seeds.at("value_unknown", seed, row, column.name, values=", ".join(column.values), **hint)
        known = codes.get(column.references) if column.references else None
        if known and part not in known.known and part != column.also:
            return _unknown_code(seeds, seed, row, column, part, known)
    if column.is_list and not parts(text, column):
        return seeds.at("required_empty", seed, row, column.name)
    return None


def check_settings(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield settings that the project does not have: nothing reads them, and the project's values apply."""
    known = [row.cells["setting_code"] for row in own_pack().tables["settings"].rows]
    for row in seeds.rows("settings"):
        code = row.cells.get("setting_code")
        if code and code not in known:
            yield seeds.at(
                "value_unknown", "settings", row, "setting_code", values=", ".join(known), **_suggestion(code, known)
            )


def _check_text(seeds: Seeds, seed: str, row: Row, column: Column, text: str) -> PlanProblem | None:
    """Return what is wrong with the spelling of a cell: type, digits that can be read in two ways, length, signs."""
    if not is_valid(text, column.kind):
        return seeds.at(f"not_{column.kind}", seed, row, column.name)
    if column.kind == DECIMAL and column.name not in row.numbers and _TWO_WAYS.fullmatch(text):
        whole = text.replace(".", "")
        return seeds.at("number_two_ways", seed, row, column.name, whole=whole, part=text.replace(".", ","))
    if column.max_length and len(text) > column.max_length:
        sizes = {"length": str(len(text)), "limit": str(column.max_length)}
        return seeds.at("too_long", seed, row, column.name, **sizes)
    if (seed, column.name) in _OWN_CODES and not CODE.fullmatch(text):
        return seeds.at("code_in_addresses", seed, row, column.name)
    if (seed, column.name) == ("units", "unit_code") and is_total_text(text):
        return seeds.at("code_of_total", seed, row, column.name)
    return None


def _unknown_code(seeds: Seeds, seed: str, row: Row, column: Column, part: str, codes: Codes) -> PlanProblem:
    target = column.references or ("", "")
    alike = codes.alike(part)
    if len(alike) > 1:
        return seeds.at("code_ambiguous", seed, row, column.name, codes=", ".join(alike[:_NAMED_CODES]))
    known = sorted(filter(None, codes.known))
    few = ", ".join(known[:_NAMED_CODES]) + (" …" if len(known) > _NAMED_CODES else "")
    names = {"code": part, "seed": seeds.tables[target[0]].place, "other": target[1], "known": few or "–"}
    return seeds.at("code_unknown", seed, row, column.name, **names, **_suggestion(part, known))


def _suggestion(text: str, known: list[str]) -> dict[str, Words]:
    """Return the words "Did you mean …?" by language; empty if nothing is similar."""
    similar = get_close_matches(text, known, n=3, cutoff=0.6)
    names = ", ".join(similar)
    return {"suggestion": {lang: say("cli", "suggestions", lang, names=names) if names else "" for lang in LANGUAGES}}
