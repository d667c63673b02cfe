"""Computes the golden rows marked `computed` anew after the sample was changed on purpose.

Usage: `python -m tests.golden.refresh SAMPLE_DIR`. The numbers come from the independent calculator, never from the
product; rows worked by hand stay as they are and have to be worked by hand again.
"""

import csv
import sys
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

from tests.golden.independent import Calculator, Figure

GOLDEN = Path(__file__).with_name("target_progress.csv")
AS_OF = date(2026, 11, 25)
COMPUTED = "computed"
ALSO = "also"  # what else a row worked by hand states, as column=value;column=value
KEY = ("target_code", "unit_code", "unit_valid_from", "period_code", "period_window")


def read_golden() -> list[dict[str, str]]:
    """The golden rows as text."""
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def also_stated(row: dict[str, str]) -> dict[str, Fraction | str | bool | None]:
    """Return the further columns of a golden row: numbers as fractions (200/3), nothing as None."""
    pairs = (pair.split("=", 1) for pair in row[ALSO].split(";") if pair)
    return {name: _value(text) for name, text in pairs}


def _value(text: str) -> Fraction | str | bool | None:
    if text in ("", "true", "false"):
        return text == "true" if text else None
    try:
        return Fraction(text)
    except ValueError:
        return text


def as_text(figure: Figure) -> dict[str, str]:
    """The columns of a golden row that a figure fills; empty where there is no number."""
    return {
        "numerator": "" if figure.numerator is None else str(figure.numerator),
        "denominator": "" if figure.denominator is None else str(figure.denominator),
        "value_pct": "" if figure.value is None else repr(float(figure.value)),
        "status": figure.status,
        "is_provisional": str(figure.is_provisional).lower(),
    }


def write_golden(rows: Iterable[dict[str, str]], calculator: Calculator) -> None:
    """Write the rows, with the computed ones as `calculator` has them."""
    units = {(unit.code, unit.valid_from.isoformat()): unit for unit in calculator.units}
    rows = list(rows)
    for row in rows:
        if row["how"].startswith(COMPUTED):
            unit = units[row["unit_code"], row["unit_valid_from"]]
            row.update(as_text(calculator.figure(row["target_code"], unit, row["period_code"], row["period_window"])))
    with GOLDEN.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write_golden(read_golden(), Calculator.of_sample(Path(sys.argv[1]), AS_OF))
