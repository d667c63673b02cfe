"""HTML templates: Jinja2 with autoescape, each file beside the module that fills it."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

_APP = Path(__file__).parents[1]
_BESIDE_A_TAG = re.compile(r"(?<=[>}])\s*\n\s*|\s*\n\s*(?=[<{])")
_LINE_BREAK = re.compile(r"\s*\n\s*")


class _WithoutIndentation(Extension):
    """Templates are laid out for people: a line break beside a tag is no space on the page, any other is one."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _LINE_BREAK.sub(" ", _BESIDE_A_TAG.sub("", source.strip()))


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_APP),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    extensions=[_WithoutIndentation],
)


def render(template: str, **values: object) -> Markup:
    """The template at a path below `app/` (`pages/target/head.html`), every value escaped that is not `Markup`.

    Raises `jinja2.UndefinedError` for a value that the template asks for and was not given.
    """
    return Markup(_ENVIRONMENT.get_template(template).render(values))  # noqa: S704 - autoescape is on
