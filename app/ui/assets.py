"""Static assets of pages: one script, one style sheet, the fonts, the icon.

As separate files they are transferred once per release instead of with every page. A page has the rules that it needs
of the style sheet within itself (`ui/page_style.py`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from zlib import crc32

from markupsafe import Markup

from app.ui.fonts import SPARE_FACES, font_files, linked_faces
from app.ui.palette import css_variables, figure_rules

_APP = Path(__file__).parents[1]
SCRIPT, STYLE, ICON = "page.js", "page.css", "icon.svg"
# The library for interactive charts: forty times as large as everything else, and needed by few users.
LIBRARY = "plotly.js"


# Comments are a fifth of the script; lines that contain only a comment are removed.
_COMMENT_LINE = re.compile(r"^\s*(?://.*|/\*.*\*/)\n", re.MULTILINE)


@cache
def files() -> dict[str, tuple[str, bytes]]:
    """Return media type and content by name; all files of a kind are concatenated in the order of their names."""
    return {
        SCRIPT: ("text/javascript", _joined("js/*.js").encode()),
        STYLE: ("text/css", "".join((page_style(), SPARE_FACES)).encode()),
        ICON: ("image/svg+xml", (_APP / "static" / ICON).read_bytes()),
        **{name: ("font/woff2", content) for name, content in font_files().items()},
    }


@cache
def own_faces() -> Markup:
    """Return the `@font-face` rules of the fonts, each at its address."""
    return linked_faces(address)


def page_style() -> str:
    """Return the colours and rules of all pages without the fonts, which a page links and a file embeds."""
    return css_variables() + figure_rules() + _compact(_joined("css/*.css"))


def _compact(css: str) -> str:
    """Return rules without the comments and spaces that only readers need: 0.6 kB of a cold visit.

    A space before a colon belongs to a selector, so that only those after a property are left out.
    """
    css = re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return re.sub(r"(?<=[{;])([a-z-]+): ", r"\1:", re.sub(r", +", ",", css))


@cache
def address(name: str) -> str:
    """Return the address of a file; it depends on the content, so that cached files are never stale."""
    return _address(name, files()[name][1])


def library() -> bytes:
    """Return the content of `LIBRARY`, as shipped with Plotly."""
    return Path(str(distribution("plotly").locate_file("plotly/package_data/plotly.min.js"))).read_bytes()


def library_address() -> str:
    """Return the address of `LIBRARY`, which depends on its version."""
    return f"/assets/{LIBRARY}?v={distribution('plotly').version}"


def _address(name: str, content: bytes) -> str:
    return f"/assets/{name}?v={crc32(content):x}"


def _joined(pattern: str) -> str:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((_APP / "component").glob(pattern)))
    return _COMMENT_LINE.sub("", text)
