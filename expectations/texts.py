"""The texts of checks in both languages, for the pages that show a result: name and reason.

Imports nothing heavy, so that the app may use it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.plan.words import adapted_tree

_FILE = Path(__file__).with_name("text.toml")


@dataclass(frozen=True)
class CheckText:
    """The name of a check (the condition that holds when it passes) and its reason."""

    name_vi: str
    name_en: str
    why_vi: str
    why_en: str


@cache
def check_texts() -> dict[str, CheckText]:
    """Return the texts of every check, by check_code (`suite.code`)."""
    suites = adapted_tree(tomllib.loads(_FILE.read_text(encoding="utf-8")), "vi")
    return {f"{suite}.{code}": CheckText(**texts) for suite, codes in suites.items() for code, texts in codes.items()}
