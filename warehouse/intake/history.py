"""Import of reports of past years: their arrival time does not show whether they were in time."""

from datetime import date

from warehouse.intake.ledger import Ledger
from warehouse.intake.records import Assessment, IntakeRefusal
from warehouse.reference import Period, Reference
from warehouse.registry.events import ACCEPTED, RECEIVED


def history_refusal(ledger: Ledger, reference: Reference, assessment: Assessment) -> IntakeRefusal | None:
    """Return why a report without faults may not be imported as history; None if it may.

    Only quarters before the newest due quarter are past: what is late today is late. And history fills gaps: if a
    report counts or waits already, another report is a correction and must be submitted as such.
    """
    reporter, period = assessment.reporter, assessment.period
    if reporter is None or period is None:
        return None
    newest = _newest_due(reference, ledger.today())
    if newest is None or period.due_date >= newest.due_date:
        params = {"period": period.period_code, "newest": newest.period_code if newest else "–"}
        return IntakeRefusal("history_too_new", params)
    for report in ledger.submissions(reporter.unit_code, period.period_code):
        if report.state in (ACCEPTED, RECEIVED):
            return IntakeRefusal("history_there", {"period": period.period_code, "version": report.submission.version})
    return None


def _newest_due(reference: Reference, today: date) -> Period | None:
    due = [period for period in reference.periods.values() if period.due_date < today]
    return max(due, key=lambda period: period.due_date, default=None)
