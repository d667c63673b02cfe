"""Data of the page of changed figures: a review, its figures that differ today, the corrected cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.changed_figures import ReportChanges, by_report
from app.core.page_context import Context, UnknownCodeError
from app.queries import followup, plan, reporting
from app.queries.review import changed_figures, last_shown
from app.records import Revision, Target, Unit
from app.records.review import ChangedFigure, CountedReport
from warehouse.desk import Review


@dataclass(frozen=True, slots=True)
class Changes:
    """A review, its figures that are others today (None where its version is gone), those of the chosen reporter's
    reports, or of all, by report, and every correction of these reporters."""

    review: Review
    changed: Sequence[ChangedFigure] | None
    groups: Sequence[ReportChanges]
    revisions: Sequence[Revision]
    targets: dict[str, Target]
    units: dict[str, Unit]

    def cells(self, report: CountedReport) -> list[Revision]:
        """Return the cells that a report corrected, against the version before it."""
        key = (report.reporter_code, report.period_code, report.version)
        return [row for row in self.revisions if (row.reporter_code, row.period_code, row.version) == key]


def gather(context: Context) -> Changes | None:
    """Return the changes since the review in the address, the last one that was shown where it names none; None without
    any.

    Raises `UnknownCodeError` for a review that does not exist, or a unit none of whose reports changed a figure.
    """
    review = _review(context)
    if review is None:
        return None
    changed = changed_figures(context.reader, review)
    groups = by_report(changed or ())
    if unit := context.state.unit:
        groups = [group for group in groups if group.report and group.report.reporter_code == unit]
        if not groups:
            raise UnknownCodeError("unit", unit)
    reporters = dict.fromkeys(group.report.reporter_code for group in groups if group.report)
    return Changes(
        review=review,
        changed=changed,
        groups=groups,
        revisions=reporting.revisions(context.reader, *reporters) if reporters else (),
        targets=plan.named_targets(context.reader),
        units=followup.known_units(context.reader),
    )


def _review(context: Context) -> Review | None:
    state, desk = context.state, context.desk
    if asked := state.get("review"):
        try:
            return desk.review(int(asked))
        except LookupError as error:
            raise UnknownCodeError("held", asked) from error
    return last_shown(desk.reviews(), state.period, state.window, context.publication.version)
