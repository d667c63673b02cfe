"""What the address of a page chooses, in the reader's words: for the legend and the name of its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.core.i18n import words
from app.core.page_context import Context
from app.queries import plan


def chosen(context: Context) -> dict[str, str]:
    """Return what the address chooses by parameter: units, a group, a status, a typed name, another moment.

    Targets are left out, and what only changes the order of rows or which of them are open.
    """
    own = dict(context.state.own)
    return {name: text(context, own[name]) for name, text in _TEXTS.items() if own.get(name)}


def _unit_names(context: Context, codes: str) -> str:
    """Return the names of units, whose codes are separated by commas, as they are at the end of the chosen period."""
    return words.listed([_unit_name(context, code) for code in codes.split(",")])


def _unit_name(context: Context, code: str) -> str:
    """Return a unit's name at the end of the chosen period, else its last one; for an unknown unit the code."""
    known = plan.unit_history(context.reader, code)
    day = context.period.end_date
    unit = next((unit for unit in known if unit.exists_on(day)), known[-1] if known else None)
    return words.of(unit, "name") if unit else code


def _group(context: Context, code: str) -> str:
    names = {str(target.group_code): words.of(target, "group_name") for target in context.targets.values()}
    return names.get(code, code)


def _status(_context: Context, status: str) -> str:
    return words.first(f"status.{status}", f"files.status_{status}", f"grid.{status}")


def _since(context: Context, moment: str) -> str:
    period = _period(context, moment)
    return words(f"files.since_{moment}") if moment in ("quarter", "year", "review") else period


def _period(context: Context, code: str) -> str:
    known = {period.period_code for period in context.periods}
    return words.period(code) if code in known else code


def _same(key: str) -> Callable[[Context, str], str]:
    return lambda context, _value: words(key)


def _written(_context: Context, value: str) -> str:
    return value


_TEXTS: Mapping[str, Callable[[Context, str], str]] = {
    "unit": _unit_names,
    "units": _unit_names,
    "peers": _unit_names,
    "group": _group,
    "status": _status,
    "find": _written,
    "task": _written,
    "check": _written,
    "suite": _written,
    "severity": lambda context, severity: words.status(severity),
    "view": lambda context, view: words(f"files.view_{view}"),
    "against": _period,
    "since": _since,
    "history": _same("history.recalculated"),
    "ground": _same("ground.same"),
    "review": _written,
    "held": _written,
}


def chosen_line(context: Context) -> str:
    """Return what the address chooses as one line, empty where it chooses nothing."""
    return "; ".join(f"{words(f'files.chosen_{name}')}: {text}" for name, text in chosen(context).items())
