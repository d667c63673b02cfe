"""Where a ward comes from: its validity, its predecessors, and what to say of a quarter in which it was not there."""

from __future__ import annotations

from markupsafe import Markup

from app.core import formatting
from app.core.page_context import Context
from app.records import Unit
from app.ui import layout


def origins(context: Context, unit: Unit, history: list[Unit]) -> list[str]:
    """From which units it was formed, and which other units had its code."""
    words, before = context.words, context.words.of(unit, "predecessor_names")
    formed = [words("ward.predecessors", names=before)] if before else []
    same = [
        words("ward.same_code", name=words.of(one, "name"), validity=validity(context, one))
        for one in history
        if one != unit
    ]
    return formed + same or [words("ward.no_predecessor")]


def validity(context: Context, unit: Unit) -> str:
    """Its code and the days from and until which it exists."""
    key, since = "ward.valid" if unit.valid_to else "ward.valid_open", formatting.date(unit.valid_from)
    return context.words(key, code=unit.unit_code, since=since, until=formatting.date(unit.valid_to))


def not_then(context: Context, unit: Unit) -> Markup:
    """What the page says of a quarter in which the ward did not exist, with the way to the last in which it did."""
    words, period = context.words, context.words.period(context.state.period)
    known = [one.period_code for one in context.periods if unit.exists_on(one.end_date)]
    ways = [(context.state.href(period=code), words("districts_gone.way", period=words.period(code))) for code in known]
    title = words("ward.not_then", ward=words.of(unit, "name"), period=period)
    return layout.message(title, validity(context, unit), ways[-1:])
