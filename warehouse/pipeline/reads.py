"""Which rows of its parents a model reads, as the model declares in `config.meta.reads`.

    reads:
      int_target_unit_quarters: {period_code: so_far, unit_code: same}
      int_base_terms: {period_code: same, unit_code: counted_code}
      int_form_values: {unit_code: same, rows: is_counting}
      int_binomial_limits: follows
      int_breakdown_sums:
        unit_code: {column: reporter_code, through: int_unit_ancestors, pairs: [row_unit_code, unit_code]}

A key is a column of the model; its value states which rows of the parent a row reads: those with the `same` value, with
the same value in another column (`counted_code`), or, of periods, those in PERIOD_RELATIONS. Where it reads those with
other values, the rows of a third relation (`through`, a parent of the model as well) pair values of the key with values
of the parent's `column`: a district reads what its wards reported. `rows` is a condition of all rows of the parent that
are read. `follows` means that the parent's rows that a row reads change only together with rows of another parent that
it reads. A row may read every row of a parent that is not listed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

PERIOD = "period_code"
SAME, FOLLOWS, ROWS = "same", "follows", "rows"


@dataclass(frozen=True)
class Period:
    """A period of the calendar: its code, year and first day."""

    code: str
    year: int
    start_date: date


PERIOD_RELATIONS: Mapping[str, Callable[[Period, Period], bool]] = {
    "year": lambda row, read: read.year == row.year,
    "year_so_far": lambda row, read: read.year == row.year and read.start_date <= row.start_date,
    "two_years_so_far": lambda row, read: row.year - 1 <= read.year and read.start_date <= row.start_date,
    "so_far": lambda row, read: read.start_date <= row.start_date,
}
"""By name, whether a row of the period `row` reads its parent's rows of the period `read`."""


class UnknownPeriodError(LookupError):
    """A report is of a period that the calendar does not list."""


class Calendar:
    """The periods in force, and which of them read which."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self._periods = {period.code: period for period in periods}

    def readers(self, relation: str, read: Collection[str]) -> frozenset[str]:
        """Return the periods whose rows read any period of `read`. Raises UnknownPeriodError."""
        return self._related(relation, read, lambda reads, other, given: reads(other, given))

    def read_by(self, relation: str, rows: Collection[str]) -> frozenset[str]:
        """Return the periods that rows of the periods `rows` read. Raises UnknownPeriodError."""
        return self._related(relation, rows, lambda reads, other, given: reads(given, other))

    def _related(self, relation: str, given: Collection[str], are_related: Callable[..., bool]) -> frozenset[str]:
        if relation == SAME:
            return frozenset(given)
        if unknown := sorted(set(given) - self._periods.keys()):
            raise UnknownPeriodError(", ".join(unknown))
        reads, known = PERIOD_RELATIONS[relation], [self._periods[code] for code in given]
        return frozenset(
            other.code for other in self._periods.values() if any(are_related(reads, other, period) for period in known)
        )


@dataclass(frozen=True)
class Pairs:
    """The relation whose rows pair a key's values with those of the parent's column, and its columns of both."""

    relation: str
    key_column: str
    read_column: str


@dataclass(frozen=True)
class Reads:
    """What a row reads of one parent: by column of the model, the relation of periods or the column of the parent; by
    column of the model, what pairs its values with other values of the parent's column; and SQL that holds for every
    row read, empty without a condition."""

    keys: Mapping[str, str]
    rows: str = ""
    follows: bool = False
    pairs: Mapping[str, Pairs] = field(default_factory=dict)

    def column(self, key: str) -> str:
        """Return the parent's column that is compared with the model's column `key`."""
        return key if key == PERIOD or self.keys[key] == SAME else self.keys[key]


def declared_reads(node: Mapping[str, Any]) -> dict[str, Reads]:
    """Return what a model of dbt's manifest declares, by the parent's name; empty if it declares nothing.

    Raises ValueError for a relation of periods that does not exist, and for pairs of a relation that is no parent.
    """
    parents = {name.rpartition(".")[2] for name in node["depends_on"]["nodes"]}
    declared: Mapping[str, Any] = node["config"].get("meta", {}).get("reads", {})
    reads = {parent: _reads_of(declared_part) for parent, declared_part in declared.items()}
    for parent, read in reads.items():
        relation = read.keys.get(PERIOD, SAME)
        if relation != SAME and relation not in PERIOD_RELATIONS:
            raise ValueError(f"{node['name']}: meta.reads.{parent}.{PERIOD}: {relation}")
        for key, pairs in read.pairs.items():
            if pairs.relation not in parents:
                raise ValueError(f"{node['name']}: meta.reads.{parent}.{key}: {pairs.relation}")
    return reads


def _reads_of(declared: str | Mapping[str, Any]) -> Reads:
    if isinstance(declared, str):
        return Reads({}, follows=declared == FOLLOWS)
    keys = {key: value for key, value in declared.items() if key != ROWS}
    paired = {key: value for key, value in keys.items() if not isinstance(value, str)}
    return Reads(
        keys | {key: value["column"] for key, value in paired.items()},
        declared.get(ROWS, ""),
        pairs={key: Pairs(value["through"], *value["pairs"]) for key, value in paired.items()},
    )
