"""The browser's side of the pages as files that a browser keeps: one script, one style sheet, the fonts, the icon.

Handed over with a page they would travel with every one; as files they travel once for each release.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from zlib import crc32

from app.ui.fonts import font_files, linked_faces
from app.ui.palette import css_variables, figure_rules

_APP = Path(__file__).parents[1]
SCRIPT, STYLE, ICON = "page.js", "page.css", "icon.svg"
# What draws pictures that are explored: forty times as large as all else, and fetched by few.
LIBRARY = "plotly.js"


# Comments are a fifth of the script; a line that holds nothing else is not sent.
_COMMENT_LINE = re.compile(r"^\s*(?://.*|/\*.*\*/)\n", re.MULTILINE)


@cache
def files() -> dict[str, tuple[str, bytes]]:
    """Media type and content by name; all files of a kind are one, in the order of their names."""
    fonts = font_files()
    faces = linked_faces(lambda name: _address(name, fonts[name]))
    return {
        SCRIPT: ("text/javascript", _joined("js/*.js").encode()),
        STYLE: ("text/css", "".join((faces, page_style())).encode()),
        ICON: ("image/svg+xml", (_APP / "static" / ICON).read_bytes()),
        **{name: ("font/woff2", content) for name, content in fonts.items()},
    }


def page_style() -> str:
    """Colours and rules of all pages, without the fonts: these are linked by a page and embedded in a file."""
    return css_variables() + figure_rules() + _joined("css/*.css")


@cache
def address(name: str) -> str:
    """Where a file is served; another content has another address, so that a kept file is never a stale one."""
    return _address(name, files()[name][1])


def library() -> bytes:
    """The content of `LIBRARY`, as Plotly brings it."""
    return Path(str(distribution("plotly").locate_file("plotly/package_data/plotly.min.js"))).read_bytes()


def library_address() -> str:
    """Where `LIBRARY` is served; its version stands for its content."""
    return f"/assets/{LIBRARY}?v={distribution('plotly').version}"


def _address(name: str, content: bytes) -> str:
    return f"/assets/{name}?v={crc32(content):x}"


def _joined(pattern: str) -> str:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((_APP / "component").glob(pattern)))
    return _COMMENT_LINE.sub("", text)
