"""Quality: whether the numbers can be trusted, what was found, whom to ask back, and the trend."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import Context, Page
from app.pages.quality import downloads
from app.pages.quality.data import Quality, gather
from app.pages.quality.sections import check_card, checks_part, filters, lead, system_part
from app.pages.quality.tables import asked_table, outliers_table, rates_table, runs_table
from app.pages.shared.page_parts import MOST_ROWS, find_form, find_label, in_parts
from app.pages.shared.units import units_sought
from app.ui import layout
from app.ui.page_header import remark


def page(context: Context) -> Page:
    """Render the checks of the published version; the one that the address names with the rows it found."""
    quality = gather(context)

    def section(name: str, body: Markup, note: str = "") -> Markup:
        return layout.part(context, words(f"quality.{name}"), body, note, name, table=name)

    body = lead(context.state, quality) + system_part(quality.conditions)
    body += filters(context.state, quality)
    if quality.opened:
        body += check_card(context, quality, quality.opened)
    checks, passed = checks_part(context.state, quality)
    left = section("checks", checks, f"{words('checks.severities')} {words('quality.checks_note')}") + passed
    left += section("outliers", outliers_table(context.state, quality), words("quality.outliers_note"))
    right = section("asked", _asked(context, quality), words("quality.asked_note"))
    right += section("rates", rates_table(context.state, quality.rates))
    right += section("trend", runs_table(quality.runs), words("quality.trend_note"))
    body += layout.split(left, right)
    return Page(words("nav.quality"), body, downloads.tables(quality))


def _asked(context: Context, quality: Quality) -> Markup:
    """Render the units to ask back; of many a part, and those searched for."""
    every = quality.findings_by_reporter
    if len(every) <= MOST_ROWS:
        return asked_table(context.state, quality, every)
    known = [unit for validities in quality.names.units.values() for unit in validities]
    codes = {unit.unit_code for unit in units_sought(context, known)}
    rows = [row for row in every if row.reporter_code in codes]
    html = in_parts(context.state, rows, partial(asked_table, context.state, quality))
    return find_form(context.state, find_label(context.districts)) + (html if rows else remark(words("parts.nothing")))
