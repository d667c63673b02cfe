"""The tables of the origin page as files."""

from __future__ import annotations

from collections.abc import Callable

from app.charts import origin_sheets
from app.context import Context
from app.exports.sheet import Sheet
from app.facts import Target, Unit
from app.facts.origin import Contribution
from app.queries import methodology, origin


def sheets(context: Context, target: Target, unit: Unit, added: list[Contribution]) -> dict[str, Callable[[], Sheet]]:
    """The parts and the numbers of forms as files."""
    words, state, ask = context.words, context.state, (context.viewer, context.warehouse)

    def numbers() -> Sheet:
        found = origin.inputs(*ask, target, unit, state.period, state.window)
        return origin_sheets.inputs_sheet(
            words("origin.inputs"), found, methodology.terms(*ask, target.target_code), words
        )

    return {"parts": lambda: origin_sheets.parts_sheet(words("origin.parts"), added, words), "inputs": numbers}
