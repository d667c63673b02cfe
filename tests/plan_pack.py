"""Another plan of another place: a province of two districts and five communes that reports by half-year.

`PACK` is all that it has of its own. What its reporters sent for the halves of 2023, made up by hand; the second
district never sent the second half:

    talks held      Đồi Thông 3 + 2   Bến Gỗ 0 + 1   Đá Trắng 1 + 0   | Suối Bạc 2   Gò Dừa 0
    people reached  Đồi Thông 200+100 Bến Gỗ 0 + 50  Đá Trắng 100 + 0 | Suối Bạc 150 Gò Dừa 0
    violations dealt with / detected   901: 3/4 + 4/4   902: 2/2   the province's agencies: 3/4 + 1/2
"""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.pipeline.commands import run_well
from tests.sent_packs import Rows, fill, send
from tests.workbooks import B1, B2, B6, B8

PACK = Path(__file__).parent / "pipeline" / "fixtures" / "plan_pack"
# The second half of 2023 is due and under review, the first of 2024 is open.
AS_OF = date(2024, 2, 15)
RECEIVED = {"2023H1": "2023-07-10T09:00", "2023H2": "2024-01-10T09:00"}
# The surroundings of commands that work on it.
PROVINCE: dict[str, Any] = {"as_of": AS_OF, "KPI_PLAN_DIR": str(PACK)}


def _talks(**by_commune: tuple[int, int]) -> dict[str, Rows]:
    codes = {code.removeprefix("c"): counts for code, counts in by_commune.items()}
    poor = {"90101", "90201"}
    return {
        B1: {code: {"sessions_direct": held, "reach_general": reached} for code, (held, reached) in codes.items()},
        B2: {code: {"integrated_poverty": "Có" if code in poor else "Không"} for code in codes},
    }


def violations(unit: str, handled: int, detected: int) -> dict[str, Rows]:
    """Return a sheet of violations dealt with and detected, of a unit itself."""
    return {B6: {unit: {"violations_handled": handled, "violations_detected": detected}}}


def _task(unit: str, status: str, percent_done: int) -> dict[str, Rows]:
    return {B8: {unit: {"status": status, "percent_done": percent_done}}}


REPORTS: dict[tuple[str, str], dict[str, Rows]] = {
    ("90", "2023H1"): violations("90", 3, 4),
    ("90", "2023H2"): violations("90", 1, 2),
    ("901", "2023H1"): _talks(c90101=(3, 200), c90102=(0, 0), c90103=(1, 100))
    | violations("901", 3, 4)
    | _task("901", "Đang thực hiện", 50),
    ("901", "2023H2"): _talks(c90101=(2, 100), c90102=(1, 50), c90103=(0, 0))
    | violations("901", 4, 4)
    | _task("901", "Hoàn thành", 100),
    ("902", "2023H1"): _talks(c90201=(2, 150), c90202=(0, 0))
    | violations("902", 2, 2)
    | _task("902", "Chưa thực hiện", 0),
}
# What the second district sends at last where a test has it do so.
OVERDUE = _talks(c90201=(1, 20), c90202=(0, 0)) | violations("902", 1, 1)


def publish(data_dir: Path) -> None:
    """Fill the forms of the pack's reporters as people do, send them, and publish what they make."""
    shutil.rmtree(data_dir, ignore_errors=True)
    (data_dir / "sent").mkdir(parents=True)
    received = [
        (filled(data_dir, unit, period, sheets).name, RECEIVED[period]) for (unit, period), sheets in REPORTS.items()
    ]
    send(data_dir, received, **PROVINCE)


def send_overdue(data_dir: Path) -> None:
    """Have the second district send its second half, which is not built."""
    run_well(data_dir, "submit", filled(data_dir, "902", "2023H2", OVERDUE), "--note", "chưa đủ cột", **PROVINCE)


def filled(data_dir: Path, unit: str, period: str, sheets: Mapping[str, Rows]) -> Path:
    """Fill a reporter's form as people do; return its path."""
    form = data_dir / "sent" / f"{unit}_{period}.xlsx"
    run_well(data_dir, "template", "--unit", unit, "--period", period, "--out", form, **PROVINCE)
    fill(form, sheets)
    return form
