"""Call sheet as one file: each call with sentences to say and room for its result, a dozen per sheet of paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

from app.analysis.calls import call_rule
from app.core.i18n import words
from app.core.page_context import Context
from app.exports.offline_html.links import FileState
from app.exports.shared.document import document
from app.pages.calls.cards import card_texts, office_name
from app.pages.calls.data import call_cards, call_sheet
from app.ui.layout import period_state
from app.ui.print_header import label
from warehouse.desk import OUTCOMES

_STYLE = Path(__file__).with_name("call-sheet.css")


def printable_call_sheet(context: Context) -> Markup:
    """Render the document with all calls, or those of the unit in the address."""
    state = context.state
    # A file has no links to pages.
    file = replace(context, state=FileState("calls", state.period, state.window, state.lang, state.own))
    sheet = call_sheet(file)
    cards = [card_texts(file, shown) for shown in call_cards(file, sheet, sheet.shown)]
    return document(
        context,
        "exports/call_sheet/sheet.html",
        words("calls.paper_title", period=words.period(state.period)),
        _STYLE,
        state=period_state(file),
        label=label(context),
        office=office_name(context),
        rule=call_rule(),
        outcomes=[words(f"calls.{outcome}") for outcome in OUTCOMES],
        cards=cards,
    )
