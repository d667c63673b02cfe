"""Slides as HTML: every one of a review in one page, turned by the browser. Sizes live in `css/deck.css`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.status import sign_of, tone_of
from app.deck.model import Block, Card, Cards, Cell, Counts, Deck, Entry, Grid, Lines, Mark, Matrix, Slide, Tally
from app.figures.line.html import slide_course
from app.figures.ranking.html import draw_slide_ranking

Forms = Mapping[str, Markup]
# The width of a letter of a row's name, on average.
NAME_EM = 0.55


def slides(deck: Deck, cover_ways: Markup, forms: Forms, words: Words) -> Markup:
    """The whole deck; `cover_ways` stand below the first slide's text, `forms` where a slide has an entry."""
    count = len(deck.slides)
    drawn = "".join(_slide(slide, place, deck, cover_ways, forms, words) for place, slide in enumerate(deck.slides, 1))
    label = escape(words("review.deck"))
    past = f" data-past='{escape(deck.past)}'" if deck.past else ""
    return Markup(
        f"<main id='content' class='deck' data-count='{count}' aria-label='{label}'{past}>{drawn}"
        f"<p class='sr' role='status' data-said></p></main>"
    )


def _slide(slide: Slide, place: int, deck: Deck, cover_ways: Markup, forms: Forms, words: Words) -> str:
    eyebrow = f"<p class='eyebrow'>{escape(slide.eyebrow)}</p>" if slide.eyebrow else ""
    blocks = "".join(_block(block, forms, words) for block in slide.blocks)
    entry = next((block.name for block in slide.blocks if isinstance(block, Entry)), "")
    ways = cover_ways if slide.kind == "cover" else ""
    # What stays the same about a slide when others come before it.
    identity = f"{slide.kind}-{entry}" if entry else f"{slide.kind}-{place}"
    label = f"<b class='sample'>{escape(deck.label)}</b>" if deck.label else ""
    past = f"<b class='past'>{escape(deck.past)}</b>" if deck.past else ""
    return (
        f"<section class='slide of-{slide.kind}' data-slide='{identity}'{'' if place == 1 else ' hidden'}>"
        f"<header>{eyebrow}<h1>{escape(slide.title)}</h1></header><div class='body'>{blocks}{ways}</div>"
        f"<footer>{label}{past}<span class='src'>{escape(slide.source)}</span>{_turns(place, deck, words)}</footer>"
        f"</section>"
    )


def _turns(place: int, deck: Deck, words: Words) -> str:
    number = escape(words("review.page", number=place, count=len(deck.slides)))
    before, after = escape(words("review.previous")), escape(words("review.next"))
    return (
        f"<span class='turn'><button type='button' data-turn='-1' aria-label='{before}'>‹</button>"
        f"<span class='n'>{number}</span><button type='button' data-turn='1' aria-label='{after}'>›</button></span>"
    )


def _block(block: Block, forms: Forms, words: Words) -> str:
    draw: dict[type, Callable[..., str]] = {
        Lines: _lines, Counts: _counts, Matrix: _matrix, Cards: _cards, Grid: _grid
    }  # fmt: skip
    if isinstance(block, Entry):
        return f"<div class='entry {block.name}'>{forms.get(block.name, '')}</div>"
    return draw[type(block)](block)


def _lines(block: Lines) -> str:
    return "<div class='lines'>" + "".join(f"<p>{escape(line)}</p>" for line in block.lines) + "</div>"


def _counts(block: Counts) -> str:
    items = "".join(
        f"<li class='{tone_of(item.status)}' style='flex-grow:{max(item.count, 1)}'>"
        f"<b class='n'>{item.count}</b><span><i>{sign_of(item.status)}</i> {escape(item.word)}</span></li>"
        for item in block.items
    )
    return f"<ul class='counts'>{items}</ul>"


def _matrix(block: Matrix) -> str:
    head = "".join(f"<th scope='col'><span>{escape(name)}</span></th>" for name in block.columns)
    body = "".join(
        f"<tr><th scope='row'>{escape(row.name)}</th>"
        + "".join(_matrix_cell(status, dict(block.legend)) for status in row.statuses)
        + f"<td class='sum n'>{row.behind_count}</td></tr>"
        for row in block.rows
    )
    keys = "".join(
        f"<li><b class='k {status}'><i>{sign_of(status)}</i></b>{escape(word)}</li>" for status, word in block.legend
    )
    longest = max(len(row.name) for row in block.rows)
    return (
        f"<table class='matrix' style='--names:{longest * NAME_EM:.1f}em'><thead><tr><th scope='col'>"
        f"{escape(block.corner)}</th>{head}<th scope='col' class='sum'><span>{escape(block.count_heading)}</span></th>"
        f"</tr></thead><tbody>{body}</tbody></table><ul class='keys'>{keys}</ul>"
    )


def _matrix_cell(status: str | None, words: Mapping[str, str]) -> str:
    if status is None:
        return "<td></td>"
    said = escape(words.get(status, ""))
    return f"<td class='{status}'><i aria-hidden='true'>{sign_of(status)}</i><span class='sr'>{said}</span></td>"


def _cards(block: Cards) -> str:
    return f"<div class='goals of{len(block.cards)}'>" + "".join(_card(one) for one in block.cards) + "</div>"


def _card(one: Card) -> str:
    unit = "<small>%</small>" if any(letter.isdigit() for letter in one.value) else ""
    lines = "".join(f"<p>{escape(line)}</p>" for line in one.lines)
    shown = f"<p class='shown'>{escape(one.as_shown)}</p>" if one.as_shown else ""
    course = slide_course(one.course, one.course_title) if one.course else ""
    figure = (
        f"<div class='fact'><h2>{escape(one.name)}</h2><p class='big n'>{escape(one.value)}{unit}</p>"
        f"<p><b class='state {one.status}'><i>{sign_of(one.status)}</i> {escape(one.status_word)}</b></p>"
        f"<div class='limits'>{lines}{shown}</div>{course}</div>"
    )
    units = draw_slide_ranking(one.ranking) if one.ranking else _tallies(one.tallies)
    has_bars = one.ranking is not None and one.ranking.bars
    return f"<article class='goal{' with-bars' if has_bars else ''}'>{figure}{units}</article>"


def _tallies(tallies: tuple[Tally, ...]) -> str:
    items = "".join(
        f"<li{' class=named' if tally.said else ''}>"
        f"<b class='state {tally.status}'><i>{sign_of(tally.status)}</i> {tally.count} {escape(tally.word)}</b>"
        + (f"<span>{escape(tally.said)}</span>" if tally.said else "")
        + "</li>"
        for tally in tallies
    )
    return f"<ul class='tallies'>{items}</ul>"


def _grid(block: Grid) -> str:
    columns = "".join(f"<col style='width:{width}%'>" for width in block.widths)
    head = "".join(f"<th scope='col'>{escape(heading)}</th>" for heading in block.headings)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
    return (
        f"<table class='rows'><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(cell: Cell) -> Markup:
    if isinstance(cell, Mark):
        return Markup(f"<b class='state {tone_of(cell.status)}'><i>{sign_of(cell.status)}</i> {escape(cell.text)}</b>")
    return escape(cell)
