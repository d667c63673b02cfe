"""The seeds in force: the project's own, or a plan pack's in their place."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from warehouse.plan.pack import Pack, Row, Table, as_csv, content, csv_table, read_pack, stamps
from warehouse.plan.schema import WORDS, schema
from warehouse.plan.values import with_stored_cells
from warehouse.plan.words import Glossary, glossary_of
from warehouse.settings import LANGUAGES, PROJECT_ROOT, SEEDS_DIR, PlanPackError, Settings

# Seeds that a pack may replace, else the project's apply. To a seed with `adds_by` in the schema (forms, settings …) a
# pack adds; of all others (units, periods, plans …) only the pack's apply.
SHARED = frozenset({"unit_levels", "target_groups", "size_measures"})
# Shared, too, as long as a pack defines no target of its own.
TARGETS = frozenset({"targets", "target_terms", "target_breakdowns"})
NEEDED = ("units", "periods", "plans", "plan_targets", "target_levels", "form_levels")


def seeds_dir() -> Path:
    """Return the folder of the seeds in force. Raises PlanPackError for an incomplete pack."""
    settings = Settings.from_env()
    if settings.plan_dir is None:
        return SEEDS_DIR
    return _combine(settings.plan_dir, settings.cache_dir)


def plan_content() -> Sequence[tuple[str, str]]:
    """Return name and content of each part of the pack in force; none if the project's own plan is in force."""
    path = Settings.from_env().plan_dir
    return _content(path, stamps(path)) if path else ()


# Each fingerprint of a build contains it; a nation's has forty thousand rows.
@lru_cache(maxsize=1)
def _content(path: Path, _changed: object) -> tuple[tuple[str, str], ...]:
    pack = read_pack(path)
    return tuple(content(replace(pack, tables=with_stored_cells(pack.tables))))


def own_pack() -> Pack:
    """Return the project's own seeds as a pack that brings them all."""
    return Pack({path.stem: _own_table(path.stem) for path in sorted(SEEDS_DIR.glob("*.csv"))}, {})


def tables_of(pack: Pack) -> dict[str, Table]:
    """Return every seed as it is with a pack: the project's with what the pack adds, the pack's, or without rows."""
    shared = SHARED if "targets" in pack.tables else SHARED | TARGETS
    glossaries = {lang: glossary_of(pack.texts.get(lang, {})) for lang in LANGUAGES}
    tables = {}
    for name in schema().keys() - {WORDS}:
        if schema()[name].adds_by:
            tables[name] = _with_added(_in_words(_own_table(name), glossaries), pack.tables.get(name))
        elif name in pack.tables:
            tables[name] = pack.tables[name]
        elif name in shared:
            tables[name] = _in_words(_own_table(name), glossaries)
        else:
            tables[name] = Table(name, f"{name}.csv", tuple(schema()[name].columns), ())
    return with_stored_cells(tables)


@cache
def _combine(path: Path, cache_dir: Path) -> Path:
    """Return a folder with the pack's and the shared seeds, named after its content.

    Concurrent processes create the same folder.
    """
    pack = read_pack(path)
    if gaps := _gaps(pack):
        raise PlanPackError(path, "; ".join(gaps))
    texts = {f"{name}.csv": as_csv(table) for name, table in tables_of(pack).items()}
    texts |= {file.name: file.read_text(encoding="utf-8") for file in SEEDS_DIR.iterdir() if file.suffix != ".csv"}
    digest = hashlib.sha256("\0".join(f"{name}\0{texts[name]}" for name in sorted(texts)).encode()).hexdigest()
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


def _gaps(pack: Pack) -> list[str]:
    """Return what keeps a pack's seeds from being combined; the check describes it."""
    gaps = [f"{fault.place} {fault.rule}".strip() for fault in pack.faults]
    gaps += [f"{name} missing" for name in NEEDED if name not in pack.tables]
    for table in pack.tables.values():
        columns = schema()[table.seed].columns.values()
        lacking = [one.name for one in columns if one.name not in table.columns and not one.may_be_absent]
        gaps += [f"{table.place}: {', '.join(lacking)} missing"] if lacking else []
    return gaps


@cache
def _own_table(name: str) -> Table:
    return csv_table(name, (SEEDS_DIR / f"{name}.csv").read_text(encoding="utf-8-sig"))


def _with_added(own: Table, added: Table | None) -> Table:
    """Return the project's rows and a pack's; those of the pack replace those with the same values in `adds_by`."""
    if added is None:
        return own
    names = schema()[own.seed].adds_by
    replaced = {tuple(row.cells.get(name, "") for name in names) for row in added.rows}
    file = str((SEEDS_DIR / own.place).relative_to(PROJECT_ROOT))
    kept = [replace(row, place=file) for row in own.rows if tuple(row.cells[name] for name in names) not in replaced]
    return replace(added, rows=(*kept, *added.rows))


def _in_words(table: Table, glossaries: Mapping[str, Glossary]) -> Table:
    """Return a shared seed whose texts use the pack's words."""
    glossary_by_column = {column: glossaries.get(column.rpartition("_")[2]) for column in table.columns}
    return replace(table, rows=tuple(_adapted(row, glossary_by_column) for row in table.rows))


def _adapted(row: Row, glossaries: Mapping[str, Glossary | None]) -> Row:
    cells = {column: own.adapt(text) if (own := glossaries[column]) else text for column, text in row.cells.items()}
    return replace(row, cells=cells)
