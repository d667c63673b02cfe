"""Successors of former units that people still name: "Quận 2" is part of TP Thủ Đức, a merged ward of another."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import lru_cache

from warehouse.forms.reading.unit_names import UnitIndex, name_key
from warehouse.reference import FormerUnit, Reference, Unit
from warehouse.text import load_texts

# More units than these are not told one by one.
_NAMED = 4


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

    def told(self, name: str, code: str, among: Collection[Unit]) -> dict[str, str]:
        """What a message says of a former unit that went into units of `among`, by its name or else by its code.

        The parameters `former`, `since` and `successors` of the catalogue's sentence; none when no such unit is known,
        or when several bore the name and went different ways.
        """
        named = self._index.named(name) or [unit for unit in self._index.units if unit.unit_code == code]
        found = {unit: heirs for unit in named if not (heirs := self._living(unit)).isdisjoint(among)}
        last = max((unit.valid_to or date.min for unit in found), default=None)
        found = {unit: heirs for unit, heirs in found.items() if unit.valid_to == last}
        if len(set(found.values())) != 1:
            return {}
        former, heirs = next(iter(found.items()))
        main = self._living(former, main_only=True)
        ordered = sorted(heirs, key=lambda heir: (heir not in main, heir.unit_code))
        names = ", ".join(f"{heir.name_vi} ({heir.unit_code})" for heir in ordered[:_NAMED])
        since = max(former.valid_to or date.min, *(heir.valid_from for heir in heirs))
        return {
            "former": former.name_vi,
            "since": f"{since:%d/%m/%Y}",
            "successors": names if len(ordered) <= _NAMED else f"{names} …",
        }

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
