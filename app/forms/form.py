"""A sent form: the values typed and the sender; and its result."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from app.core import permissions
from app.core.access import Viewer
from warehouse.programmes import code_in_force

# The key that the page's script gives a form until it is written.
ONCE = "once"
# Databases refuse numbers that are too large for a column.
MAX_DIGITS = 9
# As hexadecimal digits, as long as the registry's tokens.
TOKEN_BYTES = 30


def row_number(text: str) -> int | None:
    """Return the number of a row in the registry, which has no sign; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


@dataclass(frozen=True, slots=True)
class SentForm:
    """A sent form. `name` is its name in the registry of forms; `values` are texts by field, as typed."""

    name: str
    values: Mapping[str, str]
    viewer: Viewer

    @property
    def by(self) -> str:
        """Return the writer: the person signed in, else the name typed."""
        return self.viewer.signature or self.text("by")

    @property
    def digest(self) -> str:
        """Return what identifies the sender and everything that was sent."""
        content = [code_in_force(), self.name, self.viewer.session, repr(sorted(self.values.items()))]
        return hashlib.blake2b("\n".join(content).encode(), digest_size=TOKEN_BYTES).hexdigest()

    @property
    def token(self) -> str | None:
        """Return the token under which the registry writes the form once, even if the process that wrote it ended
        before it answered; None without the key that the page's script gives a form."""
        return self.digest if self.text(ONCE) else None

    def text(self, name: str) -> str:
        """Return the text typed; empty for a field that the form did not have."""
        return self.values.get(name, "")

    def number(self, name: str) -> int | None:
        """Return the number of a row; None for anything else."""
        return row_number(self.text(name))

    def key(self, name: str) -> int:
        """Return the number of the item that the form is about. Raises LookupError when there is none."""
        number = self.number(name)
        if number is None:
            raise LookupError(name)
        return number

    def require_right(self) -> None:
        """Raise `AccessDeniedError` unless the sender may send this form."""
        permissions.require(self.viewer, permissions.FORMS, self.name)


@dataclass(frozen=True, slots=True)
class FormResult:
    """Result of a form. Done: `done` is the confirmation, `go` an address to move on to. Otherwise `problem` is about
    the whole form, `fields` are texts per field, `is_refused` is set where the sender lacks the right, `is_outdated`
    where the page did not show what others had written by then, `fault` is the status of the answer where the server
    failed, whatever was typed. All texts are in the reader's language."""

    form: str
    done: str = ""
    go: str = ""
    problem: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    is_refused: bool = False
    is_outdated: bool = False
    fault: HTTPStatus | None = None

    @property
    def is_done(self) -> bool:
        """Return whether the form was carried out."""
        return not self.problem and not self.fields

    @property
    def said(self) -> str:
        """Return the text that reports the outcome."""
        return self.done if self.is_done else self.problem
