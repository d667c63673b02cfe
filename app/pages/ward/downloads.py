"""What the ward page offers as files: its figures and the cells it reported as raw values."""

from __future__ import annotations

from app.core.page_context import Context, Tables
from app.core.sheet import Column, Sheet, progress_sheet
from app.pages.ward.data import WardFacts


def tables(context: Context, facts: WardFacts) -> Tables:
    """The figures of the quarter, the reported cells."""
    words = context.words
    units = {facts.unit.unit_code: facts.unit}
    return {
        "figures": lambda: progress_sheet(words("ward.title"), facts.rows, context.targets, units, words),
        "cells": lambda: _cells_sheet(context, facts),
    }


def _cells_sheet(context: Context, facts: WardFacts) -> Sheet:
    """A row a cell; a hidden one has no number."""
    words = context.words
    kinds = {kind.category_code: words.of(kind, "category") for kind in facts.kinds}
    columns = (
        Column(words("ward.form")),
        Column(words("ward.measure")),
        Column(words("ward.kind")),
        Column(words("ward.unit")),
        Column(words("ward.number"), "amount"),
        Column(words("ward.version"), "count"),
    )
    rows = tuple(
        (
            cell.form_code,
            words.of(cell, "name"),
            kinds.get(cell.category_code, ""),
            words.of(cell, "unit"),
            cell.value,
            cell.version,
        )
        for cell in facts.cells
    )
    return Sheet(words("ward.forms"), columns, rows)
