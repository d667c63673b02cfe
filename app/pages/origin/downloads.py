"""The tables of the origin page as files."""

from __future__ import annotations

from collections.abc import Callable

from app.core.page_context import Context
from app.core.sheet import Sheet
from app.pages.origin.sheets import inputs_sheet, parts_sheet
from app.queries import methodology, origin
from app.records import Target, Unit
from app.records.origin import Contribution


def sheets(context: Context, target: Target, unit: Unit, added: list[Contribution]) -> dict[str, Callable[[], Sheet]]:
    """The parts and the numbers of forms as files."""
    words, state, reader = context.words, context.state, context.reader

    def numbers() -> Sheet:
        found = origin.inputs(reader, target, unit, state.period, state.window)
        return inputs_sheet(words("origin.inputs"), found, methodology.terms(reader, target.target_code), words)

    return {"parts": lambda: parts_sheet(words("origin.parts"), added, words), "inputs": numbers}
