"""Conditions that need attention, each with a text that states what is wrong and how to correct it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.text import load_texts, say

CATALOGUE = "health"


@dataclass(frozen=True)
class Condition:
    """Something about an installation that needs attention.

    `code` names its text in `catalogue`, `params` fill it, of which one may be the condition that is its cause: neither
    ever names a unit or a person. `is_blocking` means that pages cannot be shown or nothing can be recorded.
    """

    code: str
    is_blocking: bool = False
    params: Mapping[str, object] = field(default_factory=dict)
    catalogue: str = CATALOGUE

    def words(self, lang: str) -> str:
        """Return what is wrong and how to correct it, in a language."""
        causes = {name: cause.words(lang) for name, cause in self.params.items() if isinstance(cause, Condition)}
        return say(self.catalogue, self.code, lang, **{**self.params, **causes})


def condition_codes() -> tuple[str, ...]:
    """Return the codes of all conditions that monitors know."""
    return tuple(sorted(load_texts(CATALOGUE)))
