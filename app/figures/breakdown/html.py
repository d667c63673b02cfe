"""HTML of the breakdowns of a target, and their table as a file."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.i18n import words
from app.core.sheet import Field, Sheet, sheet_of
from app.figures.breakdown.spec import BreakdownSpec
from app.records.target import BreakdownPart
from app.ui.templates import render


def breakdowns(spec: BreakdownSpec) -> Markup:
    """Render one table of bars per breakdown; empty where the target has none."""
    if not spec.breakdowns:
        return Markup("")
    return render("figures/breakdown/breakdown.html", spec=spec)


def breakdown_sheet(title: str, parts: Sequence[BreakdownPart]) -> Sheet:
    """Return every part as raw values."""
    fields: tuple[Field[BreakdownPart], ...] = (
        Field("breakdown.breakdown", lambda part: words.of(part, "title")),
        Field("breakdown.category", lambda part: words.of(part, "category")),
        Field("breakdown.count", lambda part: part.value_count, "count"),
        Field("breakdown.share", lambda part: part.share_pct, "percent"),
        Field("breakdown.base", lambda part: part.base_count, "count"),
        Field("breakdown.rate", lambda part: part.rate_pct, "percent"),
    )
    return sheet_of(title, fields, parts)
