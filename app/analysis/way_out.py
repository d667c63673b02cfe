"""Units of similar size that were late on the same target and are so no longer: when, and after which work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from app.core.grouping import group_by
from app.core.page_context import Context
from app.core.status import GOOD
from app.queries import followup, progress
from app.queries.peers import peers_of
from app.records import Cell, Standing, Target, Unit
from warehouse.desk import DONE, Action

# Units named for one that is late.
MOST_PEERS = 2


@dataclass(frozen=True, slots=True)
class WayOut:
    """Unit of similar size with its figures before and when it was no longer late, and the recorded work, if any."""

    unit: Unit
    before: Standing
    after: Standing
    work: str


def ways_out(
    context: Context, late: Sequence[tuple[Target, str]], actions: Iterable[Action], until: dt.datetime
) -> dict[Cell, tuple[WayOut, ...]]:
    """Return for each of the `late` targets of units (by code) the most similar units that are not late on it any more,
    the most similar first.

    The mart states when a unit left: its newest clear move up, with no late figure since. `actions` are those known at
    the meeting; notes written after `until` were not.
    """
    state, reader = context.state, context.reader
    units = {code: unit for _, code in late if (unit := context.reporter(code))}
    alike = peers_of(reader, units.values(), context.period.year)
    targets = {target.target_code for target, _ in late}
    rows = progress.standings_on(reader, targets, context.reporters, state.window, state.period)
    series = group_by(rows, attrgetter("target_code", "unit_code"))
    done = [action for action in actions if action.status == DONE]
    found = {}
    for target, code in late:
        codes = [peer.peer_code for peer in alike.get(code, ()) if peer.is_same_kind]
        # Of few units the farther half is not of similar size.
        nearer = codes[: max(MOST_PEERS, len(context.reporters) // 2)]
        members = [member for near in nearer if (member := context.reporter(near))]
        left = [
            (member, moved)
            for member in members
            if (moved := _leaving(series.get((target.target_code, member.unit_code), ()), state.period))
        ]
        found[Cell(target.target_code, code)] = tuple(
            WayOut(member, *moved, _work(context, member.unit_code, target, moved, done, until))
            for member, moved in left[:MOST_PEERS]
        )
    return found


def _leaving(rows: Sequence[Standing], period: str) -> tuple[Standing, Standing] | None:
    """Return the figures of a unit before and at its newest clear move up, if it has been well since."""
    if not rows or rows[-1].period_code != period or rows[-1].status not in GOOD:
        return None
    places = [place for place, row in enumerate(rows) if place and row.clear_move == "up"]
    if not places or any(row.status not in GOOD for row in rows[places[-1] :]):
        return None
    return rows[places[-1] - 1], rows[places[-1]]


def _work(
    context: Context,
    unit: str,
    target: Target,
    moved: tuple[Standing, Standing],
    done: Iterable[Action],
    until: dt.datetime,
) -> str:
    """Return the work that was recorded: the last action that was closed, else the last note; empty for none.

    Notes on counts of people may contain them, so those are not shown to a meeting.
    """
    own = [action for action in done if (action.target_code, action.unit_code) == (target.target_code, unit)]
    if own:
        return max(own, key=lambda action: action.moved_at).what
    if target.is_sensitive:
        return ""
    before, after = moved
    notes = [note for note in followup.notes_on(context.reader, context.desk, unit, target) if note.written_at <= until]
    written = (note.text for note in notes if before.period_code <= note.period_code <= after.period_code)
    return next(written, "")
