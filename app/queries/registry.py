"""Current state of reports in the registry, beyond the published figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from app.core import access
from app.core.access import AccessDeniedError, Right, Viewer
from app.core.reader import Reader
from warehouse.desk import logged
from warehouse.intake import AuditEvent, CellChange, Intake, IntakeRefusal, Lock, Problem, Received


@logged
def submissions(reader: Reader, reporter: str, period: str) -> list[Received]:
    """Return the workbooks received from one reporter for one quarter, newest first, as visible to the viewer.

    Raises `AccessDeniedError`.
    """
    if not reader.viewer.may_read(reporter):
        raise AccessDeniedError(f"{reader.viewer.name} may not read of {reporter}")
    received = _intake(reader).ledger.submissions(reporter, period)
    return list(access.protect_received(reader.viewer, received))


@logged
def every_submission(reader: Reader) -> Sequence[Received]:
    """Return all received workbooks, newest first, as visible to the viewer; cached until the next write."""
    intake = _intake(reader)
    return _visible_submissions(intake, intake.ledger.stamp(), reader.viewer)


@lru_cache(maxsize=8)
def _visible_submissions(intake: Intake, stamp: str, viewer: Viewer) -> Sequence[Received]:
    every = _all_submissions(intake, stamp)
    if viewer.readable_units is not None:
        every = [received for received in every if viewer.may_read(received.submission.reporter_code)]
    return access.protect_received(viewer, every)


@lru_cache(maxsize=4)
def _all_submissions(intake: Intake, _stamp: str) -> Sequence[Received]:
    return intake.ledger.submissions()


@logged
def locks(reader: Reader) -> dict[str, Lock]:
    """Return the closed quarters by code."""
    return _intake(reader).ledger.locks()


@logged
def events(reader: Reader, period: str) -> list[AuditEvent]:
    """Return the events of a quarter and its reports, newest first, as visible to the viewer."""
    every = _intake(reader).ledger.audit(period_code=period)
    known = [event for event in every if event.reporter_code is None or reader.viewer.may_read(event.reporter_code)]
    return access.protect_events(reader.viewer, known)


@logged
def problems(reader: Reader, submission: int) -> Sequence[Problem]:
    """Return the reasons why a submission was refused; empty for a viewer who may not know them.

    Raises `AccessDeniedError`.
    """
    access.require_everywhere(reader.viewer)
    intake = _intake(reader)
    reporter = intake.ledger.submission(submission).submission.reporter_code
    return () if access.hides_findings(reader.viewer, reporter) else intake.registry.problems(submission)


def changes(reader: Reader, submission: int, reporter: str | None) -> Sequence[CellChange] | None:
    """Return the changes of a version against the version before it, as visible to the viewer.

    None where the two files can no longer be compared. Raises `AccessDeniedError`.
    """
    access.require_everywhere(reader.viewer)
    try:
        differences = _intake(reader).ledger.difference(submission)
    except (IntakeRefusal, LookupError, OSError):
        return None
    return access.protect_changes(reader.viewer, differences, reporter)


def unit_name(reader: Reader, code: str, day: dt.date, lang: str) -> str | None:
    """Return the name of the unit with a code on a day; None where there was none."""
    unit = _intake(reader).reference.unit(code, day)
    if unit is None:
        return None
    return unit.name_en if lang == "en" else unit.name_vi


def form_names(reader: Reader, lang: str) -> dict[str, str]:
    """Return the names of forms' sheets by code, and of the categories of their rows by `B5 karaoke`."""
    reference = _intake(reader).reference
    forms = reference.forms.values()
    categories = {
        f"{form.form_code} {code.code}": code.label_en if lang == "en" else code.label_vi
        for form in forms
        for code in (reference.code_lists[form.category_list] if form.category_list else ())
    }
    return categories | {form.form_code: form.sheet_name for form in forms}


def form_titles(reader: Reader, lang: str) -> dict[str, str]:
    """Return the code and name of each form by the table that holds its reports."""
    forms = _intake(reader).reference.forms.values()
    return {form.table_name: f"{form.form_code} {form.name_en if lang == 'en' else form.name_vi}" for form in forms}


def _intake(reader: Reader) -> Intake:
    access.require(reader.viewer, Right.READ)
    return Intake.open()
