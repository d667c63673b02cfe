"""What the forms about actions and notes do, at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from app.core import formatting
from app.core.i18n import Words
from app.core.reader import Reader
from app.core.url_state import State
from app.forms.days import NotADayError, read_day
from app.forms.form import FormResult, SentForm
from app.queries import followup, plan
from warehouse import clock
from warehouse.desk import Desk, DeskProblem, DeskRefusal, Draft
from warehouse.publish.engines import published

# Problems that no field shows are told for the whole form.
FIELDLESS = frozenset({"status", "review_id", "version", "window", "period_code", "action_id"})
# A reader who is not led on stays on the page.
STAY = ""


def open_action(sent: SentForm) -> FormResult:
    """Give work; moves on to the new action."""

    def write(desk: Desk) -> str:
        draft = Draft(
            what=sent.text("what"),
            owner=sent.text("owner"),
            due_date=_due_day(sent),
            period_code=sent.text("period_code"),
            unit_code=sent.text("unit_code") or None,
            target_code=sent.text("target_code") or None,
            review_id=sent.number("review_id"),
        )
        require_known(sent, sent.text("unit_code"), sent.text("target_code"))
        action = desk.open_action(draft, sent.by)
        page = State("actions", sent.text("period_code"), sent.text("window"), sent.lang)
        return page.href(action=str(action.action_id))

    return write_at_desk(sent, "action_done.opened", write)


def change_action(sent: SentForm) -> FormResult:
    """Change what an action says."""

    def write(desk: Desk) -> str:
        changes = {
            "what": sent.text("what"),
            "owner": sent.text("owner"),
            "due_date": _due_day(sent),
            "unit_code": sent.text("unit_code") or None,
            "target_code": sent.text("target_code") or None,
        }
        require_known(sent, sent.text("unit_code"), sent.text("target_code"))
        desk.change_action(sent.key("action_id"), sent.by, changes, seen=sent.number("seen"))
        return STAY

    return write_at_desk(sent, "action_done.changed", write)


def step(take: Callable[[Desk, int, str, str], object], done: str, sent: SentForm) -> FormResult:
    """Take a step of which one text is written: comment, start, reopen or cancel an action; `done` says so then."""

    def write(desk: Desk) -> str:
        take(desk, sent.key("action_id"), sent.by, sent.text("text"))
        return STAY

    return write_at_desk(sent, f"action_done.{done}", write)


def close_action(sent: SentForm) -> FormResult:
    """Note that an action is done, with its evidence."""

    def write(desk: Desk) -> str:
        desk.close(sent.key("action_id"), sent.by, sent.text("evidence"), sent.text("text"))
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
        )
        return STAY

    return write_at_desk(sent, "action_done.noted", write)


def write_at_desk(sent: SentForm, done: str, write: Callable[[Desk], str]) -> FormResult:
    """Write, and say so with the text of key `done`, or say why not; `write` hands back where the reader is led then.

    Raises `AccessDeniedError` for a viewer who may not write.
    """
    sent.require_right()
    try:
        go = write(Desk.open())
    except DeskRefusal as refusal:
        return _refused(sent, refusal)
    except LookupError:
        return FormResult(sent.name, problem=sent.words("desk.gone"))
    return FormResult(sent.name, done=sent.words(done), go=go)


def require_known(sent: SentForm, unit: str, target: str) -> None:
    """Raise DeskRefusal for a unit or target, where one is named, that never existed."""
    reader = Reader(sent.viewer, published())
    problems = []
    if unit and unit not in followup.known_units(reader):
        problems.append(DeskProblem("unit_code", "unknown"))
    if target and target not in plan.named_targets(reader):
        problems.append(DeskProblem("target_code", "unknown"))
    if problems:
        raise DeskRefusal(*problems)


def _refused(sent: SentForm, refusal: DeskRefusal) -> FormResult:
    """The result of a form that the desk refused: each problem at its field."""
    general = []
    fields = {}
    for problem in refusal.problems:
        text = sent.words(f"desk.{problem.code}", **_in_words(problem.params, sent.words))
        if problem.field in FIELDLESS:
            general.append(text)
        else:
            fields[problem.field] = text
    return FormResult(sent.name, problem=" ".join(general) or sent.words("form.failed"), fields=fields)


def _in_words(params: Mapping[str, str | int], words: Words) -> dict[str, object]:
    texts: dict[str, object] = dict(params)
    if "kind" in params:
        texts["what"] = words(f"desk_kind.{params['kind']}")
    if "status" in params:
        texts["status"] = words.status(str(params["status"]))
    if "opened" in params:
        texts["opened"] = formatting.date(dt.date.fromisoformat(str(params["opened"])))
    return texts


def _due_day(sent: SentForm) -> dt.date | None:
    """The due day, however it was typed; None when left empty. Raises DeskRefusal for what is no day."""
    try:
        return read_day(sent.text("due_date"), clock.now().date())
    except NotADayError as error:
        raise DeskRefusal(DeskProblem("due_date", "not_a_date")) from error
