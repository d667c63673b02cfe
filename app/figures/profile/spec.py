"""The profile of a unit: each of its targets on a scale of its own, against all districts, the city and other units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.analysis.progress_summary import ProfileLine
from app.core.i18n import Words
from app.core.status import sign_of
from app.figures.scale import FULL_PCT, Scale
from app.records import Progress, Unit
from app.ui.figure_text import change_sign, explain, value_or_nothing, value_text

# Heights (percent) of the peers' numbered marks, above and below the unit's own in turn.
PEER_LANES = (16, 84, 16, 84)
COLUMNS = ("target", "track", "value", "peers", "city", "rank", "change", "status")


@dataclass(frozen=True, slots=True)
class Band:
    """Where districts lie: all of them (`range`), or the middle half (`half`)."""

    kind: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Peer:
    """Another unit on one target, by its number; without a status where it has no such target."""

    number: int
    name: str
    lane: int
    value: float | None
    value_text: str
    status: str
    sign: str


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One target of the unit; values in points, None where there is none."""

    target_code: str
    name: str
    label: str
    scale: Scale
    status: str
    status_word: str
    sign: str
    is_provisional: bool
    is_marked: bool
    value: float | None
    value_text: str
    city_value: float | None
    city_text: str
    rank_text: str
    change_text: str
    threshold: float | None
    path: float | None
    bands: tuple[Band, ...]
    peers: tuple[Peer, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a column."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The whole picture; `peers` are the units beside, by number."""

    headings: tuple[Heading, ...]
    peers: tuple[str, ...]
    rows: tuple[ProfileRow, ...]


def profile_of(
    lines: Iterable[ProfileLine], place: str, words: Words, marked: str | None = None, peers: Sequence[Unit] = ()
) -> Profile:
    """The profile of the unit called `place`; `marked` is the code of a target, `peers` are the units of the lines'
    peers, in order."""
    headings = [Heading(name, "" if name == "peers" else words(f"profile.{name}")) for name in COLUMNS]
    return Profile(
        headings=tuple(heading for heading in headings if heading.text or (heading.column == "peers" and peers)),
        peers=tuple(words.of(unit, "short_name") for unit in peers),
        rows=tuple(_row(line, place, words, marked, peers) for line in lines),
    )


def _row(line: ProfileLine, place: str, words: Words, marked: str | None, peers: Sequence[Unit]) -> ProfileRow:
    row = line.row
    beside = [None if peer is None else peer.value_pct for peer in line.peers]
    highest = line.spread.high if line.spread else None
    return ProfileRow(
        target_code=line.target.target_code,
        name=words.of(line.target, "short_name"),
        label=_label(line, place, words, peers),
        scale=Scale(max([FULL_PCT, *(value for value in (row.value_pct, highest, *beside) if value is not None)])),
        status=row.status,
        status_word=words.status(row.status),
        sign=sign_of(row.status),
        is_provisional=row.is_provisional and row.value_pct is not None,
        is_marked=marked == line.target.target_code,
        value=row.value_pct,
        value_text=value_text(row, words),
        city_value=line.city.value_pct if line.city else None,
        city_text=value_text(line.city, words) if line.city else "",
        rank_text=words("profile.rank_of", rank=row.rank, of=row.rank_of) if row.rank and row.rank_of else "",
        change_text=change_sign(row, words),
        threshold=row.threshold_pct,
        path=row.path_pct,
        bands=_bands(line),
        peers=tuple(
            _peer(number, unit, peer, words)
            for number, (unit, peer) in enumerate(zip(peers, line.peers, strict=True), 1)
        ),
    )


def _label(line: ProfileLine, place: str, words: Words, peers: Sequence[Unit]) -> str:
    facts = [explain(line.row, line.target, place, words)]
    for unit, row in zip(peers, line.peers, strict=True):
        if row is not None:
            figure = "" if row.value_pct is None else f" {value_text(row, words)}%"
            facts.append(f"{words.of(unit, 'name')}: {words.status(row.status)}{figure}")
    return "\n".join(facts)


def _bands(line: ProfileLine) -> tuple[Band, ...]:
    spread = line.spread
    if spread is None:
        return ()
    ends = (("range", spread.low, spread.high), ("half", spread.quarter, spread.three_quarters))
    return tuple(Band(kind, low, high) for kind, low, high in ends if low is not None and high is not None)


def _peer(number: int, unit: Unit, row: Progress | None, words: Words) -> Peer:
    return Peer(
        number=number,
        name=words.of(unit, "short_name"),
        lane=PEER_LANES[number - 1],
        value=row.value_pct if row else None,
        value_text=value_or_nothing(row, words) if row else "",
        status=row.status if row else "",
        sign=sign_of(row.status) if row else "",
    )
