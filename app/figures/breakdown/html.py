"""HTML of the breakdowns of a target, and their table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.figures.breakdown.spec import BreakdownSpec
from app.records.target import BreakdownPart
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class _Heads:
    """What the columns are called."""

    category: str
    count: str
    share: str
    rate: str


def breakdowns(spec: BreakdownSpec, words: Words) -> Markup:
    """One table of bars a breakdown; nothing where the target has none."""
    if not spec.breakdowns:
        return Markup("")
    heads = _Heads(*(words(f"breakdown.{name}") for name in ("category", "count", "share", "rate")))
    return render("figures/breakdown/breakdown.html", spec=spec, heads=heads)


def breakdown_sheet(title: str, parts: Sequence[BreakdownPart], words: Words) -> Sheet:
    """Every part as raw values."""
    columns = (
        Column(words("breakdown.breakdown")),
        Column(words("breakdown.category")),
        Column(words("breakdown.count"), "count"),
        Column(words("breakdown.share"), "percent"),
        Column(words("breakdown.base"), "count"),
        Column(words("breakdown.rate"), "percent"),
    )
    rows = tuple(
        (
            words.of(part, "title"),
            words.of(part, "category"),
            part.value_count,
            part.share_pct,
            part.base_count,
            part.rate_pct,
        )
        for part in parts
    )
    return Sheet(title, columns, rows)
