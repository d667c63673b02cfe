"""The check of a plan pack: every mistake in it at once, before anything uses it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import PlanRefusedError
from warehouse.packs.calendar import check_calendar, check_period_names
from warehouse.packs.cells import check_cells, check_headers, check_keys, check_settings
from warehouse.packs.forms import check_forms
from warehouse.packs.levels import check_levels
from warehouse.packs.places import check_places
from warehouse.packs.problems import PlanProblem, Seeds, of_fault, refusal
from warehouse.packs.targets import check_targets
from warehouse.packs.words import check_words
from warehouse.plan.pack import Pack, Table, read_pack
from warehouse.plan.schema import schema
from warehouse.plan.seeds import own_pack, tables_of
from warehouse.settings import LANGUAGES, SEEDS_DIR, Settings


@dataclass(frozen=True)
class Checked:
    """A pack with the seeds that it gives, and every problem in the order of its sheets."""

    name: str
    pack: Pack
    tables: Mapping[str, Table]
    problems: tuple[PlanProblem, ...]

    @property
    def mistakes(self) -> tuple[PlanProblem, ...]:
        """Return the problems that refuse the pack."""
        return tuple(problem for problem in self.problems if not problem.is_remark)

    @property
    def remarks(self) -> tuple[PlanProblem, ...]:
        """Return what is only stated."""
        return tuple(problem for problem in self.problems if problem.is_remark)


def check_plan(path: Path | None) -> Checked:
    """Check a folder or workbook; without one, the project's own seeds."""
    pack = read_pack(path) if path else own_pack()
    tables = tables_of(pack)
    problems = [of_fault(fault) for fault in pack.faults]
    if not any(fault.rule in ("workbook_unreadable", "folder_without_seeds") for fault in pack.faults):
        problems += check_headers(pack)
        problems += check_words(pack.texts, is_workbook=pack.is_workbook)
        seeds = Seeds(tables)
        problems += [*check_cells(seeds), *check_keys(seeds), *check_settings(seeds)]
        # Rules over rows need every seed and column.
        if not any(problem.rule.startswith(("seed_", "column_", "header_", "file_")) for problem in problems):
            problems += [*check_levels(seeds), *check_places(seeds), *check_calendar(seeds)]
            problems += check_period_names(seeds, pack.texts)
            problems += [*check_targets(seeds), *check_forms(seeds)]
    order = {table.place: position for position, table in enumerate(_in_reading_order(tables))}
    problems.sort(key=lambda problem: (order.get(problem.place, -1), problem.row or 0))
    return Checked((path or SEEDS_DIR).name, pack, tables, tuple(problems))


def check_plan_in_force(settings: Settings) -> None:
    """Raise PlanRefusedError, with the words of the check, if the plan in force has mistakes."""
    checked = check_plan(settings.plan_dir)
    if checked.mistakes:
        raise PlanRefusedError({lang: refusal(checked.problems, checked.name, lang) for lang in LANGUAGES})


def _in_reading_order(tables: Mapping[str, Table]) -> list[Table]:
    return [tables[name] for name in schema() if name in tables]
