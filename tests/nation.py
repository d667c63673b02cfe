"""A nation of three provinces and ten communes that reports by month; provinces report for their communes.

`PACK` is all that it has of its own: levels country, province, commune. What its reporters sent for the first three
months of 2026, made up by hand; Cần Thơ never sent the third, which is under review:

    talks held      Hà Nội 2 0 1 0 · 1 1 0 0 · 0 1 2 1 | Huế 1 0 1 · 0 1 0 · 1 1 0 | Cần Thơ 1 0 0 · 0 1 0
    people reached  Hà Nội 500 · 350 · 650 (1,500)     | Huế 200 · 120 · 160 (480) | Cần Thơ 100 · 80 (180)
    violations dealt with / detected, each province's own agencies and its communes
                    Hà Nội 9/11 · 8/11 · 3/3 (20/25)   | Huế 4/5 · 2/2 · 1/3 (7/10) | Cần Thơ 1/3 · 2/2 (3/5)
                    the country's agencies 2/4 · 1/1 · 0/1 (3/6); together 33/46

    communes with a talk by the third month 4/4, 3/3, 2/3 (of two months): 9/10; people 2,160 of 12,000 assigned
"""

import shutil
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from tests.sent_packs import Rows, fill_all, send
from tests.workbooks import B1, B6, B8

PACK = Path(__file__).parent / "pipeline" / "fixtures" / "nation_pack"
AS_OF = date(2026, 4, 20)
COUNTRY, HA_NOI, HUE, CAN_THO = "VN", "01", "46", "92"
RECEIVED = {"2026M01": "2026-02-10T09:00", "2026M02": "2026-03-10T09:00", "2026M03": "2026-04-10T09:00"}
# The surroundings of commands that work on it.
SURROUNDINGS: dict[str, Any] = {"as_of": AS_OF, "KPI_PLAN_DIR": str(PACK)}
# By province and commune: talks held and people reached, month by month.
TALKS: Mapping[str, Mapping[str, tuple[tuple[int, int], ...]]] = {
    HA_NOI: {
        "00004": ((2, 300), (1, 100), (0, 0)),
        "00008": ((0, 0), (1, 250), (1, 100)),
        "00025": ((1, 200), (0, 0), (2, 400)),
        "00376": ((0, 0), (0, 0), (1, 150)),
    },
    HUE: {
        "19768": ((1, 150), (0, 0), (1, 100)),
        "19777": ((0, 0), (1, 120), (1, 60)),
        "19867": ((1, 50), (0, 0), (0, 0)),
    },
    CAN_THO: {"31120": ((1, 100), (0, 0)), "31135": ((0, 0), (1, 80)), "31231": ((0, 0), (0, 0))},
}
# By reporter and unit: violations dealt with and detected, month by month; units left out had none.
VIOLATIONS: Mapping[str, Mapping[str, tuple[tuple[int, int], ...]]] = {
    COUNTRY: {COUNTRY: ((2, 4), (1, 1), (0, 1))},
    HA_NOI: {
        HA_NOI: ((3, 4), (5, 5), (2, 2)),
        "00004": ((4, 5), (0, 0), (1, 1)),
        "00008": ((0, 0), (3, 6), (0, 0)),
        "00025": ((2, 2), (0, 0), (0, 0)),
        "00376": ((0, 0), (0, 0), (0, 0)),
    },
    HUE: {
        HUE: ((1, 2), (0, 0), (1, 3)),
        "19768": ((3, 3), (0, 0), (0, 0)),
        "19777": ((0, 0), (2, 2), (0, 0)),
        "19867": ((0, 0), (0, 0), (0, 0)),
    },
    CAN_THO: {
        CAN_THO: ((0, 2), (2, 2)),
        "31120": ((1, 1), (0, 0)),
        "31135": ((0, 0), (0, 0)),
        "31231": ((0, 0), (0, 0)),
    },
}
# The one task of provinces: list the establishments by February.
TASK = {HA_NOI: ("Hoàn thành", 100), HUE: ("Đang thực hiện", 60), CAN_THO: ("Chưa thực hiện", 0)}


def report_of(reporter: str, month: int) -> dict[str, Rows] | None:
    """What a reporter sent for a month, from 0; None where it sent nothing."""
    violations = VIOLATIONS[reporter]
    if any(len(counts) <= month for counts in violations.values()):
        return None
    cases = {
        unit: {"violations_handled": counts[month][0], "violations_detected": counts[month][1]}
        for unit, counts in violations.items()
    }
    if reporter == COUNTRY:
        return {B6: cases}
    talks = {
        unit: {"sessions_direct": counts[month][0], "reach_general": counts[month][1]}
        for unit, counts in TALKS[reporter].items()
    }
    status, percent = TASK[reporter]
    return {B1: talks, B6: cases, B8: {reporter: {"status": status, "percent_done": percent}}}


def publish(data_dir: Path) -> None:
    """Fill the forms of the country and its provinces as people do, send them, and publish what they make."""
    shutil.rmtree(data_dir, ignore_errors=True)
    (data_dir / "sent").mkdir(parents=True)
    received = [
        (name, day)
        for month, (period, day) in enumerate(RECEIVED.items())
        for name in fill_all(data_dir, period, partial(report_of, month=month), **SURROUNDINGS)
    ]
    send(data_dir, received, **SURROUNDINGS)
