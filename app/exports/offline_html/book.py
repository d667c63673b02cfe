"""The whole quarter as one file: overview, reports, every target, the work, every district, made of pages' parts."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import streamlit
from markupsafe import Markup, escape

from app.core import formatting
from app.core.page_context import Columns, Context, Figure, Page
from app.core.url_state import State
from app.exports.file import File
from app.exports.labels import file_name
from app.exports.offline_html.rewrite import rewrite
from app.figures.drawing.text_metrics import font_faces
from app.pages.registry import PAGES, context_of
from app.ui.assets import STYLE, files
from app.ui.print_header import label as label_of
from app.ui.print_header import running_rule

HTML = "text/html; charset=utf-8"
_FOLDER = Path(__file__).parent
_INLINE_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
FIGURES_FAMILY = "Source Sans"
FORBID_REQUESTS = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the app as a part of the file: its anchor, its name in the contents, the state it shows."""

    anchor: str
    name: str
    state: State


def book_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """The whole quarter of the chosen period, window and language."""
    return File(file_name(context, "quarter", "html"), HTML, book(context).encode())


def book(context: Context) -> str:
    """The document."""
    words, state = context.words, context.state
    parts = _chapters(context)
    every = [chapter for _, members in parts for chapter in members]
    known = {(chapter.state.page, _subject(chapter.state)): chapter.anchor for chapter in every}

    def anchor(href: str) -> str | None:
        address = urlsplit(href)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        same = all(asked.get(name, here) == here for name, here in (("period", state.period), ("window", state.window)))
        page = address.path.strip("/")
        if page == "reports" and ("district", asked.get("unit", "")) in known:
            page = "district"
        subject = asked.get({"target": "target", "district": "unit"}.get(page, ""), "")
        return known.get((page, subject)) if same else None

    body = "".join(_chapter(context, chapter, anchor) for chapter in every)
    title = words("book.title", period=words.period(state.period))
    return (
        f"<!doctype html><html lang='{words.lang}'><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f'<meta http-equiv="Content-Security-Policy" content="{FORBID_REQUESTS}">'
        f"<title>{escape(title)}</title><style>{_style()}{running_rule(context)}</style></head>"
        f"<body class='book'><div class='kpi'>{_cover(context, title)}{_contents(context, parts)}"
        f"<main>{body}</main></div></body></html>"
    )


def _subject(state: State) -> str:
    return state.target or state.unit or ""


def _chapters(context: Context) -> list[tuple[str, list[Chapter]]]:
    """The parts of the file: overview with who reported, targets by group, the work contents, districts."""
    words, here = context.words, replace(context.state, own=())
    overview = Chapter("overview", words("book.overview"), replace(here, page=""))
    reports = Chapter("reports", words("book.reports"), replace(here, page="reports"))
    parts = [(words("nav.overview"), [overview, reports])]
    for name, members in groupby(context.targets.values(), key=lambda target: words.of(target, "group_name")):
        parts.append(
            (
                name,
                [
                    Chapter(
                        f"target-{one.target_code}",
                        f"{one.target_code} {words.of(one, 'short_name')}",
                        replace(here, page="target", own=(("target", one.target_code),)),
                    )
                    for one in members
                ],
            )
        )
    parts.append((words("nav.tasks"), [Chapter("tasks", words("book.tasks"), replace(here, page="tasks"))]))
    districts = [
        Chapter(
            f"district-{unit.unit_code}",
            words.of(unit, "name"),
            replace(here, page="district", own=(("unit", unit.unit_code),)),
        )
        for unit in context.districts
    ]
    return [*parts, (words("nav.district"), districts)] if districts else parts


def _chapter(context: Context, chapter: Chapter, anchor: object) -> str:
    page = PAGES[chapter.state.page](context_of(chapter.state, context.reader))
    drawn = "".join(_part(part, page) for part in page.parts)
    body = rewrite(drawn, chapter.anchor, anchor)  # type: ignore[arg-type]
    kind = chapter.state.page or "overview"
    # A chapter may be looked at, copied or photographed without its cover.
    top, label = escape(context.words("book.top")), escape(label_of(context))
    return (
        f"<article class='chapter {kind}' id='{chapter.anchor}'>{body}"
        f"<p class='top'><span>{label}</span> <a href='#contents'>{top}</a></p></article>"
    )


def _part(part: Markup | Figure | Columns, page: Page) -> str:
    if isinstance(part, Columns):
        sides = [[*part.left], [*part.right]]
        drawn = "".join(f"<div>{''.join(_part(one, page) for one in side)}</div>" for side in sides)
        # A picture of half the width could not be read.
        has_figure = any(isinstance(one, Figure) for side in sides for one in side)
        return f"<div class='{'stack' if has_figure else 'split even'}'>{drawn}</div>"
    if isinstance(part, Figure):
        return _INLINE_STYLE.sub("", page.charts[part.chart]()) if part.chart in page.charts else ""
    return part


def _cover(context: Context, title: str) -> str:
    words, period, publication = context.words, context.period, context.publication
    sample = f"<strong class='sample'>{escape(words('files.sample'))}</strong>" if publication.is_sample else ""
    facts = (
        words(f"window.{context.state.window}"),
        words("book.until", until=formatting.date(period.end_date)),
        words("book.version", version=publication.version, published=formatting.moment(publication.built_at)),
        words(
            "book.reported",
            rate=words.share(period.reported_count, period.reporter_count),
            reported=words.number(period.reported_count),
            expected=words.number(period.reporter_count),
        ),
    )
    lines = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    return f"<header class='cover'><h1>{escape(title)}</h1>{sample}<ul>{lines}</ul></header>"


def _contents(context: Context, parts: list[tuple[str, list[Chapter]]]) -> str:
    title = escape(context.words("book.contents"))
    items = "".join(
        f"<li><b>{escape(name)}</b><ul>"
        + "".join(f"<li><a href='#{one.anchor}'>{escape(one.name)}</a></li>" for one in members)
        + "</ul></li>"
        for name, members in parts
    )
    return f"<nav class='contents' id='contents' aria-label='{title}'><h2>{title}</h2><ul>{items}</ul></nav>"


@cache
def _style() -> str:
    """Letters and rules: the pages' own, then those of the file."""
    pages = files()[STYLE][1].decode()
    own = (_FOLDER / "book.css").read_text(encoding="utf-8")
    return font_faces((400, 600, 700)) + _figures_face() + pages + own


def _figures_face() -> str:
    """The font of figures and signs that Streamlit brings along; without it the reader's own takes its place."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "media"
    font = next(iter(sorted(folder.glob("SourceSansVF-Upright*.woff2"))), None)
    if font is None:
        return ""
    data = base64.b64encode(font.read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{FIGURES_FAMILY}';font-weight:200 900;"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )
