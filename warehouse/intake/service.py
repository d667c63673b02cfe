"""The intake: a report is checked, lands, waits for the department and counts once it is accepted."""

from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.intake.assessment import Assessor, Authorize, ReadAhead, anyone
from warehouse.intake.decisions import Decisions
from warehouse.intake.drafts import Drafts
from warehouse.intake.empty_forms import EmptyForms
from warehouse.intake.form_sets import FormSets
from warehouse.intake.history import history_refusal
from warehouse.intake.json_report import JsonReports
from warehouse.intake.ledger import Ledger
from warehouse.intake.lots import Opener, Way
from warehouse.intake.previews import Previews
from warehouse.intake.records import HELD, KNOWN, NEEDS_NOTE, Assessment, IntakeRefusal, Receipt
from warehouse.intake.submission import Delivery, SubmissionService
from warehouse.intake.web_form import WebForms
from warehouse.intake.written_texts import clean_text, clean_writer
from warehouse.pipeline import background
from warehouse.pipeline.originals import refuse_lost_registry
from warehouse.pipeline.state import BuildState
from warehouse.reference import Reference, load_reference
from warehouse.registry.store import Registry
from warehouse.settings import Settings

# One report in one file, now.
PLAIN_FILE = Way()


class Intake:
    """All services for submitted reports, at one registry and landing zone.

    `opener` opens zips and folders of reports, `assessor` checks files, `submissions` lands them, `decisions` accepts
    or returns them, `ledger` reads reports and events, `forms` writes empty workbooks, `form_sets` those of all
    reporters, `web_forms` handles reports that are filled in on a page, `json_reports` those that programs send,
    `previews` computes what a report would change.
    """

    def __init__(
        self, settings: Settings, reference: Reference | None = None, reader_type: type[Reader] = Reader
    ) -> None:
        self.settings = settings
        self.reference = reference or load_reference()
        self.registry = Registry(settings.ops_url)
        reader = reader_type(self.reference)
        self.ledger = Ledger(settings, self.registry, self.reference)
        self.decisions = Decisions(settings, self.registry, self.reference)
        self.submissions = SubmissionService(settings.landing_dir, self.registry, reader)
        self.assessor = Assessor(settings, self.ledger, self.registry, self.reference, reader)
        self.opener = Opener(reader, self.reference)
        self.forms = EmptyForms(self.ledger, self.registry, self.reference)
        self.form_sets = FormSets(settings, self.reference)
        drafts = Drafts(self.registry)
        self.previews = Previews(settings, self.registry)
        self.web_forms = WebForms(self.forms, self.ledger, drafts, self.assessor, self.reference)
        self.json_reports = JsonReports(self.forms, self.ledger, self.reference)

    @classmethod
    def open(cls, settings: Settings | None = None) -> "Intake":
        """Return the intake of the settings, one per process and settings. Raises RegistryBusyError."""
        return _intake(settings or Settings.from_env())

    def close(self) -> None:
        """Close the registry's connections."""
        self.registry.close()

    def submit(  # noqa: PLR0913 - all but the first two are options
        self,
        data: bytes,
        file_name: str,
        *,
        by: str,
        note: str = "",
        accept: bool = False,
        received_at: datetime | None = None,
        way: Way = PLAIN_FILE,
        authorize: Authorize = anyone,
        ahead: ReadAhead | None = None,
    ) -> Receipt:
        """Land a report, which waits for the department, or counts at once with `accept`.

        Faults refuse it, and only the reasons are stored; unusual values, or a closed quarter, require the sender's
        `note`. `way` describes how it arrived; `authorize` and `ahead` are those of `Assessor.assess`. Raises
        IntakeRefusal for a note or an author that may not be stored and for a time of receipt in the future;
        RegistryLostError; OSError if the disk fails.
        """
        refuse_lost_registry(self.registry, self.settings)
        delivery = Delivery.of(data, file_name, by, received_at)
        note_text = clean_text("note", note)
        assessment, reading = self.assessor.assess(data, file_name, delivery.received_on, authorize, ahead)
        stopped = self.stopped(assessment, note_text, way)
        if stopped:
            return stopped
        judged = replace(reading, problems=assessment.problems)
        result = self.submissions.take(
            delivery,
            judged,
            waits=not accept,
            is_history=way.is_history,
            note=note_text,
            facts=_facts(assessment, way.source),
        )
        return Receipt(result.outcome, assessment, result.submission)

    def stopped(self, assessment: Assessment, note: str, way: Way = PLAIN_FILE) -> Receipt | None:
        """Return the receipt of a report stopped before landing; None if it lands or is refused for its faults."""
        if assessment.known:
            return Receipt(KNOWN, assessment, assessment.known)
        held = None if assessment.problems else self._held(assessment, way)
        if held:
            return Receipt(HELD, assessment, None, held)
        return Receipt(NEEDS_NOTE, assessment, None) if assessment.needs_note and not note else None

    def _held(self, assessment: Assessment, way: Way) -> IntakeRefusal | None:
        """Return why a report is held back among those that arrived with it."""
        if way.rivals:
            return IntakeRefusal("rivals", {"others": ", ".join(way.rivals)})
        return history_refusal(self.ledger, self.reference, assessment) if way.is_history else None

    def build_state(self) -> BuildState:
        """Return the state of the newest build."""
        return background.build_state(self.settings)

    def request_build(self, by: str) -> None:
        """Request a build in the background.

        A request joins one that already waits. Raises IntakeRefusal for an author that may not be stored.
        """
        writer = clean_writer(by)
        self.decisions.note_build_request(writer)
        background.request_build(self.settings, writer)


def _facts(assessment: Assessment, source: str) -> dict[str, Any]:
    """Return facts for a report's first event: its assessment, and how it arrived."""
    facts = {
        "changed_cells": len(assessment.changes),
        "corrects": assessment.current.version if assessment.current else None,
        "questions": [asdict(question.kept()) for question in assessment.questions],
        "is_after_lock": assessment.lock is not None,
    }
    return facts | {"source": source} if source else facts


@lru_cache(maxsize=8)
def _intake(settings: Settings) -> Intake:
    return Intake(settings)
