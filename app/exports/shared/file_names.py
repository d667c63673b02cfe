"""Names of downloaded files, in the reader's language: lower-case ASCII letters, digits and hyphens.

Codes of targets and units, of tables and versions stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.core.i18n import words
from app.core.page_context import Context
from app.core.programmes import prefix
from app.core.search_text import without_marks
from app.exports.shared.chosen import chosen
from app.records import Publication

LONGEST_NAME = 120
# A choice may name several units, or be typed.
LONGEST_CHOICE = 48
# The code of a unit follows its name: several units may have the same name.
_WITH_CODE = ("unit",)
_CODE = re.compile(r"[A-Z]+[0-9]+")


def file_name(context: Context, part: str, extension: str) -> str:
    """Return a file name such as `dia-ban-phuong-sai-gon-26740-so-lieu-quy-iii-2026-luy-ke-nam-minh-hoa.csv`.

    `part` is a table or picture of the page. A long name loses the end of what the page chooses.
    """
    state = context.state
    page = words(f"file_names.page_{state.page or 'overview'}")
    beginning = [page, state.target or "", *_choices(context)]
    return _name(context, beginning, [words(f"file_names.{part}")], extension)


def document_name(context: Context, document: str, extension: str) -> str:
    """Return the name of a whole document, such as `bien-ban-hop-quy-iii-2026-luy-ke-nam-minh-hoa.docx`."""
    return _name(context, [words(f"file_names.{document}"), *_choices(context)], [], extension)


def _name(context: Context, beginning: Iterable[str], ending: Iterable[str], extension: str) -> str:
    state = context.state
    window = words(f"window.{state.window}")
    end = _joined([*ending, words.period(state.period), window, *_mark(context.publication)])
    room = LONGEST_NAME - len(prefix()) - len(end) - len(extension) - 2
    begin = _joined(beginning)[:room].rstrip("-")
    return f"{prefix()}{begin}-{end}.{extension}"


def mart_file_name(publication: Publication, table: str, extension: str, *more: str) -> str:
    """Return the name of a whole mart's file: codes of its table, its version and, of a part, its period."""
    parts = [table, *more, publication.version, *_mark(publication)]
    return f"{prefix()}{'-'.join(parts)}.{extension}"


def explored_file_name(publication: Publication, page: str, extension: str) -> str:
    """Return the name of a file with the rows of an exploring page."""
    parts = [_plain(words(f"explore.{page}")), publication.version, *_mark(publication)]
    return f"{prefix()}{'-'.join(parts)}.{extension}"


def _choices(context: Context) -> Iterable[str]:
    for name, text in chosen(context).items():
        yield _plain(text)[:LONGEST_CHOICE].rstrip("-")
        if name in _WITH_CODE:
            yield context.state.get(name) or ""


def _mark(publication: Publication) -> list[str]:
    return [words("files.sample_mark")] if publication.is_sample else []


def _joined(parts: Iterable[str]) -> str:
    return "-".join(plain for part in parts if (plain := _plain(part)))


def _plain(text: str) -> str:
    """Return a text as a part of a name; words in lower case, codes as they are."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", without_marks(text)).strip("-")
    return plain if _CODE.fullmatch(plain) else plain.lower()
