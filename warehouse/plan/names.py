"""Names of the programmes of an installation, and the longest short names of targets and units."""

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

from warehouse.plan.seeds import seeds_dir
from warehouse.programmes import in_force
from warehouse.settings import LANGUAGES, Settings, SettingsError

# Letters of a target's short name that charts, grids and slides have room for.
LONGEST_SHORT_NAME = 40
# Letters of a unit's short name that slides have room for.
LONGEST_UNIT_NAME = 24


def programme_names(settings: Settings, day: date) -> dict[str, dict[str, str]]:
    """Return the names of all programmes by code and language, in their order.

    A programme without a name of its own has that of its plan on a day; where a pack cannot be read, or two programmes
    would have the same name, the code follows it.
    """
    names = {programme.code: {"vi": programme.name_vi, "en": programme.name_en} for programme in settings.programmes}
    for code, own in names.items():
        plan = {} if all(own.values()) else _plan_name(code, day)
        for lang in LANGUAGES:
            own[lang] = own[lang] or plan.get(lang) or code
    for lang in LANGUAGES:
        every = [own[lang] for own in names.values()]
        for code, own in names.items():
            if every.count(own[lang]) > 1:
                own[lang] = f"{own[lang]} ({code})"
    return names


def plan_fault() -> str:
    """Return why the seeds of the plan in force cannot be read; empty if they can."""
    try:
        seeds_dir()
    except SettingsError as error:
        return str(error)
    return ""


def _plan_name(code: str, day: date) -> dict[str, str]:
    """Return the name of a programme's plan on a day by language; empty for a pack that cannot be read."""
    with in_force(code):
        try:
            return _plan_name_of(seeds_dir(), day)
        except SettingsError:
            return {}


# Seeds of a pack lie in a folder that is named after their content.
@lru_cache(maxsize=64)
def _plan_name_of(folder: Path, day: date) -> dict[str, str]:
    periods = [row["period_code"] for row in _rows(folder / "periods.csv") if row["start_date"] <= day.isoformat()]
    plans = _rows(folder / "plans.csv")
    if not plans:
        return {}
    now = max(periods, default="")
    plan = next((row for row in plans if row["first_period_code"] <= now <= row["last_period_code"]), plans[-1])
    return {lang: plan[f"name_{lang}"] for lang in LANGUAGES}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
