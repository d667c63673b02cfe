"""What frames every page: name, navigation, language, period and window, freshness, sample banner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import NOTHING, Context
from app.core.url_state import LANGUAGES, PAGE_PARAMETERS, WINDOWS, State
from app.queries import plan
from app.records import Period
from app.ui import print_header
from warehouse.settings import Settings

# The navigation registry: what stands in the bar, in order, and what stands behind "more".
MAIN_PAGES = ("", "target", "district", "compare", "tasks", "actions", "submit", "review")
MORE_PAGES = ("reports", "quality", "methodology", "downloads")
# Drill-down pages light up the page above them.
PARENT_PAGE = {"ward": "district", "origin": "methodology"}


def frame(context: Context, body: Markup) -> Markup:
    """A page's body under the bars."""
    bars = _bars(context.state, context.words, context.periods, context.publication.latest_period_code)
    notes = f"{_damage(context)}{_stamp(context)}{print_header.stamp(context)}{_hint(context)}"
    return Markup(f"{bars}{notes}<main id='content'>{body}</main>")


def bare_frame(state: State, words: Words, body: Markup, periods: Sequence[Period] = ()) -> Markup:
    """The frame of a page that only shows a message: bars as far as they are known."""
    return Markup(f"{_bars(state, words, periods, None)}<main id='content'>{body}</main>")


def notice(words: Words) -> Markup:
    """What stands above every page of an app that was opened on purpose to whoever reaches it; else nothing."""
    if not Settings.from_env().is_open_to_all:
        return NOTHING
    return Markup(f"<p class='unguarded' role='note'>{escape(words('guard.open'))}</p>")


def message(title: str, text: str, links: Sequence[tuple[str, str]] = ()) -> Markup:
    """A friendly message with ways on; `links` are (address, text)."""
    ways = "".join(f"<li><a href='{escape(href)}'>{escape(label)}</a></li>" for href, label in links)
    ways = f"<ul>{ways}</ul>" if ways else ""
    return Markup(f"<section class='message'><h1>{escape(title)}</h1><p>{escape(text)}</p>{ways}</section>")


def select(identity: str, label: str, options: Sequence[tuple[str, str, bool]]) -> Markup:
    """A native choice whose options are addresses: (address, text, is chosen)."""
    items = "".join(
        f"<option value='{escape(href)}'{' selected' if chosen else ''}>{escape(text)}</option>"
        for href, text, chosen in options
    )
    return Markup(f"<select id='{identity}' data-go aria-label='{escape(label)}'>{items}</select>")


def section(title: str, body: Markup, note: str = "", identity: str = "", tools: Markup = NOTHING) -> Markup:
    """A part of a page under its heading, `tools` beside it; nothing at all when there is no body."""
    if not body:
        return NOTHING
    remark = f"<p class='note'>{escape(note)}</p>" if note else ""
    name = f" id='{identity}'" if identity else ""
    head = f"<h2>{escape(title)}</h2>"
    head = f"<div class='heading'>{head}{tools}</div>" if tools else head
    return Markup(f"<section{name}>{head}{remark}{body}</section>")


def tools(context: Context, what: str, table: str = "", chart: str = "", documents: Sequence[str] = ()) -> Markup:
    """The files of a part of the page: a table as CSV and Excel, a chart as SVG and PNG, whole documents.

    `table` and `chart` are names in the page's `tables` and `charts`, `documents` names of files (`memo.docx`);
    `what` names the part for screen readers.
    """
    words, state = context.words, context.state
    files = [(kind, state.export(f"table.{kind}", table=table), "") for kind in ("csv", "xlsx") if table]
    if chart:
        address = state.export("chart.svg", chart=chart)
        files += [("svg", address, ""), ("png", address, " data-png")]
    files += [(name.replace(".", "_"), state.export(name), "") for name in documents]
    links = "".join(
        f"<li><a href='{escape(href)}' download{mark}>{escape(words(f'tools.{kind}'))}</a></li>"
        for kind, href, mark in files
    )
    return Markup(
        f"<details class='tools menu'><summary aria-label='{escape(words('tools.title', what=what))}'>"
        f"{escape(words('tools.open'))}</summary><ul data-busy='{escape(words('tools.busy'))}' "
        f"data-failed='{escape(words('tools.failed'))}'>{links}</ul></details>"
    )


def split(left: Markup, right: Markup) -> Markup:
    """Two columns, the left one wider; below each other where there is no room."""
    return Markup(f"<div class='split'><div>{left}</div><div>{right}</div></div>")


def no_districts(context: Context) -> Markup:
    """What a page by district says of a quarter in which there are none, with the way to the last that had some."""
    words, last = context.words, plan.last_period_with_districts(context.reader)
    ways = []
    if last:
        way = words("districts_gone.way", period=words.period(last.period_code))
        ways.append((context.state.href(period=last.period_code), way))
    return message(words("districts_gone.title"), words("districts_gone.text"), ways)


def _bars(state: State, words: Words, periods: Sequence[Period], latest: str | None) -> str:
    current = PARENT_PAGE.get(state.page, state.page)
    main = "".join(_page_link(state, page, current, words) for page in known(MAIN_PAGES))
    more = "".join(_page_link(state, page, current, words) for page in known(MORE_PAGES))
    lit = " class='lit'" if current in MORE_PAGES else ""
    title = escape(words("nav.more"))
    menu = f"<details class='more menu'><summary{lit}>{title}</summary><div>{more}</div></details>" if more else ""
    return (
        f"<a class='skip' href='#content'>{escape(words('nav.skip'))}</a><header class='bar'>"
        f"<a class='brand' href='{escape(_stay(state, ''))}'>{escape(words('app.name'))}</a>"
        f"<nav aria-label='{escape(words('nav.title'))}'>{main}{menu}</nav>"
        f"<div class='controls'>{_period_choice(state, words, periods, latest)}{_windows(state, words)}"
        f"{_languages(state, words)}{_theme(words)}</div></header>"
    )


def known(pages: Sequence[str]) -> list[str]:
    """Those of `pages` that the app has."""
    return [page for page in pages if page in PAGE_PARAMETERS]


def _page_link(state: State, page: str, current: str, words: Words) -> str:
    here = " aria-current=page" if page == current else ""
    return f"<a href='{escape(_stay(state, page))}'{here}>{escape(words('nav.' + (page or 'overview')))}</a>"


def _theme(words: Words) -> str:
    label = escape(words("theme.contrast"))
    return (
        f"<button type='button' class='theme' id='theme' data-theme-toggle aria-pressed='false' "
        f"aria-label='{label}' title='{label}'>◐</button>"
    )


def _hint(context: Context) -> str:
    """Two lines for whoever sees this kind of page for the first time; the page's script shows and remembers it."""
    page = context.state.page or "overview"
    text = escape(context.words(f"hint.{page}"))
    return (
        f"<aside class='hint' data-hint='{page}' hidden><p>{text}</p>"
        f"<button type='button'>{escape(context.words('hint.dismiss'))}</button></aside>"
    )


def _stay(state: State, page: str) -> str:
    return replace(state, own=()).href(page)


def _period_choice(state: State, words: Words, periods: Sequence[Period], latest: str | None) -> str:
    if not periods:
        return ""
    codes = [period.period_code for period in periods]
    options = []
    for code in reversed(codes):
        text = words.period(code)
        if latest is not None and code > latest:
            text = words("period.without_data", period=text)
        options.append((state.href(period=code), text, code == state.period))
    place = codes.index(state.period)
    before = _arrow(state, codes[place - 1] if place else None, "‹", words("period.previous"), "earlier")
    after = _arrow(state, codes[place + 1] if place + 1 < len(codes) else None, "›", words("period.next"), "later")
    return f"<div class='period'>{before}{select('period', words('period.title'), options)}{after}</div>"


def _arrow(state: State, code: str | None, sign: str, label: str, identity: str) -> str:
    if code is None:
        return f"<span class='arrow' aria-hidden='true'>{sign}</span>"
    href = escape(state.href(period=code))
    return f"<a class='arrow' id='{identity}' href='{href}' aria-label='{escape(label)}'>{sign}</a>"


def _windows(state: State, words: Words) -> str:
    links = "".join(
        f"<a id='window-{window}' href='{escape(state.href(window=window))}'"
        f"{' aria-current=true' if window == state.window else ''}>{escape(words(f'window.{window}'))}</a>"
        for window in WINDOWS
    )
    return f"<div class='toggle' role='group' aria-label='{escape(words('window.title'))}'>{links}</div>"


def _languages(state: State, words: Words) -> str:
    links = "".join(
        f"<a id='lang-{lang}' href='{escape(state.href(lang=lang))}' lang='{lang}' "
        f"aria-label='{escape(words(f'lang.{lang}'))}'{' aria-current=true' if lang == state.lang else ''}>"
        f"{lang.upper()}</a>"
        for lang in LANGUAGES
    )
    return f"<div class='toggle' role='group' aria-label='{escape(words('lang.title'))}'>{links}</div>"


def _damage(context: Context) -> Markup:
    """That an older version is shown, because the published one is damaged."""
    damaged = context.warehouse.damaged
    if not damaged:
        return NOTHING
    told = context.words("stamp.damaged", version=damaged, published=formatting.moment(context.publication.built_at))
    return Markup(f"<p class='damaged' role='alert'>{escape(told)}</p>")


def _stamp(context: Context) -> str:
    words, publication, period = context.words, context.publication, context.period
    text = words(
        "stamp.text",
        until=formatting.date(period.end_date),
        published=formatting.moment(publication.built_at),
        rate=words.share(period.reported_count, period.reporter_count),
        reported=words.number(period.reported_count),
        expected=words.number(period.reporter_count),
    )
    sample = f"<strong class='sample'>{escape(words('stamp.sample'))}</strong>" if publication.is_sample else ""
    return f"<p class='stamp'>{sample}<span>{escape(text)}</span></p>"
