"""A page's HTML made fit for the file: links lead inside it or are plain text, what needs the app is left out.

Works on the markup that this app makes: every `<`, `>` and quote in text and values is escaped there, so that a
tag is whatever stands between `<` and the next `>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
_VALUE = re.compile(r"\s(id|href|aria-label|for|aria-labelledby|aria-describedby|class)='([^']*)'")
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col"})
# What only works in the app.
_GONE = frozenset({"select", "form", "button", "script", "style", "aside", "template"})
_GONE_CLASSES = frozenset({"tools", "skip", "picks", "hint", "card-form", "back"})

# Where the app does or looks up something that a file cannot: a link there is left out with its words.
_APP_ONLY = re.compile(r"^/(origin|actions|review|downloads|export|submit)\b")

# From an address of the app to the name of the chapter about it; None when the file has none.
Chapters = Callable[[str], str | None]


def rewrite(html: str, chapter: str, chapters: Chapters) -> Markup:
    """One page's markup as a part of `chapter`, its ids made unique in the whole file."""
    return Markup(_Rewriter(chapter, chapters).run(html))


class _Rewriter:
    """One pass from left to right; knows whether it stands in something that is left out."""

    def __init__(self, chapter: str, chapters: Chapters) -> None:
        self._chapter, self._chapters = chapter, chapters
        self._out: list[str] = []
        self._hidden_depth = 0
        self._closers: list[str] = []

    def run(self, html: str) -> str:
        place = 0
        for tag in _TAG.finditer(html):
            self._say(html[place : tag.start()])
            self._take(tag)
            place = tag.end()
        self._say(html[place:])
        return "".join(self._out)

    def _say(self, text: str) -> None:
        if not self._hidden_depth:
            self._out.append(text)

    def _take(self, tag: re.Match[str]) -> None:
        is_end, name, rest = bool(tag[1]), tag[2], tag[3]
        is_alone = rest.endswith("/") or name.lower() in _VOID
        if self._hidden_depth:
            self._hidden_depth += 0 if is_alone else -1 if is_end else 1
        elif is_end:
            self._out.append(f"</{self._closers.pop() if name == 'a' else name}>")
        elif self._is_gone(name, rest):
            self._hidden_depth = 0 if is_alone else 1
        elif name == "a":
            self._link(rest)
        else:
            # What a page folds away is open in the file, but for lists that would fill sheets.
            is_shut = name == "details" and " open" not in rest and "class='long'" not in rest
            opened = " open" if is_shut else ""
            self._out.append(f"<{name}{_VALUE.sub(self._own, rest)}{opened}>")

    def _is_gone(self, name: str, rest: str) -> bool:
        if name in _GONE:
            return True
        classes = re.search(r"\sclass='([^']*)'", rest)
        return bool(classes and _GONE_CLASSES & set(classes[1].split()))

    def _own(self, found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        if name in ("id", "for", "aria-labelledby", "aria-describedby"):
            return f" {name}='{self._chapter}-{value}'"
        return found[0]

    def _link(self, rest: str) -> None:
        values = dict(_VALUE.findall(rest))
        href = values.get("href", "")
        goal = f"{self._chapter}-{href[1:]}" if href.startswith("#") else self._chapters(href.replace("&amp;", "&"))
        if goal is None and _APP_ONLY.match(href):
            self._hidden_depth = 1
            return
        style = re.search(r"\sstyle='[^']*'", rest)
        kept = (f" class='{values['class']}'" if "class" in values else "") + (style[0] if style else "")
        if goal is None:
            self._closers.append("span")
            self._out.append(f"<span{kept}>")
            return
        # Without a script there is no floating explanation: the browser's own takes its place.
        told = f" title='{values['aria-label']}'" if "aria-label" in values else ""
        self._closers.append("a")
        self._out.append(f"<a href='#{goal}'{kept}{told}>")
