"""Problems of a workbook, one per place, worded by rule in the catalogue `text/problems.toml`."""

import re
from dataclasses import dataclass, field, replace

from expectations.texts import check_texts
from warehouse.reference import load_reference
from warehouse.text import load_texts

# How much a problem weighs: it keeps the report out; it needs the sender's word; it only tells how something was read.
REFUSE = "refuse"
CONFIRM = "confirm"
REMARK = "remark"

# What a report of a problem may quote; longer values are cut.
MAX_VALUE_LENGTH = 60
# A workbook wrong in every cell still gives a readable answer.
MAX_PROBLEMS = 500

# Rules about personal data: what stood in the cell is never kept or shown.
PERSONAL_RULES = frozenset(
    {
        "personal_column",
        "personal_data_in_cell",
        "check:b8_tasks.evidence_without_personal_data",
        "check:b8_tasks.note_without_personal_data",
    }
)
# What stands for a figure that is not kept, and the params that are figures.
TAKEN_OUT = "*"
_FIGURES = frozenset({"given", "computed", "whole", "decimal", "figures"})
# Sentences on former units, and those that stand where nothing is known of one.
_HISTORY = ("successors", "elsewhere", "several", "named")
_HINTS = ("suggestions",)
# The params that name columns, one or several in quotes. A rule about a header itself (it has the column's `code`)
# quotes it as the workbook must bear it.
_COLUMNS = frozenset({"column", "other", "parts"})
_QUOTED = re.compile(r"(?<=“)[^”]*(?=”)")
# A finding of the suites (see `check_rule`) is worded by the check's own texts.
_CHECK = "check:"


class Unreadable(Exception):  # noqa: N818 - it is the answer of a parser, not a failure of the program
    """A cell's content breaks `rule`; `params` fill the rule's wording."""

    def __init__(self, rule: str, **params: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.params = params


@dataclass(frozen=True)
class Problem:
    """One reason: where (sheet and cell like "C7"), what stood there, which rule it breaks, how much that weighs."""

    rule_code: str
    sheet: str | None = None
    cell: str | None = None
    value: str | None = None
    params: dict[str, str] = field(default_factory=dict)
    severity: str = REFUSE

    def what(self, lang: str = "vi") -> str:
        """What is wrong."""
        return self._say("what", lang)

    def expected(self, lang: str = "vi") -> str:
        """What was expected there."""
        return self._say("expected", lang)

    def mend(self, lang: str = "vi") -> str:
        """How to mend it, with what became of a former unit, or else with suggestions where there are any."""
        text = self._say("mend", lang)
        told = [key for key in _HISTORY if self.params.get(key)] or [key for key in _HINTS if self.params.get(key)]
        return " ".join([text, *(load_texts("problems")[key][lang].format(**self.params) for key in told)])

    def sheet_title(self, lang: str) -> str:
        """The sheet for a reader of the language; empty where it is about the whole file."""
        return load_reference().sheet_title(self.sheet, lang) if self.sheet else ""

    def units(self) -> list[tuple[str, str]]:
        """Code and name of the units whose report it should be instead."""
        found = (part.partition(" ") for part in self.params.get("units", "").split("|") if part)
        return [(code, name) for code, _, name in found]

    def kept(self) -> "Problem":
        """The problem as the registry may hold it, and as whoever may not see small counts is told: without the figures
        of sensitive measures."""
        if "sensitive" not in self.params:
            return self
        if not self.rule_code.startswith(_CHECK):
            taken = dict.fromkeys(_FIGURES & set(self.params), TAKEN_OUT)
            return replace(self, value=None, params=self.params | taken)
        shown = {key: text for key, text in self.params.items() if not key.startswith(("value_", "limit_"))}
        return replace(self, value=None, params=shown | {"kind": "no_value"})

    def _say(self, part: str, lang: str) -> str:
        if self.rule_code.startswith(_CHECK):
            return self._say_check(part, lang)
        catalogue = load_texts("problems")
        params = dict(self.params)
        if "kind" in params:
            params["kind"] = catalogue["kinds"][params["kind"]][lang]
        if "code" not in params:
            params |= {key: _columns_in(params[key], lang) for key in _COLUMNS & set(params)}
        text: str = catalogue["rules"][self.rule_code][lang][part]
        return text.format(**params)

    def _say_check(self, part: str, lang: str) -> str:
        """A check's name is what was expected; its reason and what to do are how to mend it."""
        text = check_texts()[self.rule_code.removeprefix(_CHECK)]
        if part == "expected":
            return f"{getattr(text, f'name_{lang}')}."
        catalogue = load_texts("problems")["checks"]
        key = self.params["kind"] if part == "what" else self.severity
        own = {key.removesuffix(f"_{lang}"): words for key, words in self.params.items()}
        words: str = catalogue[part][key][lang].format(why=getattr(text, f"why_{lang}"), **own)
        return words[0].upper() + words[1:]

    def where(self) -> str:
        """The address as people write it: `B5 Kiểm tra!C7`."""
        return "!".join(part for part in (self.sheet, self.cell) if part)

    def as_dict(self) -> dict[str, object]:
        """For `--json`: the place, the rule, and both languages."""
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
    """Headers as workbooks bear them, one or several in quotes, in the reader's language."""
    reference = load_reference()
    if _QUOTED.search(named):
        return _QUOTED.sub(lambda header: reference.column_title(header[0], lang), named)
    return reference.column_title(named, lang)


def check_rule(suite: str, code: str) -> str:
    """The rule code of a suite's check, such as `check:b6_cases.cases_resolved_within_open`."""
    return f"{_CHECK}{suite}.{code}"


def quote(raw: object) -> str:
    """A cell's content as a problem may quote it."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = " ".join(str(raw).split())
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def finish(problems: list[Problem]) -> tuple[Problem, ...]:
    """The problems as they may be kept and shown: bounded, and free of every value once personal data was met.

    Where one cell holds personal data its neighbours may too, unrecognised; so nothing of such a file is quoted.
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
    """The remarks as they may be kept and shown: bounded, and none of a file in which personal data was met."""
    if any(problem.rule_code in PERSONAL_RULES for problem in problems):
        return ()
    return tuple(remarks[:MAX_PROBLEMS])


def cell_name(row: int, column: int) -> str:
    """(6, 2) -> "C7": rows and columns are counted from 0, as the reader sees them."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """2 -> "C"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
