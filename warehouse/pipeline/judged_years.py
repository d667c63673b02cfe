"""What the checks of a version found in each year, kept with it, so that the next build judges what changed.

A year of which nothing is kept, as after a release with other rules, is judged again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from expectations.results import CheckResult, YearResult
from warehouse.pipeline.fingerprint import checks_fingerprint

JUDGED_FILE = "judged.json"


def write_judged(folder: Path, results: Iterable[CheckResult]) -> None:
    """Write the results of a version's checks by year to its folder."""
    checks = {result.check_code: [asdict(year) for year in result.years] for result in results}
    kept = {"checks_fingerprint": checks_fingerprint(), "checks": checks}
    (folder / JUDGED_FILE).write_text(json.dumps(kept, ensure_ascii=False, default=str), encoding="utf-8")


def read_judged(folder: Path) -> Mapping[str, Sequence[YearResult]] | None:
    """Return the results of a version's checks by year; None if they are not known, or if the rules were others."""
    try:
        kept = json.loads((folder / JUDGED_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if kept["checks_fingerprint"] != checks_fingerprint():
        return None
    return {code: [YearResult(**year) for year in years] for code, years in kept["checks"].items()}
