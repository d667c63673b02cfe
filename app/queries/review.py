"""SQL for a review: the figures that have changed since, and the reports that changed them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from app.core import access
from app.core.access import Right
from app.core.disclosure import SUPPRESSED
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.queries import progress
from app.queries.fetch import OtherLayoutError, fetch
from app.records.review import ChangedFigure, CountedReport, ShownFigure, TouchedTarget
from warehouse.desk import Review
from warehouse.publish.engines import kept

log = logging.getLogger(__name__)


def last_shown(reviews: Iterable[Review], period: str, window: str, version: str) -> Review | None:
    """Return the newest of `reviews` (newest first) up to a period whose figures may differ from those of a version.

    The review of that same period, window and version is skipped.
    """
    now = (period, window, version)
    until = (review for review in reviews if review.period_code <= period)
    return next((review for review in until if (review.period_code, review.period_window, review.version) != now), None)


def changed_figures(reader: Reader, review: Review) -> tuple[ChangedFigure, ...] | None:
    """Return the figures of the city and its reporters that differ between a review and the reader's version.

    None where the review's version no longer exists or is too old to be read, and for a viewer of some units only,
    because the reports behind a figure are those of other units.
    """
    access.require(reader.viewer, Right.READ)
    held = kept(review.version)
    if held is None or reader.viewer.readable_units is not None:
        return None
    try:
        return _changed(Reader(reader.viewer, held), reader, review.period_code, review.period_window)
    except OtherLayoutError:
        # A version of years ago may lack a newer column: pages continue without the comparison.
        log.warning("version %s cannot be compared with", held.version)
        return None


def reports_behind(
    then: ShownFigure,
    now: ShownFigure,
    reports: Mapping[str, CountedReport],
    earlier: Mapping[str, CountedReport],
    touched: Collection[TouchedTarget],
) -> tuple[CountedReport, ...]:
    """Return the reports that differ between two figures and affect the target.

    All differing reports are returned where none is known to affect it, such as where corrections are hidden from the
    viewer.
    """
    before, after = _versions(then), _versions(now)
    added = [report for report in _named(now, reports) if before.get(_key(report)) != report.version]
    gone = [replace(report, is_withdrawn=True) for report in _named(then, earlier) if _key(report) not in after]

    def bears(report: CountedReport) -> bool:
        replaced = before.get(_key(report))
        return replaced is None or any(
            _is_of(target, report) and target.version > replaced and target.target_code == now.target_code
            for target in touched
        )

    affecting = [*filter(bears, added), *gone] or added
    return tuple(sorted(affecting, key=lambda report: report.received_at))


# Neither version ever changes.
@lru_cache(maxsize=8)
def _changed(held: Reader, reader: Reader, period: str, window: str) -> tuple[ChangedFigure, ...]:
    return changed_between(held, reader, period, lambda version: progress.shown_figures(version, period, window))


def changed_between(
    held: Reader, reader: Reader, period: str, figures: Callable[[Reader], Sequence[ShownFigure]]
) -> tuple[ChangedFigure, ...]:
    """Return the `figures` of a period that differ between a stored version and the reader's version.

    Raises `OtherLayoutError` for a version too old to be read.
    """
    then = {(row.target_code, row.unit_code): row for row in figures(held)}
    pairs = [
        (before, row)
        for row in figures(reader)
        if (before := then.get((row.target_code, row.unit_code))) and _differs(before, row)
    ]
    if not pairs:
        return ()
    reports = {report.name: report for report in _counted_reports(reader, period)}
    earlier = {report.name: report for report in _earlier_reports(held, period)}
    touched = frozenset(_touched_targets(reader, period))
    return tuple(ChangedFigure(*pair, reports_behind(*pair, reports, earlier, touched)) for pair in pairs)


def _differs(then: ShownFigure, now: ShownFigure) -> bool:
    counts = ((then.numerator, now.numerator), (then.denominator, now.denominator))
    is_moved = then.status != now.status and SUPPRESSED not in (then.status, now.status)
    return is_moved or any(_is_another(*pair) for pair in counts)


def _is_another(then: float | None, now: float | None) -> bool:
    """Return whether two counts differ; approximate counts differ if their ranges do not overlap."""
    if isinstance(then, Approximate) and isinstance(now, Approximate):
        return then.high < now.low or now.high < then.low
    return then != now


def _names(row: ShownFigure) -> list[str]:
    return [name for name in (row.source_versions or "").split("; ") if name]


def _named(row: ShownFigure, reports: Mapping[str, CountedReport]) -> list[CountedReport]:
    """Return those of `reports` that a figure is based on."""
    return [reports[name] for name in _names(row) if name in reports]


def _versions(row: ShownFigure) -> dict[tuple[str, str], int]:
    """Return the versions of the reports that a figure is based on, by reporter and quarter."""
    parts = (name.split() for name in _names(row))
    return {(reporter, period): int(version.removeprefix("v")) for reporter, period, version in parts}


def _key(report: CountedReport) -> tuple[str, str]:
    return report.reporter_code, report.period_code


def _is_of(touched: TouchedTarget, report: CountedReport) -> bool:
    is_same = (touched.reporter_code, touched.period_code) == (report.reporter_code, report.period_code)
    return is_same and touched.version <= report.version


def _earlier_reports(held: Reader, until: str) -> list[CountedReport]:
    """Return the counting reports of a stored version; empty where it does not have them.

    A report that was withdrawn since is then not listed; all others are.
    """
    try:
        return _counted_reports(held, until)
    except OtherLayoutError:
        log.warning("version %s does not tell who sent its reports", held.warehouse.version)
        return []


def _counted_reports(reader: Reader, until: str) -> list[CountedReport]:
    sql = """
        select f.reporter_code, u.short_name_vi as reporter_name_vi, u.short_name_en as reporter_name_en, f.period_code,
            f.version, f.received_at, false as is_withdrawn
        from marts.fct_submission as f
        inner join marts.dim_unit as u on f.reporter_code = u.unit_code and f.reporter_valid_from = u.valid_from
        where f.is_counting and f.period_code <= :until
    """
    return fetch(reader, CountedReport, sql, until=until)


def _touched_targets(reader: Reader, until: str) -> list[TouchedTarget]:
    """Return the targets that each correction affects, as visible to the viewer."""
    is_open = "true" if reader.viewer.may(Right.SMALL_COUNTS) else "not m.is_sensitive"
    sql = f"""
        select distinct f.reporter_code, f.period_code, f.version, t.target_code
        from marts.fct_revision as f
        inner join marts.dim_measure as m on f.measure_code = m.measure_code and f.form_code = m.form_code
        inner join marts.dim_target_term as t on f.measure_code = t.measure_code and f.form_code = t.form_code
        where f.period_code <= :until and {is_open}
    """
    return fetch(reader, TouchedTarget, sql, until=until)
