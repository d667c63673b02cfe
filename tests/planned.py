"""What the seeds say of the plans, for tests that count it on pages: a new target changes no number in a test."""

import csv

from warehouse.settings import SEEDS_DIR

with (SEEDS_DIR / "plan_targets.csv").open(encoding="utf-8", newline="") as file:
    _plans = [row["plan_code"] for row in csv.DictReader(file)]

# Of the plan of 2021–2025.
TARGET_COUNT = _plans.count("P2021")
