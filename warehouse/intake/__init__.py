"""The intake: reports from submission to acceptance. Cheap to import for every page."""

from warehouse.db.connection import RegistryBusyError
from warehouse.errors import RegistryError
from warehouse.forms.formats.book import UnreadableFileError
from warehouse.forms.formats.bundle import MAX_BUNDLE_BYTES, NO_REPORT, Bundle, LeftOut
from warehouse.forms.formats.opening import MAX_FILE_BYTES
from warehouse.forms.problems import Problem
from warehouse.forms.reading.unit_names import meant_code
from warehouse.intake.assessment import ReadAhead
from warehouse.intake.calendar import CALENDAR_STATES, ReporterQuarter
from warehouse.intake.drafts import ReportDraft
from warehouse.intake.json_report import JsonReport, JsonReportError
from warehouse.intake.lots import Lot, Parcel, Way
from warehouse.intake.people_checks import checks_of_people
from warehouse.intake.plan_numbers import plan_number
from warehouse.intake.records import (
    HELD,
    KNOWN,
    NEEDS_NOTE,
    STATES,
    Assessment,
    AuditEvent,
    CellChange,
    IntakeRefusal,
    Lock,
    Receipt,
    Received,
    counting_report,
    waiting_reports,
)
from warehouse.intake.report_keys import OtherContentError, follows_of
from warehouse.intake.service import Intake
from warehouse.intake.web_form import NOTE, Judged, PlacedProblem, WebField, WebForm, WebSection, may_be_kept, text_of
from warehouse.pipeline.state import FAILED, IDLE, PUBLISHED, RUNNING, WAITING, BuildState, remove_partial_states
from warehouse.registry.events import ACCEPTED, HISTORY, RECEIVED, REJECTED, RETURNED
from warehouse.registry.records import Submission
from warehouse.storage.disk import DiskFullError, SpareDiskFullError, detect_full_spare_disk
from warehouse.storage.leftovers import remove_of_ended

__all__ = [
    "ACCEPTED",
    "CALENDAR_STATES",
    "FAILED",
    "HELD",
    "HISTORY",
    "IDLE",
    "KNOWN",
    "MAX_BUNDLE_BYTES",
    "MAX_FILE_BYTES",
    "NEEDS_NOTE",
    "NOTE",
    "NO_REPORT",
    "PUBLISHED",
    "RECEIVED",
    "REJECTED",
    "RETURNED",
    "RUNNING",
    "STATES",
    "WAITING",
    "Assessment",
    "AuditEvent",
    "BuildState",
    "Bundle",
    "CellChange",
    "DiskFullError",
    "Intake",
    "IntakeRefusal",
    "JsonReport",
    "JsonReportError",
    "Judged",
    "LeftOut",
    "Lock",
    "Lot",
    "OtherContentError",
    "Parcel",
    "PlacedProblem",
    "Problem",
    "ReadAhead",
    "Receipt",
    "Received",
    "RegistryBusyError",
    "RegistryError",
    "ReportDraft",
    "ReporterQuarter",
    "SpareDiskFullError",
    "Submission",
    "UnreadableFileError",
    "Way",
    "WebField",
    "WebForm",
    "WebSection",
    "checks_of_people",
    "counting_report",
    "detect_full_spare_disk",
    "follows_of",
    "may_be_kept",
    "meant_code",
    "plan_number",
    "remove_of_ended",
    "remove_partial_states",
    "text_of",
    "waiting_reports",
]
