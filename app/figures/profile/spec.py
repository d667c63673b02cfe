"""Spec of a unit's profile: each of its targets on its own scale, with all districts, the city and other units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.analysis.progress_summary import ProfileLine
from app.core.i18n import words
from app.figures.scale import FULL_PCT, Scale
from app.records import Unit
from app.ui.figure_text import explain, percent_text

COLUMNS = ("target", "track", "value", "peers", "city", "rank", "change", "status")


@dataclass(frozen=True, slots=True)
class Band:
    """Range of districts: all of them (`range`), or the middle half (`half`)."""

    kind: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """Target of the unit on its scale, its full description, and the ranges of all districts."""

    line: ProfileLine
    label: str
    scale: Scale
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A unit on every target, beside the ranges of all units of its level.

    `headings` are the names of columns, `peers` the units of the lines' peers, in order, `marked` the code of a target.
    """

    headings: Mapping[str, str]
    peers: Sequence[Unit]
    rows: tuple[ProfileRow, ...]
    marked: str | None


def profile_of(
    lines: Iterable[ProfileLine], place: str, marked: str | None = None, peers: Sequence[Unit] = ()
) -> Profile:
    """Return the profile of the unit called `place`.

    `marked` is the code of a target, `peers` are the units of the lines' peers, in order.
    """
    shown = [name for name in COLUMNS if name != "peers" or peers]
    return Profile(
        headings={name: "" if name == "peers" else words.first(f"profile.{name}", f"{name}.title") for name in shown},
        peers=peers,
        rows=tuple(ProfileRow(line, _label(line, place, peers), _scale(line), _bands(line)) for line in lines),
        marked=marked,
    )


def _scale(line: ProfileLine) -> Scale:
    values = [row.value_pct for row in (line.row, *line.peers) if row is not None]
    highest = line.spread.high if line.spread else None
    return Scale(max([FULL_PCT, *(value for value in (*values, highest) if value is not None)]))


def _label(line: ProfileLine, place: str, peers: Sequence[Unit]) -> str:
    facts = [explain(line.row, line.target, place)]
    for unit, row in zip(peers, line.peers, strict=True):
        if row is not None:
            figure = "" if row.value_pct is None else f" {percent_text(row)}"
            facts.append(f"{words.of(unit, 'name')}: {words.status(row.shown_status)}{figure}")
    return "\n".join(facts)


def _bands(line: ProfileLine) -> tuple[Band, ...]:
    spread = line.spread
    if spread is None:
        return ()
    ends = (("range", spread.low, spread.high), ("half", spread.quarter, spread.three_quarters))
    return tuple(Band(kind, low, high) for kind, low, high in ends if low is not None and high is not None)
