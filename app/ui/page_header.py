"""Heads of pages and small pieces of running text: the finding, the choice of what is shown, what changed."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.core.i18n import Words
from app.core.url_state import Href
from app.records import Progress, Target
from app.ui.figure_text import gap_text, status_mark


def lead(title: str, lines: Iterable[Markup] = ()) -> Markup:
    """The sentence that a page opens with, and what supports it."""
    body = "".join(f"<p>{line}</p>" for line in lines)
    return Markup(f"<section class='lead'><h1>{escape(title)}</h1>{body}</section>")


def unit_head(title: str, choice: Markup, note: str = "", back: Markup | None = None) -> Markup:
    """The head of a unit's page: way back, choice of another unit, title."""
    remark = f"<p class='note'>{escape(note)}</p>" if note else ""
    choose = f"<div class='choose'>{back or ''}{choice}</div>"
    return Markup(f"<section class='head'>{choose}<h1>{escape(title)}</h1>{remark}</section>")


def link_to(href: str, text: str) -> Markup:
    """A link in running text."""
    return Markup(f"<a href='{escape(href)}'>{escape(text)}</a>")


def need(row: Progress, target: Target, href: str, words: Words) -> Markup:
    """A figure that is behind, named as a link, and how far it is from what was asked."""
    named = link_to(href, words.of(target, "short_name"))
    return words.markup("district.need", target=named, gap=gap_text(row, target, words))


def way_back(href: str, text: str) -> Markup:
    """The way to the page above."""
    return Markup(f"<a class='back' href='{escape(href)}'>‹ {escape(text)}</a>")


def status_changes(found: progress_summary.Unit, targets: dict[str, Target], link: Href, words: Words) -> Markup:
    """A unit's figures that moved to another status since last quarter: before, after, by how many points; and that
    some must not be compared."""
    items = "".join(
        "<li>"
        + words.markup(
            "changes.item",
            target=link_to(
                link("target", target=row.target_code, unit=row.unit_code),
                words.of(targets[row.target_code], "short_name"),
            ),
            before=status_mark(row.prev_quarter_status, words),
            after=status_mark(row.status, words),
            points=words.change(row.change_prev_quarter_pct),
        )
        + "</li>"
        for row in (*found.worse, *found.better)
    )
    moved = Markup(f"<ul class='changes'>{items}</ul>" if items else "")
    if found.unlike_count:
        return moved + remark(words("changes.unlike", count=found.unlike_count, why=words("change.why")))
    return moved or remark(words("changes.none"))


def lines(texts: Iterable[str]) -> Markup:
    """Plain lines."""
    return Markup("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>")


def remark(text: str) -> Markup:
    """A quiet line."""
    return Markup(f"<p class='note'>{escape(text)}</p>")
