"""Originals that a build reads: it fails rather than leave out a missing or damaged one."""

from collections.abc import Sequence
from pathlib import Path

from warehouse.errors import BuildError, RegistryLostError
from warehouse.forms.problems import TAKEN_OUT, UnknownCellError, UnknownRowError
from warehouse.publish import publication
from warehouse.reference import Reference
from warehouse.registry.events import ACCEPTED
from warehouse.registry.records import Submission
from warehouse.registry.store import Registry
from warehouse.settings import LANGUAGES, Settings
from warehouse.storage.disk import digest_of
from warehouse.storage.landing import landed_path
from warehouse.text import say

# Reports that a message names.
_MOST_LISTED = 10


def original_error(key: str, submission: Submission, path: Path) -> BuildError:
    """Return the error of a build with a bad original; `key`: `original_missing` or `original_damaged`."""
    # An upgrade reads originals through a link, in a folder that it removes.
    fields = {"file": submission.file_name, "id": submission.submission_id, "path": path.resolve()}
    return BuildError({lang: say("builds", key, lang, **fields) for lang in LANGUAGES})


def unknown_cell_error(submission: Submission, unknown: UnknownCellError) -> BuildError:
    """Return the error of a build whose plan cannot read a cell of an original any more."""
    problem = unknown.problem
    fields = {"place": problem.where(), "value": problem.value or TAKEN_OUT, "id": submission.submission_id}
    texts = {}
    for lang in LANGUAGES:
        said = {"report": _listed([submission], lang), "what": problem.what(lang), "expected": problem.expected(lang)}
        texts[lang] = say("builds", "unknown_cell", lang, **said, **fields)
    return BuildError(texts)


def unknown_row_error(submission: Submission, unknown: UnknownRowError) -> BuildError:
    """Return the error of a build whose plan does not have the unit or category that a row of an original names."""
    fields = {"sheet": unknown.sheet, "named": unknown.named, "id": submission.submission_id}
    return BuildError(
        {lang: say("builds", "unknown_row", lang, report=_listed([submission], lang), **fields) for lang in LANGUAGES}
    )


def check_plan_of(submissions: Sequence[Submission], reference: Reference) -> None:
    """Raise BuildError where accepted reports are of units or periods that the plan in force does not have, or of units
    that do not report for their period.

    So they are after a restore, or a change of pack, under another plan than they were submitted for; and where a
    merger is entered after the old units had reported. Figures of such reports would be in no unit.
    """
    units = {unit.unit_code for unit in reference.units}
    outside = [
        report
        for report in submissions
        if report.reporter_code not in units or report.period_code not in reference.periods
    ]
    if outside:
        raise _outside_error("outside_plan", outside, reference)
    reporters = {
        period: {(unit.unit_code, unit.valid_from) for unit in reference.reporters(period)}
        for period in {report.period_code for report in submissions if report.period_code}
    }
    ended = [
        report
        for report in submissions
        if (report.reporter_code, report.reporter_valid_from) not in reporters[str(report.period_code)]
    ]
    if ended:
        raise _outside_error("outside_units", ended, reference)


def _outside_error(key: str, reports: Sequence[Submission], reference: Reference) -> BuildError:
    fields = {"count": len(reports), "plan": ", ".join(plan.plan_code for plan in reference.plans)}
    return BuildError({lang: say("builds", key, lang, reports=_listed(reports, lang), **fields) for lang in LANGUAGES})


def _listed(reports: Sequence[Submission], lang: str) -> str:
    named = [
        {
            "file": report.file_name,
            "id": report.submission_id,
            "unit": report.reporter_code,
            "valid_from": report.reporter_valid_from,
            "period": report.period_code,
        }
        for report in reports[:_MOST_LISTED]
    ]
    more = ["…"] if len(reports) > _MOST_LISTED else []
    return "; ".join([*(say("builds", "outside_report", lang, **report) for report in named), *more])


def refuse_lost_registry(registry: Registry, settings: Settings) -> None:
    """Raise RegistryLostError where figures of reports are published and the registry, which never loses one, has none.

    The next build would publish figures without any report.
    """
    if registry.is_empty and _is_of_reports(settings):
        raise RegistryLostError


def refuse_missing_registry(settings: Settings) -> None:
    """Raise RegistryLostError where figures of reports are published and the registry's file is gone.

    To open it would create an empty one, in which nothing was ever reported.
    """
    if not settings.has_registry and _is_of_reports(settings):
        raise RegistryLostError


def _is_of_reports(settings: Settings) -> bool:
    current = publication.current(settings)
    return current is not None and current.source_count > 0


def check_originals(submissions: Sequence[Submission], landing_dir: Path) -> None:
    """Raise BuildError for an accepted report whose original has changed since.

    A missing original is an error only when it has to be read.
    """
    for submission in submissions:
        if submission.verdict != ACCEPTED:
            continue
        path = landed_path(landing_dir, submission.sha256)
        if path.exists() and digest_of(path) != submission.sha256:
            raise original_error("original_damaged", submission, path)
