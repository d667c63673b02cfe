"""Spec of the breakdowns of a target: its count by part (channels, audiences, types of establishments …).

The mart defines the parts of a target; no target is named here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.records import Progress
from app.records.target import BreakdownPart


@dataclass(frozen=True, slots=True)
class PartBar:
    """Part: its texts, and its bar's length from 0 to 1 of the longest. `why` is the reason for a missing count."""

    name: str
    length: float = 0.0
    count: str = ""
    share: str = ""
    rate: str = ""
    why: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Set of bars, the largest part first, parts without a count last.

    `why` is the reason if all counts are missing.
    """

    title: str
    total: str
    has_rate: bool
    bars: tuple[PartBar, ...]
    why: str


@dataclass(frozen=True, slots=True)
class BreakdownSpec:
    """All breakdowns of one unit, with a note on how to read the figures."""

    place: str
    breakdowns: tuple[Breakdown, ...]
    note: str

    @property
    def has_picture(self) -> bool:
        """Return whether there is anything to render."""
        return any(not breakdown.why for breakdown in self.breakdowns)

    @property
    def story(self) -> list[str]:
        """Return the bars as text, line by line."""
        lines = []
        for breakdown in self.breakdowns:
            lines.append(breakdown.title)
            lines += [f"{bar.name}: {bar.amount or bar.why}" for bar in breakdown.bars]
        return lines


def breakdown_spec(parts: Sequence[BreakdownPart], row: Progress | None, place: str) -> BreakdownSpec:
    """Return the spec of one unit's parts; `row` is the unit's figure of the target."""
    groups = group_by(parts, lambda part: part.breakdown_code)
    return BreakdownSpec(
        place=place,
        breakdowns=tuple(_breakdown(members, place) for members in groups.values()),
        note=_note(parts, row),
    )


def _breakdown(parts: list[BreakdownPart], place: str) -> Breakdown:
    """Return a breakdown; parts that were not reported come last and have no bar: missing is not zero."""
    counts = [part.value_count for part in parts if part.value_count is not None]
    longest = max(counts, default=0.0)
    ordered = sorted(parts, key=lambda part: -1.0 if part.value_count is None else part.value_count, reverse=True)
    total = parts[0].total_count
    total_text = (
        "" if total is None else words("breakdown.total", total=words.number(total), unit=words.of(parts[0], "unit"))
    )
    reason = "hidden_all" if any(part.is_hidden for part in parts) else "nothing"
    return Breakdown(
        title=words.of(parts[0], "title"),
        total=total_text,
        has_rate=any(part.rate_pct is not None for part in parts),
        bars=tuple(_bar(part, longest) for part in ordered),
        why="" if counts else words(f"breakdown.{reason}", place=place),
    )


def _bar(part: BreakdownPart, longest: float) -> PartBar:
    name = words.of(part, "category")
    if part.value_count is None:
        return PartBar(name, why=words("breakdown.hidden" if part.is_hidden else "breakdown.missing"))
    count = words.number(part.value_count)
    share = _percent(part.share_pct)
    amount = f"{count} {words.of(part, 'unit')}"
    return PartBar(
        name=name,
        length=part.value_count / longest if longest else 0.0,
        count=count,
        share=share,
        rate=_percent(part.rate_pct),
        amount=amount if part.share_pct is None else f"{amount} ({share})",
    )


def _percent(value: float | None) -> str:
    return formatting.MISSING if value is None else f"{words.percent(value)}%"


def _note(parts: Sequence[BreakdownPart], row: Progress | None) -> str:
    """Return the reports that these counts are based on, and how to read shares."""
    lines = []
    if row is not None and row.reporting_rate_pct is not None:
        key = "breakdown.partial" if row.is_provisional else "breakdown.whole"
        lines.append(words(key, rate=words.percent(row.reporting_rate_pct)))
    lines += [
        words("breakdown.rate_note", base=base)
        for base in dict.fromkeys(words.of(part, "base") for part in parts if part.rate_pct is not None)
    ]
    lines += dict.fromkeys(
        words.first(f"breakdown_note.{part.dimension_code}", "breakdown_note.other") for part in parts
    )
    return " ".join(lines)
