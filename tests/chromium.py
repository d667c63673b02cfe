"""Which Chromium tests, benchmarks and screenshots drive."""

import os
import shutil

# The first without a browser's own window and tabs: the same engine for a third of the work.
NAMES = ("chromium-headless-shell", "chromium")


def executable() -> str | None:
    """What `KPI_CHROMIUM` names, or the machine's own Chromium; none leaves it to Playwright's."""
    return os.environ.get("KPI_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
