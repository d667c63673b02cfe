"""Files of the ward page: its figures and the cells it reported as raw values."""

from __future__ import annotations

from app.core.i18n import words
from app.core.page_context import Context, Tables
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.shared.files import figure_sheet
from app.pages.ward.data import WardFacts
from app.records.ward import ReportedCell


def tables(context: Context, facts: WardFacts) -> Tables:
    """Return the figures of the quarter, the reported cells."""
    units = {facts.unit.unit_code: facts.unit}
    return {
        "figures": lambda: figure_sheet(context, words("ward.title"), facts.rows, units),
        "cells": lambda: _cells_sheet(facts),
    }


def _cells_sheet(facts: WardFacts) -> Sheet:
    """Return one row per cell; a hidden one has no number."""
    kinds = {(kind.dimension_code, kind.category_code): words.of(kind, "name") for kind in facts.kinds}
    fields: tuple[Field[ReportedCell], ...] = (
        Field("ward.form", lambda cell: cell.form_code),
        Field("ward.measure", lambda cell: words.of(cell, "name")),
        Field("ward.kind", lambda cell: kinds.get((cell.row_dimension_code or "", cell.category_code), "")),
        Field("ward.unit", lambda cell: words.of(cell, "unit")),
        Field("ward.number", lambda cell: cell.value, "amount"),
        Field("ward.version", lambda cell: cell.version, "count"),
    )
    return sheet_of(words("ward.forms"), fields, facts.cells)
