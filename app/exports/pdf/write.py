"""PDF of an official document: PDF/A-2a and PDF/UA-1, tagged, with embedded fonts.

`letter.typ` decides the appearance. Typst needs no browser, no office suite and no library of the system, and refuses
to write a file that breaks a rule of these standards that it can check. The same content gives the same bytes.

`fonts` holds Tinos, which has the widths of Times New Roman, reduced to Latin letters including Vietnamese; signs
that it lacks come from DejaVu Sans Mono, which Typst carries.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import typst

from app.exports.letters.letter import Annex, Block, Letter, Text
from warehouse import clock

HERE = Path(__file__).parent
STANDARDS: list[Any] = ["a-2a", "ua-1"]
BULLET = "- "
# What both fonts can show: Latin letters and marks, punctuation, signs of statuses and of arithmetic.
SHOWN = frozenset(
    chain(
        range(0x20, 0x7F),
        range(0xA0, 0x250),
        range(0x1E00, 0x1F00),
        range(0x2010, 0x2028),
        range(0x2030, 0x203B),
        map(ord, "₫€№←↑→↓↔↻∅−∞≈≠≤≥■□▪▫▲△▶▷▼▽◆◇○●◐★☆✓✔✗✘✱"),
    )
)
UNKNOWN = "�"


def pdf_bytes(letter: Letter) -> bytes:
    """Return a document as a PDF file. A character that no font can show is replaced by �."""
    made = clock.to_utc(letter.made_at)
    content = {
        "subject": letter.subject,
        "label": letter.label,
        "lang": letter.lang,
        "keywords": [letter.mark] if letter.mark else [],
        "made_at": {name: getattr(made, name) for name in ("year", "month", "day", "hour", "minute", "second")},
        "sections": [{"pages": pages, "blocks": [*_parts(blocks)]} for pages, blocks in _sections(letter.blocks)],
    }
    written = json.dumps(_shown(content), ensure_ascii=False)
    compiler = typst.Compiler(HERE / "letter.typ", font_paths=_fonts(), sys_inputs={"letter": written})
    made_file = compiler.compile(format="pdf", pdf_standards=STANDARDS)
    if not isinstance(made_file, bytes):
        raise TypeError(type(made_file))
    return made_file


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts, none of the machine's: a file must not depend on where it is made."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[HERE / "fonts"])


def _sections(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Return the blocks on upright pages, then those of each annex on pages across."""
    sections: list[tuple[str, list[Block]]] = [("upright", [])]
    for block in blocks:
        if isinstance(block, Annex):
            sections.append(("across", []))
        sections[-1][1].append(block)
    return sections


def _parts(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    """Yield blocks for the template; neighbouring items become a list, which readers announce as one."""
    for is_items, group in groupby(blocks, _is_item):
        if is_items:
            texts = [block.text.removeprefix(BULLET) for block in group if isinstance(block, Text)]
            yield {"block": "Items", "texts": texts}
        else:
            yield from ({"block": type(block).__name__, **asdict(block)} for block in group)


def _is_item(block: Block) -> bool:
    return isinstance(block, Text) and block.kind == "List Item" and block.text.startswith(BULLET)


def _shown(value: Any) -> Any:
    """Return content whose texts have only characters that the fonts can show."""
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        return "".join(sign if sign == "\n" or ord(sign) in SHOWN else UNKNOWN for sign in composed)
    if isinstance(value, dict):
        return {name: _shown(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(part) for part in value]
    return value
