"""Handlers of the forms about actions and notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Protocol

from app.analysis.action_state import action_states
from app.core import formatting
from app.core.i18n import words
from app.core.reader import Reader
from app.core.url_state import State
from app.forms.action_fields import read_due_day, read_fields
from app.forms.form import FormResult, SentForm
from app.queries import followup, plan
from app.queries.office import office_of
from app.ui.action_text import NAMED_HEIRS
from app.ui.figure_text import few
from warehouse import clock
from warehouse.desk import BETWEEN, MEETING, Desk, DeskProblem, DeskRefusal, Draft, Handover, TypedDay
from warehouse.publish.engines import published

# Problems without a field are reported for the whole form.
FIELDLESS = frozenset(
    {
        *("status", "review_id", "version", "window", "period_code", "action_id", "view_id", "made_on", "page"),
        *("question_id", "figure", "office_code"),
    }
)
# Problems of a page that does not show what others wrote meanwhile.
OUTDATED = frozenset({"changed_meanwhile", "not_read_back", "question_moved"})
# A reader who is not led on stays on the page.
STAY = ""


def open_action(sent: SentForm, origin: str = "") -> FormResult:
    """Give work; moves on to the new action. Without an `origin` the review that the form names decides, if any."""

    def write(desk: Desk) -> str:
        draft = Draft(
            **read_fields(sent),
            period_code=sent.text("period_code"),
            review_id=sent.number("review_id"),
            origin=origin or (BETWEEN if sent.number("review_id") is None else MEETING),
        )
        require_known(sent, sent.text("unit_code"), sent.text("target_code"))
        require_lasting(sent, sent.text("unit_code"), draft.due_date)
        action = desk.open_action(draft, sent.by, token=sent.token)
        page = State("actions", sent.text("period_code"), sent.text("window"), words.lang)
        return page.href(action=str(action.action_id))

    return write_at_desk(sent, "action_done.opened", write)


def change_action(sent: SentForm) -> FormResult:
    """Change the content of an action."""

    def write(desk: Desk) -> str:
        changes = read_fields(sent)
        require_known(sent, sent.text("unit_code"), sent.text("target_code"))
        key = sent.key("action_id")
        # What is with a unit that has ended may be changed in everything else.
        if sent.text("unit_code") != (desk.action(key).unit_code or ""):
            require_lasting(sent, sent.text("unit_code"), changes["due_date"])
        desk.change_action(key, sent.by, changes, seen=sent.number("seen"))
        return STAY

    return write_at_desk(sent, "action_done.changed", write)


def move_action(sent: SentForm) -> FormResult:
    """Hand an action of a unit that has ended over to one in its place, whose office carries it out from then on."""

    def write(desk: Desk) -> str:
        reader, today = Reader(sent.viewer, published()), clock.now().date()
        action = desk.action(sent.key("action_id"))
        heirs = action_states(reader, [action], today).heirs.get(action.action_id)
        if heirs is None:
            raise DeskRefusal(DeskProblem("status", "unit_lasts"))
        heir = next((unit for unit in heirs if unit.unit_code == sent.text("unit_code")), None)
        if heir is None:
            raise DeskRefusal(DeskProblem("unit_code", "not_in_place"))
        owner = office_of(reader, heir, today) or heir.name_vi
        to = Handover(heir.unit_code, owner, read_due_day(sent.text("due_date")))
        desk.move(action.action_id, sent.by, to, seen=sent.number("seen"), token=sent.token)
        return STAY

    return write_at_desk(sent, "action_done.moved", write)


class Step(Protocol):
    """A way of the desk to take a step with an action: its number, the writer, a text, the form's token."""

    def __call__(self, desk: Desk, action_id: int, by: str, text: str, /, *, token: str | None) -> object:
        """Write the step."""


def step(take: Step, done: str, sent: SentForm) -> FormResult:
    """Take a step with one text: comment on, start, reopen or cancel an action; `done` names the confirmation."""

    def write(desk: Desk) -> str:
        take(desk, sent.key("action_id"), sent.by, sent.text("text"), token=sent.token)
        return STAY

    return write_at_desk(sent, f"action_done.{done}", write)


def close_action(sent: SentForm) -> FormResult:
    """Note that an action is done, with its evidence."""

    def write(desk: Desk) -> str:
        desk.close(sent.key("action_id"), sent.by, sent.text("evidence"), sent.text("text"), token=sent.token)
        return STAY

    return write_at_desk(sent, "action_done.closed", write)


def add_note(sent: SentForm) -> FormResult:
    """Write a note on a unit."""

    def write(desk: Desk) -> str:
        require_known(sent, sent.text("unit_code"), sent.text("target_code"))
        desk.add_note(
            sent.text("unit_code"),
            sent.text("period_code"),
            sent.text("text"),
            sent.by,
            target_code=sent.text("target_code") or None,
            token=sent.token,
        )
        return STAY

    return write_at_desk(sent, "action_done.noted", write)


def write_at_desk(sent: SentForm, done: str, write: Callable[[Desk], str], gone: str = "desk.gone") -> FormResult:
    """Write to the registry of the desk and return the text of key `done`, or the reasons against; `write` returns the
    address to go to. `gone` is the key of the text where there is no such item for the sender.

    Raises `AccessDeniedError` for a viewer who may not write.
    """
    sent.require_right()
    try:
        go = write(Desk.open())
    except DeskRefusal as refusal:
        return _refused(sent, refusal)
    except LookupError:
        return FormResult(sent.name, problem=words(gone))
    return FormResult(sent.name, done=words(done), go=go)


def require_known(sent: SentForm, unit: str, target: str) -> None:
    """Raise DeskRefusal for a unit or target, where one is named, that never existed, and for the form's period if it
    is none of the plan."""
    reader = Reader(sent.viewer, published())
    period = sent.text("period_code")
    problems = []
    if unit and unit not in followup.known_units(reader):
        problems.append(DeskProblem("unit_code", "unknown_unit"))
    if target and target not in plan.named_targets(reader):
        problems.append(DeskProblem("target_code", "unknown_target"))
    if period and all(period != known.period_code for known in plan.periods(reader)):
        problems.append(DeskProblem("period_code", "unknown_period"))
    if problems:
        raise DeskRefusal(*problems)


def require_lasting(sent: SentForm, unit: str, due: TypedDay) -> None:
    """Raise DeskRefusal for a unit that has ended by the day until which work is given, naming those in its place."""
    reader = Reader(sent.viewer, published())
    validities, day = plan.authorities(reader).get(unit, []), due if isinstance(due, dt.date) else clock.now().date()
    if not validities or any(unit.exists_on(day) for unit in validities):
        return
    last = validities[-1]
    if last.valid_to is None or last.valid_to > day:
        return
    heirs = plan.authorities_after(reader, [last], day)[last]
    named = few([words.of(heir, "name") for heir in heirs], NAMED_HEIRS)
    until = last.valid_to.isoformat()
    code = "unit_ended" if heirs else "unit_ended_none"
    raise DeskRefusal(DeskProblem("unit_code", code, {"until": until, "heirs": named}))


def _refused(sent: SentForm, refusal: DeskRefusal) -> FormResult:
    """Return the result of a form that the desk refused: each problem at its field."""
    general = []
    fields = {}
    for problem in refusal.problems:
        text = words(f"desk.{problem.code}", **_in_words(problem.params))
        if problem.field in FIELDLESS:
            general.append(text)
        else:
            fields[problem.field] = text
    return FormResult(
        sent.name,
        problem=" ".join(general) or words("form.failed"),
        fields=fields,
        is_outdated=any(problem.code in OUTDATED for problem in refusal.problems),
    )


def _in_words(params: Mapping[str, str | int]) -> dict[str, object]:
    texts: dict[str, object] = dict(params)
    if "kind" in params:
        texts["what"] = words(f"desk_kind.{params['kind']}")
    if "status" in params:
        texts["status"] = words.status(str(params["status"]))
    days = {name: dt.date.fromisoformat(str(params[name])) for name in ("opened", "until") if name in params}
    return texts | {name: formatting.date(day) for name, day in days.items()}
