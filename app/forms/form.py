"""A form: what was typed, by whom, in which language they read; and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core import i18n, permissions
from app.core.access import Viewer
from app.core.i18n import Words


@dataclass(frozen=True, slots=True)
class SentForm:
    """`name` is the form's in the registry of forms; `values` are texts by field, as typed."""

    name: str
    values: Mapping[str, str]
    lang: str
    viewer: Viewer

    @property
    def words(self) -> Words:
        """The words of the reader's language."""
        return i18n.words(self.lang)

    @property
    def by(self) -> str:
        """Who writes: who signed in, else who they say they are."""
        return self.viewer.signature or self.text("by")

    def text(self, name: str) -> str:
        """What was typed; empty for a field that the form did not have."""
        return self.values.get(name, "")

    def number(self, name: str) -> int | None:
        """A number without a sign; None for anything else."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() else None

    def key(self, name: str) -> int:
        """The number of what the form is about. Raises LookupError when there is none."""
        number = self.number(name)
        if number is None:
            raise LookupError(name)
        return number

    def require_right(self) -> None:
        """Raise `AccessDeniedError` unless the sender may send this form."""
        permissions.require(self.viewer, permissions.FORMS, self.name)


@dataclass(frozen=True, slots=True)
class FormResult:
    """Either done (`done` says what was written; `go` is an address to move on to) or not: `problem` says so for
    the whole form and `fields` per field; `is_refused` where the sender may not do that at all. All texts are in the
    reader's language."""

    form: str
    done: str = ""
    go: str = ""
    problem: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    is_refused: bool = False

    @property
    def is_done(self) -> bool:
        """Whether what the form requests was carried out."""
        return not self.problem and not self.fields

    @property
    def said(self) -> str:
        """The text that reports the outcome."""
        return self.done if self.is_done else self.problem
