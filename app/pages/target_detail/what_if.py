"""HTML of the assumptions: how to choose them, and the city's figure under them. Rendered unlike any figure, and not
printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis.what_if import Outcome, is_one_unit, missing_count
from app.core.i18n import words
from app.core.levels import BASE_PAGE, MIDDLE_PAGE, is_base
from app.core.page_context import NOTHING, Context
from app.core.url_state import SHARED_PARAMETERS, State
from app.pages.shared.units import full_name
from app.pages.target_detail.assumptions import MOST_CHOSEN, MOST_FOUND, Choice, Offer, WhatIf
from app.records import Progress, Target
from app.ui.choices import Link, select
from app.ui.figure_text import counted, value_and_status, value_text
from app.ui.templates import render

PART = "what-if"
STEPS_PCT = tuple(range(0, 101, 10))


@dataclass(frozen=True, slots=True)
class _Line:
    """A unit with an assumption: its effect or why there is none, the links to change it and to remove it."""

    name: str
    text: str
    choice: Markup
    out: Link


def is_asked(state: State) -> bool:
    """Return whether the address assumes something or searches for a unit."""
    return bool(state.get("assume") or state.get("find"))


def section(context: Context, target: Target, what_if: WhatIf | None) -> Markup:
    """Render the part of the page, folded while the address assumes nothing; empty where nothing can be assumed."""
    if what_if is None:
        return NOTHING
    state = context.state
    has_room = len(what_if.choices) < MOST_CHOSEN
    kept = {name: value for name, value in state.own if name != "find"} | {"target": target.target_code}
    kept |= {name: value for name in SHARED_PARAMETERS if (value := getattr(state, name))}
    return render(
        "pages/target_detail/what_if.html",
        identity=PART,
        is_open=is_asked(state),
        outcome=what_if.outcome,
        value=_value(what_if.outcome, what_if.city) if what_if.outcome else "",
        told=_told(target, what_if, what_if.outcome) if what_if.outcome else (),
        lines=[_line(context, target, what_if, choice) for choice in what_if.choices],
        way_out=state.href(assume=None, find=None) if what_if.choices else "",
        has_room=has_room,
        kept=kept,
        sought=state.get("find") or "",
        hits=_offers(context, target, what_if, what_if.found),
        most=MOST_FOUND,
        offered=_offered(context, target, what_if) if has_room else {},
    )


def _value(outcome: Outcome, city: Progress) -> str:
    """Return a value that is never rounded across the threshold or the path."""
    return words.percent(outcome.value_pct, city.threshold_pct, city.path_pct)


def _told(target: Target, what_if: WhatIf, outcome: Outcome) -> list[str]:
    """Return the city's figure, whether its status would change, and what it would still lack."""
    city = what_if.city
    lines = [
        words(
            "what_if.instead",
            value=value_text(city),
            status=words.status(city.shown_status).lower(),
            numerator=words.number(outcome.numerator),
            denominator=words.number(outcome.denominator),
            numerator_now=words.number(city.numerator),
            denominator_now=words.number(city.denominator),
        )
    ]
    if outcome.status == city.status:
        lines.append(words("what_if.stays", status=words.status(city.status).lower()))
    else:
        ends = {"before": words.status(city.status).lower(), "after": words.status(outcome.status).lower()}
        lines.append(words("what_if.turns", **ends))
    if outcome.is_withheld:
        lines.append(words("what_if.withheld"))
    elif still := _still_lacking(target, what_if, outcome):
        goal = "path" if city.missing_to_path_count is not None and city.path_pct != city.threshold_pct else "threshold"
        lines.append(words(f"what_if.lacking_{goal}", things=counted(still, target)))
    return lines


def _still_lacking(target: Target, what_if: WhatIf, outcome: Outcome) -> int:
    """Return how many more the city would need for its goal; 0 where it would need none, or where no one counted it:
    the denominator is another one, or less is better."""
    if target.direction != "up" or outcome.denominator != what_if.city.denominator:
        return 0
    return max(0, round(missing_count(what_if.city) - sum(assumption.more for assumption in what_if.assumed)))


def _line(context: Context, target: Target, what_if: WhatIf, choice: Choice) -> _Line:
    name = full_name(context.reader, choice.unit)
    rest = [other for other in what_if.choices if other is not choice]
    out = Link(_address(context.state, rest), words("picker.remove", name=name))
    if choice.assumed is None:
        return _Line(name, words(f"what_if.refused_{choice.refusal}"), NOTHING, out)
    then = choice.assumed
    if then.is_newly_known:
        text = words("what_if.newly_known", numerator=words.number(then.numerator))
    else:
        text = words(
            "what_if.unit" if then.more else "what_if.unit_same",
            numerator=words.number(then.numerator),
            denominator=words.number(then.denominator),
            numerator_now=words.number(then.row.numerator),
        )
    return _Line(name, text, _values(context, target, what_if, choice, then.row), out)


def _values(context: Context, target: Target, what_if: WhatIf, choice: Choice, row: Progress) -> Markup:
    """Render the choice of a unit's value: its goal, or a number of points; done or not where it answers so."""
    if is_one_unit(row, target):
        named = [(None, words("what_if.done")), (0, words("what_if.not_done"))]
    else:
        goal = "threshold" if row.path_pct is None else "path"
        asked = words(
            f"what_if.as_asked_{goal}", value=words.percent(row.threshold_pct if row.path_pct is None else row.path_pct)
        )
        steps = sorted({*STEPS_PCT, *([] if choice.value_pct is None else [choice.value_pct])})
        named = [(None, asked), *((step, words("what_if.at", value=words.number(step))) for step in steps)]
    links = []
    for value_pct, text in named:
        changed = [
            _said(other.unit.unit_code, value_pct if other is choice else other.value_pct) for other in what_if.choices
        ]
        links.append(Link(_to(context.state, changed), text, value_pct == choice.value_pct))
    return select(
        _identity(choice.unit.unit_code), words("what_if.choose", unit=full_name(context.reader, choice.unit)), links
    )


def _offered(context: Context, target: Target, what_if: WhatIf) -> dict[str, Sequence[Link]]:
    """Return the units that lack most, by kind."""
    reporters = BASE_PAGE if is_base(context.reporter_level) else MIDDLE_PAGE
    groups = {"area": what_if.areas, reporters: what_if.reporters}
    return {
        words(f"what_if.offered_{kind}"): [
            *_offers(context, target, what_if, offers),
            *_all_of(context.state, what_if, kind, offers),
        ]
        for kind, offers in groups.items()
        if offers
    }


def _all_of(state: State, what_if: WhatIf, kind: str, offers: Sequence[Offer]) -> list[Link]:
    """Return the link that assumes it of all units offered, where the address has room for them."""
    chosen = [_said(choice.unit.unit_code, choice.value_pct) for choice in what_if.choices]
    count = len(offers)
    if count < 2 or len(chosen) + count > MOST_CHOSEN:
        return []
    link = _to(state, [*chosen, *(offer.unit.unit_code for offer in offers)])
    return [Link(link, words("compare.add_alike", count=count), code=_identity(kind))]


def _offers(context: Context, target: Target, what_if: WhatIf, offers: Sequence[Offer]) -> list[Link]:
    """Return links that assume of each unit that it met its goal."""
    chosen = [_said(choice.unit.unit_code, choice.value_pct) for choice in what_if.choices]
    return [
        Link(
            _to(context.state, [*chosen, offer.unit.unit_code]),
            full_name(context.reader, offer.unit),
            code=_identity(offer.unit.unit_code),
            note=_note(offer, target),
        )
        for offer in offers
    ]


def _note(offer: Offer, target: Target) -> str:
    """Return what is known of a unit: what it lacks, or its value."""
    if offer.missing_count is not None:
        is_answer = target.counting_rule == "units" and offer.missing_count == 1
        return "" if is_answer else words("what_if.lacks", count=words.number(offer.missing_count))
    return value_and_status(offer.row) if offer.row else words("compare.not_counted")


def _address(state: State, choices: Sequence[Choice]) -> str:
    return _to(state, [_said(choice.unit.unit_code, choice.value_pct) for choice in choices])


def _to(state: State, assumed: Sequence[str]) -> str:
    return state.href(assume=",".join(assumed) or None, find=None)


def _said(code: str, value_pct: int | None) -> str:
    return code if value_pct is None else f"{code}.{value_pct}"


def _identity(code: str) -> str:
    """Return the element that takes the focus: the value of the unit just chosen."""
    return f"assume-{code}"
