"""Descriptions of marts and columns in the page's language.

English is dbt's own description, published with the tables; Vietnamese is in `text/marts.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.core.i18n import words
from app.queries import sql_views
from app.records.marts import Mart, MartColumn
from warehouse.plan.levels import levels_in_use
from warehouse.plan.words import adapted, adapted_tree
from warehouse.programmes import cached_by_programme

_FILE = Path(__file__).parents[1] / "text" / "marts.toml"
_LANGUAGES = ("vi", "en")
# Columns with codes of levels: a plan has units of some of them only.
_LEVELS = ("unit_level", "reporter_level")
UNIT_OF_TYPE = {"BOOLEAN": "truth", "DATE": "date", "TIMESTAMP": "moment", "DOUBLE": "number", "VARCHAR": "text"}


def title(mart: Mart) -> str:
    """Return the mart's title; its technical name where it has none."""
    return _said("title", mart.table_name, words.lang) or mart.table_name


def in_order(known: Iterable[Mart]) -> list[Mart]:
    """Return marts as lists show them: facts before dimensions, most requested first, marts without a title last."""
    titles = list(_texts()["title_vi"])

    def key(mart: Mart) -> tuple[bool, int, str]:
        place = titles.index(mart.table_name) if mart.table_name in titles else len(titles)
        return not mart.table_name.startswith("fct_"), place, mart.table_name

    return sorted(known, key=key)


def grain(mart: Mart) -> str:
    """Return the description of one row."""
    return (_said("grain", mart.table_name, words.lang) if words.lang != "en" else "") or adapted(
        mart.grain.replace("`", ""), "en"
    )


def meaning(table: str, column: MartColumn) -> str:
    """Return the description of a column."""
    if column.column_name in _LEVELS:
        return words("downloads.level", levels=_levels())
    if words.lang == "en":
        return adapted(column.comment, "en")
    known, name = _texts()["column"], column.column_name
    for code in _LANGUAGES:
        base = name.removesuffix(f"_{code}")
        if base != name:
            description = known.get(f"{table}-{base}") or known.get(base)
            return (
                words("downloads.in_language", text=description.rstrip("."), lang=words(f"lang.{code}"))
                if description
                else ""
            )
    return known.get(f"{table}-{name}") or known.get(name) or column.comment


def view_meaning(table: str, column: MartColumn) -> str:
    """Return the description of a column of a mart as viewers see it, also of one that is the end of a range."""
    if end := sql_views.range_of(table, column.column_name):
        return words(f"explore.sql_range_{end[1]}", column=end[0])
    return meaning(table, column)


def unit(column: MartColumn) -> str:
    """Return the unit of a column's values."""
    if column.column_name.endswith("_pct"):
        return words("downloads.unit_points")
    return words(f"downloads.unit_{UNIT_OF_TYPE.get(column.data_type, 'count')}")


def _levels() -> str:
    """Return the codes of the levels in use with the plan's names of them."""
    names = {level.unit_level: words(f"unit_noun.{level.unit_level}", count=1) for level in levels_in_use()}
    return ", ".join(
        code if code == name else words("downloads.level_named", code=code, name=name) for code, name in names.items()
    )


def _said(what: str, table: str, lang: str) -> str:
    return _texts().get(f"{what}_{lang}", {}).get(table, "")


@cached_by_programme()
def _texts() -> Mapping[str, Mapping[str, str]]:
    texts: Mapping[str, Mapping[str, str]] = adapted_tree(tomllib.loads(_FILE.read_text(encoding="utf-8")), "vi")
    return texts
