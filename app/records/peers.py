"""Records of units of similar size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """Unit of similar size to a unit: `peer_rank` 1 is the most similar; `distance` is in standard deviations of sizes.

    It has the same urban or rural type unless there are too few units of that type.
    """

    unit_code: str
    unit_valid_from: dt.date
    peer_code: str
    peer_rank: int
    is_same_kind: bool
    distance: float


@dataclass(frozen=True, slots=True)
class UnitSize:
    """One measure of a unit's size, named by its column in the form.

    `measure_value` is None where a part of the unit never reported it.
    """

    unit_code: str
    is_rural: bool
    measure_code: str
    name_vi: str
    name_en: str
    measure_value: float | None
