"""Whatever the intake may answer has words in both languages."""

import re

import pytest

from warehouse.intake import STATES, IntakeRefusal
from warehouse.intake.calendar import CALENDAR_STATES
from warehouse.registry.events import KINDS
from warehouse.settings import PROJECT_ROOT
from warehouse.text import load_texts, say

CODE = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "warehouse" / "intake").glob("*.py"))
# What the desk's cleaning may say of a note, a reason or a writer.
CLEANING = {"required", "too_long", "right_to_left", "control_characters", "personal"}
REFUSALS = sorted({*re.findall(r'IntakeRefusal\(\s*"(\w+)"', CODE), *CLEANING, "locked_already", "not_locked"})
PARAMS = {"id": 1, "by": "Sở", "state": "accepted", "period": "2024Q2", "unit": "760", "due": "15/07/2024"}
PARAMS |= {"moment": "2024-07-15", "kind": "phone", "limit": 2, "length": 3}
PARAMS |= {"newest": "2026Q3", "version": 1, "others": "b.xlsx"}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_a_sentence(code: str, lang: str) -> None:
    assert len(IntakeRefusal(code, PARAMS, "reason").words(lang)) > 15


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_states_kinds_and_quarters_have_names(lang: str) -> None:
    names = [say("intake", f"state_{state}", lang) for state in STATES]
    names += [say("intake", f"kind_{kind}", lang) for kind in KINDS]
    names += [load_texts("cli")[f"reports_{state}"][lang] for state in CALENDAR_STATES]
    assert all(names)
