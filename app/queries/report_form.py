"""Report form of a unit in the registry: current form, draft and receipt."""

from __future__ import annotations

from app.core import access
from app.core.access import Right
from app.core.reader import Reader
from warehouse.intake import Intake, Received, WebForm


def fillers(reader: Reader, period: str) -> frozenset[str]:
    """Return the codes of the units that fill in the report form for a quarter."""
    access.require(reader.viewer, Right.READ)
    return frozenset(unit.unit_code for unit in Intake.open().web_forms.reporters(period))


def reports_now(reader: Reader, unit: str, period: str) -> bool:
    """Return whether a unit reports for a quarter under the plan in force, which may be newer than the figures."""
    access.require(reader.viewer, Right.READ)
    reference = Intake.open().reference
    return period in reference.periods and any(one.unit_code == unit for one in reference.reporters(period))


def web_form(reader: Reader, unit: str, period: str) -> WebForm:
    """Return a unit's report form of a quarter. Raises `IntakeRefusal` for a unit that does not use the form."""
    access.require_fill(reader.viewer, unit)
    return Intake.open().web_forms.open(unit, period)


def landed(reader: Reader, number: int, unit: str, period: str) -> Received | None:
    """Return a report of a unit's quarter by its number; None where there is none. Raises `AccessDeniedError`."""
    access.require_fill(reader.viewer, unit)
    received = Intake.open().ledger.submissions(unit, period)
    return next(
        (item for item in received if item.submission.submission_id == number and item.submission.version),
        None,
    )


def stamp(reader: Reader, unit: str, period: str) -> str:
    """Return a value that changes with the draft of a unit's quarter, and with the day."""
    access.require(reader.viewer, Right.READ)
    return Intake.open().web_forms.stamp(unit, period)
