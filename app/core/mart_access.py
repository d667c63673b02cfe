"""Access rules for downloads of whole marts. A mart without a rule needs the right to small counts.

A viewer without that right gets no rows of a sensitive measure or of anything computed from one: the rules for single
cells, as pages apply them, would have to be proven again for every mart and every way of adding up its rows. The
exception is rows of `Viewer.own_units`, which they may see unprotected, where nothing in them depends on other units.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core import access
from app.core.access import AccessDeniedError, Right, Viewer
from app.core.disclosure import COLUMNS, OF_OTHERS
from app.records.marts import Mart

# About four seconds of work for the writer of workbooks.
LARGEST_WORKBOOK_CELLS = 500_000


class Kept(StrEnum):
    """Rows of a mart that may be downloaded.

    All, or those of other targets, of other measures, or not marked sensitive.
    """

    ALL = "all"
    OTHER_TARGETS = "other_targets"
    OTHER_MEASURES = "other_measures"
    OTHER_ROWS = "other_rows"


@dataclass(frozen=True, slots=True)
class Release:
    """Downloadable rows, and columns that are left empty: in every row, or in those of people.

    `own_column` names the unit whose rows are whole for a viewer whose own unit it is; empty where there are none.
    """

    kept: Kept = Kept.ALL
    emptied: frozenset[str] = frozenset()
    emptied_of_people: frozenset[str] = frozenset()
    own_column: str = "unit_code"

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is withheld."""
        return self.kept is Kept.ALL and not self.emptied


WHOLE = Release()
# For viewers without the right to small counts. `fct_quality_result`, the check findings on reports, has no rule.
RULES: dict[str, Release] = {
    "dim_break": WHOLE,
    "dim_category": WHOLE,
    "dim_check": WHOLE,
    "dim_check_target": WHOLE,
    "dim_former_unit": WHOLE,
    "dim_lineage": WHOLE,
    "dim_measure": WHOLE,
    "dim_office": WHOLE,
    "dim_period": WHOLE,
    "dim_plan": WHOLE,
    "dim_target": WHOLE,
    "dim_target_breakdown": WHOLE,
    "dim_target_period": WHOLE,
    "dim_target_term": WHOLE,
    "dim_task": WHOLE,
    "dim_unit": WHOLE,
    "dim_unit_ancestor": WHOLE,
    "dim_unit_peer": WHOLE,
    "fct_breakdown": Release(Kept.OTHER_ROWS),
    "fct_form_unit": WHOLE,
    "fct_measure": Release(Kept.OTHER_MEASURES),
    "fct_outlier": Release(Kept.OTHER_MEASURES),
    "fct_reporter_period": WHOLE,
    "fct_reporting": WHOLE,
    "fct_revision": Release(Kept.OTHER_MEASURES),
    "fct_submission": Release(emptied=COLUMNS["fct_submission"].protected),
    "fct_target_contribution": Release(Kept.OTHER_TARGETS),
    "fct_target_input": Release(Kept.OTHER_TARGETS),
    "fct_target_progress": Release(Kept.OTHER_TARGETS, emptied_of_people=OF_OTHERS),
    "fct_target_recalculated": Release(Kept.OTHER_TARGETS),
    # That a unit is listed under another one, and where, depends on the figures of both and of those beside it.
    "fct_target_shortfall": Release(Kept.OTHER_TARGETS, own_column="row_unit_code"),
    "fct_task_progress": WHOLE,
    "fct_unit_call": Release(Kept.OTHER_ROWS, own_column=""),
    "fct_unit_size": Release(Kept.OTHER_MEASURES),
    "publication": Release(emptied=COLUMNS["publication"].protected),
}


def release(viewer: Viewer, table: str) -> Release:
    """Return the part of a mart that this viewer may download. Raises `AccessDeniedError` if that is nothing."""
    access.require(viewer, Right.READ)
    if viewer.may(Right.SMALL_COUNTS):
        return WHOLE
    if table not in RULES:
        raise AccessDeniedError(f"no rule lets {viewer.name} take {table}")
    return RULES[table]


def may_take(viewer: Viewer, table: str) -> bool:
    """Return whether this viewer may download any part of a mart."""
    return viewer.may(Right.SMALL_COUNTS) or (viewer.may(Right.READ) and table in RULES)


def may_take_whole(viewer: Viewer, table: str) -> bool:
    """Return whether this viewer may download every row of a mart, and so know how many it has.

    Beside the rows of a part, the number of all would reveal how many units have a shortfall of people, or an outlier.
    """
    return may_take(viewer, table) and release(viewer, table).kept is Kept.ALL


def is_too_large(mart: Mart) -> bool:
    """Return whether a workbook holds only one quarter of this mart."""
    return mart.has_periods and mart.row_count * mart.column_count > LARGEST_WORKBOOK_CELLS
