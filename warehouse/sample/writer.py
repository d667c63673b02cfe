"""Files of the sample: workbooks in the template that districts fill, with the days of their receipt."""

import csv
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from multiprocessing import get_context
from pathlib import Path

from warehouse.forms.layout import sample_label, workbook_layout
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.reference import Reference, Unit, load_reference
from warehouse.sample import events
from warehouse.sample.life import Report, Values, simulate
from warehouse.storage.disk import write_whole

RECEIVED_FILE = "received.csv"
# Workbooks that a process writes at a time.
CHUNK = 16
# So many are written before another process has started.
FEW = 40


@dataclass(frozen=True)
class Planned:
    """A workbook to be written: `folder`/`file_name` below the sample's folder."""

    reporter: Unit
    period_code: str
    file_name: str
    received_at: datetime
    values: Values
    # The code on the cover, if it is not the reporter's own.
    cover_code: str | None = None

    @property
    def folder(self) -> str:
        """Return the folder; workbooks are grouped by quarter."""
        return self.period_code


def plan_sample(reference: Reference, seed: int) -> list[Planned]:
    """Return every workbook of the sample, in order of quarter and reporter."""
    planned: list[Planned] = []
    for report in simulate(reference, seed):
        code, period = report.reporter.unit_code, report.period.period_code
        for suffix, moment, values in _submitted_files(seed, report):
            name = f"bao-cao_{code}_{period}{suffix}.xlsx"
            planned.append(Planned(report.reporter, period, name, moment, values))
        old_code = events.UNDER_OLD_CODE.get((code, period))
        if old_code:
            sent = planned[-1]
            name = f"bao-cao_{old_code}_{period}_ma-cu.xlsx"
            earlier = sent.received_at - timedelta(days=events.RESUBMITTED_AFTER_DAYS)
            planned.append(replace(sent, file_name=name, received_at=earlier, cover_code=old_code))
    return planned


def write_sample(folder: Path, planned: list[Planned]) -> Iterator[Planned]:
    """Write the workbooks, many on all processors, yielding each, in order, once it is written."""
    if len(planned) <= FEW:
        for report in planned:
            _write(folder, report)
            yield report
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        written = pool.map(partial(_write, folder), planned, chunksize=CHUNK)
        for report, _ in zip(planned, written, strict=True):
            yield report


def _write(folder: Path, report: Planned) -> None:
    reference = load_reference()
    path = folder / report.folder / report.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    layout = workbook_layout(reference, report.reporter, report.period_code)
    if report.cover_code:
        layout = replace(layout, reporter=replace(layout.reporter, unit_code=report.cover_code))
    write_workbook(path, reference, layout, Content(report.values, label=sample_label()))


def write_received(folder: Path, planned: list[Planned]) -> Path:
    """Write when each file was received, for `submit --received`."""
    path = folder / RECEIVED_FILE
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["file_name", "received_at"])
    for report in planned:
        writer.writerow([report.file_name, report.received_at.isoformat(timespec="minutes")])
    # By this list, a later load sees whether the sample is complete.
    write_whole(path, written.getvalue().encode())
    return path


def _submitted_files(seed: int, report: Report) -> list[tuple[str, datetime, Values]]:
    """Return the files that a reporter submitted for a quarter: mostly one."""
    key = (report.reporter.unit_code, report.period.period_code)
    moment = events.received_at(seed, report)
    if key in events.NEVER_SENT or (report.reporter.parent_code, report.period.period_code) == events.SILENT_AREA:
        return []
    if key in events.ONLY_REFUSED:
        return [("", moment, events.refused_version(report))]
    if key in events.REFUSED_THEN_CORRECTED:
        later = moment + timedelta(days=events.RESUBMITTED_AFTER_DAYS)
        return [("", moment, events.hasty_version(report)), ("_gui-lai", later, report.values)]
    if key in events.CORRECTED:
        later = moment + timedelta(days=events.CORRECTED_AFTER_DAYS)
        return [("", moment, events.first_version(report)), ("_dinh-chinh", later, report.values)]
    return [("", moment, report.values)]
