"""The call sheet: the units to call in order, those that need a leader first."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.analysis.calls import Call, call_rule
from app.core import formatting
from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.calls.cards import card, card_texts, office_name
from app.pages.calls.data import CallCard, CallSheet, call_cards, call_sheet
from app.pages.shared.page_parts import in_parts
from app.ui import layout, page_header
from app.ui.call_text import praise, reasons
from app.ui.fields import by_field, opened_in
from app.ui.templates import render

# As many calls are made in a morning.
CARDS_AT_ONCE = 10


def page(context: Context) -> Page:
    """Render the whole sheet, or the card of the unit in the address. Raises `UnknownCodeError`."""
    state = context.state
    sheet = call_sheet(context)
    back = page_header.way_back(state.href(unit=None), words("calls.all")) if state.unit else None
    tools = layout.tools(context, words("calls.tab"), table="calls", documents=("calls.html",) if sheet.calls else ())
    head = page_header.unit_head(
        _title(context, sheet), NOTHING, f"{call_rule()} {words('calls.leader_rule')}", back, tools
    )
    body = _caller(context, sheet) + (_cards(context, sheet, sheet.shown) if state.unit else _sections(context, sheet))
    return Page(words("calls.tab"), head + body, {"calls": lambda: _as_table(context, sheet)})


def _sections(context: Context, sheet: CallSheet) -> Markup:
    """Render the few calls that need a leader, the silent units as rows of one card, then all others.

    For a viewer who follows nothing up, such as a leader, the calls of the department are folded.
    """
    first = _section("calls.for_leader", _cards(context, sheet, sheet.for_leader), len(sheet.for_leader))
    rest = _silent(context, sheet)
    staff = in_parts(context.state, sheet.for_staff, lambda shown: _cards(context, sheet, shown), CARDS_AT_ONCE)
    rest += _section("calls.for_staff", staff, len(sheet.for_staff))
    count = len(sheet.silent) + len(sheet.for_staff)
    if context.may_send("record-call") or context.state.is_file or not count:
        return first + rest
    title = words("calls.by_staff", count=count)
    return first + render("pages/calls/staff.html", title=title, is_open=not sheet.for_leader, calls=rest)


def _section(key: str, html: Markup, count: int) -> Markup:
    """Render calls under a heading that counts them; empty without any."""
    return Markup("<h2 class='calls-head'>{}</h2>{}").format(words(key, count=count), html) if count else NOTHING


def _cards(context: Context, sheet: CallSheet, shown: Sequence[tuple[int, Call]]) -> Markup:
    html = Markup("").join(card(context, one) for one in call_cards(context, sheet, shown))
    return Markup("<div class='callcards'>{}</div>").format(html)


def _silent(context: Context, sheet: CallSheet) -> Markup:
    """Render the silent units as rows of one card, with the message that is for all of them."""
    period = context.period
    rows = [card(context, one, is_row=True) for one in call_cards(context, sheet, sheet.silent)]
    message = words("calls.message_text", period=words.period(period.period_code), due=formatting.date(period.due_date))
    html = render("pages/calls/silent.html", message=message, rows=rows)
    return _section("calls.silent_units", html, len(rows))


def _title(context: Context, sheet: CallSheet) -> str:
    due = context.period.due_date
    is_due = context.publication.as_of_date > due
    if context.state.unit:
        name = context.unit_name(context.state.unit)
        if not is_due and not sheet.shown:
            return words("calls.head_one_not_due", unit=name, due=formatting.date(due))
        return words("calls.head_one" if sheet.shown else "calls.head_no_reason", unit=name)
    if not sheet.calls:
        return words("calls.head_none") if is_due else words("calls.not_due", due=formatting.date(due))
    return words("calls.head", count=len(sheet.calls), done=sheet.done_count, of=len(context.reporters))


def _caller(context: Context, sheet: CallSheet) -> Markup:
    """Render the field for the caller's name, shared by all cards; empty where all units have ended without a
    successor."""
    state, today = context.state, context.publication.as_of_date
    codes = {call.unit_code for _, call in sheet.shown}
    shown = [unit for unit in context.reporters if unit.unit_code in codes]
    if not context.may_send("record-call") or not any(unit.exists_on(today) for unit in shown):
        return NOTHING
    return render(
        "pages/calls/caller.html",
        action=state.act("record-call"),
        by=opened_in() + by_field("call-"),
        hidden=[("period_code", state.period), ("window", state.window)],
    )


def _as_table(context: Context, sheet: CallSheet) -> Sheet:
    """Return the calls as a sheet, one row per call."""
    office = office_name(context)

    def told(shown: CallCard) -> str:
        facts = card_texts(context, shown).facts
        return "; ".join(f"{label}: {text.striptags()}" for label, text in facts)

    fields: tuple[Field[CallCard], ...] = (
        Field("calls.column_place", lambda shown: shown.place, "count"),
        Field("sheet.unit_code", lambda shown: shown.unit.unit_code),
        Field("calls.column_unit", lambda shown: words.of(shown.unit, "name")),
        Field("calls.column_office", lambda shown: office),
        Field("calls.telephone", lambda shown: shown.telephone.telephone if shown.telephone else None),
        Field("calls.column_why", lambda shown: "; ".join(reasons(shown.call, context.targets))),
        Field("calls.thank", lambda shown: praise(shown.call.unit, context.targets)),
        Field("calls.column_before", told),
        Field("calls.column_outcome", lambda shown: words(f"calls.{shown.made[0].outcome}") if shown.made else None),
    )
    return sheet_of(words("calls.tab"), fields, call_cards(context, sheet, sheet.shown))
