"""Short names of units, cut where they are longer than a slide has room for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from app.core.formatting import shortened
from app.records import Unit
from app.records.reporters import ReporterState
from warehouse.plan.names import LONGEST_UNIT_NAME

Named = TypeVar("Named", Unit, ReporterState)


def slide_units(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Return units whose short names are cut where they are longer than a slide has room for."""
    return tuple(_with_names(unit, unit.unit_code) for unit in units)


def slide_reporters(reporters: Iterable[ReporterState]) -> tuple[ReporterState, ...]:
    """Return reporters whose short names are cut where they are longer than a slide has room for."""
    return tuple(_with_names(reporter, reporter.reporter_code) for reporter in reporters)


def _with_names(named: Named, code: str) -> Named:
    vi, en = (_unit_name(name, code) for name in (named.short_name_vi, named.short_name_en))
    return replace(named, short_name_vi=vi, short_name_en=en)


def _unit_name(name: str, code: str) -> str:
    """Return a name, or a unit's code and the beginning of its name: long names of several units may begin alike."""
    if len(name) <= LONGEST_UNIT_NAME:
        return name
    return f"{code} {shortened(name, LONGEST_UNIT_NAME - len(code) - 1)}"
