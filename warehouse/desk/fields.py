"""Validation of everything written to the desk: fields are cleaned and checked before anything is stored.

Problems carry codes and parameters, never the refused content; the app's catalogue holds their texts.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any

from warehouse.desk.records import TypedDay
from warehouse.forms.privacy.person_words import NAME
from warehouse.forms.privacy.personal_data import sign_in_cell
from warehouse.plan.codes import CODE, PERIOD_CODE

MAX_WHAT, MAX_TEXT, MAX_EVIDENCE, MAX_OWNER = 300, 2000, 500, 200
# Of a saved view: its name, a value of its address (an SQL query), its values.
MAX_NAME, MAX_VALUE, MAX_VALUES = 120, 4000, 200
MAX_YEARS_AHEAD = 5
_NAME_IN_ADDRESS = re.compile(r"[a-z_]{1,40}")
_VERSION = re.compile(r"[\w-]{1,60}")
# Fixed lines of the country have area codes that begin with 2, mobiles do not; 1800 and 1900 are services.
_OFFICE_LINE = re.compile(
    r"(?:\(?(?:0|\+84[ .]?)2\d{1,2}\)?[ .-]?\d(?:[ .-]?\d){6,7}|1[89]00(?:[ .-]?\d){4,6})"
    r"(?:,? (?:máy lẻ|ext\.?) \d{1,5})?",
    re.IGNORECASE,
)
WINDOWS = ("ytd", "quarter")

# Invisible characters in text copied from documents and chats.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"})


@dataclass(frozen=True, slots=True)
class DeskProblem:
    """The reason why a field is refused: `code` names a text, `params` fill it."""

    field: str
    code: str
    params: Mapping[str, str | int] = dataclass_field(default_factory=dict)


class DeskRefusal(ValueError):  # noqa: N818 - an answer to the writer, not a failure of the program
    """The form was refused for these problems; nothing was written."""

    def __init__(self, *problems: DeskProblem) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


class Fields:
    """Cleans the fields of one form and collects their problems; `done` raises them all at once."""

    def __init__(self) -> None:
        self.problems: list[DeskProblem] = []

    def done(self) -> None:
        """Raise DeskRefusal if a field was refused."""
        if self.problems:
            raise DeskRefusal(*self.problems)

    def refuse(self, name: str, code: str, **params: str | int) -> None:
        """Add a problem of a field."""
        self.problems.append(DeskProblem(name, code, params))

    def line(self, name: str, value: str | None, limit: int, is_required: bool = True) -> str:
        """Return a text of one line."""
        return self.text(name, " ".join((value or "").split()), limit, is_required)

    def text(self, name: str, value: str | None, limit: int, is_required: bool = True) -> str:
        """Return a text of any number of lines, without invisible characters."""
        cleaned = _cleaned(value or "")
        if not cleaned and is_required:
            self.refuse(name, "required")
        elif len(cleaned) > limit:
            self.refuse(name, "too_long", limit=limit, length=len(cleaned))
        elif code := _forbidden(cleaned):
            self.refuse(name, code)
        elif kind := _personal(cleaned):
            self.refuse(name, "personal", kind=kind)
        return cleaned

    def writer(self, name: str, value: str | None) -> str:
        """Return the author: a post, an office or a colleague's own name, without numbers or addresses."""
        cleaned = _cleaned(" ".join((value or "").split()))
        if not cleaned:
            self.refuse(name, "required")
        elif len(cleaned) > MAX_OWNER:
            self.refuse(name, "too_long", limit=MAX_OWNER, length=len(cleaned))
        elif code := _forbidden(cleaned):
            self.refuse(name, code)
        elif (kind := _personal(cleaned)) and kind != NAME:
            self.refuse(name, "personal", kind=kind)
        return cleaned

    def due(self, name: str, value: TypedDay, opened_on: date) -> date:
        """Return a due day."""
        if not isinstance(value, date):
            self.refuse(name, "not_a_date" if value else "required")
            return opened_on
        if value < opened_on:
            self.refuse(name, "before_opening", opened=opened_on.isoformat())
        elif value.year > opened_on.year + MAX_YEARS_AHEAD:
            self.refuse(name, "too_far", years=MAX_YEARS_AHEAD)
        return value

    def telephone(self, name: str, value: str) -> str:
        """Return an office's telephone number: a fixed line or a service number with optional extension; no mobiles."""
        cleaned = _cleaned(" ".join(value.split()))
        if not cleaned:
            self.refuse(name, "required")
        elif not _OFFICE_LINE.fullmatch(cleaned):
            self.refuse(name, "not_an_office_line")
        return cleaned

    def period(self, name: str, value: str) -> str:
        """Return the code of a period."""
        if not value:
            self.refuse(name, "unknown_period")
        return self._shaped(name, value, PERIOD_CODE) or ""

    def code(self, name: str, value: str | None, is_required: bool = False) -> str | None:
        """Return the code of a unit or target, or None."""
        if is_required and not value:
            self.refuse(name, "required")
        return self._shaped(name, value, CODE)

    def choice(self, name: str, value: str, known: Collection[str]) -> str:
        """Return one of the known values."""
        if value not in known:
            self.refuse(name, "unknown")
        return value

    def page(self, name: str, value: str) -> str:
        """Return the name of an exploring page."""
        return self._shaped(name, value, _NAME_IN_ADDRESS) or ""

    def version(self, name: str, value: str) -> str:
        """Return the name of a published version."""
        if not value:
            self.refuse(name, "required")
        return self._shaped(name, value, _VERSION) or ""

    def parameters(self, name: str, values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the parameters of an address: lists of texts by name. A query may have text in it, so each is checked
        like any other text."""
        if sum(map(len, values.values())) > MAX_VALUES:
            self.refuse(name, "too_many", limit=MAX_VALUES)
            return {}
        if any(not _NAME_IN_ADDRESS.fullmatch(key) for key in values):
            self.refuse(name, "unknown")
        return {key: [self.text(name, one, MAX_VALUE, False) for one in values[key]] for key in values}

    def changes(self, values: Mapping[str, Any], opened_on: date) -> dict[str, Any]:
        """Return new values of an action's fields, cleaned."""
        clean: dict[str, Callable[[str, Any], Any]] = {
            "what": lambda name, value: self.line(name, value, MAX_WHAT),
            "owner": lambda name, value: self.line(name, value, MAX_OWNER),
            "due_date": lambda name, value: self.due(name, value, opened_on),
            "unit_code": self.code,
            "target_code": self.code,
        }
        return {name: clean[name](name, value) for name, value in values.items()}

    def _shaped(self, name: str, value: str | None, shape: re.Pattern[str]) -> str | None:
        if value and not shape.fullmatch(value):
            self.refuse(name, "unknown")
        return value or None


def _cleaned(value: str) -> str:
    text = unicodedata.normalize("NFC", value).translate(_UNSEEN)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u00a0", " ")
    return text.strip()


def _forbidden(text: str) -> str | None:
    for letter in text:
        if unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT:
            return "right_to_left"
        if letter != "\n" and unicodedata.category(letter) in _FORBIDDEN_CATEGORIES:
            return "control_characters"
    return None


def _personal(text: str) -> str | None:
    # Digits of other scripts and widths count as digits too.
    return sign_in_cell(unicodedata.normalize("NFKC", text))
