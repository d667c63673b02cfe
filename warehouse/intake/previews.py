"""Previews of the figures with waiting reports accepted: found, or computed in the background."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager

from warehouse import clock
from warehouse.intake.records import Assessment
from warehouse.pipeline.preview import (
    STEP_S,
    draft_preview,
    find_preview,
    finished_previews,
    preview_error,
    start_preview,
)
from warehouse.publish.engines import Published
from warehouse.registry.events import ACCEPTED
from warehouse.registry.store import Registry, Submission
from warehouse.settings import Settings
from warehouse.storage.landing import content_hash


class Previews:
    """Previews of one installation."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self._settings = settings
        self._registry = registry

    def find(self, version: str, submissions: Sequence[int]) -> Published | None:
        """Return a finished preview of a published version, read-only; None while there is none."""
        return find_preview(self._settings, version, submissions)

    def error(self, version: str, submissions: Sequence[int]) -> str:
        """Return why a preview could not be computed; empty where that is not known to have failed."""
        return preview_error(self._settings, version, submissions)

    def stamp(self, version: str) -> str:
        """Return a text that differs once another preview of a version is finished or has failed."""
        return " ".join(finished_previews(self._settings, version))

    def request(self, version: str, submissions: Sequence[int], wait_s: float) -> Published | None:
        """Return a preview, and compute it first where there is none; None where that takes longer than `wait_s`.

        One is computed at a time: while another one is, this one is only looked for.
        """
        process = None
        until = time.monotonic() + wait_s
        while True:
            made = self.find(version, submissions)
            if made or self.error(version, submissions) or time.monotonic() > until:
                return made
            if process is None or process.poll() is not None:
                process = start_preview(self._settings, version, submissions)
            time.sleep(STEP_S)

    def of_draft(
        self, version: str, data: bytes, checked: Assessment, wait_s: float
    ) -> AbstractContextManager[Published | None]:
        """Open the figures as they would be if a report that was checked, but not submitted, were accepted now.

        None where that takes longer than `wait_s`, or fails. Nothing is stored beyond the block.
        """
        row, kind = self._row_of(data, checked), checked.kind or ""
        return draft_preview(self._settings, version, row, data, kind, wait_s)

    def _row_of(self, data: bytes, checked: Assessment) -> Submission:
        """Return the row that the registry would have of a report, as its unit's next version."""
        reporter, period = checked.reporter, checked.period
        if reporter is None or period is None:
            raise ValueError("a report without a unit or a period cannot be accepted")
        known = self._registry.received()
        whose = (reporter.unit_code, period.period_code)
        versions = [row.version or 0 for row in known if (row.reporter_code, row.period_code) == whose]
        now = clock.now()
        return Submission(
            submission_id=max((row.submission_id for row in known), default=0) + 1,
            reporter_code=reporter.unit_code,
            reporter_valid_from=reporter.valid_from,
            period_code=period.period_code,
            version=max(versions, default=0) + 1,
            verdict=ACCEPTED,
            received_at=now,
            landed_at=now,
            submitted_by="",
            sha256=content_hash(data),
            file_name=checked.file_name,
            is_sample=checked.is_sample,
            problem_count=0,
        )
