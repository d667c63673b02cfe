"""The call sheet: the units to call in order, one card each."""

from __future__ import annotations

from markupsafe import Markup

from app.core import formatting
from app.core.page_context import NOTHING, Context, Page
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.calls.cards import card, card_texts, office_name
from app.pages.calls.data import CallCard, CallSheet, call_cards, call_sheet
from app.pages.shared.page_parts import in_parts
from app.ui import layout, page_header
from app.ui.call_text import praise, reasons
from app.ui.fields import by_field, programme_field
from app.ui.templates import render

# As many calls are made in a morning.
CARDS_AT_ONCE = 10


def page(context: Context) -> Page:
    """Render the whole sheet, or the card of the unit in the address. Raises `UnknownCodeError`."""
    words, state = context.words, context.state
    sheet = call_sheet(context)
    back = page_header.way_back(state.href(unit=None), words("calls.all")) if state.unit else None
    tools = layout.tools(context, words("calls.tab"), table="calls", documents=("calls.html",) if sheet.calls else ())
    head = page_header.unit_head(_title(context, sheet), tools, words("calls.rule"), back)
    body = _caller(context, sheet) + in_parts(
        state,
        sheet.shown,
        lambda shown: Markup("<div class='callcards'>{}</div>").format(
            Markup("").join(card(context, one) for one in call_cards(context, sheet, shown))
        ),
        words,
        CARDS_AT_ONCE,
    )
    return Page(words("calls.tab"), head + body, {"calls": lambda: _as_table(context, sheet)})


def _title(context: Context, sheet: CallSheet) -> str:
    words, due = context.words, context.period.due_date
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
        by=programme_field() + by_field(context.words, "call-"),
        hidden=[("period_code", state.period), ("window", state.window)],
        words=context.words,
    )


def _as_table(context: Context, sheet: CallSheet) -> Sheet:
    """Return the calls as a sheet, one row per call."""
    words = context.words
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
        Field("calls.column_why", lambda shown: "; ".join(reasons(shown.call, context.targets, words))),
        Field("calls.thank", lambda shown: praise(shown.call.unit, context.targets, words)),
        Field("calls.column_before", told),
        Field("calls.column_outcome", lambda shown: words(f"calls.{shown.made[0].outcome}") if shown.made else None),
    )
    return sheet_of(words("calls.tab"), fields, call_cards(context, sheet, sheet.shown), words)
