"""Rules of a pack's own words: texts at known places, with the values that the app fills in there."""

import string
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.packs.problems import PlanProblem
from warehouse.plan.words import CHOICE, GLOSSARY, flat, project_texts

# Sections to which packs add keys: names of types of units and of periods of their own.
_OPEN = ("unit_types", "period", "letterhead", "trend")


def check_words(texts: Mapping[str, Mapping[str, Any]], *, is_workbook: bool) -> Iterator[PlanProblem]:
    """Yield what is no text, replaces none of the app, or names a value that is not filled in there."""
    for lang, tree in texts.items():
        place = "words" if is_workbook else f"{lang}.toml"
        known = project_texts(lang)
        for key, text in flat(tree):
            named = {"key": key, "lang": lang}
            if not isinstance(text, str) or not text.strip():
                yield PlanProblem("word_no_text", place, value=str(text), params=named)
            elif key.partition(".")[0] == GLOSSARY:
                continue
            elif key not in known:
                if key.partition(".")[0] not in _OPEN:
                    yield PlanProblem("word_unknown", place, value=text, params=named, is_remark=True)
            elif _values(text) is None or _values(text) - _values(known[key]):  # type: ignore[operator]
                expected = ", ".join(f"{{{name}}}" for name in sorted(_values(known[key]) or ())) or "–"
                yield PlanProblem("word_values", place, value=text, params=named | {"names": expected})


def _values(text: str) -> frozenset[str] | None:
    """Return the names of the values in a text; None where its braces are not closed."""
    chosen = [name for name, _, _ in CHOICE.findall(text)]
    plain = CHOICE.sub(lambda match: match[2] + match[3], text)
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(plain) if name is not None]
    except ValueError:
        return None
    return frozenset((*chosen, *fields))
