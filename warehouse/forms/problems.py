"""Problems of a workbook, one per place, with texts by rule in the catalogue `text/problems.toml`."""

import re
from dataclasses import dataclass, field, replace

from expectations.texts import check_texts
from warehouse.reference import load_reference
from warehouse.text import filled, load_texts

# Severity of a problem: refuses the report; needs the sender's confirmation; reports how something was read.
REFUSE = "refuse"
CONFIRM = "confirm"
REMARK = "remark"

# Values quoted in a problem are cut at this length.
MAX_VALUE_LENGTH = 60
# A workbook wrong in every cell still gives a readable answer.
MAX_PROBLEMS = 500

# Rules about personal data: the cell's content is never stored or shown.
PERSONAL_RULES = frozenset(
    {
        "personal_column",
        "personal_data_in_cell",
        "personal_data_beside_cells",
        "check:b8_tasks.evidence_without_personal_data",
        "check:b8_tasks.note_without_personal_data",
    }
)
# Placeholder of a figure that is not stored, and the params that are figures.
TAKEN_OUT = "*"
_FIGURES = frozenset({"given", "computed", "whole", "decimal", "figures"})
# Params of sentences on former units, and of those used when no former unit is known.
_HISTORY = ("successors", "elsewhere", "several", "named")
_HINTS = ("suggestions",)
# The params that name columns, one or several in quotes. A rule about a header itself (it has the column's `code`)
# quotes it as the workbook must show it.
_COLUMNS = frozenset({"column", "other", "parts"})
_QUOTED = re.compile(r"(?<=“)[^”]*(?=”)")
# A finding of the suites (see `check_rule`) has the check's own texts.
_CHECK = "check:"


class UnreadableCellError(Exception):
    """A cell's content breaks `rule`; `params` fill the rule's text."""

    def __init__(self, rule: str, **params: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.params = params


class LandedUnreadableError(Exception):
    """An accepted original cannot be read with today's seeds; the message names the file and what is unknown."""


class UnknownRowError(LandedUnreadableError):
    """A row of an accepted original is of a unit or category that today's seeds do not have there; `named` is how the
    row names it."""

    def __init__(self, sheet: str, named: str) -> None:
        super().__init__(f"{sheet}: {named}")
        self.sheet, self.named = sheet, named


class UnknownCellError(LandedUnreadableError):
    """A cell of an accepted original cannot be read with today's seeds; `problem` states where and why."""

    def __init__(self, problem: "Problem") -> None:
        super().__init__(problem.where())
        self.problem = problem


@dataclass(frozen=True)
class Problem:
    """One reason: place (sheet and cell like "C7"), the cell's content, the rule it breaks, and severity."""

    rule_code: str
    sheet: str | None = None
    cell: str | None = None
    value: str | None = None
    params: dict[str, str] = field(default_factory=dict)
    severity: str = REFUSE

    def what(self, lang: str = "vi") -> str:
        """Return what is wrong."""
        return self._text("what", lang)

    def expected(self, lang: str = "vi") -> str:
        """Return what was expected there."""
        return self._text("expected", lang)

    def mend(self, lang: str = "vi") -> str:
        """Return how to correct it, with the history of a former unit, else with suggestions if there are any."""
        text = self._text("mend", lang)
        keys = [key for key in _HISTORY if self.params.get(key)] or [key for key in _HINTS if self.params.get(key)]
        return " ".join([text, *(load_texts("problems")[key][lang].format(**self.params) for key in keys)])

    def sheet_title(self, lang: str) -> str:
        """Return the sheet's title in the language; "" if the problem is about the whole file."""
        book = load_texts("workbook")
        if lang == "en" and self.sheet == book["cover_sheet"]:
            return f"{self.sheet} ({book['cover_sheet_en']})"
        return load_reference().sheet_title(self.sheet, lang) if self.sheet else ""

    def units(self) -> list[tuple[str, str]]:
        """Return code and name of the units whose report it should be instead."""
        parts = (part.partition(" ") for part in self.params.get("units", "").split("|") if part)
        return [(code, name) for code, _, name in parts]

    def kept(self) -> "Problem":
        """Return the problem without the figures of sensitive measures.

        The registry stores this form, and viewers without the right to see small counts get it.
        """
        if "sensitive" not in self.params:
            return self
        if not self.rule_code.startswith(_CHECK):
            masked = dict.fromkeys(_FIGURES & set(self.params), TAKEN_OUT)
            return replace(self, value=None, params=self.params | masked)
        visible = {key: text for key, text in self.params.items() if not key.startswith(("value_", "limit_"))}
        return replace(self, value=None, params=visible | {"kind": "no_value"})

    def _text(self, part: str, lang: str) -> str:
        if self.rule_code.startswith(_CHECK):
            return self._check_text(part, lang)
        catalogue = load_texts("problems")
        params = dict(self.params)
        if "kind" in params:
            params["kind"] = catalogue["kinds"][params["kind"]][lang]
        if "place" in params:
            params["place"] = catalogue["places"][params["place"]][lang]
        if "code" not in params:
            params |= {key: _columns_in(params[key], lang) for key in _COLUMNS & set(params)}
        text: str = catalogue["rules"][self.rule_code][lang][part]
        return filled(text, params)

    def _check_text(self, part: str, lang: str) -> str:
        """Return a text of a check: its name is what was expected; its reason and remedy are how to correct it."""
        text = check_texts()[self.rule_code.removeprefix(_CHECK)]
        if part == "expected":
            return f"{getattr(text, f'name_{lang}')}."
        catalogue = load_texts("problems")["checks"]
        key = self.params["kind"] if part == "what" else self.severity
        own = {key.removesuffix(f"_{lang}"): words for key, words in self.params.items()}
        words: str = catalogue[part][key][lang].format(why=getattr(text, f"why_{lang}"), **own)
        return words[0].upper() + words[1:]

    def where(self) -> str:
        """Return the address as people write it: `B5 Kiểm tra!C7`."""
        return "!".join(part for part in (self.sheet, self.cell) if part)

    def as_dict(self) -> dict[str, object]:
        """Return the problem for `--json`: place, rule, and both languages."""
        return {
            "rule": self.rule_code,
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "value": self.value,
            **{
                f"{part}_{lang}": getattr(self, part)(lang)
                for part in ("what", "expected", "mend")
                for lang in ("vi", "en")
            },
        }


def _columns_in(named: str, lang: str) -> str:
    """Return headers, one or several in quotes, in the reader's language."""
    reference = load_reference()
    if _QUOTED.search(named):
        return _QUOTED.sub(lambda header: reference.column_title(header[0], lang), named)
    return reference.column_title(named, lang)


def check_rule(suite: str, code: str) -> str:
    """Return the rule code of a suite's check, such as `check:b6_cases.cases_resolved_within_open`."""
    return f"{_CHECK}{suite}.{code}"


def content_of(raw: object) -> str:
    """Return a cell's content as text on one line."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return " ".join(str(raw).split())


def quote(raw: object) -> str:
    """Return a cell's content as a problem may quote it."""
    text = content_of(raw)
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def finish(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems as they may be stored and shown: limited, and without values if there is personal data.

    Where one cell holds personal data its neighbours may too, undetected; so nothing of such a file is quoted.
    """
    personal = {(problem.sheet, problem.cell) for problem in problems if problem.rule_code in PERSONAL_RULES}
    if personal:
        problems = [
            problem
            for problem in problems
            if problem.rule_code in PERSONAL_RULES or (problem.sheet, problem.cell) not in personal
        ]
    if len(problems) > MAX_PROBLEMS:
        rest = len(problems) - MAX_PROBLEMS
        problems = [*problems[:MAX_PROBLEMS], Problem("more_problems", params={"count": str(rest)})]
    if personal:
        problems = [replace(problem, value=None) for problem in problems]
    return tuple(problems)


def finish_remarks(remarks: list[Problem], problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the remarks as they may be stored and shown: limited, and none for a file with personal data."""
    if any(problem.rule_code in PERSONAL_RULES for problem in problems):
        return ()
    return tuple(remarks[:MAX_PROBLEMS])


def cell_name(row: int, column: int) -> str:
    """Return the cell's name, (6, 2) -> "C7"; rows and columns are counted from 0."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """Return the column's letters, 2 -> "C"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
