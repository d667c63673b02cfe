"""HTML templates: Jinja2 with autoescape, each file beside the module that renders it."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from app.core import formatting
from app.core.i18n import percent_sign, words
from app.core.status import MAY_TURN, sign_of, tone_of
from app.ui.change_text import change_in_brief
from app.ui.figure_text import is_doubtful, milestone_text, points_text, threshold_text, value_text
from app.ui.status import chip, figure_chip

_APP = Path(__file__).parents[1]
_BESIDE_A_TAG = re.compile(r"(?<=[>}])\s*\n\s*|\s*\n\s*(?=[<{])")
_LINE_BREAK = re.compile(r"\s*\n\s*")


class _WithoutIndentation(Extension):
    """Template extension that removes indentation: a line break beside a tag is dropped, any other is a space."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _LINE_BREAK.sub(" ", _BESIDE_A_TAG.sub("", source.strip()))


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_APP),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    extensions=[_WithoutIndentation],
)


# Functions available in all templates.
_ENVIRONMENT.globals.update(
    MAY_TURN=MAY_TURN,
    MISSING=formatting.MISSING,
    change_in_brief=change_in_brief,
    chip=chip,
    figure_chip=figure_chip,
    is_doubtful=is_doubtful,
    moment=formatting.moment,
    points_text=points_text,
    sign_of=sign_of,
    threshold_text=threshold_text,
    tone_of=tone_of,
    value_text=value_text,
    milestone_text=milestone_text,
    percent_sign=percent_sign,
    words=words,
)


def render(template: str, **values: object) -> Markup:
    """Render the template at a path below `app/` (`pages/target_detail/head.html`).

    Values other than `Markup` are escaped. Raises `jinja2.UndefinedError` for a missing value.
    """
    return Markup(_ENVIRONMENT.get_template(template).render(values))  # noqa: S704 - autoescape is on


def compile_all() -> None:
    """Compile every template, so that no reader waits for it: 0.4 CPU s. `render` compiles what is not compiled yet."""
    for template in _ENVIRONMENT.list_templates(extensions=["html"]):
        _ENVIRONMENT.get_template(template)
