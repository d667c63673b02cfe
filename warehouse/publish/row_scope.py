"""What a connection to the published marts is allowed to read: the rights of a viewer, in terms of rows.

On a PostgreSQL server the database itself keeps to it (`row_security`); a DuckDB file has no such guard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ALL = "*"
SEPARATOR = "|"
UNITS_SETTING, PEOPLE_SETTING = "kpi.units", "kpi.people_units"
# Dimensions hold no figures and are open.
FACTS = "fct_"
# Columns that name the unit of a row, the first that a mart has; and those of the unit whose people it counts.
UNIT_COLUMNS = ("unit_code", "reporter_code")
OWN_COLUMNS = ("unit_code", "row_unit_code")


class Counting(StrEnum):
    """Where a row of a mart states whether it counts people: its target, its measure, or a column of its own."""

    TARGET = "target"
    MEASURE = "measure"
    ROW = "row"


# By mart; () for one that counts no people. A mart without an entry counts people in every row.
PEOPLE: Mapping[str, tuple[Counting, ...]] = {
    "fct_breakdown": (Counting.ROW, Counting.TARGET),
    "fct_form_unit": (),
    "fct_measure": (Counting.MEASURE,),
    "fct_outlier": (Counting.MEASURE,),
    "fct_reporter_period": (),
    "fct_reporting": (),
    "fct_revision": (Counting.MEASURE,),
    "fct_submission": (),
    "fct_target_contribution": (Counting.TARGET,),
    "fct_target_input": (Counting.TARGET,),
    "fct_target_progress": (Counting.TARGET,),
    "fct_target_recalculated": (Counting.TARGET,),
    "fct_target_shortfall": (Counting.TARGET,),
    "fct_task_progress": (),
    "fct_unit_call": (Counting.ROW,),
    "fct_unit_size": (Counting.MEASURE,),
}
# Columns that are empty for tools without the right to counts of people: the number of rows or findings
# reveals how many of them are withheld.
EMPTIED: Mapping[str, frozenset[str]] = {
    "fct_submission": frozenset({"problem_count"}),
    "publication": frozenset({"row_counts", "checks_passed_count", "checks_failed_count"}),
}


@dataclass(frozen=True, slots=True)
class RowScope:
    """Rows of the marts: those of `units`; those that count people, of `people_units` among them. None is every unit.

    Without any unit the dimensions are left, which hold no figures.
    """

    units: frozenset[str] | None = frozenset()
    people_units: frozenset[str] | None = frozenset()

    @property
    def settings(self) -> str:
        """Return the statements that name these rows to PostgreSQL, for the rest of a transaction."""
        values = {UNITS_SETTING: self.units, PEOPLE_SETTING: self.people_units}
        return "; ".join(f"set local {setting} = {_listed(units)}" for setting, units in values.items())


NO_ROWS = RowScope()
EVERY_ROW = RowScope(None, None)


def _listed(units: frozenset[str] | None) -> str:
    text = ALL if units is None else SEPARATOR.join(sorted(units - {ALL}))
    return "'" + text.replace("'", "''") + "'"
