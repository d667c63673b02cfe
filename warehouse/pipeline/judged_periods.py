"""What the checks of a version found in each period, kept with it, so that the next build judges what changed.

A period of which nothing is kept, as after a release with other rules, is judged again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from expectations.results import CheckResult, PeriodResult
from warehouse.pipeline.fingerprint import checks_fingerprint

JUDGED_FILE = "judged.json"


def write_judged(folder: Path, results: Iterable[CheckResult]) -> None:
    """Write the results of a version's checks by period to its folder."""
    checks = {result.check_code: [vars(period) for period in result.periods] for result in results}
    kept = {"checks_fingerprint": checks_fingerprint(), "checks": checks}
    (folder / JUDGED_FILE).write_text(json.dumps(kept, ensure_ascii=False, default=str), encoding="utf-8")


def read_judged(folder: Path) -> Mapping[str, Sequence[PeriodResult]] | None:
    """Return the results of a version's checks by period; None if they are not known, or if the rules were others."""
    try:
        kept = json.loads((folder / JUDGED_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if kept["checks_fingerprint"] != checks_fingerprint():
        return None
    return {code: [PeriodResult(**period) for period in periods] for code, periods in kept["checks"].items()}
