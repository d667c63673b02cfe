"""Texts of a call: reasons, dates, praise, sentences to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis.calls import Call
from app.core import formatting
from app.core.i18n import words
from app.records import Period, Progress, Target
from app.records.call import UnitCall
from app.ui.figure_text import gap_text, value_text
from warehouse.desk import Action

# Submitted, with errors that are not corrected yet.
RETURNED = "rejected"


def reasons(call: Call, targets: Mapping[str, Target]) -> list[str]:
    """Return the reasons for a call, most important first, each with its date."""
    unit = call.unit
    texts = []
    if unit.silent_since_period_code:
        texts.append(_silence(unit, unit.silent_since_period_code))
    if unit.blank_form_codes:
        texts.append(words("calls.blank_forms", forms=_blank_forms(unit)))
    if call.broken_promise_count:
        texts.append(words("calls.promises", count=call.broken_promise_count))
    if unit.calling_target_count:
        texts.append(_late_targets(unit, targets))
    return texts


def gravest_reason(call: Call) -> str:
    """Return the first reason for a call where there is room for only one: late targets are counted, none is named."""
    return reasons(call, {})[0]


def praise(unit: UnitCall, targets: Mapping[str, Target]) -> str:
    """Return what to thank for; empty where there is nothing."""
    if unit.praise_reason is None:
        return ""
    target = targets.get(unit.praised_target_code or "")
    name = words.of(target, "short_name") if target else ""
    return words(f"praise.{unit.praise_reason}", target=name, period=words.period(unit.period_code))


def matter(row: Progress, target: Target) -> str:
    """Return a late figure as a spoken sentence: its value, the shortfall, since when."""
    since = row.late_since_period_code
    return words(
        "calls.matter" if since is None or since == row.period_code else "calls.matter_since",
        target=words.of(target, "short_name"),
        value=value_text(row),
        gap=gap_text(row, target),
        period=words.period(since) if since else "",
    )


def to_say(
    call: Call,
    figures: Sequence[Progress],
    promise: Action | None,
    targets: Mapping[str, Target],
    period: Period,
) -> tuple[str, str, str]:
    """Return three sentences for the telephone: thanks, the matter, a question for a date.

    `figures` are the reasons, most important first; `promise` is an overdue action.
    """
    thanked = praise(call.unit, targets)
    quarter = words.period(period.period_code)
    first = words("say.thanks", praise=thanked) if thanked else words("say.greeting", period=quarter)
    if call.unit.is_silent:
        key = "returned" if call.unit.report_state == RETURNED else "silent"
        second = words(f"say.{key}", period=quarter, due=formatting.date(period.due_date))
        return first, second, words(f"say.ask_{key}")
    if promise:
        second = words("say.promise", what=promise.what, due=formatting.date(promise.due_date))
        return first, second, words("say.ask_promise")
    if call.unit.blank_form_codes:
        second = words("say.blank_forms", period=quarter, forms=_blank_forms(call.unit))
        return first, second, words("say.ask_blank_forms")
    late = "; ".join(matter(row, targets[row.target_code]) for row in figures[:1])
    return first, words("say.matter", matter=late), words("say.ask")


def _silence(unit: UnitCall, since: str) -> str:
    """Return since when no figure contains anything of a unit.

    A returned report is distinguished from a missing one.
    """
    is_new = since == unit.period_code
    if unit.report_state != RETURNED:
        return words("calls.silent_now" if is_new else "calls.silent", period=words.period(since))
    key = "calls.returned" if is_new else "calls.returned_since"
    return words(key, period=words.period(unit.period_code), since=words.period(since))


def _blank_forms(unit: UnitCall) -> str:
    """Return the forms that a unit's report left blank, by their codes."""
    return ", ".join((unit.blank_form_codes or "").split("|"))


def _late_targets(unit: UnitCall, targets: Mapping[str, Target]) -> str:
    counted = words("calls.targets", count=unit.calling_target_count)
    if unit.longest_since_period_code is None:
        return counted
    since = words.period(unit.longest_since_period_code)
    key = "calls.longest" if unit.calling_target_count > 1 else "calls.only"
    target = targets.get(unit.longest_target_code or "")
    if target is None:
        return counted + words(f"{key}_in_brief", period=since)
    return counted + words(key, target=words.of(target, "short_name"), period=since)
