"""One quarter of one unit as a district would report it: a function per form.

Parts never exceed their totals, over the year as well, because each is generated from the rest of its total.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from warehouse.reference import Period
from warehouse.sample.draws import binomial, clip, dice, poisson
from warehouse.sample.places import District, Ward, pace
from warehouse.text import load_texts

Cells = dict[str, Any]

AUDIENCES = {
    "reach_students": 38,
    "reach_unemployed": 6,
    "reach_migrant_workers": 14,
    "reach_establishment_staff": 9,
    "reach_general": 45,
}
PROGRAMMES = ("integrated_new_rural", "integrated_poverty", "integrated_social_security")
BEGINNINGS = ("2021Q1", "2025Q3")
# How much of the year's training is done by each quarter's end.
TRAINING_PATH = (0.22, 0.52, 0.78, 1.0)
SERVICES = {
    "service_legal_psychological": 0.45,
    "service_health": 0.55,
    "service_literacy": 0.06,
    "service_vocational": 0.2,
    "service_employment": 0.22,
    "service_loan": 0.12,
}
# Pilot models that one district can maintain.
MOST_MODELS = 5
# Quarters from a task's first work to its end, without delays.
TASK_LENGTH = 4
# The task that ends with the decision on the district's team; before it, the task gets no further than this share.
TEAM_TASK, WITHOUT_TEAM = "N08", 0.9


@dataclass(frozen=True)
class Quarter:
    """A quarter of the sample under one seed."""

    seed: int
    period: Period

    @property
    def is_beginning(self) -> bool:
        """Return whether its reporters report for the first time: districts in 2021, communes in 2025."""
        return self.period.period_code in BEGINNINGS

    def dice(self, *key: object) -> random.Random:
        """Return a generator for this quarter and key."""
        return dice(self.seed, self.period.period_code, *key)


def communication(when: Quarter, district: District, ward: Ward) -> Cells:
    """Return B1: sessions by channel and people reached."""
    rng = when.dice(ward.unit.unit_code, "B1")
    strength, work = district.strengths["communication"], pace(when.period)
    is_office = ward.unit.unit_level == "district"
    chance = clip(strength**0.7 + (0.03 if is_office else 0.0), 0, 1) * work**0.4
    if when.period.quarter == 4 and not ward.has_communicated:
        # Units without sessions are reminded at the year's end.
        chance = max(chance, strength**0.15)
    held = rng.random() < chance
    size = (3.0 if is_office else 1.0) * (0.5 + strength)
    online = clip(0.25 + 0.2 * (when.period.year - 2021), 0, 1) * max(work, 0.6)
    cells: Cells = {
        "sessions_direct": 1 + poisson(rng, 1.6 * size * work) if held and work > 0.2 else 0,
        "sessions_social_network": poisson(rng, 3.0 * size * online) if held else 0,
        "sessions_internet": poisson(rng, 1.1 * size * online) if held else 0,
        "sessions_loudspeaker": 1 + poisson(rng, 3.5 * size) if held else 0,
        "sessions_print": poisson(rng, 1.2 * size * work) if held else 0,
    }
    direct = int(cells["sessions_direct"])
    for column, mean in AUDIENCES.items():
        cells[column] = poisson(rng, mean * direct * (0.6 + 0.8 * rng.random()))
    ward.has_communicated = ward.has_communicated or held
    return cells


def integration(when: Quarter, district: District, ward: Ward) -> Cells:
    """Return B2: integration in a programme is permanent."""
    rng = when.dice(ward.unit.unit_code, "B2")
    strength = district.strengths["integration"]
    chance = 0.25 + 0.6 * strength if when.is_beginning else 0.02 + 0.22 * strength**3
    for programme in PROGRAMMES:
        if rng.random() < chance:
            ward.integrated.add(programme)
    cells: Cells = {programme: "yes" if programme in ward.integrated else "no" for programme in PROGRAMMES}
    if not ward.unit.is_rural:
        cells["integrated_new_rural"] = "not_applicable"
    return cells


def team(when: Quarter, district: District) -> Cells:
    """Return B3: a decision stays in force once it is taken."""
    rng = when.dice(district.unit.unit_code, "B3")
    strength = district.strengths["team"]
    chance = 0.45 + 0.3 * strength if when.is_beginning else 0.16 * strength
    if district.team_decision is None and rng.random() < chance:
        earliest = max(when.period.start_date, district.unit.valid_from)
        if when.is_beginning and district.unit.unit_level == "district":
            earliest = date(2018, 1, 5)
        day = earliest + timedelta(days=rng.randrange((when.period.end_date - earliest).days))
        number = load_texts("sample")["decision"].format(number=rng.randrange(100, 6000))
        district.team_decision = (number, day, 9 + poisson(rng, 3))
    if district.team_decision is None:
        return {"team_consolidated": "no", "member_count": 6}
    number, taken_on, members = district.team_decision
    return {
        "team_consolidated": "yes",
        "decision_number": number,
        "decision_date": taken_on,
        "member_count": members,
    }


def training(when: Quarter, district: District, ward: Ward) -> Cells:
    """Return B4: people in office, and those trained for the first time this year."""
    rng = when.dice(ward.unit.unit_code, "B4")
    if when.period.quarter == 1 and when.period.year > 2021:
        ward.officers = max(2, ward.officers + rng.choice((-1, 0, 0, 0, 1)))
        ward.volunteers = max(4, ward.volunteers + rng.choice((-1, 0, 0, 1)))
    cells: Cells = {}
    for people, total in (("officers", ward.officers), ("volunteers", ward.volunteers)):
        strength = district.strengths["training"] - (0.08 if people == "volunteers" else 0.0)
        goal = 1.0 if strength > 0.78 else clip(0.15 + strength + rng.gauss(0, 0.08), 0.1, 0.99)
        share = TRAINING_PATH[when.period.quarter - 1] * (pace(when.period) if when.period.quarter < 4 else 1.0)
        done = ward.trained_this_year.get(people, 0)
        intended = (
            total if goal == 1.0 and when.period.quarter == 4 else round(total * goal * share + rng.gauss(0, 0.4))
        )
        trained = int(clip(intended - done, 0, total - done))
        ward.trained_this_year[people] = done + trained
        cells[f"{people}_total"], cells[f"{people}_trained"] = total, trained
    return cells


def is_idle(when: Quarter, district: District) -> bool:
    """Return whether the whole district inspected nothing this quarter."""
    rng = when.dice(district.unit.unit_code, "idle")
    return rng.random() < 0.18 * (1 - district.strengths["inspection"]) + (1 - pace(when.period)) ** 3


def inspection(when: Quarter, district: District, ward: Ward, kind: str, idle: bool) -> Cells:
    """Return B5: establishments of a type, inspections and sanctions."""
    rng = when.dice(ward.unit.unit_code, kind, "B5")
    total = ward.establishments.get(kind, 0)
    first_before = ward.first_this_year.get(kind, 0)
    # Some open, some close, but none that was inspected this year.
    total = max(
        first_before,
        total + binomial(rng, total, 0.02) - binomial(rng, total, 0.018 + 0.04 * (pace(when.period) < 0.5)),
    )
    ward.establishments[kind] = total
    rate = (0.1 + 0.28 * district.strengths["inspection"]) * pace(when.period)
    inspections = 0 if idle else poisson(rng, total * rate)
    first = min(binomial(rng, inspections, 0.85), total - first_before)
    ward.first_this_year[kind] = first_before + first
    risk = 0.2 if kind in ("massage", "karaoke", "lodging") else 0.09
    violations = binomial(rng, inspections, risk)
    fines = binomial(rng, violations, 0.6)
    return {
        "establishments_total": total,
        "first_inspections": first,
        "inspections": inspections,
        "inspections_with_violation": violations,
        "sanction_warning": binomial(rng, violations - fines, 0.7),
        "sanction_fine": fines,
        "sanction_suspension": binomial(rng, violations, 0.08),
        "sanction_licence_revoked": min(total, binomial(rng, violations, 0.02)),
        "fine_vnd_million": sum(rng.randrange(6, 51) / 2 for _ in range(fines)),
    }


def cases(when: Quarter, district: District) -> Cells:
    """Return B6 of a district: violations, and cases pending from one quarter to the next."""
    rng = when.dice(district.unit.unit_code, "B6")
    strength, work = district.strengths["enforcement"], pace(when.period)
    busy = sum(ward.weight for ward in district.wards) / 14
    detected = poisson(rng, 6.5 * busy * work)
    cells: Cells = {
        "violations_detected": detected,
        "violations_handled": binomial(rng, detected, 0.45 + 0.54 * strength),
    }
    accepted = poisson(rng, 1.1 * busy * max(work, 0.3))
    cells |= _tried(rng, district.pending_cases, accepted, (0.5 + 0.5 * strength) * max(work, 0.2))
    district.pending_cases += accepted - int(cells["cases_resolved"])
    cells["trafficking_victims_rescued"] = poisson(rng, 0.06 * busy)
    return cells


def city_cases(when: Quarter, pending: int) -> Cells:
    """Return B6 of the city's agencies: cases only; violations belong to the districts."""
    rng = when.dice("79", "B6")
    cells: Cells = {"violations_detected": 0, "violations_handled": 0}
    cells |= _tried(rng, pending, poisson(rng, 7 * max(pace(when.period), 0.3)), 0.93 * max(pace(when.period), 0.25))
    cells["trafficking_victims_rescued"] = poisson(rng, 0.4)
    return cells


def _tried(rng: Any, pending: int, accepted: int, chance: float) -> Cells:
    resolved = binomial(rng, pending + accepted, chance)
    return {
        "cases_pending": pending,
        "cases_accepted": accepted,
        "cases_resolved": resolved,
        "model_trials": binomial(rng, min(resolved, 2), 0.12),
    }


def support(when: Quarter, district: District, ward: Ward) -> Cells:
    """Return B7: people who want support, those who received it, and the pilot models."""
    rng = when.dice(ward.unit.unit_code, "B7")
    strength, work = district.strengths["support"], max(pace(when.period), 0.3)
    wanting = min(40, poisson(rng, ward.need * work))
    supported = binomial(rng, wanting, 1.0 if strength > 0.86 else 0.45 + 0.5 * strength)
    received = dict.fromkeys(SERVICES, 0)
    for _ in range(supported):
        chosen = [service for service, chance in SERVICES.items() if rng.random() < chance]
        for service in chosen or [rng.choice(tuple(SERVICES))]:
            received[service] += 1
    if ward.models and rng.random() < 0.035 * (1.2 - strength):
        ward.models -= 1
        ward.participants = ward.participants // 2 if ward.models else 0
    elif sum(other.models for other in district.wards) < MOST_MODELS and rng.random() < 0.002 * strength:
        ward.models += 1
        ward.participants += 4 + poisson(rng, 4)
    participants = binomial(rng, ward.participants + 3, 0.8) if ward.models else 0
    return {
        "people_wanting_support": wanting,
        "people_supported": supported,
        **received,
        "models_operating": ward.models,
        "model_participants": participants,
        "model_participants_referred": binomial(rng, participants, 0.35 + 0.5 * strength),
    }


def task(
    when: Quarter, reporter_code: str, strength: float, task_code: str, progress: dict[str, float], ceiling: float = 1.0
) -> Cells:
    """Return B8: a task moves from not started to done, or to the share `ceiling`; once done it stays done."""
    rng = when.dice(reporter_code, task_code, "B8")
    temper = dice(when.seed, reporter_code, task_code, "temper")
    if temper.random() < 0.02:
        return {"status": "not_applicable"}
    done_before = progress.get(task_code, 0.0)
    step = (1.15 * strength + 0.1) * (0.5 + temper.random()) / TASK_LENGTH * max(pace(when.period), 0.3)
    done = min(ceiling, done_before + step * rng.uniform(0.4, 1.5) * (temper.random() < 0.96))
    progress[task_code] = done
    percent = 100 if done >= 0.98 else 5 * round(done * 20) if done < 0.95 else 95
    if percent < 5:
        return {"status": "not_started", "percent_done": 0}
    texts = load_texts("sample")
    cells: Cells = {"status": "done" if percent == 100 else "under_way", "percent_done": percent}
    if percent >= 60:
        cells["evidence_reference"] = temper.choice(texts["evidence"]).format(number=temper.randrange(12, 900))
    if percent < 100 and rng.random() < 0.12:
        cells["note"] = (
            texts["notes"][1] if pace(when.period) < 0.5 else rng.choice([texts["notes"][0], *texts["notes"][2:]])
        )
    return cells
