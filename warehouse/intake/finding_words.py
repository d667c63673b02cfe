"""Texts of a finding, in both languages: row, column, value, and the limit it was compared with."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.dates import format_date
from babel.numbers import format_decimal

from warehouse.forms.layout import SheetLayout, WorkbookLayout
from warehouse.intake.suite_run import Finding
from warehouse.reference import Reference, Unit
from warehouse.text import load_texts

Rows = Sequence[tuple[Unit, str | None]]
"""Rows of a form: units, and where it has them categories or tasks."""

LANGUAGES = ("vi", "en")
# The kind of sentence that reports figures equal to last quarter's.
COPIED = "copied"
# Days are written in numbers in Vietnamese, with the month's name in English.
_DAY_FORMATS = {"vi": "dd/MM/yyyy", "en": "d MMMM y"}
# More missing rows than these are counted, not named.
_NAMED = 8
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_OF_LAST_QUARTER = re.compile(r"(?:sum\()?prev_[a-z0-9_]+\)?")


class FindingWords:
    """Fills the placeholders of the catalogue's block `checks` for findings on one form."""

    def __init__(self, layout: SheetLayout, reference: Reference) -> None:
        self._layout, self._reference = layout, reference
        self._texts = load_texts("problems")["checks"]
        self._fields = {field.column_code: field for field in layout.fields}
        # Like a target, a task keeps its code over the plans as long as it is the same work.
        self._tasks = {task.task_code: task for task in reference.tasks}

    def params(self, finding: Finding, missing: Rows, book: WorkbookLayout) -> dict[str, str]:
        """Return `kind` of sentence, and for each language place, column, value, and limit with its description."""
        rule = finding.rule
        params = {"kind": self._kind(finding)}
        if rule.sensitive:
            params["sensitive"] = "true"
        for lang in LANGUAGES:
            params[f"place_{lang}"] = self._place(finding, book, lang)
            params[f"column_{lang}"] = self._column(rule.column, finding, lang)
            params[f"value_{lang}"] = self.format_value(finding.value, rule.column, lang)
            if finding.limit is not None:
                params[f"limit_{lang}"] = self.format_value(finding.limit, rule.column, lang)
                params[f"against_{lang}"] = self._against(rule.limit, finding, lang)
            if rule.value == f"{rule.column}_ytd":
                params[f"column_{lang}"] += self._texts["so_far"][lang]
            if missing:
                params[f"missing_{lang}"] = self._list(missing, lang)
        return params

    def format_value(self, raw: str | None, column: str, lang: str) -> str:
        """Return a number, day or answer as readers of the language write it."""
        if raw is None:
            return str(self._texts["empty"][lang])
        field = self._fields.get(column)
        if field and field.code_list:
            return self._label(field.code_list, raw, lang)
        try:
            return format_decimal(Decimal(raw), locale=lang)
        except InvalidOperation:
            pass
        try:
            day = date.fromisoformat(raw[:10])
        except ValueError:
            return raw
        return str(format_date(day, _DAY_FORMATS[lang], locale=lang))

    @staticmethod
    def _kind(finding: Finding) -> str:
        if finding.rule.code in ("rows_present", "cells_present"):
            return finding.rule.code
        if finding.rule.code.endswith("_not_copied"):
            return COPIED
        if finding.value is None:
            return "no_value"
        return "plain" if finding.limit is None else "against"

    def _place(self, finding: Finding, book: WorkbookLayout, lang: str) -> str:
        if finding.rule.by == "reporter_code":
            return str(self._texts["whole_report"][lang])
        units = {unit.unit_code: unit for unit in (book.reporter, *self._layout.units)}
        row = self._row(units[finding.unit_code], finding.category_code, lang)
        if finding.period_code == book.period.period_code:
            return row
        return row + str(self._texts["later"][lang].format(period=finding.period_code))

    def _row(self, unit: Unit, category_code: str | None, lang: str) -> str:
        name: str = getattr(unit, f"name_{lang}")
        if category_code is None:
            return name
        task = self._tasks.get(category_code)
        if task:
            return f"{task.task_code} {getattr(task, f'name_{lang}')}"
        return f"{name}, {self._label(self._layout.form.category_list or '', category_code, lang)}"

    def _list(self, missing: Rows, lang: str) -> str:
        """Return the missing rows by unit, or by task."""
        by_task = [self._row(unit, code, lang) for unit, code in missing if code in self._tasks]
        by_unit = Counter(getattr(unit, f"name_{lang}") for unit, _ in missing)
        names = by_task or [name if count == 1 else f"{name} ({count})" for name, count in by_unit.items()]
        rest = len(names) - _NAMED
        named = "; ".join(names[:_NAMED])
        return named if rest <= 0 else named + self._texts["and_more"][lang].format(count=rest)

    def _column(self, name: str, finding: Finding, lang: str) -> str:
        """Return a column's header; for a derived column the headers of the columns that it adds up."""
        if name in self._fields:
            return f"“{getattr(self._fields[name], f'header_{lang}')}”"
        parts = list(dict.fromkeys(_NAME.findall(finding.suite.derived.get(name, ""))))
        headers = [self._column(part, finding, lang) for part in parts if part in self._fields]
        if len(headers) > 2:
            return str(self._texts["sum_of"][lang].format(first=headers[0], last=headers[-1]))
        return " + ".join(headers)

    def _against(self, limit: str, finding: Finding, lang: str) -> str:
        """Return a description of the limit, if its SQL is one of the usual expressions."""
        if limit in self._fields or limit in finding.suite.derived:
            return self._column(limit, finding, lang)
        if limit in finding.suite.borrowed:
            table = finding.suite.borrowed[limit][0]
            form = next(form for form in self._reference.forms.values() if form.table_name == table)
            return str(self._texts["other_form"][lang].format(form=form.sheet_name))
        most = limit.removesuffix("_ytd_max")
        if most in self._fields:
            return str(self._texts["most_so_far"][lang].format(column=self._column(most, finding, lang)))
        return str(self._texts[_kind_of_limit(limit)][lang])

    def _label(self, list_code: str, code: str, lang: str) -> str:
        for known in self._reference.code_lists.get(list_code, ()):
            if known.code == code:
                return str(getattr(known, f"label_{lang}"))
        return code


def _kind_of_limit(limit: str) -> str:
    if _OF_LAST_QUARTER.fullmatch(limit):
        return "last_quarter"
    names = _NAME.findall(limit)
    if names and all(name.startswith("prev_") for name in names):
        return "from_last_quarter"
    return limit if limit == "quarter_end" else "limit"
