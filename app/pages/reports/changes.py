"""What each version of a report changed: from the published figures where they know it, else from the files."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import access
from app.core.page_context import CITY, Context
from app.pages.shared.cell_changes import of_revisions
from app.queries import reporting
from warehouse.intake import Intake, IntakeRefusal
from warehouse.intake.records import REJECTED, CellChange, Received

# Comparing two files takes a moment; of a report that was sent again and again the newest are compared.
COMPARED = 3
Changes = dict[int, Sequence[CellChange] | None]


def changes_of(context: Context, submissions: Sequence[Received]) -> Changes:
    """Changes by the number of the submission, None where the files can no longer be compared."""
    published = _published(context)
    found: Changes = {}
    left = COMPARED
    for one in submissions:
        number, version = one.submission.submission_id, one.submission.version
        if one.state == REJECTED or version is None:
            continue
        if version in published:
            found[number] = published[version]
        elif left and version > 1:
            left -= 1
            found[number] = _compared(context, number)
    return found


def _published(context: Context) -> dict[int, tuple[CellChange, ...]]:
    """Changes of the versions that the published figures know, by version."""
    unit, period = context.state.unit or CITY, context.state.period
    rows = [row for row in reporting.revisions(context.reader, unit) if row.period_code == period]
    words, reference = context.words, Intake.open().reference
    names = {one.code: words.of(one, "label") for codes in reference.code_lists.values() for one in codes}
    names |= {form.form_code: form.sheet_name for form in reference.forms.values()}
    versions = dict.fromkeys(row.version for row in rows)
    return {
        version: of_revisions((row for row in rows if row.version == version), names, words) for version in versions
    }


def _compared(context: Context, number: int) -> Sequence[CellChange] | None:
    try:
        found = Intake.open().ledger.difference(number)
    except (IntakeRefusal, LookupError, OSError):
        return None
    return access.protect_changes(context.viewer, found)
