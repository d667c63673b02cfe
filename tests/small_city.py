"""The city cut to three of its districts: its plan, forms and periods as they are, at a tenth of a build's work."""

from dataclasses import replace
from pathlib import Path

from warehouse.plan.pack import as_csv
from warehouse.plan.seeds import own_pack

DISTRICTS = {"760", "774", "775"}
CODES = ("unit_code", "parent_code", "old_code", "new_code", "area_code")


def write_pack(folder: Path) -> Path:
    """Write a pack with these districts, their wards, what these became and what stands above; return its folder."""
    tables = own_pack().tables
    units, successors = ([row.cells for row in tables[name].rows] for name in ("units", "unit_successors"))
    footprints = [row.cells for row in tables["unit_footprints"].rows]
    kept = {row["unit_code"] for row in units if DISTRICTS & {row["unit_code"], row["parent_code"]}}
    kept |= {row["new_code"] for row in successors if row["old_code"] in kept}
    kept |= {row["area_code"] for row in footprints if row["unit_code"] in kept}
    while above := {row["parent_code"] for row in units if row["unit_code"] in kept} - kept - {""}:
        kept |= above
    (folder / "seeds").mkdir(parents=True)
    for name, table in tables.items():
        rows = tuple(row for row in table.rows if {row.cells[code] for code in CODES if row.cells.get(code)} <= kept)
        (folder / "seeds" / f"{name}.csv").write_text(as_csv(replace(table, rows=rows)), encoding="utf-8")
    return folder
