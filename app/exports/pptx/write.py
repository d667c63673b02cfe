"""Conversion of a review's slides to the bytes of a PowerPoint file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation as PptxPresentation
from pptx.slide import Slide as PptxSlide
from pptx.util import Inches

from app.core.i18n import percent_sign, words
from app.core.status import ABSENT, sign_of
from app.deck.meeting_slides import DECISION_WIDTHS
from app.deck.model import BridgeBlock, Card, Cards, Counts, Deck, Lines, Matrix, Picture, Slide, Table
from app.exports.pptx import charts, tables
from app.exports.shared.origin import undated
from app.figures.bridge.pptx import bridge_pptx
from app.figures.drawing import pptx_canvas
from app.figures.drawing.pptx_canvas import BODY, BODY_PT, HEIGHT, INK, MARGIN, MUTED, SMALL_PT, WIDTH, Box, Line
from app.figures.line.pptx import line_chart
from app.figures.ranking.pptx import ranking_chart
from app.figures.ranking.strip_pptx import strip_chart
from app.figures.view_chart.pptx import view_chart
from app.ui.palette import PROJECTOR

TITLE_ONLY = 5
GAP = 0.3
BELOW_TABLE = 0.1
LINES_LINE_IN = 0.33
# Kinds of slides on which sentences have something below them.
FOLLOWED_LINES = ("pinned", "topic")
BRIDGE_ROW_IN = 0.55
# Low rows of targets: space between them, width of number and sentences, least height of a series.
ROW_GAP, FACT_IN, CHIP_IN, SERIES_IN = 0.12, 3.9, 2.1, 0.9
# From the top of a number to the foot of the status beside it.
CHIP_BOTTOM_IN = 0.5
# Heights of a line and of a bar, width of a character, in inches at the small size.
LINE_IN, BAR_IN, LETTER_IN = 0.235, 0.6, 0.105
# Number of characters from which a title uses a smaller font.
LONG_TITLE = 68
COVER_SIZES = ((125, 30), (90, 36), (0, 44))
EYEBROW_PT, BIG_PT, HUGE_PT = 24, 40, 80


def presentation(deck: Deck, mark: str) -> bytes:
    """Return the complete file with its mark. Slides with forms become tables with empty rows."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    about = made.core_properties
    about.title, about.subject, about.author = deck.meeting, deck.slides[0].source, words("app.title")
    about.keywords, about.language, about.identifier = deck.label, words.lang, mark
    for number, slide in enumerate(deck.slides, start=1):
        _slide(made, slide, deck, f"{number}/{len(deck.slides)}")
    content = BytesIO()
    made.save(content)
    return undated(content.getvalue())


def _slide(made: PptxPresentation, slide: Slide, deck: Deck, number: str) -> None:
    sheet = made.slides.add_slide(made.slide_layouts[TITLE_ONLY])
    is_cover = slide.kind == "cover"
    title = sheet.shapes.title
    place = Box(MARGIN + 0.35, 1.6, 11.6, 2.0) if is_cover else Box(MARGIN, 0.25, BODY.width, 0.75)
    title.left, title.top, title.width, title.height = place.emu()
    frame = title.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP if is_cover else MSO_ANCHOR.MIDDLE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    pptx_canvas.write(frame, [Line(slide.title, _title_pt(slide), True)], words.lang)
    if slide.beside:
        pptx_canvas.add(frame, Line(f", {slide.beside}", BODY_PT), words.lang)
    if is_cover:
        _cover(sheet, slide, words.lang)
    else:
        _body(sheet, slide)
    _foot(sheet, slide, deck, number)
    notes = [*slide.notes, slide.source, deck.label]
    sheet.notes_slide.notes_text_frame.text = "\n".join(note for note in notes if note)


def _title_pt(slide: Slide) -> float:
    """Return the largest font size at which a title fits its box."""
    length = len(slide.title)
    if slide.kind == "cover":
        return next(size for least, size in COVER_SIZES if length >= least)
    if slide.beside:
        return pptx_canvas.TITLE_PT - 6
    return pptx_canvas.TITLE_PT if length < LONG_TITLE else pptx_canvas.TITLE_PT - 4


def _cover(sheet: PptxSlide, slide: Slide, lang: str) -> None:
    pptx_canvas.text(
        sheet,
        Box(MARGIN + 0.35, 0.9, 11.6, 0.6),
        [Line(slide.eyebrow, EYEBROW_PT, True, PROJECTOR["accent"])],
        lang,
    )
    pptx_canvas.band(sheet, Box(0, 0, 0.25, HEIGHT), PROJECTOR["accent"])
    for place, block in enumerate(block for block in slide.blocks if isinstance(block, Lines)):
        box = Box(MARGIN + 0.35 + place * 6.2, 3.9, 5.9, 2.9)
        pptx_canvas.text(sheet, box, [Line(line, BODY_PT) for line in block.lines], lang)


def _body(sheet: PptxSlide, slide: Slide) -> None:
    top = BODY.top
    for place, block in enumerate(slide.blocks):
        rest = Box(BODY.left, top, BODY.width, BODY.top + BODY.height - top)
        if isinstance(block, Lines):
            pptx_canvas.text(sheet, rest, [Line(line, BODY_PT + 2) for line in block.lines], words.lang)
            if slide.kind in FOLLOWED_LINES:
                top += _lines_height(block.lines)
        elif isinstance(block, Picture):
            view_chart(sheet, rest, block.chart, words.lang)
        elif isinstance(block, BridgeBlock):
            remarks = sum(len(pptx_canvas.lines_in(line, rest.width, BODY_PT + 2)) for line in block.spec.remarks)
            room = rest.height - LINES_LINE_IN * (remarks + 1)
            height = min(BRIDGE_ROW_IN * (len(block.spec.bars) + 1), room)
            bridge_pptx(sheet, Box(rest.left, rest.top, rest.width, height), block.spec)
            top += height + BELOW_TABLE
        elif isinstance(block, Counts):
            charts.counts_chart(sheet, Box(BODY.left, top, BODY.width, 2.4), block, words.lang)
            top += 2.7
        elif isinstance(block, Matrix):
            tables.matrix_table(sheet, block, words.lang)
        elif isinstance(block, Table):
            below = [line for later in slide.blocks[place + 1 :] if isinstance(later, Lines) for line in later.lines]
            room = rest.height - _lines_height(below)
            top += tables.rows_table(sheet, block, words.lang, replace(rest, height=room)) + BELOW_TABLE
        elif isinstance(block, Cards):
            _cards(sheet, block)
    if slide.kind == "decisions" and not any(isinstance(block, Table) for block in slide.blocks):
        empty = Table((words("slide.action"), words("slide.owner_due")), DECISION_WIDTHS, ())
        tables.rows_table(sheet, empty, words.lang, rest)


def _lines_height(lines: Sequence[str]) -> float:
    """Return the height of sentences with the space below them, in inches; none without any."""
    wrapped = [pptx_canvas.lines_in(line, BODY.width, BODY_PT + 2) for line in lines]
    return LINES_LINE_IN * sum(map(len, wrapped)) + BELOW_TABLE if lines else 0.0


def _cards(sheet: PptxSlide, block: Cards) -> None:
    count = len(block.cards)
    if any(card.strip for card in block.cards):
        height = (BODY.height - ROW_GAP * (count - 1)) / count
        for place, card in enumerate(block.cards):
            _row(sheet, card, Box(BODY.left, BODY.top + place * (height + ROW_GAP), BODY.width, height), count)
        return
    width = (BODY.width - GAP * (count - 1)) / count
    for place, card in enumerate(block.cards):
        _card(sheet, card, Box(BODY.left + place * (width + GAP), BODY.top, width, BODY.height), count)


def _row(sheet: PptxSlide, card: Card, box: Box, count: int) -> None:
    """Add a target as a row: number and sentences, then its units."""
    width = FACT_IN
    # Beside the number where rows are low.
    is_low = count > 1
    names = len(pptx_canvas.lines_in(card.name, width, BODY_PT, is_bold=True))
    pptx_canvas.text(sheet, Box(box.left, box.top, width, 0.35 * names), [Line(card.name, BODY_PT, True)], words.lang)
    top = box.top + 0.3 * names
    number = _number(card, HUGE_PT if count == 1 else BIG_PT, width - CHIP_IN * is_low)
    big = number.size
    pptx_canvas.text(sheet, Box(box.left, top, width, big / 60), [number], words.lang)
    place = Box(box.left + width - CHIP_IN, top + 0.1, CHIP_IN - 0.1, 0.36)
    if not is_low:
        place = Box(box.left, top + 0.05 + big / 60, 2.0, 0.36)
    pptx_canvas.chip(sheet, place, card.status, card.status_word, words.lang, BODY_PT - 2)
    # A long number is low, and the status beside it is not.
    top += max(0.05 + big / 60, CHIP_BOTTOM_IN) if is_low else 0.47 + big / 60
    lines = [Line(line, SMALL_PT) for line in card.lines]
    lines += [Line(card.as_shown, SMALL_PT, True, INK)] if card.as_shown else []
    height = _height(lines, width)
    pptx_canvas.text(sheet, Box(box.left, top, width, height), lines, words.lang)
    top += height + 0.05
    if card.series and not is_low and box.top + box.height - top > SERIES_IN:
        line_chart(sheet, Box(box.left, top, width, box.top + box.height - top), card.series, words.lang)
    units = Box(box.left + width + 0.25, box.top, box.width - width - 0.25, box.height)
    if card.ranking:
        ranking_chart(sheet, units, card.ranking, words.lang)
        return
    counts = " · ".join(f"{sign_of(tally.status)} {tally.count} {tally.word}" for tally in card.tallies)
    below_strip = [Line(counts, SMALL_PT, True)]
    below_strip += [Line(f"{tally.word}: {tally.names_text}", SMALL_PT) for tally in card.tallies if tally.names_text]
    below_strip += [Line(card.names, SMALL_PT)] if card.names else []
    foot = _height(below_strip, units.width)
    if card.strip:
        strip_chart(sheet, Box(units.left, units.top, units.width, units.height - foot - 0.05), card.strip, words.lang)
        pptx_canvas.text(
            sheet, Box(units.left, units.top + units.height - foot, units.width, foot), below_strip, words.lang
        )
    elif card.tallies:
        _units(sheet, card, units)


def _number(card: Card, size: float, width: float) -> Line:
    """Return a target's figure in large letters, smaller where it is wider than `width`, in inches."""
    value = card.value + (percent_sign(card.value) if card.has_figure else "")
    return Line(value, size * min(1, width / pptx_canvas.text_width(value, size, is_bold=True)), True)


def _card(sheet: PptxSlide, card: Card, box: Box, count: int) -> None:
    """Add figure and series; the units' bars below, or beside where there is room."""
    is_beside = count < 3
    width = box.width * (0.42 if is_beside else 1.0)
    top = box.top
    names = len(pptx_canvas.lines_in(card.name, width, BODY_PT, is_bold=True))
    pptx_canvas.text(sheet, Box(box.left, top, width, 0.35 * names), [Line(card.name, BODY_PT, True)], words.lang)
    top += 0.3 * (names - 1)
    number = _number(card, HUGE_PT if count == 1 else BIG_PT, width)
    big = number.size
    pptx_canvas.text(sheet, Box(box.left, top + 0.35, width, big / 60), [number], words.lang)
    top += 0.4 + big / 60
    place = Box(box.left, top, min(width, 2.3), 0.36)
    pptx_canvas.chip(sheet, place, card.status, card.status_word, words.lang, BODY_PT - 2)
    lines = [Line(line, SMALL_PT) for line in card.lines]
    lines += [Line(card.as_shown, SMALL_PT, True, INK)] if card.as_shown else []
    stated = _height(lines, width)
    pptx_canvas.text(sheet, Box(box.left, top + 0.45, width, stated), lines, words.lang)
    top += 0.45 + stated + (0.25 * is_beside)
    reasons = _reasons(card)
    bottom = box.top + box.height - _height(reasons, width)
    if is_beside:
        units = Box(box.left + width + 0.1, box.top, box.width - width - 0.1, box.height)
        # What has no figure is named below.
        chart = Box(box.left, top, width, min(2.2, bottom - top))
    else:
        middle = top + (bottom - top) * 0.48
        chart, units = Box(box.left, top, width, middle - top), Box(box.left, middle, width, bottom - middle)
    if card.series:
        line_chart(sheet, chart, card.series, words.lang)
    if card.ranking:
        place = Box(box.left, chart.top + chart.height, width, _height(reasons, width))
        pptx_canvas.text(sheet, place, reasons, words.lang)
        ranking_chart(sheet, units, card.ranking, words.lang)
    elif card.tallies:
        _units(sheet, card, units)


def _reasons(card: Card) -> list[Line]:
    """Return the units without a figure beside a ranking's bars, by status."""
    if not card.ranking or not card.ranking.bars:
        return []
    absent = [tally for tally in card.tallies if tally.status in ABSENT and tally.names_text]
    return [Line(pptx_canvas.sign_and(tally.status, f"{tally.word}: {tally.names_text}"), SMALL_PT) for tally in absent]


def _height(lines: Sequence[Line], width: float) -> float:
    """Return the height of small lines in a box of a width, in inches."""
    return LINE_IN * sum(len(pptx_canvas.lines_in(line.text, width, SMALL_PT, line.is_bold)) for line in lines)


def _units(sheet: PptxSlide, card: Card, box: Box) -> None:
    """Add the number of units by status, and the names that fit."""
    named = [Line(f"{tally.word}: {tally.names_text}", SMALL_PT) for tally in card.tallies if tally.names_text]
    lines = sum(1 + len(line.text) * LETTER_IN // box.width for line in named)
    height = min(0.45 * box.height, LINE_IN * lines)
    chart = Box(box.left, box.top, box.width, min(box.height - height - 0.05, BAR_IN * len(card.tallies) + 0.2))
    charts.tally_chart(sheet, chart, card.tallies, words("slide.units"), words.lang)
    if named:
        place = Box(box.left, chart.top + chart.height + 0.05, box.width, height)
        pptx_canvas.text(sheet, place, named, words.lang)


def _foot(sheet: PptxSlide, slide: Slide, deck: Deck, number: str) -> None:
    footer = " · ".join(part for part in (deck.label, deck.past, slide.source) if part)
    left = Box(MARGIN, HEIGHT - 0.42, WIDTH - 2 * MARGIN - 1.2, 0.3)
    pptx_canvas.text(sheet, left, [Line(footer, SMALL_PT, bool(deck.label), MUTED)], words.lang)
    right = Box(WIDTH - MARGIN - 1.1, HEIGHT - 0.42, 1.1, 0.3)
    pptx_canvas.text(sheet, right, [Line(number, SMALL_PT, False, MUTED)], words.lang, PP_ALIGN.RIGHT)
