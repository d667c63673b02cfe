"""Every visible word, from the text catalogues, with numbers put in and English plurals chosen.

A template may hold `{name}` and `{name|one thing|many things}`; the second picks by whether the value is 1.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from app.core import formatting
from app.core.period_code import part_of, year_of
from app.core.small_counts import SMALL_COUNT, Approximate
from warehouse.plan.words import adapted, own_texts
from warehouse.publish.version_name import version_name

_CATALOGUES = Path(__file__).parents[1] / "text"
_CHOICE = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """The flat catalogue of one language, from one file a subject: `section.key` → template; in the words of the plan
    pack if there is one.

    Raises ValueError when two files have a section of the same name.
    """
    texts: dict[str, str] = {}
    for path in sorted((_CATALOGUES / lang).glob("*.toml")):
        found = dict(_flatten("", tomllib.loads(path.read_text(encoding="utf-8"))))
        if twice := found.keys() & texts.keys():
            raise ValueError(f"{path.name}: {sorted(twice)} stand in another file too")
        texts |= found
    return {key: adapted(text, lang) for key, text in texts.items()} | dict(_flatten("", own_texts(lang)))


def _flatten(prefix: str, tree: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        found += _flatten(f"{prefix}{key}.", value) if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return found


class Words:
    """The words and number style of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = catalogue(lang)

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with `values` put in; plain text, to be escaped by whoever puts it into HTML."""
        return _fill(self._texts[key], values)

    def first(self, *keys: str, **values: object) -> str:
        """The text of the first of `keys` that the catalogue has."""
        return self(next(key for key in keys if key in self._texts), **values)

    def markup(self, key: str, **values: object) -> Markup:
        """Like calling, but HTML: the text and plain values are escaped, `Markup` values stay as they are."""
        return escape(_choose(self._texts[key], values)).format(**values)

    def of(self, record: object, field: str) -> str:
        """The `field_vi` or `field_en` of a record."""
        return getattr(record, f"{field}_{self.lang}") or ""

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number in this language's style; of people who are told of approximately, as that."""
        if not isinstance(value, Approximate):
            return formatting.number(value, self.lang, decimals)
        if value.high < SMALL_COUNT:
            return self("approximate.few", count=SMALL_COUNT)
        return self("approximate.about", number=formatting.number(value, self.lang))

    def percent(self, value: float | None, *limits: float | None) -> str:
        """Points without a sign, whole ones of what is told approximately; rounding never crosses one of `limits`."""
        if not isinstance(value, Approximate):
            return formatting.percent(value, self.lang, limits)
        return self("approximate.about", number=formatting.percent(value, self.lang, limits, 0))

    def share(self, part: float, whole: float) -> str:
        """A part of a whole in points; a dash where the whole is zero."""
        return self.percent(100.0 * part / whole if whole else None)

    def change(self, value: float | None) -> str:
        """A change in points with its direction."""
        return formatting.change(value, self.lang)

    def period(self, code: str) -> str:
        """A period as a reader says it: Quý III/2026, Q3 2026."""
        return self(f"period.name_{part_of(code)}", year=year_of(code))

    def short_period(self, code: str) -> str:
        """A period for an axis: IV/21 or Q4 21."""
        return self(f"period.short_{part_of(code)}", year=year_of(code)[-2:])

    def version(self, code: str) -> str:
        """What people call a published version, as part of a sentence."""
        return version_name(code, self.lang)

    def status(self, status: str) -> str:
        """The word for a status."""
        return self._texts[f"status.{status}"]

    def answer(self, answer: str | None) -> str:
        """The word for an answer (yes, no, not_applicable); nothing for none."""
        return self._texts[f"answer.{answer}"] if answer else ""

    def listed(self, names: Sequence[str]) -> str:
        """Plain names as a list in a sentence: a, b and c."""
        return ", ".join(names[:-1]) + f" {self('list.and')} {names[-1]}" if len(names) > 1 else "".join(names)

    def join(self, parts: list[Markup]) -> Markup:
        """Parts as a list in a sentence: a, b and c."""
        if len(parts) < 2:
            return parts[0] if parts else Markup("")
        return Markup(", ").join(parts[:-1]) + f" {self('list.and')} " + parts[-1]


@cache
def words(lang: str) -> Words:
    """The words of a language, read once."""
    return Words(lang)


def _fill(template: str, values: Mapping[str, object]) -> str:
    chosen = _choose(template, values)
    return chosen.format(**values) if values else chosen


def _choose(template: str, values: Mapping[str, object]) -> str:
    if "|" not in template:
        return template
    return _CHOICE.sub(lambda match: match[2] if values[match[1]] == 1 else match[3], template)
