"""SVG of the grids of targets: by unit, and a district's wards."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.drawing.svg_document import Caption
from app.figures.drawing.svg_matrix import Shape, matrix_chart
from app.figures.matrix import MatrixSpec

WARDS = Shape(names=170.0, column=84.0)


def grid_chart(caption: Caption, grid: MatrixSpec) -> Markup:
    """Render targets as rows, units as columns."""
    return matrix_chart(caption, grid, Shape())


def wards_chart(caption: Caption, grid: MatrixSpec) -> Markup:
    """Render wards as rows, targets as columns."""
    return matrix_chart(caption, grid, WARDS)
