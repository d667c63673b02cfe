"""A form as it was sent: what was typed, by whom, in which language they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core import access, i18n
from app.core.access import Right, Viewer
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
        """Who says that they write."""
        return self.text("by")

    def text(self, field: str) -> str:
        """What was typed; empty for a field that the form did not have."""
        return self.values.get(field, "")

    def number(self, field: str) -> int | None:
        """A number without a sign; None for anything else."""
        text = self.text(field)
        return int(text) if text.isascii() and text.isdigit() else None

    def key(self, field: str) -> int:
        """The number of what the form is about. Raises LookupError when there is none."""
        number = self.number(field)
        if number is None:
            raise LookupError(field)
        return number

    def require_write(self) -> None:
        """Raise `AccessDeniedError` unless the sender may write."""
        access.require(self.viewer, Right.WRITE)
