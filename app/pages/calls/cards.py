"""HTML of one call: reasons, office, thanks, promises, questions, outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from app.analysis.action_state import OVERDUE, action_states
from app.analysis.due_day import promise_day
from app.core import formatting
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import NOTHING, Context
from app.core.url_state import State
from app.pages.calls.data import CallCard, EarlierCall
from app.queries import plan
from app.records import Progress, Target
from app.records.followup import FollowUp
from app.records.review import ShownFigure
from app.ui.call_text import matter, praise, reasons, to_say
from app.ui.fields import by_field, day_field, form, side_by_side, text_field
from app.ui.figure_text import report_owed, value_and_status, what_to_do
from app.ui.page_header import link_to
from app.ui.status import chip, figure_chip
from app.ui.templates import render
from warehouse import clock
from warehouse.desk import MESSAGED, NOT_REACHED, OUTCOMES, PROMISED, REACHED, CallMade

# Figures on a card; the unit's page has the others.
TOLD = 3


@dataclass(frozen=True, slots=True)
class _Matter:
    """A late figure on a card: its state, its text, the links to it and to a new action about it."""

    chip: Markup
    text: str
    href: str
    assign: str


@dataclass(frozen=True, slots=True)
class CardTexts:
    """Texts of a card, on a page and on paper: the office's telephone as written and as dialled, the note that the unit
    `ended` and its successors (empty while it exists), reasons, thanks, `facts` under their names (last promise, last
    call), three sentences for the caller."""

    place: int
    name: str
    telephone: str
    dialled: str
    ended: Markup
    reasons: list[str]
    praise: str
    facts: list[tuple[str, Markup]]
    sentences: tuple[str, str, str]


def card_texts(context: Context, shown: CallCard) -> CardTexts:
    """Return the texts of one card."""
    targets = context.targets
    telephone = shown.telephone.telephone if shown.telephone else ""
    broken = shown.promise.action if shown.promise and _is_broken(context, shown.promise) else None
    return CardTexts(
        place=shown.place,
        name=words.of(shown.unit, "name"),
        telephone=telephone,
        dialled=shown.telephone.dialled if shown.telephone else "",
        ended=_ended(context, shown),
        reasons=reasons(shown.call, targets),
        praise=praise(shown.call.unit, targets),
        facts=_facts(context, shown),
        sentences=to_say(shown.call, shown.figures, broken, targets, context.period),
    )


def _ended(context: Context, shown: CallCard) -> Markup:
    """Render the note that a unit has ended since, with links to the authorities in its place; empty while it
    exists."""
    if shown.unit.exists_on(context.publication.as_of_date):
        return NOTHING
    href, newest = context.state.href, context.publication.latest_period_code
    names = [
        link_to(href(unit_page(heir.unit_level), unit=heir.unit_code, period=newest), words.of(heir, "name"))
        for heir in shown.heirs
    ]
    return words.markup("calls.ended", date=formatting.date(shown.unit.valid_to), heirs=words.join(names))


def card(context: Context, shown: CallCard, *, is_row: bool = False) -> Markup:
    """Render one card; as a row of the card of silent units its sentences and facts are folded."""
    href = context.state.href
    code = shown.unit.unit_code
    return render(
        "pages/calls/card.html",
        code=code,
        texts=card_texts(context, shown),
        unit_href=href(context.unit_page(code), unit=code),
        memo_href=_memo_href(context, code),
        office=office_name(context),
        matters=[_matter(context, row) for row in shown.figures[:TOLD]],
        further=len(shown.figures) - TOLD,
        made=[_made(call) for call in shown.made],
        outcomes=[(outcome, words(f"calls.{outcome}")) for outcome in OUTCOMES if outcome in _outcomes(shown)],
        is_row=is_row,
        promise_form=_promise_form(context, shown),
        reason_target=shown.call.unit.longest_target_code,
        is_open=context.may_send("record-call"),
        telephone_form=_telephone_form(context.state, shown),
    )


def _outcomes(shown: CallCard) -> tuple[str, ...]:
    """Return the outcomes with a button: a message is for units whose report is missing, a promise has a form."""
    return (REACHED, NOT_REACHED, MESSAGED) if shown.call.unit.is_silent else (REACHED, NOT_REACHED)


def _promise_form(context: Context, shown: CallCard) -> Markup:
    """Render the folded form for what was promised in a call; the call is recorded when it is stored."""
    state = context.state
    prefix = f"promise-{shown.unit.unit_code}-"
    # What is suggested is due from today, whatever period is shown.
    due = promise_day(clock.now().date())
    promised = side_by_side(
        text_field("what", words("calls.promise_what"), "", _suggested(context, shown), prefix=prefix),
        day_field("due_date", words("calls.promise_due"), due, prefix),
    )
    asked = side_by_side(
        text_field("support", words("calls.support_what"), words("calls.support_hint"), prefix=prefix),
        day_field("support_due", words("calls.support_due"), due, prefix),
    )
    target = shown.call.unit.longest_target_code
    outcome = " ".join(filter(None, (PROMISED, shown.unit.unit_code, target)))
    fixed = [("period_code", state.period), ("window", state.window), ("outcome", outcome)]
    html = form(state, "record-call", promised + asked + by_field(prefix), words("calls.keep_promise"), fixed)
    return Markup("<details class='step promise'><summary>{}</summary>{}</details>").format(
        words("calls.promised"), html
    )


def _suggested(context: Context, shown: CallCard) -> str:
    """Return the promise to suggest: the report, else what is to be done about the first figure; empty for neither."""
    unit = shown.call.unit
    if unit.is_silent:
        return report_owed(unit.report_state, context.state.period)
    figures = shown.figures[:1]
    return "".join(what_to_do(row, context.targets[row.target_code]) for row in figures)


def _memo_href(context: Context, unit: str) -> str:
    """Return the address of the memo about a unit."""
    return replace(context.state, page=context.unit_page(unit), own=(("unit", unit),)).export("memo.docx")


def office_name(context: Context) -> str:
    """Return the office to call at the units that report; empty where none is known."""
    office = plan.office(context.reader, context.reporter_level, context.publication.as_of_date)
    return words.of(office, "name") if office else ""


def _facts(context: Context, shown: CallCard) -> list[tuple[str, Markup]]:
    """Return the last promise with its figure then and now, what the city promised, and the outcome of the last call,
    each under its name."""
    lines = []
    if shown.promise:
        lines.append((words("calls.promise"), _promise(context, shown.promise)))
    if shown.support:
        lines.append((words("calls.support"), _promise(context, shown.support)))
    if shown.earlier:
        lines.append((words("calls.last"), _earlier(context.targets, shown.earlier)))
    return lines


def _matter(context: Context, row: Progress) -> _Matter:
    href = context.state.href
    unit, target = row.unit_code, row.target_code
    return _Matter(
        chip=figure_chip(row),
        text=matter(row, context.targets[target]),
        href=href(context.unit_page(unit), unit=unit, target=target),
        assign=href("actions", new="1", unit=unit, target=target),
    )


def _promise_state(context: Context, promise: FollowUp) -> str:
    action = promise.action
    return action_states(context.reader, [action], context.publication.as_of_date).of(action)


def _is_broken(context: Context, promise: FollowUp) -> bool:
    return _promise_state(context, promise) == OVERDUE


def _promise(context: Context, promise: FollowUp) -> Markup:
    action = promise.action
    what = link_to(context.state.href("actions", action=str(action.action_id)), action.what)
    text = words.markup("calls.promised_what", what=what, due=formatting.date(action.due_date))
    text += Markup(" ") + chip(_promise_state(context, promise))
    return text + _then_now(context.targets, promise.then, promise.now, is_unlike=promise.is_unlike)


def _earlier(targets: dict[str, Target], earlier: EarlierCall) -> Markup:
    made = earlier.made
    text = words(
        "calls.last_made",
        date=formatting.date(made.called_at),
        outcome=words(f"calls.{made.outcome}"),
        period=words.period(made.period_code),
    )
    return escape(text) + _then_now(targets, earlier.then, earlier.now, is_unlike=earlier.is_unlike)


def _then_now(
    targets: dict[str, Target], then: Progress | ShownFigure | None, now: Progress | None, *, is_unlike: bool
) -> Markup:
    """Return the progress of a figure between two days; empty where one of them is not known."""
    if then is None or now is None:
        return NOTHING
    key = "calls.unlike" if is_unlike else "calls.since"
    target = words.of(targets[now.target_code], "short_name") if now.target_code in targets else ""
    text = words(key, target=target, then=value_and_status(then), now=value_and_status(now))
    return Markup("<br><span class='n'>{}</span>").format(text)


def _made(made: CallMade) -> str:
    return words(
        "calls.made",
        outcome=words(f"calls.{made.outcome}"),
        at=formatting.moment(made.called_at),
        by=made.called_by,
    )


def _telephone_form(state: State, shown: CallCard) -> Markup:
    """Render the folded form for the office's telephone number."""
    prefix = f"line-{shown.unit.unit_code}-"
    known = shown.telephone.telephone if shown.telephone else ""
    fields = text_field(
        "telephone", words("calls.telephone"), words("calls.telephone_hint"), known, prefix=prefix
    ) + by_field(prefix)
    fixed = [("unit_code", shown.unit.unit_code)]
    html = form(state, "keep-line", fields, words("calls.keep"), fixed)
    title = words("calls.change_telephone" if known else "calls.add_telephone")
    return Markup("<details class='step'><summary>{}</summary>{}</details>").format(title, html)
