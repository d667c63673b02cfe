"""The sample's districts and wards: their characteristics, and their state from quarter to quarter."""

import math
from dataclasses import dataclass, field
from datetime import date

from warehouse.reference import Period, Reference, Unit
from warehouse.sample.draws import binomial, clip, dice, poisson

# Share of usual work per quarter: the lockdown of 2021 and its end, the reform of July 2025.
PACE = {"2021Q2": 0.75, "2021Q3": 0.07, "2021Q4": 0.45, "2022Q1": 0.8, "2025Q3": 0.62, "2025Q4": 0.9}

# Strengths of a district, each of which drifts independently.
STRENGTHS = ("communication", "integration", "team", "training", "inspection", "enforcement", "support", "tasks")

CITY_ESTABLISHMENTS = 8500
# Share of each establishment type among them; a type that the seeds add later gets the last share.
TYPE_SHARES = {
    "lodging": 0.34,
    "karaoke": 0.06,
    "massage": 0.08,
    "dance_bar": 0.03,
    "food_service": 0.31,
    "hairdressing": 0.13,
    "other": 0.05,
}
RURAL_WEIGHT = 0.55
# For the communes that joined in 2025: number of wards merged into one, and establishments per ward of weight 1.
WARDS_IN_A_COMMUNE = 2.6
SITES_A_WARD = 27


@dataclass
class Ward:
    """A ward and its state within the year (`*_this_year`) and beyond."""

    unit: Unit
    weight: float
    establishments: dict[str, int] = field(default_factory=dict)
    integrated: set[str] = field(default_factory=set)
    officers: int = 0
    volunteers: int = 0
    models: int = 0
    participants: int = 0
    need: float = 0.5
    first_this_year: dict[str, int] = field(default_factory=dict)
    trained_this_year: dict[str, int] = field(default_factory=dict)
    has_communicated: bool = False

    def begin_year(self) -> None:
        """Reset what counts within a year only."""
        self.first_this_year.clear()
        self.trained_this_year.clear()
        self.has_communicated = False


@dataclass
class District:
    """A district: its office is itself a unit with rows, so it has a ward's state too."""

    unit: Unit
    strengths: dict[str, float]
    office: Ward
    wards: list[Ward] = field(default_factory=list)
    team_decision: tuple[str, date, int] | None = None
    pending_cases: int = 0
    task_progress: dict[str, float] = field(default_factory=dict)

    def drift(self, seed: int, period: Period) -> None:
        """Vary every strength a little; most districts improve slowly, some decline."""
        rng = dice(seed, self.unit.unit_code, period.period_code, "drift")
        trend = 0.006 if self.unit.unit_code[-1] not in "28" else -0.008
        for name in STRENGTHS:
            self.strengths[name] = clip(self.strengths[name] + rng.gauss(trend, 0.03), 0.12, 0.99)


def pace(period: Period) -> float:
    """Return the share of usual work that a quarter allows."""
    return PACE.get(period.period_code, 1.0)


def settle(reference: Reference, seed: int, period: Period) -> list[District]:
    """Return the districts and wards of the first quarter with their starting values."""
    districts = [
        _new_district(unit, seed) for unit in reference.reporters(period.period_code) if unit.unit_level == "district"
    ]
    for district in districts:
        units = reference.units_reported_by(district.unit, period.period_code)[1:]
        district.wards = [_new_ward(unit, district, seed) for unit in units]
    weights = sum(ward.weight for district in districts for ward in district.wards)
    types = [code.code for code in reference.code_lists["establishment_type"]]
    for district in districts:
        for ward in district.wards:
            rng = dice(seed, ward.unit.unit_code, "establishments")
            for kind in types:
                share = TYPE_SHARES.get(kind, TYPE_SHARES["other"])
                ward.establishments[kind] = poisson(rng, CITY_ESTABLISHMENTS * share * ward.weight / weights)
        _place_models(district, seed)
    return districts


def _new_district(unit: Unit, seed: int) -> District:
    rng = dice(seed, unit.unit_code, "district")
    level = 0.35 + 0.62 * rng.random() ** 0.7
    strengths = {name: clip(level + rng.gauss(0, 0.14), 0.15, 0.985) for name in STRENGTHS}
    office = Ward(unit, 1.0, officers=6 + poisson(rng, 5), volunteers=4 + poisson(rng, 4))
    return District(unit, strengths, office, pending_cases=poisson(rng, 1.2))


def _new_ward(unit: Unit, district: District, seed: int) -> Ward:
    rng = dice(seed, unit.unit_code, "ward")
    size = 0.6 + 0.9 * dice(seed, district.unit.unit_code, "size").random()
    weight = size * math.exp(rng.gauss(0, 0.35)) * (RURAL_WEIGHT if unit.is_rural else 1.0)
    return Ward(
        unit,
        weight,
        officers=2 + poisson(rng, 1.6),
        volunteers=5 + poisson(rng, 3.5),
        need=0.9 * weight * math.exp(rng.gauss(0, 0.8)),
    )


def _place_models(district: District, seed: int) -> None:
    """Place up to five pilot models of a district in its wards."""
    rng = dice(seed, district.unit.unit_code, "models")
    for _ in range(binomial(rng, 5, 0.25 + 0.45 * district.strengths["support"])):
        ward = district.wards[rng.randrange(len(district.wards))]
        ward.models += 1
        ward.participants += 4 + poisson(rng, 5)


def merge_wards(reference: Reference, districts: list[District], seed: int, period: Period) -> None:
    """Carry wards over a boundary change: a new ward takes over the state of its main predecessors."""
    for district in districts:
        units = reference.units_reported_by(district.unit, period.period_code)[1:]
        old = {(ward.unit.unit_code, ward.unit.valid_from): ward for ward in district.wards}
        merged = []
        for unit in units:
            same = old.get((unit.unit_code, unit.valid_from))
            merged.append(same or _merged(unit, district, _predecessors(reference, unit, old), seed))
        district.wards = merged


def found_communes(reference: Reference, districts: list[District], seed: int, period: Period) -> list[District]:
    """Return communes that replace districts: each reports for itself, with the state of its main predecessors.

    Communes of the provinces that joined start new, with about the same size.
    """
    homes = {ward.unit: district for district in districts for ward in district.wards}
    wards = (ward for district in districts for ward in district.wards)
    old = {(ward.unit.unit_code, ward.unit.valid_from): ward for ward in wards}
    communes = []
    for unit in reference.reporters(period.period_code):
        if unit.unit_level != "ward":
            continue
        parts = _predecessors(reference, unit, old)
        strengths = homes[parts[0].unit].strengths if parts else _new_district(unit, seed).strengths
        communes.append(_new_commune(unit, strengths, parts, seed))
    return communes


def _new_commune(unit: Unit, strengths: dict[str, float], parts: list[Ward], seed: int) -> District:
    rng = dice(seed, unit.unit_code, "commune")
    own = {name: clip(strength + rng.gauss(-0.03, 0.1), 0.12, 0.985) for name, strength in strengths.items()}
    commune = District(unit, own, Ward(unit, 1.0), pending_cases=poisson(rng, 0.4))
    ward = _merged(unit, commune, parts, seed)
    if not parts:
        ward.weight *= WARDS_IN_A_COMMUNE * (RURAL_WEIGHT if unit.is_rural else 1.0)
        ward.need *= WARDS_IN_A_COMMUNE
        ward.officers, ward.volunteers = 4 + poisson(rng, 3), 9 + poisson(rng, 5)
        shares = TYPE_SHARES.items()
        ward.establishments = {kind: poisson(rng, SITES_A_WARD * share * ward.weight) for kind, share in shares}
        ward.models = binomial(rng, 2, 0.3)
        ward.participants = ward.models * (4 + poisson(rng, 4))
    commune.office = ward
    commune.wards = [ward]
    return commune


def _predecessors(reference: Reference, unit: Unit, old: dict[tuple[str, date], Ward]) -> list[Ward]:
    return [
        old[(link.old_code, link.old_valid_from)]
        for link in reference.successors
        if (link.new_code, link.new_valid_from) == (unit.unit_code, unit.valid_from)
        and link.is_main
        and (link.old_code, link.old_valid_from) in old
    ]


def _merged(unit: Unit, district: District, parts: list[Ward], seed: int) -> Ward:
    ward = _new_ward(unit, district, seed)
    if not parts:
        ward.establishments = dict.fromkeys(TYPE_SHARES, 1)
        return ward
    kinds = {kind for part in parts for kind in part.establishments}
    ward.weight = sum(part.weight for part in parts)
    ward.establishments = {kind: sum(part.establishments.get(kind, 0) for part in parts) for kind in sorted(kinds)}
    ward.integrated = set.intersection(*(part.integrated for part in parts))
    ward.models = sum(part.models for part in parts)
    ward.participants = sum(part.participants for part in parts)
    ward.need = sum(part.need for part in parts)
    # Merging saves posts.
    ward.officers = max(3, round(0.7 * sum(part.officers for part in parts)))
    ward.volunteers = max(5, round(0.75 * sum(part.volunteers for part in parts)))
    return ward
