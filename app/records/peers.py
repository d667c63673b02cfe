"""What is read of units alike in size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """A unit that is alike: `peer_rank` 1 is the most alike; `distance` is in standard deviations of sizes.

    It is of the same urban or rural kind unless there are too few of those.
    """

    peer_code: str
    peer_rank: int
    is_same_kind: bool
    distance: float


@dataclass(frozen=True, slots=True)
class UnitSize:
    """One measure of a unit's size, named by its column in the form; `measure_value` is None where a part of the unit
    never reported it."""

    unit_code: str
    is_rural: bool
    measure_code: str
    name_vi: str
    name_en: str
    measure_value: float | None
