"""The whole quarter as one file composed of pages: overview, reports, every target, work contents, every unit.

The units are districts or areas, or the communes that are under the city directly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from app.analysis.period_state import period_sentence
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.core.programmes import subject
from app.core.reader import Reader
from app.exports.offline_html.chapter import draw_chapter
from app.exports.offline_html.links import FileState
from app.exports.shared.document import document
from app.pages.registry import PAGES
from app.queries.page_frame import context_of
from app.records import Target

_STYLE = Path(__file__).with_name("book.css")


@dataclass(frozen=True, slots=True)
class Chapter:
    """Page of the app in the file: its name in the contents, its state."""

    name: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Part:
    """Chapters grouped in the contents."""

    name: str
    chapters: tuple[Chapter, ...]


def book(context: Context) -> Markup:
    """Render the document."""
    parts = _parts(context)
    chapters = [chapter for part in parts for chapter in part.chapters]
    anchors = frozenset(chapter.state.anchor for chapter in chapters)
    return document(
        context,
        "exports/offline_html/book.html",
        words(
            "book.title",
            subject=subject(),
            city=words.of(context.city, "name"),
            period=words.period(context.state.period),
        ),
        _STYLE,
        facts=_facts(context),
        parts=parts,
        articles=[_article(replace(chapter.state, anchors=anchors), context.reader) for chapter in chapters],
    )


def _article(state: FileState, reader: Reader) -> str:
    own = context_of(state, reader)
    return draw_chapter(PAGES[state.page](own), state.anchor, own)


def _parts(context: Context) -> list[Part]:
    """Return the parts of the file: overview with reporting, targets by group, the work contents, districts."""
    requested = context.state
    state = FileState(period=requested.period, window=requested.window, lang=requested.lang)
    overview = Chapter(words("book.overview"), state)
    reports = Chapter(words("book.reports"), replace(state, page="reports"))
    tasks = Chapter(words("book.tasks"), replace(state, page="tasks"))
    groups = group_by(context.targets.values(), lambda target: words.of(target, "group_name"))
    districts = tuple(
        Chapter(words.of(unit, "name"), replace(state, page="district", own=(("unit", unit.unit_code),)))
        for unit in context.districts
    )
    # Where communes are under the city directly, they have the chapters.
    communes = tuple(
        Chapter(words.of(unit, "name"), replace(state, page="ward", own=(("unit", unit.unit_code),)))
        for unit in (() if context.districts else context.reporters)
    )
    parts = [
        Part(words("nav.overview"), (overview, reports)),
        *(Part(name, tuple(_of_target(target, state) for target in targets)) for name, targets in groups.items()),
        Part(words("nav.tasks"), (tasks,)),
        Part(words("nav.district"), districts + communes),
    ]
    return [part for part in parts if part.chapters]


def _of_target(target: Target, state: FileState) -> Chapter:
    name = f"{target.target_code} {words.of(target, 'short_name')}"
    return Chapter(name, replace(state, page="target", own=(("target", target.target_code),)))


def _facts(context: Context) -> list[str]:
    """Return the lines of the cover."""
    period, publication = context.period, context.publication
    state = period_sentence(period, publication.as_of_date)
    return [
        *([state] if state else []),
        words(f"window.{context.state.window}"),
        *([] if state else [words("book.until", until=formatting.date(period.covers_to))]),
        words("book.version", version=words.version(publication.version)),
        words(
            "book.reported",
            rate=words.share(period.reported_count, period.reporter_count),
            reported=words.number(period.reported_count),
            expected=words.number(period.reporter_count),
        ),
    ]
