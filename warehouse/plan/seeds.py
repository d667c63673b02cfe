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

# Seeds that models and readers depend on. A pack may replace them, else the project's apply; of all others (units,
# periods, plans …) only the pack's apply.
SHARED = frozenset(
    {"forms", "form_columns", "form_parts", "code_lists", "unit_levels", "target_groups", "settings", "size_measures"}
)
# Shared, too, as long as a pack defines no target of its own.
TARGETS = frozenset({"targets", "target_terms", "target_breakdowns"})
NEEDED = ("units", "periods", "plans", "plan_targets", "target_levels", "form_levels")


def seeds_dir() -> Path:
    """Return the folder of the seeds in force. Raises SettingsError for an incomplete pack."""
    settings = Settings.from_env()
    if settings.plan_dir is None:
        return SEEDS_DIR
    return _combine(settings.plan_dir / "seeds", settings.data_dir / "cache")


def plan_files() -> list[Path]:
    """Return every file of the plan pack, in order of name; [] if the project's own plan is in force."""
    folder = Settings.from_env().plan_dir
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []


@cache
def _combine(own: Path, cache_dir: Path) -> Path:
    """Return a folder with the pack's and the shared seeds, named after its content.

    Concurrent processes create the same folder.
    """
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
    pending = Path(tempfile.mkdtemp(dir=plan))
    for name, text in texts.items():
        (pending / name).write_text(text, encoding="utf-8")
    try:
        pending.rename(goal)
    except OSError:
        shutil.rmtree(pending)
        if not goal.is_dir():
            raise
    return goal


def _text(path: Path, own: Path, shared: Set[str]) -> str:
    """Return the pack's content of a file of the project's seeds."""
    brought = own / path.name
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix != ".csv":
        return text
    if brought.is_file():
        return brought.read_text(encoding="utf-8-sig")
    return _with_pack_words(text) if path.stem in shared else text.partition("\n")[0] + "\n"


def _with_pack_words(text: str) -> str:
    """Return a shared seed whose texts use the pack's words."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    languages = [name.rpartition("_")[2] for name in header]
    output = io.StringIO(newline="")
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            adapted(cell, lang) if lang in LANGUAGES else cell for cell, lang in zip(row, languages, strict=True)
        )
    return output.getvalue()
