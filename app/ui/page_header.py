"""HTML of the heads of pages and of small pieces of running text: the finding, links, remarks, what changed."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.core.i18n import Words
from app.core.url_state import Href
from app.records import Progress, Target
from app.ui.change_text import change_text
from app.ui.figure_text import gap_text, status_mark
from app.ui.templates import render


def lead(title: str, lines: Iterable[Markup] = ()) -> Markup:
    """The sentence that a page opens with, and what supports it."""
    return render("ui/lead.html", title=title, lines=list(lines))


def unit_head(title: str, choice: Markup, note: str = "", back: Markup | None = None) -> Markup:
    """The head of a unit's page: way back, choice of another unit, title."""
    return render("ui/unit_head.html", title=title, choice=choice, note=note, back=back or Markup(""))


def opening(choice: Markup, title: str, lines: Iterable[Markup] = ()) -> Markup:
    """How a page of units opens: choices above, the finding as its heading, the lines that support it below."""
    return render("ui/opening.html", choice=choice, title=title, lines=[line for line in lines if line])


def link_to(href: str, text: str) -> Markup:
    """A link in running text; the text alone where it leads nowhere."""
    if not href:
        return escape(text)
    return Markup("<a href='%s'>%s</a>") % (href, text)


def way_to(href: str, text: str) -> Markup:
    """A link that is only there to be followed: nothing where it leads nowhere, as in a file without that page."""
    return link_to(href, text) if href else Markup("")


def need(row: Progress, target: Target, href: str, words: Words) -> Markup:
    """A figure that is behind, named as a link, and how far it is from what was asked."""
    named = link_to(href, words.of(target, "short_name"))
    return words.markup("district.need", target=named, gap=gap_text(row, target, words))


def way_back(href: str, text: str) -> Markup:
    """The way to the page above."""
    return Markup("<a class='back' href='{}'>‹ {}</a>").format(href, text)


def status_changes(found: progress_summary.UnitSummary, targets: dict[str, Target], link: Href, words: Words) -> Markup:
    """A unit's figures that moved to another status since last quarter: before, after, how far they are and how they
    moved; and that some must not be compared."""
    changes = [
        words.markup(
            "changes.item",
            target=link_to(
                link("target", target=row.target_code, unit=row.unit_code),
                words.of(targets[row.target_code], "short_name"),
            ),
            before=status_mark(row.prev_quarter_status, words),
            after=status_mark(row.status, words),
        )
        + _how_far(row, targets[row.target_code], words)
        for row in (*found.worse, *found.better)
    ]
    moved = Markup("<ul class='changes'>{}</ul>").format(_items(changes)) if changes else Markup("")
    if found.unlike_count:
        return moved + remark(words("changes.unlike", count=found.unlike_count, why=words("change.why_quarter")))
    if moved:
        return moved
    return remark(
        words("changes.silent" if found.is_silent else "changes.none" if found.judged_count else "changes.open")
    )


def _how_far(row: Progress, target: Target, words: Words) -> Markup:
    """What a figure that moved still lacks, where it adds up over the year, and its change."""
    away = gap_text(row, target, words) if row.is_sum_of_year else ""
    told = "; ".join(text for text in (away, change_text(row, words)) if text)
    return Markup(" ({})").format(told) if told else Markup("")


def lines(texts: Iterable[str]) -> Markup:
    """Plain lines."""
    return Markup("<ul>{}</ul>").format(_items(texts))


def remark(text: str) -> Markup:
    """A quiet line."""
    return Markup("<p class='note'>{}</p>").format(text)


def _items(texts: Iterable[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)
