"""Visible texts from the text catalogues, with values inserted and English plurals selected.

`words` has those of the language in force, which is set for each request, script run or message (`in_language`).

A template may contain `{name}` and `{name|one thing|{name} things}`; the second selects by whether the value is 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial, wraps
from typing import ParamSpec, Protocol, TypeVar

from markupsafe import Markup, escape

from app.core import formatting
from app.core.period_code import part_of, year_of
from app.core.small_counts import SMALL_COUNT, Approximate
from warehouse.plan.levels import levels
from warehouse.plan.words import adapted, flat, for_number, own_texts, project_texts
from warehouse.programmes import cached_by_programme
from warehouse.publish.version_name import version_name

P = ParamSpec("P")
R = TypeVar("R")

GROUPED_FROM = 1000
# A value in points with the parts that it is made of.
_PERCENT = re.compile(r"\{(\w+)\}%(?: \(\{numerator\}[^()]*\{denominator\}\))?")


class WithUnit(str):
    """Text of a value with a unit of its own: where templates put % and the parts of a value behind it, it has none."""

    __slots__ = ()


def percent_sign(value: str) -> str:
    """Return the % behind a value in points; empty behind one with a unit of its own."""
    return "" if isinstance(value, WithUnit) else "%"


@cached_by_programme()
def catalogue(lang: str) -> Mapping[str, str]:
    """Return the flat catalogue of one language, read from one file per subject: `section.key` → template.

    The terms of an installed plan pack are applied; `unit_noun` has the names of its levels of units. Raises ValueError
    when two files have a section of the same name.
    """
    nouns = {f"unit_noun.{code}": level.noun(lang) for code, level in levels().items()}
    texts = project_texts(lang)
    return {key: adapted(text, lang) for key, text in texts.items()} | nouns | dict(flat(own_texts(lang)))


class Texts(Protocol):
    """Catalogue of a language: `section.key` → template."""

    @property
    def lang(self) -> str:
        """Return the code of the language."""
        ...

    @property
    def templates(self) -> Mapping[str, str]:
        """Return the templates by key."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedTexts:
    """Catalogue of a language under one plan, or without a plan."""

    lang: str
    templates: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TextsOfProgramme:
    """Catalogue of a language under the plan of the programme that is in force when a text is needed."""

    lang: str

    @property
    def templates(self) -> Mapping[str, str]:
        """Return the templates by key."""
        return catalogue(self.lang)


class Words:
    """Texts and number style of a language: of the one whose catalogue `texts` returns at each call."""

    def __init__(self, texts: Callable[[], Texts]) -> None:
        self._texts = texts

    @property
    def lang(self) -> str:
        """Return the code of the language."""
        return self._texts().lang

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` inserted, as plain text: the caller escapes it."""
        chosen = _choose(self._texts().templates[key], values)
        return chosen.format(**self._grouped(values)) if values else chosen

    def first(self, *keys: str, **values: object) -> str:
        """Return the text of the first of `keys` that the catalogue contains."""
        return self(next(key for key in keys if key in self._texts().templates), **values)

    def markup(self, key: str, **values: object) -> Markup:
        """Return the text of `key` as HTML: text and plain values are escaped, `Markup` values are not."""
        return escape(_choose(self._texts().templates[key], values)).format(**self._grouped(values))

    def _grouped(self, values: dict[str, object]) -> dict[str, object]:
        """Return values with days and counts of thousands in this language's style: other numbers may be years."""
        for name in ("days", "count"):
            value = values.get(name)
            if type(value) is int and value >= GROUPED_FROM:
                values[name] = formatting.number(value, self.lang)
        return values

    def of(self, record: object, field: str) -> str:
        """Return the `field_vi` or `field_en` of a record."""
        return getattr(record, f"{field}_{self.lang}") or ""

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number in this language's style; approximate counts of people are marked as approximate."""
        if not isinstance(value, Approximate):
            return formatting.number(value, self.lang, decimals)
        if value.high < SMALL_COUNT:
            return self("approximate.few", count=SMALL_COUNT)
        return self("approximate.about", number=formatting.number(value, self.lang))

    def percent(self, value: float | None, *limits: float | None) -> str:
        """Return points without a sign, whole numbers for approximate values.

        Rounding never crosses one of `limits`.
        """
        if not isinstance(value, Approximate):
            return formatting.percent(value, self.lang, limits)
        return self("approximate.about", number=formatting.percent(value, self.lang, limits, 0))

    def milestone(self, path: float | None, value: float | None) -> str:
        """Return a path in points beside its value, never written alike where they differ."""
        exact = None if isinstance(value, Approximate) else value
        return formatting.milestone(path, exact, self.lang)

    def share(self, part: float, whole: float) -> str:
        """Return a part of a whole in points; a dash where the whole is zero."""
        return self.percent(100.0 * part / whole if whole else None)

    def change(self, value: float | None) -> str:
        """Return a change in points with its direction."""
        return formatting.change(value, self.lang)

    def period(self, code: str) -> str:
        """Return a period as text: Quý III/2026, Q3 2026."""
        return self.of_period("period.name_", code, year=year_of(code))

    def short_period(self, code: str) -> str:
        """Return a period for an axis: IV/21 or Q4 21."""
        return self.of_period("period.short_", code, year=year_of(code)[-2:])

    def of_period(self, key: str, code: str, **values: object) -> str:
        """Return the text of a key that ends with a part of the year (`q3`), else of all parts of its letter (`m`)."""
        part = part_of(code)
        month = self._texts().templates.get(f"month.{part}", "")
        return self.first(f"{key}{part}", f"{key}{part[0]}", number=int(part[1:]), month=month, **values)

    def version(self, code: str) -> str:
        """Return the display name of a published version, as part of a sentence."""
        return version_name(code, self.lang)

    def status(self, status: str) -> str:
        """Return the word for a status."""
        return self._texts().templates[f"status.{status}"]

    def answer(self, answer: str | None) -> str:
        """Return the word for an answer (yes, no, not_applicable); empty for None."""
        return self._texts().templates[f"answer.{answer}"] if answer else ""

    def listed(self, names: Sequence[str]) -> str:
        """Return plain names as a list in a sentence: a, b and c."""
        return ", ".join(names[:-1]) + f" {self('list.and')} {names[-1]}" if len(names) > 1 else "".join(names)

    def join(self, parts: list[Markup]) -> Markup:
        """Return parts as a list in a sentence: a, b and c."""
        if len(parts) < 2:
            return parts[0] if parts else Markup("")
        return Markup(", ").join(parts[:-1]) + f" {self('list.and')} " + parts[-1]


@cached_by_programme()
def texts_of(lang: str) -> Texts:
    """Return the texts of a language in the words of the plan, loaded once."""
    return LoadedTexts(lang, catalogue(lang))


def texts_without_plan(lang: str) -> Texts:
    """Return the project's texts of a language, while the plan in force cannot be read."""
    return LoadedTexts(lang, project_texts(lang))


def words_in(lang: str) -> Words:
    """Return the texts of a language, whichever is in force."""
    return Words(partial(texts_of, lang))


# There is no default: a text in the wrong language is a fault.
_in_force: ContextVar[Texts] = ContextVar("texts")
words = Words(_in_force.get)


@contextmanager
def in_texts(texts: Texts) -> Iterator[None]:
    """Put texts in force for the block."""
    before = _in_force.set(texts)
    try:
        yield
    finally:
        _in_force.reset(before)


def in_language(lang: str) -> AbstractContextManager[None]:
    """Put the texts of a language in force for a block, under the plan that is in force at its start."""
    return in_texts(texts_of(lang))


def set_language(lang: str) -> None:
    """Put a language in force until the end of this thread or task, or until another is."""
    _in_force.set(texts_of(lang))


def cached_by_language(maxsize: int | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Cache `maxsize` values of a function for each programme whose result has texts of the language in force."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def of_language(_lang: str, *args: P.args, **kwargs: P.kwargs) -> R:
            return function(*args, **kwargs)

        kept = cached_by_programme(maxsize)(of_language)

        @wraps(function)
        def keyed(*args: P.args, **kwargs: P.kwargs) -> R:
            return kept(words.lang, *args, **kwargs)

        return keyed

    return decorate


def _choose(template: str, values: Mapping[str, object]) -> str:
    if "}%" in template and any(isinstance(value, WithUnit) for value in values.values()):
        template = _PERCENT.sub(
            lambda match: f"{{{match[1]}}}" if isinstance(values.get(match[1]), WithUnit) else match[0], template
        )
    return for_number(template, values) if "|" in template else template
