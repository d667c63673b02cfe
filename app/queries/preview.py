"""Figures as they would be if waiting reports were accepted: another warehouse, read as any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.core import access
from app.core.access import AccessDeniedError, Right, may_fill
from app.core.reader import Reader
from app.queries import registry
from warehouse.intake import Assessment, Intake, Received, waiting_reports

# A preview of the city takes some two seconds; the page shows progress where it takes longer.
WAIT_S = 12.0
# A report that was only checked has no page to come back to.
DRAFT_WAIT_S = 50.0


def waiting(reader: Reader) -> Sequence[Received]:
    """Return the waiting reports of which the viewer may see what they would change, the oldest first.

    All for a viewer who decides on reports; those of the own units for a viewer who sends them.
    """
    everything = waiting_reports(registry.every_submission(reader))
    viewer = reader.viewer
    shown = (
        report for report in everything if viewer.may(Right.DECIDE) or may_fill(viewer, report.submission.reporter_code)
    )
    return sorted(shown, key=lambda report: report.submission.submission_id)


def preview(reader: Reader, submissions: Sequence[int], *, is_requested: bool = False) -> Reader | None:
    """Return the same viewer on the figures with waiting reports accepted; None while they are not computed.

    With `is_requested` they are computed where they are not yet. Raises `AccessDeniedError` for a report that is not
    waiting, or that the viewer may not see.
    """
    allowed = {report.submission.submission_id for report in waiting(reader)}
    if not submissions or not allowed.issuperset(submissions):
        raise AccessDeniedError(f"{reader.viewer.name} may not preview {list(submissions)}")
    previews, version = Intake.open().previews, reader.warehouse.version
    made = previews.request(version, submissions, WAIT_S) if is_requested else previews.find(version, submissions)
    return Reader(reader.viewer, made) if made else None


@contextmanager
def draft_preview(reader: Reader, data: bytes, checked: Assessment) -> Iterator[Reader | None]:
    """Open the same viewer on the figures with a report accepted that was checked and not submitted.

    None where they cannot be computed in time. Nothing is stored beyond the block. Raises `AccessDeniedError` for a
    viewer who may not read figures, or not send for the unit.
    """
    access.require(reader.viewer, Right.READ)
    access.require_fill(reader.viewer, checked.reporter.unit_code if checked.reporter else None)
    with Intake.open().previews.of_draft(reader.warehouse.version, data, checked, DRAFT_WAIT_S) as made:
        yield Reader(reader.viewer, made) if made else None


def has_failed(reader: Reader, submissions: Sequence[int]) -> bool:
    """Return whether the figures with waiting reports accepted could not be computed."""
    return bool(Intake.open().previews.error(reader.warehouse.version, submissions))


def stamp(reader: Reader) -> str:
    """Return a stamp of what pages show of previews: which are computed, and which reports are waiting."""
    access.require(reader.viewer, Right.READ)
    return Intake.open().previews.stamp(reader.warehouse.version)
