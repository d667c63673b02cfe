"""The illustrative reports of all periods of a plan, by default of the nation: as columns, because they are many."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from warehouse.forms.columnar import write_columnar
from warehouse.forms.layout import sample_label, workbook_layout
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.packs.draft import draft_pack
from warehouse.packs.provinces import SINCE, Nation, provinces
from warehouse.packs.workbook import write_pack_workbook
from warehouse.plan.pack import Table
from warehouse.reference import Period, Reference
from warehouse.sample.any_pack import reports_by_period
from warehouse.sample.writer import Planned

PACK_FILE = "ke-hoach.xlsx"


def write_nation_pack(folder: Path, last_year: int, year_count: int) -> Path:
    """Write the pack of all provinces, which report monthly, for years up to the last; return its path.

    Its units are those of today in all years: what is before July 2025 illustrates size, not history. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    years = (last_year - year_count + 1, last_year)
    path = folder / PACK_FILE
    write_pack_workbook(path, draft_pack(Nation(provinces()), years, "month", since=min(SINCE, date(years[0], 1, 1))))
    return path


def write_whole_sample(
    folder: Path, periods: Sequence[Period], reference: Reference, tables: Mapping[str, Table], seed: int, today: date
) -> Iterator[list[Planned]]:
    """Write the reports of periods, in order of time, and yield those of each, without their values.

    In the newest period, the first reporter below the top sends workbooks, so that both kinds meet. Raises OSError.
    """
    for period, reports in zip(periods, reports_by_period(periods, reference, tables, seed, today), strict=True):
        lower = (report.reporter for report in reports if report.reporter != reference.top)
        by_hand = next(lower, None) if period == periods[-1] else None
        yield [_write(folder, report, reference, is_workbook=report.reporter == by_hand) for report in reports]


def _write(folder: Path, report: Planned, reference: Reference, *, is_workbook: bool) -> Planned:
    path = folder / report.folder / report.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    layout = workbook_layout(reference, report.reporter, report.period_code)
    if is_workbook:
        write_workbook(path, reference, layout, Content(report.values, label=sample_label()))
    else:
        path = path.with_suffix(".parquet")
        write_columnar(path, reference, layout, report.values, sample_label())
    return replace(report, file_name=path.name, values={})
