"""Work contents of the plan: definition, state by unit, number done by quarter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Work content of the plan.

    `reporter_levels` (`district|city`) are the levels that carry it out, `due_period_code` is the quarter by whose end
    it is due (None: no term is set), `lead_*` the leading office.
    """

    task_code: str
    display_order: int
    reporter_levels: str
    due_period_code: str | None
    lead_vi: str | None
    lead_en: str | None
    name_vi: str
    name_en: str
    deliverable_vi: str | None
    deliverable_en: str | None


@dataclass(frozen=True, slots=True)
class TaskState:
    """State of a work content at a unit at a quarter's end; `status` and `percent_done` as in `TaskProgress`.

    `evidence_reference` names the document that proves it. `is_overdue` is None where nothing was reported.
    """

    task_code: str
    unit_code: str
    status: str
    percent_done: float | None
    evidence_reference: str | None
    note: str | None
    due_period_code: str | None
    is_overdue: bool | None


@dataclass(frozen=True, slots=True)
class TaskCount:
    """Number of units that reported on a work content applicable to them, and number of these that have done it."""

    task_code: str
    period_code: str
    reported_count: int
    done_count: int
