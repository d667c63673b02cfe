"""Metrics for Prometheus: requests counted by this process, and the state of the installation at each scrape.

No metric has a unit or a person, and the values of every label come from lists in the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from warehouse import clock
from warehouse.health.conditions import condition_codes
from warehouse.health.report import NOT_READY, HealthReport, health_report
from warehouse.intake import ACCEPTED, RECEIVED, REJECTED
from warehouse.settings import RELEASE, Settings

# Reports by state, and builds by outcome; `unfinished` are running or were killed.
STATES = (ACCEPTED, RECEIVED, REJECTED)
OUTCOMES = ("published", "checks_failed", "failed", "unfinished")
# The moments at which counters began would double the series.
disable_created_metrics()
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
Info("kpi_release", "Release of the program", registry=REGISTRY).info({"release": RELEASE})
requests = Counter("kpi_http_requests", "Requests answered", ["page", "status"], registry=REGISTRY)
request_seconds = Histogram(
    "kpi_http_request_seconds",
    "Time until the answer was sent",
    ["page"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
errors = Counter("kpi_errors", "Unexpected errors, each in the log under its code", ["page"], registry=REGISTRY)
queued = Gauge("kpi_queue_jobs", "Jobs running and waiting", ["queue"], registry=REGISTRY)


def exposition(settings: Settings) -> bytes:
    """Return all metrics in Prometheus's text format."""
    return generate_latest(REGISTRY) + generate_latest(_registry_of(health_report(settings)))


def _registry_of(report: HealthReport) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Installation(report))
    return registry


class _Installation:
    """Collector of one health report."""

    def __init__(self, report: HealthReport) -> None:
        self._report = report

    def collect(self) -> Iterable[Metric]:
        """Return the metrics of the report."""
        report = self._report
        present = {condition.code for condition in report.conditions}
        yield _gauge("kpi_ready", "1 if pages can be shown and reports recorded", report.status != NOT_READY)
        codes = {code: float(code in present) for code in condition_codes()}
        yield _labelled("kpi_condition", "1 if a condition needs attention", "code", codes)
        yield _gauge("kpi_disk_free_bytes", "Free space on the disk of the data folder", report.disk_free_bytes)
        moments = {
            "kpi_published_timestamp_seconds": ("Start of the build of the published version", report.built_at),
            "kpi_build_success_timestamp_seconds": (
                "End of the newest build, if it succeeded; also one that changed nothing",
                report.last_build_at,
            ),
            "kpi_backup_success_timestamp_seconds": ("End of the newest completed backup", report.backup_at),
        }
        for name, (text, at) in moments.items():
            if at:
                yield _gauge(name, text, at.replace(tzinfo=clock.OFFICE_ZONE).timestamp())
        yield from self._counts()

    def _counts(self) -> Iterator[Metric]:
        counts = self._report.counts
        if counts is None:
            return
        states = {state: counts.reports.get(state, 0) for state in STATES}
        yield _labelled("kpi_reports", "Submitted reports by state", "state", states)
        outcomes = {outcome: counts.builds.get(outcome, 0) for outcome in OUTCOMES}
        yield _labelled("kpi_builds", "Builds on record by outcome", "outcome", outcomes)
        seconds = {outcome: time for outcome, time in counts.build_seconds.items() if outcome in OUTCOMES}
        yield _labelled("kpi_build_seconds", "Duration of the newest build by outcome", "outcome", seconds)
        yield _gauge("kpi_reports_pending", "Decided reports that are not in the figures yet", counts.pending_count)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))


def _labelled(name: str, text: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], float(number))
    return family
