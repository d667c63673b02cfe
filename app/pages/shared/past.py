"""The history of a unit before it began: whether one can be recalculated, whether the address asks for it, and HTML of
the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from app.core.grouping import group_by
from app.core.page_context import NOTHING, Context
from app.queries import ground
from app.records import Target, Unit
from app.records.target import Recalculated
from app.ui.choices import links, toggle
from app.ui.page_header import remark

RECALCULATED = "recalculated"


@dataclass(frozen=True, slots=True)
class History:
    """What can be said of a unit's ground before it began: see `Unit` for `past_kind`; `by_target` are
    the recalculated figures, oldest first, `is_asked` whether the address shows them."""

    past_kind: str | None = None
    by_target: Mapping[str, Sequence[Recalculated]] = field(default_factory=dict)
    is_asked: bool = False

    def of(self, target: Target) -> Sequence[Recalculated]:
        """The recalculated figures of a target; none where there are none, or none that the reader may see."""
        rows = self.by_target.get(target.target_code, ())
        return rows if any(row.value_pct is not None for row in rows) else ()

    def shown(self, target: Target) -> Sequence[Recalculated]:
        """Those that the address asks for."""
        return self.of(target) if self.is_asked else ()


def history_of(context: Context, unit: Unit) -> History:
    """What can be said of a unit's ground before the quarter in which it began."""
    if unit.past_kind is None:
        return History()
    rows = ground.recalculated(context.reader, unit, context.state.window)
    is_asked = context.state.get("history") == RECALCULATED
    return History(unit.past_kind, group_by(rows, lambda row: row.target_code), is_asked)


def history_choice(context: Context, unit: Unit, history: History, target: Target) -> Markup:
    """The switch between what was reported and the history recalculated for today's boundaries, or in a sentence why
    there is none; nothing of a unit that was formed from no other, nor in a file."""
    words, state = context.words, context.state
    if history.past_kind is None or state.is_file:
        return NOTHING
    if history.of(target):
        ways = [(None, words("history.reported")), (RECALCULATED, words("history.recalculated"))]
        chosen = RECALCULATED if history.is_asked else None
        return toggle(words("history.label"), links(state.href, "history", ways, chosen))
    return remark(words(f"history.{_why_none(history, target)}", names=words.of(unit, "predecessor_names")))


def _why_none(history: History, target: Target) -> str:
    if history.past_kind != "whole":
        return str(history.past_kind)
    return "hidden" if history.by_target.get(target.target_code) else "uncounted"
