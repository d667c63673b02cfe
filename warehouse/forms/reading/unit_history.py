"""Successors of former units that people still name: "Quận 2" is part of TP Thủ Đức, a merged ward of another."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from warehouse.forms.reading.unit_names import UnitIndex, name_key
from warehouse.reference import FormerUnit, Period, Reference, Unit
from warehouse.text import load_texts

# Of a name that more units had than these, nothing is reported.
_MOST_NAMESAKES = 12


class UnitHistory:
    """The units that had ended by a day, and their successors on that day."""

    def __init__(self, reference: Reference, day: date) -> None:
        self._units, self._day = reference.units, day
        by_key = {(unit.unit_code, unit.valid_from): unit for unit in reference.units}
        self._heirs: dict[Unit, list[tuple[Unit, bool]]] = {}
        for link in reference.successors:
            old, new = by_key[link.old_code, link.old_valid_from], by_key[link.new_code, link.new_valid_from]
            self._heirs.setdefault(old, []).append((new, link.is_main))
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
            former_unit, heir = rows[0], parts[0][0]
            # Only its names, its code and its end are used.
            unit = replace(
                heir,
                unit_code=former_unit.unit_code,
                valid_from=date.min,
                valid_to=former_unit.ended_on,
                name_vi=former_unit.name_vi,
                name_en=former_unit.name_en,
                short_name_vi=former_unit.name_vi,
            )
            # If the heir has ended too, the former unit's successors are its own part of it: the wards so noted.
            note = name_key(load_texts("reading")["units"]["former"].format(name=former_unit.name_vi))
            wards = [
                by_key[alias.unit_code, alias.valid_from]
                for alias in reference.aliases
                if name_key(alias.alias) == note
            ]
            self._heirs[unit] = parts if heir.is_valid_on(day) else [(ward, True) for ward in wards]
            former.append(unit)
        ended = [unit for unit in (*reference.units, *former) if unit.valid_to and unit.valid_to <= day]
        self._index = UnitIndex(ended, reference.aliases, reference.units)

    def message_params(self, name: str, code: str, among: Collection[Unit] | None = None) -> dict[str, str]:
        """Return message parameters on a former unit that became part of units of `among` (any by default).

        The unit is matched by its name, else by its code. The parameters are those of the catalogue's sentences:
        `former`, `former_code`, `since` and `successors`, with the `units` to report for as `units_param` writes them;
        `several` if units of that name have different successors; none if no such unit is known.
        """
        named = self._index.named(name) or [unit for unit in self._index.units if unit.unit_code == code]
        living = {unit: self._living(unit) for unit in named}
        matches = {unit: heirs for unit, heirs in living.items() if among is None or not heirs.isdisjoint(among)}
        last = max((unit.valid_to or date.min for unit in matches), default=None)
        matches = {unit: heirs for unit, heirs in matches.items() if unit.valid_to == last and heirs}
        if len(set(matches.values())) != 1:
            return self._several(list(matches))
        former, heirs = next(iter(matches.items()))
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
        """Return the successors of each unit of one name; {} if there are none, or too many to list."""
        if not 1 < len(namesakes) <= _MOST_NAMESAKES:
            return {}
        changes = []
        for unit in sorted(namesakes, key=lambda unit: unit.unit_code):
            parent = next((other for other in self._units if other.unit_code == unit.parent_code), None)
            of = f" ({parent.name_vi})" if parent else ""
            changes.append(f"{unit.name_vi}{of} → {named_with_codes(self._ordered(unit))}")
        return {"several": "; ".join(changes)}

    def _ordered(self, unit: Unit) -> list[Unit]:
        """Return a unit's successors, those that took most of it first."""
        main = self._living(unit, main_only=True)
        return sorted(self._living(unit), key=lambda heir: (heir not in main, heir.unit_code))

    def lives_on_in(self, former: Unit, heir: Unit) -> bool:
        """Return whether part of a unit became part of another unit of the day."""
        return heir in self._living(former)

    def _living(self, unit: Unit, main_only: bool = False) -> frozenset[Unit]:
        """Return the units of the day that succeed a unit, over any number of boundary changes."""
        if unit.is_valid_on(self._day):
            if self._levels[unit.unit_level].is_authority:
                return frozenset({unit})
            # An area only groups units; those in it report.
            return frozenset(heir for part in self._parts[unit.unit_code] for heir in self._living(part))
        heirs = [heir for heir, is_main in self._heirs.get(unit, ()) if is_main or not main_only]
        if unit not in self._heirs:
            # A district's successors are the successors of its wards.
            heirs = [
                ward for ward in self._units if ward.parent_code == unit.unit_code and ward.valid_to == unit.valid_to
            ]
        return frozenset(successor for heir in heirs for successor in self._living(heir, main_only))


@lru_cache(maxsize=32)
def history_at(reference: Reference, day: date) -> UnitHistory:
    """Return the history as of a day."""
    return UnitHistory(reference, day)


def reporters_before(reference: Reference, unit: Unit, period: Period) -> list[Unit]:
    """Return who reported in a period for the territory of a unit that came later; [] if it did not belong here."""
    history = history_at(reference, unit.valid_from)
    below_top = (reporter for reporter in reference.reporters(period.period_code) if reporter != reference.top)
    return [reporter for reporter in below_top if history.lives_on_in(reporter, unit)]


def named_with_codes(units: Iterable[Unit]) -> str:
    """Return units as messages name them: "Phường Sài Gòn (26740), …"."""
    return ", ".join(f"{unit.name_vi} ({unit.unit_code})" for unit in units)


def units_param(units: Iterable[Unit]) -> str:
    """Return units as the parameter `units` of a problem, which may hold text only; `Problem.units` reads it."""
    return "|".join(f"{unit.unit_code} {unit.name_vi}" for unit in units)
