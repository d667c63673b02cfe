"""A unit's reports: this quarter's first, what was corrected in it; everything older folded away."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.records import Report, Revision, Submission
from app.ui.tables import reports_table, revisions_table, submissions_line


def reports_block(reports: Sequence[Report], submissions: Sequence[Submission], period: str, words: Words) -> Markup:
    """What became of the report of `period`, then the older quarters folded."""
    now = [report for report in reports if report.period_code == period]
    older = [report for report in reports if report.period_code < period]
    shown = reports_table(now, words) if now else Markup(f"<p class='note'>{escape(words('reports.none_now'))}</p>")
    told = Markup(submissions_line(submissions, words) + shown)
    if not older:
        return told
    title = escape(words("reports.older", count=len(older)))
    return Markup(f"{told}<details id='older'><summary>{title}</summary>{reports_table(older, words)}</details>")


def revisions_block(revisions: Sequence[Revision], period: str, words: Words) -> Markup:
    """Cells corrected in `period`, then those of other quarters folded."""
    now = [revision for revision in revisions if revision.period_code == period]
    rest = [revision for revision in revisions if revision.period_code != period]
    if not revisions:
        return Markup(f"<p class='note'>{escape(words('revisions.none'))}</p>")
    told = revisions_table(now, words) if now else Markup(f"<p class='note'>{escape(words('revisions.none_now'))}</p>")
    return Markup(told + revisions_table(rest, words, is_folded=True))
