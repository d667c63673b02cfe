"""HTML of page headings and of short texts: main finding, links, remarks, changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.core.i18n import words
from app.core.page_context import NOTHING
from app.core.url_state import Href
from app.records import Progress, Target
from app.ui.change_text import change_text, is_slower, unlike_text
from app.ui.figure_text import gap_text, status_mark
from app.ui.templates import render


def lead(title: str, lines: Iterable[Markup] = (), tools: Markup = NOTHING) -> Markup:
    """Render the opening sentence of a page, beside it its files, and its supporting lines."""
    return render("ui/lead.html", title=title, lines=list(lines), tools=tools)


def unit_head(
    title: str, choice: Markup, note: str = "", back: Markup | None = None, tools: Markup = NOTHING
) -> Markup:
    """Render the heading of a unit's page: link back, choice of another unit, title and files."""
    return render("ui/unit_head.html", title=title, choice=choice, note=note, back=back or NOTHING, tools=tools)


def opening(choice: Markup, title: str, lines: Iterable[Markup] = ()) -> Markup:
    """Render the opening of a page of units: choices, the finding as heading, supporting lines."""
    return render("ui/opening.html", choice=choice, title=title, lines=[line for line in lines if line])


def link_to(href: str, text: str) -> Markup:
    """Render a link in running text; the text alone without an address."""
    if not href:
        return escape(text)
    return Markup("<a href='%s'>%s</a>") % (href, text)


def way_to(href: str, text: str) -> Markup:
    """Render a separate link; empty without an address, such as in a file without that page."""
    return Markup("<a class='way' href='{}'>{}</a>").format(href, text) if href else Markup("")


def need(row: Progress, target: Target, href: str) -> Markup:
    """Render a late figure as a link, with its distance from the goal."""
    named = link_to(href, words.of(target, "short_name"))
    return words.markup("district.need", target=named, gap=gap_text(row, target))


def way_back(href: str, text: str) -> Markup:
    """Render the link to the parent page."""
    return Markup("<a class='back' href='{}'>‹ {}</a>").format(href, text)


def status_changes(
    found: progress_summary.UnitSummary,
    moves: progress_summary.UnitMoves,
    targets: Mapping[str, Target],
    link: Href,
) -> Markup:
    """Render a unit's figures that changed status since last quarter: before, after, distance and change.

    Figures that crossed the boundary between late and not late come first; a note counts those that must not be
    compared.
    """
    groups = (("changes.worse", moves.worse), ("changes.better", moves.better), ("changes.aside", moves.aside))
    lists = [
        Markup("<p class='note'>{}</p><ul class='changes'>{}</ul>").format(
            words(key, count=len(rows)), _items(_moved(row, targets, link) for row in rows)
        )
        for key, rows in groups
        if rows
    ]
    moved = Markup("").join(lists)
    if found.unlike:
        unlike_count = sum(count for _, count in found.unlike)
        return moved + remark(words("changes.unlike", count=unlike_count, whys=unlike_text(found.unlike)))
    if moved:
        return moved
    return remark(
        words("changes.silent" if found.is_silent else "changes.none" if found.judged_count else "changes.open")
    )


def _moved(row: Progress, targets: Mapping[str, Target], link: Href) -> Markup:
    """Render one figure's former status, in words only because its certainty is unknown, and its current status."""
    target = targets[row.target_code]
    way = link_to(link("target", target=row.target_code, unit=row.unit_code), words.of(target, "short_name"))
    before = words.status(row.prev_quarter_status).lower() if row.prev_quarter_status else ""
    item = words.markup("changes.item", target=way, before=before, after=status_mark(row.shown_status))
    return item + _how_far(row, target)


def _how_far(row: Progress, target: Target) -> Markup:
    """Render a changed figure's shortfall, where it adds up over the year, and its change."""
    away = gap_text(row, target) if row.is_sum_of_year else ""
    slower = words("changes.slower") if is_slower(row) else ""
    change = change_text(row)
    if row.stated_change and row.stated_change.may_be_chance:
        change += words("change.may_be_chance")
    remarks = "; ".join(text for text in (slower, away, change) if text)
    return Markup(" ({})").format(remarks) if remarks else Markup("")


def lines(texts: Iterable[str]) -> Markup:
    """Render plain lines."""
    return Markup("<ul>{}</ul>").format(_items(texts))


def remark(text: str) -> Markup:
    """Render a secondary line."""
    return Markup("<p class='note'>{}</p>").format(text)


def _items(texts: Iterable[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)
