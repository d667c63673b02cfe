"""HTML of a list of units with a bar each; the style sheet shows it on a phone and the grid elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from app.core.i18n import words
from app.core.status import SHOWN
from app.figures.unit_bars.spec import UnitBar
from app.ui.tables import bars
from app.ui.templates import render


def draw_unit_bars(units: Sequence[UnitBar], href: Callable[[UnitBar], str]) -> Markup:
    """Render the list; `href` is the address of a unit's page, empty for a unit without one."""

    def summary(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{count} {words.status(status).lower()}" for status, count in counts.items())

    return render(
        "figures/unit_bars/unit_bars.html",
        units=units,
        href=href,
        judged=SHOWN,
        lengths=lambda counts: bars(counts, sum(counts.values())),
        summary=summary,
    )
