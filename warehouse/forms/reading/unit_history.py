"""Successors of former units that people still name: "Quận 2" is part of TP Thủ Đức, a merged ward of another."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from warehouse.forms.reading.unit_names import UnitIndex, name_key
from warehouse.reference import FormerUnit, Period, Reference, Unit
from warehouse.text import load_texts

# Of a name that more units bore than these, nothing is told.
_MOST_NAMESAKES = 12


class UnitHistory:
    """The units that had ended by a day, and those of the day that took them over."""

    def __init__(self, reference: Reference, day: date) -> None:
        self._units, self._day = reference.units, day
        by_key = {(unit.unit_code, unit.valid_from): unit for unit in reference.units}
        self._heirs: dict[Unit, list[tuple[Unit, bool]]] = {}
        for one in reference.successors:
            old, new = by_key[one.old_code, one.old_valid_from], by_key[one.new_code, one.new_valid_from]
            self._heirs.setdefault(old, []).append((new, one.is_main))
        self._parts: dict[str, list[Unit]] = {}
        for unit in reference.units_at(day):
            if unit.parent_code:
                self._parts.setdefault(unit.parent_code, []).append(unit)
        self._levels = reference.levels
        former = []
        by_former: dict[tuple[str, date], list[FormerUnit]] = {}
        for row in reference.former_units:
            by_former.setdefault((row.unit_code, row.ended_on), []).append(row)
        for rows in by_former.values():
            parts = [(by_key[row.new_code, row.new_valid_from], row.is_main) for row in rows]
            gone, heir = rows[0], parts[0][0]
            # Nothing but its names, its code and its end is asked of it.
            unit = replace(
                heir,
                unit_code=gone.unit_code,
                valid_from=date.min,
                valid_to=gone.ended_on,
                name_vi=gone.name_vi,
                name_en=gone.name_en,
                short_name_vi=gone.name_vi,
            )
            # When the heir has ended too, the former unit lives on in its own part of it: the wards so noted.
            note = name_key(load_texts("reading")["units"]["former"].format(name=gone.name_vi))
            wards = [by_key[one.unit_code, one.valid_from] for one in reference.aliases if name_key(one.alias) == note]
            self._heirs[unit] = parts if heir.is_valid_on(day) else [(one, True) for one in wards]
            former.append(unit)
        ended = [unit for unit in (*reference.units, *former) if unit.valid_to and unit.valid_to <= day]
        self._index = UnitIndex(ended, reference.aliases, reference.units)

    def told(self, name: str, code: str, among: Collection[Unit] | None = None) -> dict[str, str]:
        """What a message says of a former unit that went into units of `among` (any by default), by its name or else
        by its code.

        The parameters of the catalogue's sentences: `former`, `former_code`, `since` and `successors`, with the `units`
        to report for as `units_param` writes them; `several` where units of that name went different ways; none when no
        such unit is known.
        """
        named = self._index.named(name) or [unit for unit in self._index.units if unit.unit_code == code]
        living = {unit: self._living(unit) for unit in named}
        found = {unit: heirs for unit, heirs in living.items() if among is None or not heirs.isdisjoint(among)}
        last = max((unit.valid_to or date.min for unit in found), default=None)
        found = {unit: heirs for unit, heirs in found.items() if unit.valid_to == last and heirs}
        if len(set(found.values())) != 1:
            return self._several(list(found))
        former, heirs = next(iter(found.items()))
        since = max(former.valid_to or date.min, *(heir.valid_from for heir in heirs))
        ordered = self._ordered(former)
        return {
            "former": former.name_vi,
            "former_code": former.unit_code,
            "since": f"{since:%d/%m/%Y}",
            "successors": named_with_codes(ordered),
            "units": units_param(ordered),
        }

    def _several(self, namesakes: Sequence[Unit]) -> dict[str, str]:
        """Where each unit of one name went; nothing when there are none, or too many to be told."""
        if not 1 < len(namesakes) <= _MOST_NAMESAKES:
            return {}
        ways = []
        for unit in sorted(namesakes, key=lambda one: one.unit_code):
            parent = next((one for one in self._units if one.unit_code == unit.parent_code), None)
            of = f" ({parent.name_vi})" if parent else ""
            ways.append(f"{unit.name_vi}{of} → {named_with_codes(self._ordered(unit))}")
        return {"several": "; ".join(ways)}

    def _ordered(self, unit: Unit) -> list[Unit]:
        """The units in which a unit lives on, those that took most of it first."""
        main = self._living(unit, main_only=True)
        return sorted(self._living(unit), key=lambda heir: (heir not in main, heir.unit_code))

    def lives_on_in(self, former: Unit, heir: Unit) -> bool:
        """Whether any of a unit went into another one of the day."""
        return heir in self._living(former)

    def _living(self, unit: Unit, main_only: bool = False) -> frozenset[Unit]:
        """The units of the day in which a unit lives on, over as many changes of the map as there were."""
        if unit.is_valid_on(self._day):
            if self._levels[unit.unit_level].is_authority:
                return frozenset({unit})
            # An area is a way to read: those in it report.
            return frozenset(found for part in self._parts[unit.unit_code] for found in self._living(part))
        heirs = [heir for heir, is_main in self._heirs.get(unit, ()) if is_main or not main_only]
        if unit not in self._heirs:
            # A district lives on in what took its wards over.
            heirs = [one for one in self._units if one.parent_code == unit.unit_code and one.valid_to == unit.valid_to]
        return frozenset(found for heir in heirs for found in self._living(heir, main_only))


@lru_cache(maxsize=32)
def history_at(reference: Reference, day: date) -> UnitHistory:
    """The history as it stands on a day."""
    return UnitHistory(reference, day)


def reporters_before(reference: Reference, unit: Unit, period: Period) -> list[Unit]:
    """Who reported in a period for the ground of a unit that came later; nobody where it did not belong here."""
    history = history_at(reference, unit.valid_from)
    below_top = (one for one in reference.reporters(period.period_code) if one != reference.top)
    return [one for one in below_top if history.lives_on_in(one, unit)]


def named_with_codes(units: Iterable[Unit]) -> str:
    """Units as messages name them: "Phường Sài Gòn (26740), …"."""
    return ", ".join(f"{unit.name_vi} ({unit.unit_code})" for unit in units)


def units_param(units: Iterable[Unit]) -> str:
    """Units as the parameter `units` of a problem, which may hold text only; `Problem.units` reads it."""
    return "|".join(f"{unit.unit_code} {unit.name_vi}" for unit in units)
