"""What the list of checks may be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.analysis.quality_summary import Asked
from app.core.page_context import Context
from app.core.status import OF_CHECKS
from app.pages.quality.tables import Names, suite_name
from app.records.quality import CheckResult
from app.ui import layout, page_header


def filters(context: Context, results: Sequence[CheckResult], asked: Sequence[Asked], names: Names) -> Markup:
    """What the list of checks is narrowed to; every choice is an address."""
    words, state = context.words, context.state

    def options(name: str, every: str, known: Sequence[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        chosen = state.get(name)
        first = (state.href(**{name: None, "check": None}), every, not chosen)
        return [first, *((state.href(**{name: code, "check": None}), text, code == chosen) for code, text in known)]

    severities = [(severity, words.status(severity)) for severity in OF_CHECKS]
    suites = [(suite, suite_name(suite, words)) for suite in sorted({one.suite for one in results})]
    units = sorted((one.reporter_code, names.unit(one.reporter_code)) for one in asked)
    unit = state.unit
    if unit and unit not in dict(units):
        units.append((unit, names.unit(unit)))
    choices = (
        ("severity", "quality.every_severity", severities),
        ("suite", "quality.every_suite", suites),
        ("unit", "quality.every_unit", units),
    )
    drawn = "".join(
        layout.select(f"filter-{name}", words(f"quality.filter_{name}"), options(name, words(every), known))
        for name, every, known in choices
    )
    clear = ""
    if any(state.get(name) for name, _, _ in choices) or state.get("check"):
        clear = page_header.link_to(
            state.href(severity=None, suite=None, unit=None, check=None), words("quality.clear")
        )
    return Markup(f"<div class='choose filters'>{drawn}{clear}</div>")
