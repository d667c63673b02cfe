"""HTML of the heads of pages and of small pieces of running text: the finding, links, remarks, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.core.i18n import Words
from app.core.url_state import Href
from app.records import Progress, Target
from app.ui.change_text import change_text, is_slower
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


def status_changes(
    found: progress_summary.UnitSummary,
    moves: progress_summary.UnitMoves,
    targets: Mapping[str, Target],
    link: Href,
    words: Words,
) -> Markup:
    """A unit's figures that moved to another status since last quarter: before, after, how far they are and how they
    moved, what crossed the line between late and not late first; and that some must not be compared."""
    told = (("changes.worse", moves.worse), ("changes.better", moves.better), ("changes.aside", moves.aside))
    lists = [
        Markup("<p class='note'>{}</p><ul class='changes'>{}</ul>").format(
            words(key, count=len(rows)), _items(_moved(row, targets, link, words) for row in rows)
        )
        for key, rows in told
        if rows
    ]
    moved = Markup("").join(lists)
    if found.unlike_count:
        return moved + remark(words("changes.unlike", count=found.unlike_count, why=words("change.why_quarter")))
    if moved:
        return moved
    return remark(
        words("changes.silent" if found.is_silent else "changes.none" if found.judged_count else "changes.open")
    )


def _moved(row: Progress, targets: Mapping[str, Target], link: Href, words: Words) -> Markup:
    """One figure's status before, in words alone because nothing is known here of how certain it was, and now."""
    target = targets[row.target_code]
    way = link_to(link("target", target=row.target_code, unit=row.unit_code), words.of(target, "short_name"))
    before = words.status(row.prev_quarter_status).lower() if row.prev_quarter_status else ""
    item = words.markup("changes.item", target=way, before=before, after=status_mark(row.shown_status, words))
    return item + _how_far(row, target, words)


def _how_far(row: Progress, target: Target, words: Words) -> Markup:
    """What a figure that moved still lacks, where it adds up over the year, and its change."""
    away = gap_text(row, target, words) if row.is_sum_of_year else ""
    slower = words("changes.slower") if is_slower(row) else ""
    change = change_text(row, words)
    if row.stated_change and row.stated_change.may_be_chance:
        change += words("change.may_be_chance")
    told = "; ".join(text for text in (slower, away, change) if text)
    return Markup(" ({})").format(told) if told else Markup("")


def lines(texts: Iterable[str]) -> Markup:
    """Plain lines."""
    return Markup("<ul>{}</ul>").format(_items(texts))


def remark(text: str) -> Markup:
    """A quiet line."""
    return Markup("<p class='note'>{}</p>").format(text)


def _items(texts: Iterable[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)
