"""SVG of the work contents by unit."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.drawing.svg_document import Caption
from app.figures.drawing.svg_matrix import Shape, matrix_chart
from app.figures.matrix import MatrixSpec

SHAPE = Shape(names=460.0)


def task_chart(caption: Caption, matrix: MatrixSpec) -> Markup:
    """Render work contents as rows, units as columns: state and percentage done."""
    return matrix_chart(caption, matrix, SHAPE)
