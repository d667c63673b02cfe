"""The rules of a page: those that something on it needs come with it, so that a first visit waits for no style sheet.

The others are in the style sheet of all pages, which the script loads (`component/js/style.js`) before it puts content
into the page that came later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

from markupsafe import Markup

from app.ui.assets import page_style
from app.ui.fonts import SPARE_FACES

# Classes of the document, of what the script adds, and of the user's name, which it requests for every page.
DOCUMENT = "kpi"
GIVEN_BY_SCRIPT = frozenset(
    ("folded", "kpi-flash", "kpi-line", "kpi-newer", "kpi-tip", "menu", "problem", "revised", "who")
)
# Pages of a kind have the same classes, but for some that depend on what was reported; 70 kB each.
KEPT_SELECTIONS = 32
# One pattern for all three takes five times as long.
_CLASS_ATTRIBUTES = tuple(map(re.compile, ("class='([^']*)'", 'class="([^"]*)"', r"class=([\w-]+)")))
_CLASS_NAMES = re.compile(r"\.([a-zA-Z_-][\w-]*)")
# What `:is(…)`, `:not(…)` and the like contain is one of several conditions, or none.
_CONDITIONS = re.compile(r"\([^()]*\)")

Classes: TypeAlias = frozenset[str]


@dataclass(frozen=True)
class _Rule:
    """A rule: its text, and for each of its selectors the classes without which it cannot apply; `rules` are those
    within a media query, whose `text` is then the query alone."""

    text: str
    needs: tuple[Classes, ...]
    rules: tuple[_Rule, ...] = ()

    def among(self, classes: Classes) -> str:
        """Return the text of what may apply to elements that have some of `classes`."""
        if self.rules:
            inner = "".join(rule.among(classes) for rule in self.rules)
            return f"{self.text}{{{inner}}}" if inner else ""
        return self.text if any(need <= classes for need in self.needs) else ""


def needed_style(page: str) -> Markup:
    """Return the rules that may apply to elements of `page`, HTML, in the order of the style sheet of all pages."""
    named = {names for written in _CLASS_ATTRIBUTES for names in written.findall(page)}
    return _style_for(frozenset(name for names in named for name in names.split()))


@lru_cache(KEPT_SELECTIONS)
def _style_for(classes: Classes) -> Markup:
    known = classes | GIVEN_BY_SCRIPT | {DOCUMENT}
    rules = "".join(rule.among(known) for rule in _rules())
    return Markup(rules) + SPARE_FACES  # noqa: S704 - our own style sheet


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_read(page_style()))


def _read(css: str) -> Iterator[_Rule]:
    """Yield the rules of a style sheet without comments, in which braces are those of rules."""
    start = depth = 0
    for brace in re.finditer(r"[{}]", css):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            yield _rule(css[start : brace.end()])
            start = brace.end()


def _rule(text: str) -> _Rule:
    head, _, body = text.partition("{")
    if head.startswith("@media"):
        return _Rule(head, (), tuple(_read(body[:-1])))
    if head.startswith("@"):
        return _Rule(text, (frozenset(),))
    while _CONDITIONS.search(head):
        head = _CONDITIONS.sub("", head)
    return _Rule(text, tuple(frozenset(_CLASS_NAMES.findall(selector)) for selector in head.split(",")))
