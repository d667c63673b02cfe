"""The first sheet: reporter, quarter, form version, and whether it is a sample."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from warehouse.forms.formats.book import Sheet
from warehouse.forms.formats.legacy_text import column_encoding, decode, shows_signs
from warehouse.forms.layout import COVER_FIELDS, form_version, period_words, sample_label
from warehouse.forms.privacy.personal_data import fold, fold_own
from warehouse.forms.problems import REMARK, Problem, cell_name, content_of, quote
from warehouse.forms.reading.numbers import plain
from warehouse.forms.reading.quarters import quarter_of, quarters_in
from warehouse.forms.reading.unit_history import history_at, named_with_codes, reporters_before, units_param
from warehouse.forms.reading.unit_names import UnitIndex, meant_code
from warehouse.reference import Period, Reference, Unit
from warehouse.text import load_texts

# Earlier releases had the years of their plan in place of the word. Of several programmes the stamp names its own.
_STAMP = re.compile(r"(?:form|\d{4}-\d{4})/(?P<digest>[0-9a-f]{8})(?:/[a-z0-9-]+)?")
# Labels are short; longer texts of the cover are guidance.
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class Place:
    """A field's cell: its address (None if there is none), its content, and its row counted from 0."""

    sheet: str
    cell: str | None = None
    raw: Any = ""
    row: int = 0


@dataclass
class Cover:
    """Content of the cover; a part that could not be read is None and has a problem.

    `is_older` means that the report uses another release of the form than today's, `period_place` is the quarter's
    cell, `title_quarters` are the quarters that the title above the fields names (as `quarters_in`).
    """

    reporter: Unit | None = None
    period: Period | None = None
    period_place: Place | None = None
    title_quarters: dict[str, str] = field(default_factory=dict)
    form_version: str | None = None
    is_older: bool = False
    is_sample: bool = False
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


def read_cover(sheet: Sheet, reference: Reference, received_on: date | None) -> Cover:
    """Read the cover's cells. With `received_on`, everything is checked; without, an accepted original is trusted."""
    cover = Cover()
    places = _find_fields(sheet, cover.problems)
    cover.period_place = places["period_code"]
    cover.title_quarters = quarters_in(sheet.grid[: cover.period_place.row])
    _read_period(cover, cover.period_place, reference, received_on)
    _read_reporter(cover, places["reporter_code"], places["reporter_name"], reference)
    label = str(places["data_label"].raw).strip()
    cover.is_sample = bool(label) and fold(label) == fold_own(sample_label())
    _read_version(cover, places["form_version"], reference)
    if label and not cover.is_sample:
        cover.problems.append(_problem("cover_label", places["data_label"], label=sample_label()))
    if sheet.is_hidden:
        cover.remarks.append(Problem("sheet_hidden", sheet.name, params={"count": "1"}, severity=REMARK))
    return cover


def _find_fields(sheet: Sheet, problems: list[Problem]) -> dict[str, Place]:
    """Return each field's cell: beside its code, or without one beside its label, skipping merged cells."""
    labels = {fold_own(text): code for code, text in load_texts("workbook")["cover"].items()}
    by_code: dict[str, list[Place]] = {}
    by_label: dict[str, list[Place]] = {}
    for row, cells in enumerate(sheet.grid):
        for column, raw in enumerate(cells):
            if not isinstance(raw, str) or not raw or len(raw) > _LONGEST_LABEL:
                continue
            if raw.strip() in COVER_FIELDS:
                code = raw.strip()
                beside = _right_of(sheet, row, column)
                if beside < len(cells) and labels.get(fold(str(cells[beside]))) == code:
                    beside = _right_of(sheet, row, beside)
                by_code.setdefault(code, []).append(_place(sheet, row, beside))
            elif fold(raw) in labels:
                by_label.setdefault(labels[fold(raw)], []).append(_place(sheet, row, _right_of(sheet, row, column)))
    places = {}
    for code in COVER_FIELDS:
        candidates = by_code.get(code) or by_label.get(code) or [Place(sheet.name)]
        if len(candidates) > 1:
            problems.append(_problem("cover_field_twice", candidates[1], label=load_texts("workbook")["cover"][code]))
        places[code] = candidates[0]
    return places


def _right_of(sheet: Sheet, row: int, column: int) -> int:
    """Return the column of the next cell to the right, past the area that the cell is merged with."""
    ends = [right for top, left, bottom, right in sheet.merged if top <= row <= bottom and left <= column <= right]
    return max(ends, default=column) + 1


def _place(sheet: Sheet, row: int, column: int) -> Place:
    cells = sheet.grid[row]
    return Place(sheet.name, cell_name(row, column), cells[column] if column < len(cells) else "", row)


def _read_version(cover: Cover, place: Place, reference: Reference) -> None:
    """Check the form's stamp: another release is read by its column codes; an unknown stamp is refused."""
    stamp, current = plain(str(place.raw)), form_version(reference)
    release = _STAMP.fullmatch(stamp)
    cover.form_version, cover.is_older = stamp, release is None or not current.endswith(release["digest"])
    if not cover.is_older:
        return
    if release:
        params = {"stamp": stamp, "current": current}
        cover.remarks.append(Problem("cover_form_older", place.sheet, place.cell, stamp, params, REMARK))
    else:
        cover.problems.append(_problem("cover_form_version", place, current=current))


def _read_period(cover: Cover, place: Place, reference: Reference, received_on: date | None) -> None:
    period = _period_of(str(place.raw), reference)
    if period is None:
        first, *_, last = reference.periods.values()
        ends = {"first": first.period_code, "last": last.period_code, "words": period_words(last)}
        cover.problems.append(_problem("cover_period", place, **ends))
    elif received_on and period.start_date > received_on:
        cover.problems.append(_problem("cover_period_future", place, start=f"{period.start_date:%d/%m/%Y}"))
    else:
        cover.period = period


def _period_of(text: str, reference: Reference) -> Period | None:
    if period := reference.periods.get(quarter_of(text) or ""):
        return period
    # Of a pack whose periods are no quarters, half-years or months: its own codes, and the words of its empty forms.
    named = fold(text)
    return next(
        (one for one in reference.periods.values() if named in (fold(one.period_code), fold(period_words(one)))), None
    )


def _read_reporter(cover: Cover, code_place: Place, name_place: Place, reference: Reference) -> None:
    """Find the reporter by code, else by name, among the quarter's reporters; code and name must agree."""
    name, every_code = content_of(name_place.raw), {unit.unit_code for unit in reference.units}
    if cover.period is None:
        # The cell is still checked, against all reporters of any time, so that its fault is reported at once.
        if meant_code(code_place.raw, every_code) not in every_code and not name:
            cover.problems.append(_problem("cover_reporter", code_place))
        return
    index = _reporters(reference, cover.period.period_code)
    code = meant_code(code_place.raw, {unit.unit_code for unit in index.units}, every_code)
    encoding = column_encoding([name], lambda text: bool(index.named(text))) if shows_signs(name) else None
    if encoding:
        name = decode(name, encoding) or name
        params = {"count": "1", "taken_for": encoding, "example": encoding}
        cover.remarks.append(Problem("legacy_decoded", name_place.sheet, name_place.cell, quote(name), params, REMARK))
    by_code = next((unit for unit in index.units if unit.unit_code == code), None)
    by_name = index.find(name) if name else None
    if not (code and by_code is None) and not (by_code is None and by_name is None):
        if name and by_code and not index.means(name, by_code):
            rule = "legacy_encoding" if shows_signs(name) else "cover_names_differ"
            became = history_at(reference, cover.period.end_date).message_params(name, "", index.units)
            period = cover.period.period_code
            cover.problems.append(_problem(rule, name_place, code=code, name=by_code.name_vi, period=period, **became))
        else:
            cover.reporter = by_code or by_name
        return
    place = code_place if code else name_place
    rule, hints = _missing_reporter(reference, cover.period, code, name, by_name)
    cover.problems.append(_problem(rule, place, **hints))


def _missing_reporter(
    reference: Reference, period: Period, code: str, name: str, by_name: Unit | None
) -> tuple[str, dict[str, str]]:
    """Return the rule for a cover that names no reporter of the period, and who should report instead.

    `by_name` is the reporter that the name alone means, beside a code that is none of the period's.
    """
    about = {"period": period.period_code}
    index = _reporters(reference, period.period_code)
    became = history_at(reference, period.end_date).message_params("" if by_name else name, code, index.units)
    if "successors" in became:
        return "cover_reporter_ended", about | became | _named_successor(became, by_name)
    if by_name:
        return "cover_reporter", {"suggestions": named_with_codes([by_name]), "units": units_param([by_name])} | about
    later = _later_reporter(reference, period, code, name)
    if later:
        about |= {"name": later.name_vi, "since": f"{later.valid_from:%d/%m/%Y}"}
        before = reporters_before(reference, later, period)
        if not before:
            return "cover_reporter_new", about
        return "cover_reporter_later", about | {"reporters": named_with_codes(before), "units": units_param(before)}
    return "cover_reporter", became or {"suggestions": ", ".join(index.suggest(name) if name else ())}


def _named_successor(became: dict[str, str], by_name: Unit | None) -> dict[str, str]:
    """Return the successor of a former unit that the cover names; a named unit that is no successor is added."""
    if by_name is None:
        return {}
    own = units_param([by_name])
    if own in became["units"].split("|"):
        return {"successors": named_with_codes([by_name]), "units": own}
    return {"named": named_with_codes([by_name]), "units": f"{became['units']}|{own}"}


def _later_reporter(reference: Reference, period: Period, code: str, name: str) -> Unit | None:
    """Return the unit that began to report after the period, by code or else by name, if both mean the same."""
    index = _reporters(reference, list(reference.periods)[-1])
    reporter = next((unit for unit in index.units if unit.unit_code == code), None) or (
        index.find(name) if name else None
    )
    if reporter is None or reporter.valid_from <= period.end_date or (name and not index.means(name, reporter)):
        return None
    return reporter


@lru_cache(maxsize=32)
def _reporters(reference: Reference, period_code: str) -> UnitIndex:
    reporters = reference.reporters(period_code)
    return UnitIndex(reporters, reference.aliases, reporters)


def _problem(rule: str, place: Place, **params: str) -> Problem:
    return Problem(rule, place.sheet, place.cell, quote(place.raw) or None, params)
