"""Texts on the part of a year that a year-to-date figure covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app.core.grouping import group_by
from app.core.i18n import words
from app.records import Cell, Progress, Target
from app.records.target import YearPart

HALF_YEAR_MONTH = 7


def year_part_text(part: YearPart) -> str:
    """Return the part of the year, for use after the name of a figure."""
    month = part.began_on.month
    key: str = part.kind
    if key == "both" and month == HALF_YEAR_MONTH:
        key = "both_halves"
    units = words(f"unit_noun.{part.ended_level}", count=part.ended_reporter_count) if part.ended_level else ""
    return words(f"year_part.{key}", month=words(f"month.{month}"), count=part.ended_reporter_count, units=units)


def part_of_row(row: Progress | None, parts: Mapping[Cell, YearPart]) -> str:
    """Return the part of the year that a row covers in a sentence; empty where it is the whole year."""
    part = parts.get(Cell(row.target_code, row.unit_code)) if row and row.value_pct is not None else None
    return words("year_part.row", part=year_part_text(part)) if part else ""


def year_parts_in_brief(rows: Iterable[Progress], parts: Mapping[Cell, YearPart]) -> str:
    """Return the parts of the year that the rows of one unit cover, each with its number of targets.

    Empty where all cover the whole year.
    """
    texts = Counter(year_part_text(part) for row in rows if (part := parts.get(Cell(row.target_code, row.unit_code))))
    if len(texts) < 2:
        return "".join(texts)
    return "; ".join(
        words("year_part.of_units", part=text, count=count, units=words("headline.targets", count=count))
        for text, count in texts.items()
    )


def year_parts_text(rows: Iterable[Progress], parts: Mapping[Cell, YearPart], targets: Mapping[str, Target]) -> str:
    """Return the parts of the year that the rows of one unit cover, each with its targets.

    Empty where all cover the whole year.
    """
    covered = [part for row in rows if (part := parts.get(Cell(row.target_code, row.unit_code)))]
    groups = group_by(covered, year_part_text)
    return "; ".join(
        words(
            "year_part.of_targets",
            part=text,
            targets=words.listed([words.of(targets[part.target_code], "short_name") for part in members]),
        )
        for text, members in groups.items()
    )
