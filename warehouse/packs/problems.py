"""A mistake in a plan pack, with its place, and the text of each rule in `text/plan_problems.toml`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.plan.pack import WORKBOOK_SUFFIXES, PackFault, Row, Table
from warehouse.plan.schema import schema
from warehouse.settings import LANGUAGES
from warehouse.text import filled, load_texts, say

# A text, or one for each language.
Words = str | Mapping[str, str]
PARTS = ("what", "expected", "mend")
# Problems alike beyond these are listed by their rows only.
SHOWN_ALIKE = 3
MAX_VALUE_LENGTH = 80
_FILE_ENDS = (".csv", ".toml", *WORKBOOK_SUFFIXES)


@dataclass(frozen=True)
class PlanProblem:
    """What breaks `rule` at a place: sheet or file, row, column and value, as far as it has them.

    A remark is stated and refuses nothing.
    """

    rule: str
    place: str = ""
    row: int | None = None
    column: str = ""
    value: str | None = None
    params: Mapping[str, Words] = field(default_factory=dict)
    is_remark: bool = False

    def text(self, part: str, lang: str) -> str:
        """Return one of PARTS in a language: what is wrong, what is expected, how to correct it."""
        params = {name: words if isinstance(words, str) else words[lang] for name, words in self.params.items()}
        given: dict[str, object] = {"value": self.value or "", "column": self.column, "place": self.place}
        text: str = load_texts("plan_problems")["rules"][self.rule][lang][part]
        return " ".join(filled(text, given | {"row": self.row or ""} | params).split())

    def where(self, lang: str) -> str:
        """Return the place in words."""
        if not self.place:
            return say("plan", "place_pack", lang)
        kind = "file" if self.place.endswith(_FILE_ENDS) else "sheet"
        words = [say("plan", f"place_{kind}", lang, name=self.place)]
        words += [say("plan", "place_row", lang, row=self.row)] if self.row else []
        words += [say("plan", "place_column", lang, column=self.column)] if self.column else []
        return ", ".join(words)

    def as_dict(self) -> dict[str, object]:
        """Return the problem for `--json`: place, rule, and the texts in both languages."""
        texts = {f"{part}_{lang}": self.text(part, lang) for part in PARTS for lang in LANGUAGES}
        place = {"place": self.place, "row": self.row, "column": self.column, "value": self.value}
        return {"rule": self.rule, "is_remark": self.is_remark, **place, **texts}


class Seeds:
    """The seeds that a pack gives, and problems at places in them."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables

    def rows(self, seed: str) -> tuple[Row, ...]:
        """Return the rows of a seed."""
        return self.tables[seed].rows

    def at(self, rule: str, seed: str, row: Row | None, column: str = "", /, **params: Words) -> PlanProblem:
        """Return a problem of a cell, or of a row, or of a whole seed."""
        return self._problem(rule, seed, row, column, params, is_remark=False)

    def remark(self, rule: str, seed: str, row: Row | None, column: str = "", /, **params: Words) -> PlanProblem:
        """Return a remark on a cell."""
        return self._problem(rule, seed, row, column, params, is_remark=True)

    def _problem(
        self, rule: str, seed: str, row: Row | None, column: str, params: Mapping[str, Words], *, is_remark: bool
    ) -> PlanProblem:
        known = schema()[seed].columns
        meaning: dict[str, Words] = {"meaning": known[column].texts} if column in known else {}
        value = row.cells.get(column) if row and column else None
        return PlanProblem(
            rule,
            (row.place if row else "") or self.tables[seed].place,
            row.number if row else None,
            column,
            value[:MAX_VALUE_LENGTH] if value else None,
            {**meaning, **params},
            is_remark,
        )


def of_fault(fault: PackFault) -> PlanProblem:
    """Return a part of a pack that cannot be read as a problem."""
    return PlanProblem(fault.rule, fault.place, fault.row, params=fault.params)


def describe(problems: Iterable[PlanProblem], lang: str) -> list[str]:
    """Return problems as numbered texts: place, what, value, what is expected, how to correct it.

    Of many alike in one column the first are described and the rows of all others named.
    """
    groups: dict[tuple[str, str, str], list[PlanProblem]] = {}
    for problem in problems:
        groups.setdefault((problem.rule, problem.place, problem.column), []).append(problem)
    lines: list[str] = []
    number = 0
    for alike in groups.values():
        shown = [problem for place, problem in enumerate(alike) if place < SHOWN_ALIKE or problem.row is None]
        for problem in shown:
            number += 1
            lines += _lines(number, problem, lang)
        if rest := [problem for problem in alike if problem not in shown]:
            rows = ", ".join(str(problem.row) for problem in rest)
            lines.append(say("plan", "more_alike", lang, count=len(rest), rows=rows))
    return lines


def _lines(number: int, problem: PlanProblem, lang: str) -> list[str]:
    place = say("cli", "problem_place", lang, number=number, place=problem.where(lang))
    lines = [f"{place}: {problem.text('what', lang)}"]
    if problem.value:
        lines.append(say("cli", "problem_value", lang, value=problem.value))
    lines.append(say("cli", "problem_expected", lang, text=problem.text("expected", lang)))
    lines.append(say("cli", "problem_mend", lang, text=problem.text("mend", lang)))
    return lines


def refusal(problems: Sequence[PlanProblem], name: str, lang: str) -> str:
    """Return why a pack is refused: the number of its mistakes, then each of them."""
    mistakes = [problem for problem in problems if not problem.is_remark]
    return "\n".join([say("plan", "refused", lang, name=name, count=len(mistakes)), *describe(mistakes, lang)])
