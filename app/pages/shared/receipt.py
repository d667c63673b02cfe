"""HTML of what a sender keeps of a report that landed."""

from __future__ import annotations

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import Words
from app.ui.cards import pairs
from warehouse.intake import Submission


def receipt_lines(row: Submission, state: str, words: Words, whose: str = "") -> Markup:
    """Number, version, moment, sender, and in words how the report stands; `whose` it is where nothing else says so."""
    return pairs(
        [
            (words("receipt.number"), str(row.submission_id)),
            *([(words("check.reporter"), whose)] if whose else []),
            (words("receipt.version"), str(row.version or formatting.MISSING)),
            (words("receipt.at"), formatting.moment(row.received_at)),
            (words("submit.by"), row.submitted_by or formatting.MISSING),
            (words("reports.state"), state),
        ]
    )
