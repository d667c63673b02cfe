"""The texts of checks in both languages, for the pages that show a result: name and reason.

Imports nothing heavy, so that the app may use it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from expectations.suites_in_force import MadeRule, made_rules
from warehouse.plan.seeds import seeds_dir
from warehouse.plan.words import adapted_tree
from warehouse.programmes import cached_by_programme

_FILE = Path(__file__).with_name("text.toml")
# The texts of rules that are made from the seeds.
_MADE = "made"


@dataclass(frozen=True)
class CheckText:
    """The name of a check (the condition that holds when it passes) and its reason."""

    name_vi: str
    name_en: str
    why_vi: str
    why_en: str


def check_texts() -> dict[str, CheckText]:
    """Return the texts of every check of the seeds in force, by check_code (`suite.code`)."""
    return _texts(seeds_dir())


@cached_by_programme()
def _texts(_seeds: Path) -> dict[str, CheckText]:
    suites = adapted_tree(tomllib.loads(_FILE.read_text(encoding="utf-8")), "vi")
    made = suites.pop(_MADE)
    own = {f"{suite}.{code}": CheckText(**texts) for suite, codes in suites.items() for code, texts in codes.items()}
    return own | {f"{rule.suite}.{rule.rule.code}": _made_text(rule, made[rule.kind]) for rule in made_rules()}


def _made_text(rule: MadeRule, texts: Mapping[str, str]) -> CheckText:
    def words(lang: str) -> dict[str, str]:
        header = f"header_{lang}"
        return {"part": rule.part.get(header, ""), "whole": rule.whole.get(header, "")}

    return CheckText(**{name: text.format(**words(name.rpartition("_")[2])) for name, text in texts.items()})
