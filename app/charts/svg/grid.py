"""The grid of targets and districts as a document."""

from __future__ import annotations

from collections.abc import Sequence

from app.charts.explain import value_text
from app.charts.grid import Cells
from app.charts.svg import paper
from app.charts.svg.letters import width, wrapped
from app.charts.svg.paper import MARGIN, Caption
from app.facts import Progress, Target, Unit
from app.formatting import GLYPHS
from app.words import Words

NAME_WIDTH, CELL_WIDTH, CELL_HEIGHT, GAP, GROUP_GAP = 205.0, 60.0, 27.0, 2.0, 8.0
HEAD_PX, HEAD_HEIGHT = 12.0, 44.0


def grid_chart(caption: Caption, targets: Sequence[Target], units: Sequence[Unit], cells: Cells, words: Words) -> str:
    """Targets as rows, `units` (the city first) as columns; a column of names and a row of heads around them."""
    shown = [
        cells[target.target_code, unit.unit_code] for target in targets for unit in units if _has(cells, target, unit)
    ]
    wide = 2 * MARGIN + NAME_WIDTH + len(units) * CELL_WIDTH
    body = "".join(_head(unit, place, words) for place, unit in enumerate(units))
    y = HEAD_HEIGHT
    for place, target in enumerate(targets):
        if place and targets[place - 1].group_code != target.group_code:
            y += GROUP_GAP
        body += _row(target, units, cells, y, words)
        y += CELL_HEIGHT + GAP
    order = list(GLYPHS)
    statuses = sorted({row.status for row in shown}, key=order.index)
    keys, high = paper.legend(statuses, y + 12, wide - 2 * MARGIN, words, any(map(is_doubtful, shown)))
    return paper.document(caption, body + keys, (wide, high), _story(targets, units, cells, words))


def _has(cells: Cells, target: Target, unit: Unit) -> bool:
    return (target.target_code, unit.unit_code) in cells


def _head(unit: Unit, place: int, words: Words) -> str:
    lines = wrapped(words.of(unit, "short_name"), HEAD_PX, CELL_WIDTH - 6, is_bold=True)
    middle = MARGIN + NAME_WIDTH + place * CELL_WIDTH + (CELL_WIDTH - GAP) / 2
    bottom = HEAD_HEIGHT - 8 - (len(lines) - 1) * 15
    return "".join(
        paper.text(middle, bottom + line * 15, name, HEAD_PX, text_anchor="middle", font_weight="600")
        for line, name in enumerate(lines)
    )


def _row(target: Target, units: Sequence[Unit], cells: Cells, y: float, words: Words) -> str:
    name = words.of(target, "short_name")
    drawn = paper.text(MARGIN, y + CELL_HEIGHT / 2 + 4.6, target.target_code, 12, fill=paper.MUTED)
    drawn += paper.text(MARGIN + 32, y + CELL_HEIGHT / 2 + 4.6, name, _fitting(name), font_weight="600")
    for place, unit in enumerate(units):
        row = cells.get((target.target_code, unit.unit_code))
        if row is not None:
            left = MARGIN + NAME_WIDTH + place * CELL_WIDTH
            drawn += paper.cell(
                row.status, figure(row, words), left, y, CELL_WIDTH - GAP, CELL_HEIGHT, is_doubtful(row)
            )
    return drawn


def _fitting(name: str) -> float:
    return min(13.0, 13.0 * (NAME_WIDTH - 40) / width(name, 13.0, is_bold=True))


def figure(row: Progress, words: Words) -> str:
    """What stands in a cell beside its sign: the value, nothing where there is none."""
    return "" if row.value_pct is None else value_text(row, words)


def is_doubtful(row: Progress) -> bool:
    """Whether a figure that is there may still move."""
    return row.is_provisional and row.value_pct is not None


def _story(targets: Sequence[Target], units: Sequence[Unit], cells: Cells, words: Words) -> list[str]:
    """One line a target: what each unit's cell says."""
    lines = []
    for target in targets:
        said = "; ".join(
            f"{words.of(unit, 'short_name')} {in_words(cells[target.target_code, unit.unit_code], words)}"
            for unit in units
            if _has(cells, target, unit)
        )
        lines.append(f"{target.target_code} {words.of(target, 'short_name')}: {said}")
    return lines


def in_words(row: Progress, words: Words) -> str:
    """A figure with its status, for a chart's text."""
    value = f"{figure(row, words)}% " if row.value_pct is not None else ""
    return f"{value}{words.status(row.status).lower()}"
