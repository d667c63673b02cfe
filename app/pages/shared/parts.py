"""The parts of a page that one may jump to, with their short names."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.i18n import Words
from app.core.page_context import Part

# Of the pages of units, which have some each: by id, in order, whether it is shut on a phone until it is asked for.
OF_UNITS = {
    "profile": False,
    "measures": False,
    "changes": False,
    "actions": False,
    "notes": False,
    "courses": True,
    "alike": True,
    "tasks": True,
    "reports": True,
    "revisions": True,
    "map": True,
    "wards": True,
    "forms": True,
    "history": True,
}


def parts_of(folding: Mapping[str, bool], words: Words) -> list[Part]:
    """The parts by their ids, each with whether it folds on a phone."""
    return [Part(identity, words(f"jump.{identity}"), folds) for identity, folds in folding.items()]
