"""HTML of the checks that guard a target: what holds, why it is checked, how grave a breach is, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import Words
from app.records.origin import Check
from app.ui.cards import folded
from app.ui.status import chip, chip_saying
from app.ui.tables import Column, table_of


@dataclass(frozen=True, slots=True)
class _Line:
    """A check with what it found, as a chip."""

    check: Check
    finding: Markup


def checks_of_target(checks: Sequence[Check], words: Words) -> Markup:
    """Every check of a target with what it found anywhere."""
    return _table([_Line(check, _finding(check, "behind", "checks.rows", words)) for check in checks], words)


def checks_of_figure(checks: Sequence[Check], words: Words) -> Markup:
    """The checks that touch one figure: those that found something in it first, the others folded away."""
    here = [
        _Line(check, chip_saying("behind", words("checks.here", count=check.unit_count)))
        for check in checks
        if check.unit_count
    ]
    others = [
        _Line(check, _finding(check, "monitor", "checks.elsewhere", words)) for check in checks if not check.unit_count
    ]
    told = sum(check.is_success is not None or bool(check.unit_count) for check in checks)
    summary = words("checks.summary" if here else "checks.summary_clean", count=told, found=len(here))
    drawn = Markup("<p>{}</p>").format(summary)
    if here:
        drawn += _table(here, words)
    if others:
        drawn += folded(words("checks.rest", count=len(others)), _table(others, words))
    return drawn


def _finding(check: Check, status: str, key: str, words: Words) -> Markup:
    if check.is_success is None:
        return chip_saying("suppressed", words("checks.kept"))
    if check.is_success:
        return chip_saying("met", words("checks.clean"))
    return chip_saying(status, words(key, count=check.unexpected_count))


def _table(lines: Sequence[_Line], words: Words) -> Markup:
    name = Markup("<span>{}</span><small>{}</small>")
    columns: list[Column[_Line]] = [
        Column("checks.name", lambda one: name.format(words.of(one.check, "name"), words.of(one.check, "why"))),
        Column("checks.severity", lambda one: chip(one.check.severity, words)),
        Column("checks.found", lambda one: one.finding),
    ]
    return table_of("checks", columns, lines, words("checks.caption"), words)
