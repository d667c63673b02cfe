"""The seeds in force: the project's own, or a plan pack's in their place."""

import csv
import hashlib
import io
import shutil
import tempfile
from collections.abc import Set
from functools import cache
from pathlib import Path

from warehouse.plan.words import adapted
from warehouse.settings import LANGUAGES, SEEDS_DIR, Settings, SettingsError

# What the models and readers are written for. A pack may bring its own, else these stay the project's; of all others
# (units, periods, plans …) it has what it brings and nothing besides.
SHARED = frozenset(
    {"forms", "form_columns", "form_parts", "code_lists", "unit_levels", "target_groups", "settings", "size_measures"}
)
# Shared, too, as long as a pack defines no target of its own.
TARGETS = frozenset({"targets", "target_terms", "target_breakdowns"})
NEEDED = ("units", "periods", "plans", "plan_targets", "target_levels", "form_levels")


def seeds_dir() -> Path:
    """The folder of the seeds in force. Raises SettingsError for a pack that cannot be a plan."""
    settings = Settings.from_env()
    if settings.plan_dir is None:
        return SEEDS_DIR
    return _put_together(settings.plan_dir / "seeds", settings.data_dir / "cache")


def plan_files() -> list[Path]:
    """Every file of the plan pack, in the order of their names; none where the project's own plan is in force."""
    folder = Settings.from_env().plan_dir
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []


@cache
def _put_together(own: Path, cache_dir: Path) -> Path:
    """The pack's seeds with the shared ones in a folder named after what is in it: whoever makes it makes the same."""
    brought = {path.stem for path in own.glob("*.csv")}
    if unknown := brought - {path.stem for path in SEEDS_DIR.glob("*.csv")}:
        raise SettingsError(f"KPI_PLAN_DIR: {own}: no seed is called {', '.join(sorted(unknown))}")
    if missing := [name for name in NEEDED if name not in brought]:
        raise SettingsError(f"KPI_PLAN_DIR: {own}: {', '.join(missing)} missing")
    shared = SHARED if "targets" in brought else SHARED | TARGETS
    texts = {path.name: _text(path, own, shared) for path in sorted(SEEDS_DIR.iterdir())}
    digest = hashlib.sha256("\0".join(f"{name}\0{text}" for name, text in texts.items()).encode()).hexdigest()
    plan = cache_dir / f"plan-{digest[:16]}"
    goal = plan / SEEDS_DIR.name
    if goal.is_dir():
        return goal
    plan.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=plan))
    for name, text in texts.items():
        (made / name).write_text(text, encoding="utf-8")
    try:
        made.rename(goal)
    except OSError:
        shutil.rmtree(made)
        if not goal.is_dir():
            raise
    return goal


def _text(path: Path, own: Path, shared: Set[str]) -> str:
    """What a file of the project's seeds is in the pack."""
    brought = own / path.name
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix != ".csv":
        return text
    if brought.is_file():
        return brought.read_text(encoding="utf-8-sig")
    return _in_own_words(text) if path.stem in shared else text.partition("\n")[0] + "\n"


def _in_own_words(text: str) -> str:
    """A shared seed whose texts use the pack's words."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    languages = [name.rpartition("_")[2] for name in header]
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            adapted(cell, lang) if lang in LANGUAGES else cell for cell, lang in zip(row, languages, strict=True)
        )
    return told.getvalue()
