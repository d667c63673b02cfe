"""What came of a form: written, or refused in words for the whole form and per field."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FormResult:
    """Either done (`done` says what was written; `go` is an address to move on to) or not: `problem` says so for
    the whole form and `fields` per field. All texts are in the reader's language."""

    form: str
    done: str = ""
    go: str = ""
    problem: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether what the form asked was carried out."""
        return not self.problem and not self.fields

    def for_browser(self) -> dict[str, object]:
        """The notice as the page's script reads it; the key makes it shown once."""
        return {
            "key": secrets.token_hex(6),
            "form": self.form,
            "isDone": self.is_done,
            "text": self.done if self.is_done else self.problem,
            "go": self.go if self.is_done else "",
            "fields": dict(self.fields),
        }
