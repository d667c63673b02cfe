"""The head of the district page: choice of district and peers, the finding, how the report came in."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.analysis import comparison, progress_summary
from app.core.page_context import NOTHING, Context
from app.pages.district.data import DistrictFacts
from app.queries import reporting
from app.ui import layout, page_header
from app.ui.intro import labelled, opening
from app.ui.status import report_words
from app.ui.unit_picker import Pick, picker

NAMED = 3


def opens(context: Context) -> Callable[[str], str]:
    """The address of this page with a target marked."""
    return lambda target: context.state.href(target=target)


def finding(context: Context, facts: DistrictFacts) -> str:
    """How many of the district's targets are met or on track, or that it is silent."""
    found, name = facts.found, context.words.of(facts.unit, "name")
    key = "district.silent" if found.is_silent else "district.headline"
    counts = {"good": found.good_count, "of": found.judged_count, "far": found.far_behind_count}
    return context.words(key, district=name, **counts)


def head(context: Context, facts: DistrictFacts) -> Markup:
    """Choices, the finding, which targets need support, how the report came in."""
    words, state, code = context.words, context.state, facts.unit.unit_code
    options = [
        (state.href(unit=one.unit_code, peers=None), words.of(one, "name"), one is facts.unit)
        for one in context.districts
    ]
    ways = page_header.link_to(state.href("compare", unit=code), words("district.compare"))
    choice = Markup(layout.select("unit", words("district.choose"), options) + _pick(context, facts) + ways)
    return opening(choice, finding(context, facts), [_needs(context, facts), _report(context, code)])


def _needs(context: Context, facts: DistrictFacts) -> Markup:
    words = context.words
    far = [row for row in progress_summary.late(facts.rows, context.targets) if row.status == "far_behind"]
    if not far:
        return NOTHING
    opened = opens(context)
    named = [page_header.need(row, context.targets[row.target_code], opened(row.target_code), words) for row in far]
    text = words.markup("district.needs", targets=words.join(named[:NAMED]))
    return text + words.markup("district.needs_more", count=len(far) - NAMED) if len(far) > NAMED else text


def _report(context: Context, code: str) -> Markup:
    """How this quarter's report came in, with the way to the last quarter that has figures if there is none."""
    words, state = context.words, context.state
    reports = reporting.reports(context.reader, code)
    now = next((one for one in reports if one.period_code == state.period), None)
    if now is None:
        return NOTHING
    told = words.markup("district.report", state=report_words(now.state, now.days_late, words).lower())
    last = next((one for one in reports if one.period_code < state.period and one.version), None)
    if now.version or last is None:
        return told
    way = page_header.link_to(state.href(period=last.period_code), words.period(last.period_code))
    return told + " " + words.markup("district.last_figures", period=way)


def _pick(context: Context, facts: DistrictFacts) -> Markup:
    words, href, codes = context.words, context.state.href, [peer.unit_code for peer in facts.peers]
    picks = []
    for place, peer in enumerate(facts.peers, 1):
        rest = ",".join(code for code in codes if code != peer.unit_code)
        picks.append(Pick(str(place), words.of(peer, "name"), href(peers=rest or None)))
    others = [one for one in context.districts if one is not facts.unit and one.unit_code not in codes]
    adds = [(href(peers=",".join([*codes, one.unit_code])), words.of(one, "name")) for one in others]
    further = adds if len(codes) < comparison.MOST_PEERS else []
    return labelled(words("district.beside"), picker("add-peer", words("district.peers"), picks, further, words))
