"""A ward's targets with their courses, and what it reported form by form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.core.status import sign_of
from app.records import Progress, Target
from app.records.ward import Category, ReportedCell
from app.ui.figure_text import change_text, value_text
from app.ui.status import chip
from app.ui.tables import table

TOTAL = "total"
YES_NO = "code"


def measures_table(
    rows: Sequence[Progress],
    targets: Mapping[str, Target],
    sparks: Mapping[str, Markup],
    open_target: Callable[[str], str],
    words: Words,
    marked: str | None,
) -> Markup:
    """A ward's targets: numerator and denominator in words and figures, value, course, status."""
    heads = [
        (words("ward.target"), ""),
        (words("figures.numerator"), "n"),
        (words("figures.denominator"), "n"),
        (words("figures.value"), "n"),
        (words("ward.trend"), "course"),
        (words("figures.change"), "n"),
        (words("figures.status"), ""),
    ]
    lines = [
        (
            _target_name(targets[row.target_code], open_target, words, row.target_code == marked),
            words.number(row.numerator),
            words.number(row.denominator),
            value_text(row, words),
            sparks.get(row.target_code, Markup("")),
            change_text(row, words),
            chip(row.status, words, row.is_provisional and row.value_pct is not None),
        )
        for row in rows
    ]
    return table("measures", heads, lines, words("ward.caption"))


def reported_forms(cells: Sequence[ReportedCell], categories: Sequence[Category], words: Words) -> Markup:
    """Every form of a ward as it counts: measures and numbers; by kind of establishment where the form has kinds."""
    drawn = ""
    for _, members in groupby(cells, key=lambda cell: cell.form_code):
        form = list(members)
        is_matrix = any(cell.category_code != TOTAL for cell in form)
        body = _matrix(form, categories, words) if is_matrix else _plain(form, words)
        kind = " class='wide'" if is_matrix else ""
        drawn += f"<section{kind}><h3>{escape(_form_title(form, words))}</h3>{body}</section>"
    return Markup(f"<div class='reported'>{drawn}</div>") if drawn else Markup("")


def cells_sheet(cells: Sequence[ReportedCell], categories: Sequence[Category], words: Words) -> Sheet:
    """The reported cells as raw values; a hidden one has no number."""
    names = {category.category_code: words.of(category, "category") for category in categories}
    keys = ("ward.form", "ward.measure", "ward.kind", "ward.unit")
    numbers = (Column(words("ward.number"), "amount"), Column(words("ward.version"), "count"))
    columns = (*(Column(words(key)) for key in keys), *numbers)
    rows = tuple(
        (
            cell.form_code,
            words.of(cell, "name"),
            names.get(cell.category_code, ""),
            words.of(cell, "unit"),
            cell.value,
            cell.version,
        )
        for cell in cells
    )
    return Sheet(words("ward.forms"), columns, rows)


def _form_title(form: Sequence[ReportedCell], words: Words) -> str:
    versions = {cell.version for cell in form if cell.version is not None}
    title = f"{form[0].form_code} · {words.of(form[0], 'form_name')}"
    return words("ward.form_version", form=title, version=max(versions)) if versions else title


def _plain(form: Sequence[ReportedCell], words: Words) -> Markup:
    heads = [(words("ward.measure"), ""), (words("ward.number"), "n")]
    lines: list[tuple[str, ...]] = [(words.of(cell, "name"), _number(cell, words)) for cell in form]
    if any(cell.data_type != YES_NO for cell in form):
        heads.append((words("ward.unit"), ""))
        lines = [(*line, _unit(cell, words)) for line, cell in zip(lines, form, strict=True)]
    return table("cells", heads, lines, _form_title(form, words))


def _matrix(form: Sequence[ReportedCell], categories: Sequence[Category], words: Words) -> Markup:
    known = {cell.category_code for cell in form}
    kinds = [category for category in categories if category.category_code in known]
    heads = [(words("ward.measure"), ""), *((words.of(kind, "category"), "n") for kind in kinds)]
    lines = []
    for _, members in groupby(form, key=lambda cell: cell.measure_code):
        by_kind = {cell.category_code: cell for cell in members}
        first = next(iter(by_kind.values()))
        numbers = [
            _number(by_kind[kind.category_code], words) if kind.category_code in by_kind else formatting.MISSING
            for kind in kinds
        ]
        lines.append((words.of(first, "name"), *numbers))
    return table("cells", heads, lines, _form_title(form, words))


def _number(cell: ReportedCell, words: Words) -> str:
    if cell.is_hidden:
        return sign_of("suppressed")
    if cell.answer:
        return words.answer(cell.answer)
    decimals = 1 if cell.value is not None and cell.value != int(cell.value) else 0
    return words.number(cell.value, decimals)


def _unit(cell: ReportedCell, words: Words) -> str:
    return "" if cell.data_type == YES_NO else words.of(cell, "unit")


def _target_name(target: Target, open_target: Callable[[str], str], words: Words, is_marked: bool) -> Markup:
    parts = f"{words.of(target, 'numerator')} / {words.of(target, 'denominator')}"
    marked = " class='marked'" if is_marked else ""
    name = f"<a href='{escape(open_target(target.target_code))}'>{escape(words.of(target, 'name'))}</a>"
    return Markup(f"<span{marked}>{name}</span><small>{escape(parts)}</small>")
