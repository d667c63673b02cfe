"""Questions about outliers of a report among the unit's own numbers: the rule of the mart `fct_outlier`.

The text of the rule is dbt's macro `outlier_rows`, rendered here for one report beside the published numbers of its
units. Reports that are accepted and not yet published replace theirs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from jinja2 import Environment
from sqlalchemy import text

from warehouse.forms.layout import SheetLayout, raw_columns, workbook_layout
from warehouse.forms.problems import CONFIRM, Problem, cell_name, quote
from warehouse.forms.reading.reader import Reading
from warehouse.forms.reading.sheet import TypedRow
from warehouse.intake.records import History
from warehouse.publish.engines import NothingPublished, Published, published
from warehouse.publish.row_scope import EVERY_ROW
from warehouse.reference import ROW_BY_TASK, Period, Reference
from warehouse.registry.records import Submission
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.storage.literals import among, among_in_duckdb, quoted

_MACRO = PROJECT_ROOT / "dbt_project" / "macros" / "outlier_rows.sql"
# The category of a row that is a unit.
_WHOLE = "total"
_CELLS = """
select figure.measure_code, figure.category_code, figure.unit_code, figure.unit_valid_from, period.period_number,
    figure.measure_value
from marts.fct_measure as figure
inner join (values {periods}) as period(period_code, period_number) on figure.period_code = period.period_code
where {of_units} and {of_measures} and figure.measure_value is not null
union all
select * from (values {given})
    as given(measure_code, category_code, unit_code, unit_valid_from, period_number, measure_value)
"""

_COUNTING = "select submission_id, version from marts.fct_submission where is_counting and submission_id in ({ids})"


@dataclass(frozen=True)
class _Cell:
    """A reported number and its place in the sheet: the row counted from 1."""

    measure_code: str
    category_code: str
    unit_code: str
    unit_valid_from: date
    value: float
    row_number: int

    @property
    def key(self) -> tuple[str, str, str, date]:
        return self.measure_code, self.category_code, self.unit_code, self.unit_valid_from


@dataclass(frozen=True)
class Outlier:
    """A number far from earlier numbers, with their count, median and median absolute deviation."""

    cell: _Cell
    earlier_period_count: int
    median_value: float
    mad_value: float


def outlier_questions(
    reading: Reading, accepted: Sequence[Submission], history: History, reference: Reference, settings: Settings
) -> tuple[Problem, ...]:
    """Return a question for each outlier of a report, sheet by sheet; empty without a reporter, before
    the first publication, and where too few earlier periods are known. They need a reason, and never refuse.

    `history` has the rows of the `accepted` reports of the reporter, in their order.
    """
    if reading.reporter is None or reading.period is None or reading.problems:
        return ()
    try:
        version = published(settings)
    except NothingPublished:
        return ()
    layout = workbook_layout(reference, reading.reporter, reading.period.period_code)
    sheets = {sheet.form.form_code: sheet for sheet in layout.sheets}
    cells = [cell for sheet in layout.sheets for cell in _cells(reference, sheet, reading.rows)]
    # What is published need not be sent to the database in a statement, which for a province would have megabytes.
    counting = _counting(version, accepted)
    known = {
        code: list(_all_cells(reference, sheets, rows))
        for report, (code, rows) in zip(accepted, history, strict=True)
        if (report.submission_id, report.version) not in counting
    }
    found = _outliers(version, reference, reading.period, cells, known)
    return tuple(_question(outlier, sheets[_form_of(reference, outlier.cell)], reading) for outlier in found)


def rule(reference: Reference, cells: str, judged: str) -> str:
    """Return the SELECT of the outliers of the relation `cells` among the `judged` rows."""
    names = ("least_periods", "most_periods", "most_zeros_pct", "distance")
    numbers = [str(float(reference.settings[f"outlier_{name}"])) for name in names]
    return str(_macro().outlier_rows(cells, *numbers, judged))  # type: ignore[attr-defined]


@cache
def _macro() -> object:
    return Environment(autoescape=False).from_string(_MACRO.read_text(encoding="utf-8")).module  # noqa: S701 - SQL


def _counting(version: Published, accepted: Sequence[Submission]) -> set[tuple[int, int]]:
    """Return submission_id and version of the accepted reports that count in a published version."""
    ids = ", ".join(str(report.submission_id) for report in accepted) or "null"
    with version.reading(EVERY_ROW) as connection:
        return {(row.submission_id, row.version) for row in connection.execute(text(_COUNTING.format(ids=ids)))}


def _outliers(
    version: Published,
    reference: Reference,
    period: Period,
    cells: Sequence[_Cell],
    known: Mapping[str, Sequence[_Cell]],
) -> list[Outlier]:
    """Return the cells of a period that are outliers among the published and the `known` cells of earlier periods."""
    if not cells:
        return []
    ordered = sorted(reference.periods.values(), key=lambda one: one.start_date)
    numbers = {one.period_code: number for number, one in enumerate(ordered, start=1)}
    now = numbers[period.period_code]
    given = [(now, cell) for cell in cells]
    given += [(numbers[code], cell) for code, rows in known.items() if numbers[code] < now for cell in rows]
    earlier = [code for code, number in numbers.items() if number < now and code not in known]
    listed = among_in_duckdb if version.is_embedded else among
    statement = _CELLS.format(
        # Without an earlier period the list is one that nothing has.
        periods=", ".join(f"({quoted(code)}, {numbers[code]})" for code in earlier) or "('', 0)",
        of_units=listed("figure.unit_code", _list(cell.unit_code for cell in cells)),
        of_measures=listed("figure.measure_code", _list(cell.measure_code for cell in cells)),
        given=", ".join(_row(number, cell) for number, cell in given),
    )
    select = rule(reference, f"({statement}) as cells", f"numbered.period_number = {now}")
    by_key = {cell.key: cell for cell in cells}
    # The same numbers are compared for every sender.
    with version.reading(EVERY_ROW) as connection:
        rows = connection.execute(text(select.replace(":", r"\:"))).all()
    found = {
        (row.measure_code, row.category_code, row.unit_code, row.unit_valid_from): Outlier(
            by_key[row.measure_code, row.category_code, row.unit_code, row.unit_valid_from],
            int(row.earlier_period_count),
            float(row.median_value),
            float(row.mad_value),
        )
        for row in rows
    }
    return [found[cell.key] for cell in cells if cell.key in found]


def _all_cells(
    reference: Reference, sheets: Mapping[str, SheetLayout], rows: Mapping[str, Sequence[TypedRow]]
) -> Iterator[_Cell]:
    for sheet in sheets.values():
        yield from _cells(reference, sheet, rows)


def _cells(reference: Reference, sheet: SheetLayout, rows: Mapping[str, Sequence[TypedRow]]) -> Iterator[_Cell]:
    """Yield the numbers of a form's rows; none of a form whose rows are tasks."""
    if sheet.form.row_key == ROW_BY_TASK:
        return
    form = sheet.form.form_code
    names = [name for name, _ in raw_columns(reference, form)]
    measures = [field.column_code for field in sheet.fields if field.is_measure and field.data_type != "code"]
    for values in rows.get(form, ()):
        row = dict(zip(names, values, strict=True))
        category = (row[sheet.category_column] if sheet.category_column else None) or _WHOLE
        for name in measures:
            if row[name] is not None:
                yield _Cell(
                    name, category, row["unit_code"], row["unit_valid_from"], float(row[name]), row["row_number"]
                )


def _form_of(reference: Reference, cell: _Cell) -> str:
    return next(column.form_code for column in reference.form_columns if column.column_code == cell.measure_code)


def _question(outlier: Outlier, sheet: SheetLayout, reading: Reading) -> Problem:
    cell, form = outlier.cell, sheet.form
    field = next(field for field in sheet.fields if field.column_code == cell.measure_code)
    column = reading.positions.get(form.form_code, {}).get(cell.measure_code, 0)
    params = {
        "column": field.header_vi,
        "given": quote(cell.value),
        "computed": quote(outlier.median_value),
        "figures": quote(outlier.mad_value),
        "count": str(outlier.earlier_period_count),
    }
    if field.is_sensitive:
        params["sensitive"] = "true"
    return Problem(
        "outlier",
        reading.sheet_names.get(form.form_code, form.sheet_name),
        cell_name(cell.row_number - 1, column),
        quote(cell.value),
        params,
        CONFIRM,
    )


def _row(number: int, cell: _Cell) -> str:
    codes = ", ".join(quoted(code) for code in (cell.measure_code, cell.category_code, cell.unit_code))
    return f"({codes}, cast('{cell.unit_valid_from.isoformat()}' as date), {number}, {cell.value!r})"


def _list(codes: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(quoted(code) for code in sorted(set(codes)))
