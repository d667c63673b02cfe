"""Text that would run, break out or be calculated somewhere if one place forgot to escape it; and a data folder in
which every free text and every unit's name is such a text."""

import datetime as dt
import sqlite3
from pathlib import Path

import duckdb

from tests.conftest import copy_for_writing
from warehouse.desk import Desk, Draft, ReviewDraft
from warehouse.publish.versions import WAREHOUSE_FILE, complete, read_manifest
from warehouse.settings import Settings

# Looked for in what a reader gets: the tag as text. What ran in a browser would have set `window.ran`.
TAG = "<script>window.ran=1</script>"
# A formula, the end of an attribute in either kind of quotes, a tag, an event, a template, an entity.
HOSTILE = f"""=cmd|'/C calc'!A1 "'><img src=x onerror=window.ran=1>{TAG}{{{{ 6*7 }}}}{{% raw %}}]]>&lt;"""
PERIOD, UNIT, TARGET = "2025Q1", "769", "T09"
# Every page, opened where people's words and the names of units stand.
ADDRESSES = (
    f"/?period={PERIOD}",
    f"/target?target={TARGET}&unit={UNIT}&period={PERIOD}",
    f"/target?target=T01&unit={UNIT}&period={PERIOD}",
    f"/target?target=T16&period={PERIOD}",
    # Quarters in which many did not report, and in which wards report to the city.
    f"/target?target={TARGET}&period=2021Q3",
    f"/target?target={TARGET}&period=2025Q3",
    "/?period=2025Q3",
    "/reports?period=2025Q3",
    f"/district?unit={UNIT}&target={TARGET}&peers=760,785&period={PERIOD}",
    f"/ward?unit=26803&period={PERIOD}",
    f"/compare?units=760,{UNIT}&period={PERIOD}",
    f"/compare?units=760,{UNIT}&target={TARGET}&view=trend&period={PERIOD}",
    f"/tasks?unit={UNIT}&period={PERIOD}",
    f"/tasks?task=N05&period={PERIOD}",
    f"/origin?target={TARGET}&unit={UNIT}&period={PERIOD}",
    f"/methodology?target={TARGET}&unit={UNIT}&period={PERIOD}",
    f"/changes?period={PERIOD}",
    f"/target?target={TARGET}&since=quarter&period={PERIOD}",
    f"/preview?report=all&period={PERIOD}",
    f"/quality?unit={UNIT}&period={PERIOD}",
    f"/reports?unit={UNIT}&period={PERIOD}",
    f"/submit?unit={UNIT}&period={PERIOD}",
    "/report?unit=26740&period=2025Q3",
    f"/calls?period={PERIOD}",
    f"/actions?period={PERIOD}",
    f"/actions?action=1&period={PERIOD}",
    f"/actions?new=1&unit={UNIT}&target={TARGET}&period={PERIOD}",
    f"/review?period={PERIOD}",
    f"/ledger?unit={UNIT}&period={PERIOD}",
    f"/downloads?period={PERIOD}",
    "/people",
    f"/search?q={UNIT}&period={PERIOD}",
)
_DUE = dt.date(2029, 12, 31)


def hostile_data_dir(published_data_dir: Path, goal: Path) -> Path:
    """Make a copy of the published sample that is full of such texts, and return it: the folder `goal`."""
    copy_for_writing(published_data_dir, goal)
    for folder in (goal / "runs").iterdir():
        _spoil_version(folder)
    _spoil_registry(goal / "registry.sqlite")
    _write_at_the_desk(Desk.open(Settings.from_env({"KPI_DATA_DIR": str(goal)}, goal / "no.env")))
    return goal


def _spoil_version(folder: Path) -> None:
    """Names of units, what forms remark, who sent which file."""
    # All wards that were under such names would only take time.
    own_units = f"unit_level <> 'ward' or parent_code = '{UNIT}' or valid_to is null"
    columns = {
        "dim_unit": ("name_vi", "name_en", "short_name_vi", "short_name_en"),
        "fct_task_progress": ("note", "evidence_reference"),
        "fct_submission": ("submitted_by", "file_name"),
    }
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as warehouse:
        for table, names in columns.items():
            changes = ", ".join(f"{name} = $text" for name in names)
            which = own_units if table == "dim_unit" else "true"
            warehouse.execute(f"update marts.{table} set {changes} where {which}", {"text": HOSTILE})
    manifest = read_manifest(folder)
    assert manifest is not None
    complete(folder, manifest)


def _spoil_registry(path: Path) -> None:
    """Who sent which file, and why it was accepted, returned or refused."""
    changes = {
        "submission": {"submitted_by": HOSTILE, "file_name": f"{HOSTILE}.xlsx"},
        "submission_problem": {"cell_value": HOSTILE, "sheet_name": HOSTILE[:60]},
        "audit_event": {"event_by": HOSTILE, "reason": HOSTILE},
    }
    with sqlite3.connect(path) as registry:
        for table, values in changes.items():
            # Rows may only be added; whoever spoils them puts the guard back, or the app would not trust the file.
            guard = f"{table}_no_update"
            (rule,) = registry.execute("select sql from sqlite_master where name = ?", (guard,)).fetchone()
            registry.execute(f"drop trigger {guard}")
            columns = ", ".join(f"{name} = :{name}" for name in values)
            registry.execute(f"update {table} set {columns}", values)
            registry.execute(rule)
    registry.close()


def _write_at_the_desk(desk: Desk) -> None:
    version = desk.reviews()[0].version
    desk.hold_review(ReviewDraft(PERIOD, "quarter", version, dt.date(2025, 5, 8), HOSTILE, HOSTILE), HOSTILE)
    desk.add_note(UNIT, PERIOD, f"{HOSTILE}\n{HOSTILE}", HOSTILE, target_code=TARGET)
    for unit in (UNIT, None):
        draft = Draft(HOSTILE, HOSTILE, _DUE, PERIOD, unit_code=unit, target_code=TARGET if unit else None)
        action = desk.open_action(draft, HOSTILE)
        desk.comment(action.action_id, HOSTILE, HOSTILE)
        if unit:
            desk.close(action.action_id, HOSTILE, HOSTILE, HOSTILE)
            desk.reopen(action.action_id, HOSTILE, HOSTILE)
