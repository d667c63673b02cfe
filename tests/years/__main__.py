"""Ten years in fast motion, as a table by year and as JSON; exit code 1 if anything cannot be shown again."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.processes import PROJECT
from tests.bench.report import machine
from tests.postgres.server import running_server
from tests.years.city import quarters
from tests.years.lapse import PAGES, Timeline, faults_of, live_through

RESULTS = PROJECT / "years-results.json"
# Quarters are counted from 0. A correction every year from the fourth on, of a report more than two years old.
TIMELINE = Timeline(
    quarters=quarters(),
    upgrades=(7, 17, 31),
    disaster=25,
    move=35,
    corrected_after=9,
    corrections=range(12, 40, 4),
    measured=range(3, 40, 4),
    on_server=(37, 39),
)
SIZES = ("registry", "originals", "one version", "all versions", "all backups")
STEPS = ("submit", "build", "backup")


def main() -> int:
    """Live through the years, print and write what was measured."""
    about = machine()
    with tempfile.TemporaryDirectory(prefix="years-") as folder, running_server() as server:
        url = server.setting(server.create_database("years"))
        city = live_through(Path(folder), TIMELINE, url)
        faults = faults_of(city)
        began = time.perf_counter()
        first = city.do("backup", "--to", Path(folder) / "another disk")["cpu_s"]
        whole = {"cpu_s": first, "wall_s": round(time.perf_counter() - began, 1)}
    content = {
        "machine": about,
        "reviews": len(city.presented),
        "faults": faults,
        "first backup of all": whole,
        "years": city.measured,
    }
    RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    pages = [page or "overview" for page in PAGES]
    units = [
        *(f"{name}, MB" for name in SIZES),
        *(f"{name}, CPU s" for name in STEPS),
        *(f"{name}, ms" for name in pages),
    ]
    print(" | ".join(["year", "reports", *units]))
    for year in city.measured:
        sizes = [f"{year['kb'][name] / 1024:.1f}" for name in SIZES]
        steps = [f"{year['cpu_s'][name]:.2f}" for name in STEPS]
        times = [str(year["pages_cpu_ms"][page]) for page in pages]
        print(" | ".join([year["year"], str(year["reports"]), *sizes, *steps, *times]))
    print(f"first backup of all years: {whole}")
    print(f"{len(city.presented)} reviews, of which cannot be shown again: {faults or 'none'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
