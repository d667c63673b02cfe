"""HTML of the frame of every page: navigation, language, period and window, freshness, sample banner, sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from app.analysis.period_state import period_sentence, reading_note
from app.core import formatting, permissions, programmes
from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page
from app.core.pages import PAGES, pages_of_menu
from app.core.url_state import LANGUAGES, SHARED_PARAMETERS, WINDOWS, State, hidden_programme, in_plan
from app.queries import plan
from app.records import Period
from app.ui import print_header
from app.ui.choices import Link, links, select
from app.ui.page_header import link_to
from app.ui.templates import render
from warehouse.settings import RELEASE, Settings

OVERVIEW, SEARCH = "", "search"
MAIN_PAGES, MORE_PAGES = pages_of_menu("main"), pages_of_menu("more")
# Pages whose hint has a further sentence for viewers who may send this form of the page.
FORMS_IN_HINTS = {OVERVIEW: "open-action", "calls": "record-call", "reports": "accept-report", "actions": "open-action"}


@dataclass(frozen=True, slots=True)
class Bars:
    """Bar above a page.

    `periods` is the choice of a quarter, empty while none is known, and `period` the name of the chosen one, for
    browsers without scripts; `windows` is also empty for viewers who may not read figures. `typed` is the content of
    the search field, shown if `is_searched`; `kept` are the address parameters submitted with a search; `programmes` is
    the choice of a programme, empty where the viewer has only one.
    """

    home: str
    main: Sequence[Link]
    more: Sequence[Link]
    is_more_lit: bool
    periods: Markup
    period: str
    earlier: Link
    later: Link
    windows: Sequence[Link]
    languages: Sequence[Link]
    is_searched: bool
    typed: str
    kept: Mapping[str, str]
    programmes: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Publication line of a page: last period, publication date, rate of reporting, whether figures are a sample.

    `hint` states what the page shows, `tells_of_keys` if it explains keyboard shortcuts; `plan` and `plan_note`
    describe a plan without a decision; `damaged` is set when an older version is shown because the published version is
    damaged; `on_paper` is only printed.
    """

    hint: str
    tells_of_keys: bool
    text: str
    is_sample: bool
    plan: str
    plan_note: str
    damaged: str
    on_paper: Markup


def frame(context: Context, page: Page) -> Markup:
    """Render a page's body below the bars, with links to its parts."""
    bars = _bars(context.state, context.periods, context.publication.latest_period_code)
    return render(
        "ui/layout.html",
        bars=bars,
        brand=words.of(context.plan, "name"),
        stamp=_stamp(context),
        parts=[part for part in page.parts if f"id='{part.identity}'" in page.body],
        state=period_state(context),
        body=page.body,
        is_signed_in=Settings.from_env().asks_to_sign_in,
        release=RELEASE,
    )


def period_state(context: Context) -> Markup:
    """Render the note on a period that is not judged as a whole; empty for any other period.

    It contains the state, how to read values on a page with figures, and the link to the period under review.
    """
    state, period = context.state, context.period
    text = period_sentence(period, context.publication.as_of_date)
    if not text:
        return NOTHING
    note = reading_note(period) if PAGES[state.page].has_figures else ""
    reviewed = context.reviewed_period
    way = NOTHING
    if reviewed:
        name = words("period_state.reviewed", period=words.period(reviewed.period_code))
        way = link_to(state.href(period=reviewed.period_code), name)
    return render("ui/period_state.html", text=text, note=note, way=way)


def bare_frame(state: State, body: Markup) -> Markup:
    """Render the frame of a page that only shows a message: bars with the known values."""
    bars = _bars(state, (), None)
    brand = words("app.name")
    return render(
        "ui/layout.html",
        bars=bars,
        brand=brand,
        stamp=None,
        parts=(),
        state=NOTHING,
        body=body,
        is_signed_in=Settings.from_env().asks_to_sign_in,
        release=RELEASE,
    )


def notice() -> Markup:
    """Render the banner shown when the app runs without sign-in; empty otherwise."""
    if not Settings.from_env().is_open_to_all:
        return NOTHING
    return Markup("<p class='unguarded' role='note'>{}</p>").format(words("guard.open"))


def message(title: str, text: str, links: Sequence[Link] = (), heading: str = "h1") -> Markup:
    """Render a message with links; each line of the text is a paragraph. A page has one `h1`."""
    return render("ui/message.html", title=title, text=text, ways=links, heading=heading)


def section(title: str, body: Markup, note: str = "", identity: str = "", tools: Markup = NOTHING) -> Markup:
    """Render a part of a page under its heading, with `tools` beside it; empty without a body."""
    if not body:
        return NOTHING
    return render("ui/section.html", title=title, body=body, note=note, identity=identity, tools=tools)


def part(
    context: Context, title: str, body: Markup, note: str = "", identity: str = "", table: str = "", chart: str = ""
) -> Markup:
    """Render a section whose table or chart can be downloaded; see `tools`."""
    return section(title, body, note, identity, tools(context, title, table, chart))


@dataclass(frozen=True, slots=True)
class FileLink:
    """Address of a file created from a page's state; `is_drawn` where the browser creates it from the SVG (PNG)."""

    href: str
    text: str
    is_drawn: bool = False


def tools(context: Context, what: str, table: str = "", chart: str = "", documents: Sequence[str] = ()) -> Markup:
    """Render the download links of a part: a table as CSV and Excel, a chart as SVG and PNG, documents; and a link to
    explore its figures.

    `table` and `chart` are names in the page's `tables` and `charts`, `documents` names of files (`memo.docx`), of
    which the viewer is offered those that they may have; `what` names the part for screen readers. Empty without files,
    and on a page rendered for an offline file.
    """
    state = context.state
    documents = [name for name in documents if permissions.FILES[name].is_met_by(context.viewer)]
    if state.is_file or not (table or chart or documents):
        return NOTHING
    files = []
    if table:
        for kind in ("csv", "xlsx"):
            files.append(FileLink(state.export(f"table.{kind}", table=table), words(f"tools.{kind}")))
    if chart:
        address = state.export("chart.svg", chart=chart)
        files.append(FileLink(address, words("tools.svg")))
        files.append(FileLink(address, words("tools.png"), is_drawn=True))
    for name in documents:
        files.append(FileLink(state.export(name), words(f"tools.{name.replace('.', '_')}")))
    explore = state.explore() if table or chart else ""
    return render("ui/tools.html", title=words("tools.title", what=what), files=files, explore=explore)


def split(left: Markup, right: Markup, *, is_even: bool = False) -> Markup:
    """Render two columns, the left one wider; stacked on narrow screens.

    Columns of nearly the same width (`is_even`) stay side by side on a tablet.
    """
    near = " near" if is_even else ""
    return Markup("<div class='split{}'><div>{}</div><div>{}</div></div>").format(near, left, right)


def no_units(context: Context) -> Markup:
    """Render the note for a viewer of units of whom none is of the reading level, or for a plan of one unit."""
    place = words.of(context.city, "short_name")
    if context.viewer.readable_units is None:
        return message(words("scope.no_units_title", place=place), words("scope.no_units_text", place=place))
    return message(words("scope.title"), words("scope.text"))


def no_districts(context: Context) -> Markup:
    """Render the note for a quarter without districts, with a link to the last quarter that had some.

    For a viewer of some units only, it states that none of them is a district.
    """
    if context.viewer.readable_units is not None or not context.units:
        return no_units(context)
    last = plan.last_period_with_districts(context.reader)
    onward = []
    if last:
        way = words("districts_gone.way", period=words.period(last.period_code))
        onward.append(Link(context.state.href(period=last.period_code), way))
    return message(words("districts_gone.title"), words("districts_gone.text"), onward)


def _bars(state: State, periods: Sequence[Period], latest: str | None) -> Bars:
    """Return the bars of a page; a future period is offered only if the address names it."""
    current = PAGES[state.page].parent or state.page
    reads = OVERVIEW not in state.hidden
    windows = [(code, words(f"window.{code}_short")) for code in WINDOWS] if reads else []
    choices = [period for period in periods if reads and (period.has_begun or period.period_code == state.period)]
    codes = [period.period_code for period in choices]
    index = codes.index(state.period) if codes else 0
    main, more = shown(state, MAIN_PAGES), shown(state, MORE_PAGES)
    if not main:
        main, more = more, []
    return Bars(
        home=_stay(state, next(iter(main), OVERVIEW)),
        main=[_page_link(state, page, current) for page in main],
        more=[_page_link(state, page, current) for page in more],
        is_more_lit=current in MORE_PAGES,
        periods=_period_choice(state, codes, latest),
        period=words.period(state.period) if codes else "",
        earlier=_arrow(state, codes[:index][-1:], words("period.previous")),
        later=_arrow(state, codes[index + 1 :][:1], words("period.next")),
        windows=links(state.href, "window", windows, state.window),
        languages=[_language_link(state, code) for code in LANGUAGES],
        is_searched=SEARCH not in state.hidden,
        typed=state.get("q") or "",
        kept={name: value for name in SHARED_PARAMETERS if (value := getattr(state, name))},
        programmes=links_of if len(links_of := programme_links(state)) > 1 else (),
    )


def _language_link(state: State, code: str) -> Link:
    """Return the link to the page in a language; from a refusal to the same address, whose page is hidden."""
    href = state.href(lang=code) or in_plan(f"?lang={code}")
    return Link(href, words(f"lang.{code}"), code == state.lang, code)


def programme_links(state: State) -> list[Link]:
    """Return links to the overview of each programme that is not hidden from the viewer; none where there is one."""
    settings = Settings.from_env()
    return [
        Link(_start_of(settings, code, state.lang), name, code == settings.programme, code)
        for code, name in programmes.names(state.lang).items()
        if hidden_programme(code) not in state.hidden
    ]


def _start_of(settings: Settings, code: str, lang: str) -> str:
    return State(window="", lang=lang, plan=settings.of_programme(code).plan_in_addresses).href()


def shown(state: State, pages: Sequence[str]) -> list[str]:
    """Return the pages that are not hidden from the viewer."""
    # Without sign-in there are no known users.
    away = state.hidden if Settings.from_env().asks_to_sign_in else {*state.hidden, "people"}
    return [page for page in pages if page not in away]


def _page_link(state: State, page: str, current: str) -> Link:
    return Link(_stay(state, page), words("nav." + (page or "overview")), page == current)


def _stay(state: State, page: str) -> str:
    return replace(state, own=()).href(page)


def _period_choice(state: State, codes: Sequence[str], latest: str | None) -> Markup:
    if not codes:
        return NOTHING

    quarters = links(state.href, "period", [(code, words.period(code)) for code in reversed(codes)], state.period)
    empty = [way for way in quarters if latest is not None and way.code > latest]
    filled = quarters[len(empty) :]
    return select("period", words("period.title"), filled, empty, words("period.without_data"))


def _arrow(state: State, neighbour: Sequence[str], label: str) -> Link:
    """Return the link to a neighbouring quarter, if there is one."""
    return Link(state.href(period=neighbour[0]) if neighbour else "", label)


def _stamp(context: Context) -> Stamp:
    publication, period = context.publication, context.period
    published = formatting.moment(publication.built_at)
    # Figures of a quarter that has not ended do not reach its end.
    is_open, is_future = period.covers_to >= publication.as_of_date, period.period_state == "future"
    text = words(
        "stamp.future" if is_future else "stamp.open" if is_open else "stamp.text",
        until=formatting.date(period.covers_to),
        published=published,
        rate=words.share(period.reported_count, period.reporter_count),
        reported=words.number(period.reported_count),
        expected=words.number(period.reporter_count),
    )
    return Stamp(
        hint=_hint(context),
        tells_of_keys=PAGES[context.state.page].has_keys,
        text=text if OVERVIEW not in context.state.hidden else "",
        is_sample=publication.is_sample,
        plan=words("stamp.plan", plan=words.of(context.plan, "name")) if context.plan.is_illustrative else "",
        plan_note=words.of(context.plan, "note") if context.plan.is_illustrative else "",
        damaged=_damaged(context),
        on_paper=print_header.stamp(context),
    )


def _hint(context: Context) -> str:
    """Return what the page shows and, for viewers who may do it, what can be done there."""
    page = context.state.page
    name = page or "overview"
    texts = [words(f"hint.{name}")]
    if page in FORMS_IN_HINTS and context.may_send(FORMS_IN_HINTS[page]):
        texts.append(words(f"hint_form.{name}"))
    return " ".join(texts)


def _damaged(context: Context) -> str:
    """Return that an older version is shown because the newest is damaged; empty where it is intact."""
    damaged = context.warehouse.damaged
    shown = words.version(context.publication.version)
    return words("stamp.damaged", version=words.version(damaged), shown=shown) if damaged else ""
