"""Work contents of the plan: what they are, how far each unit is, how many were done in each quarter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One work content; `reporter_levels` (`district|city`) says who has it to do, `due_period_code` by the end of
    which quarter (None: no term is set), `lead_*` which office leads."""

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
    """How far a unit is with a work content at a quarter's end; `status` and `percent_done` as in `TaskProgress`.

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
    """Of the units that reported on a work content that applies to them: how many there were, how many had done it."""

    task_code: str
    period_code: str
    reported_count: int
    done_count: int
