"""Documents of a held review: its minutes, and the actions of each office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.analysis.action_state import STANDING_AGAINST
from app.analysis.period_state import period_sentence
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.programmes import subject
from app.deck.build import build_deck
from app.deck.cards import then_to_now
from app.deck.data import ReviewData
from app.deck.meeting_slides import about_text
from app.deck.model import BridgeBlock, Lines, Slide, SlideKind, Table, signed_text
from app.exports.letters.bridges import write_bridges
from app.exports.letters.letter import Column, Letter
from app.exports.letters.quarterly_tables import city_table
from app.exports.letters.sentences import quarter
from app.exports.shared.origin import origin_of
from app.ui.action_text import ended_text, given_text
from app.ui.print_header import label
from warehouse.desk import Action, Minutes, Review

# Discussed topics besides the grid, in the order of the slides.
DISCUSSED: tuple[SlideKind, ...] = (
    "followup",
    "promises",
    "support",
    "completeness",
    "agenda",
    "topic",
    "grid",
    "bridge",
    "districts",
    "corrections",
)


def minutes(data: ReviewData, review: Review) -> Letter:
    """Return the minutes: participants, the figures as shown, the discussion, the decisions."""
    recorded = data.context.desk.minutes(review.review_id)
    title = words("minutes.abstract", subject=subject(), period=quarter(review.period_code))
    letter = Letter(label(data.context), title, origin_of(data.context.publication), review.held_at)
    letter.letterhead(words("minutes.symbol"), words.of(data.context.city, "name"), is_dated=False)
    letter.title(words("minutes.kind"), title)
    if state := period_sentence(data.context.period, data.as_of):
        letter.paragraph(f"{state}.")
    _opening(letter, review, recorded)
    letter.heading(words("minutes.contents"))
    _discussed(letter, data)
    letter.heading(words("minutes.said"), level=2)
    _text(letter, recorded.discussed if recorded else "")
    letter.heading(words("minutes.decided"))
    _decisions(letter, data)
    letter.paragraph(words("minutes.end", date=formatting.date(review.held_at)))
    letter.close_minutes(words("minutes.copies").split("|"))
    return letter


def _opening(letter: Letter, review: Review, recorded: Minutes | None) -> None:
    date = formatting.date(review.held_at)
    letter.paragraph(words("minutes.begin", date=date))
    letter.paragraph(words("minutes.place"))
    letter.heading(words("minutes.present"))
    _text(letter, recorded.present.replace(";", "\n") if recorded else "")
    letter.paragraph(words("minutes.chair"))
    letter.paragraph(words("minutes.writer", by=recorded.written_by if recorded else review.held_by))


def _text(letter: Letter, text: str) -> None:
    """Write a typed text by line, or dotted lines to fill in by hand."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        letter.paragraph(words("minutes.line", text=line))
    if not lines:
        letter.paragraph(words("quarterly.to_fill"))


def _discussed(letter: Letter, data: ReviewData) -> None:
    """Write the content of the slides by topic, and the city's figures as shown on them."""
    slides = group_by(build_deck(data).slides, lambda slide: slide.kind)
    number = 0
    for kind in DISCUSSED:
        if kind not in slides:
            continue
        shown = slides[kind]
        # Each topic continues the list of topics.
        if kind != "topic":
            number += 1
            letter.heading(_numbered(number, shown[0]), level=2)
        if kind == "grid":
            _figures(letter, data)
        elif kind == "bridge":
            blocks = [block for slide in shown for block in slide.blocks]
            write_bridges(letter, [block.spec for block in blocks if isinstance(block, BridgeBlock)])
        elif kind == "topic":
            for slide in shown:
                _blocks(letter, [slide])
        else:
            _blocks(letter, shown)
    if "grid" not in slides:
        letter.heading(words("minutes.figures"), level=2)
        _figures(letter, data)


def _numbered(number: int, slide: Slide) -> str:
    return f"{number}. {slide.eyebrow}"


def _figures(letter: Letter, data: ReviewData) -> None:
    """Write the city's figures as shown, and the version that contains them."""
    publication = data.context.publication
    published = formatting.moment(publication.built_at)
    window = words(f"review.window_{data.context.state.window}")
    letter.lead_in(words("minutes.kept", window=window, published=published))
    city_table(letter, data.context.targets, list(data.city_rows.values()))


def _blocks(letter: Letter, slides: Sequence[Slide]) -> None:
    """Write the finding of the first slide, then the sentences of all, with one table in the place of the first."""
    letter.paragraph(f"{slides[0].title}.")
    blocks = [block for slide in slides for block in slide.blocks]
    tables = [block for block in blocks if isinstance(block, Table)]
    for block in blocks:
        if tables and block is tables[0]:
            _table(letter, tables)
        for line in block.lines if isinstance(block, Lines) else ():
            letter.paragraph(line)


def _table(letter: Letter, pages: Sequence[Table]) -> None:
    """Write one table from the parts on several slides."""
    first = pages[0]
    columns = [Column(heading, share) for heading, share in zip(first.headings, first.widths, strict=True)]
    letter.table(columns, [[signed_text(cell) for cell in row] for page in pages for row in page.rows])


def _decisions(letter: Letter, data: ReviewData) -> None:
    """Write every decision with its owner and due date."""
    if not data.new_actions:
        letter.paragraph(words("minutes.nothing_decided"))
        return
    columns = (
        Column(words("quarterly.head_number"), 10, "Centred"),
        Column(words("slide.action"), 85),
        Column(words("slide.owner"), 45),
        Column(words("slide.due"), 25, "Centred"),
    )
    rows = [
        (
            str(number),
            words("slide.decided", place=about_text(action, data), what=action.what),
            action.owner,
            formatting.date(action.due_date),
        )
        for number, action in enumerate(data.new_actions, start=1)
    ]
    letter.table(columns, rows)


def offices(data: ReviewData, review: Review) -> Letter:
    """Return a document with a page for each office: decisions of this review, and unfinished actions.

    The last page lists actions to be moved from units that have ended, without an addressee.
    """
    title = words("minutes.offices", period=quarter(review.period_code))
    letter = Letter(label(data.context), title, origin_of(data.context.publication), review.held_at)
    actions = [*data.new_actions, *data.earlier_actions, *data.promises, *data.supports]
    is_without_unit = data.states_today.is_without_unit
    lasting = [action for action in actions if not is_without_unit(action)]
    lists = {words("minutes.office_kind", owner=owner): own for owner, own in by_owner(lasting).items()}
    if to_move := list(filter(is_without_unit, actions)):
        lists[words("minutes.office_to_move")] = to_move
    date = formatting.date(review.held_at)
    columns = (
        Column(words("quarterly.head_number"), 10, "Centred"),
        Column(words("slide.action"), 52),
        Column(words("slide.about"), 48),
        Column(words("slide.due"), 25, "Centred"),
        Column(words("slide.then_now"), 30, "Centred"),
    )
    for place, (kind, own) in enumerate(lists.items()):
        abstract = words("minutes.office_abstract", period=quarter(review.period_code), date=date)
        letter.title(kind, abstract, begins_page=place > 0)
        letter.table(columns, [_office_row(number, action, data) for number, action in enumerate(own, start=1)])
    if not lists:
        letter.title(words("minutes.office_none"), title)
    return letter


def by_owner(actions: Iterable[Action]) -> Mapping[str, list[Action]]:
    """Return the actions of each office, earliest due date first.

    Offices by name, without those that have no open action.
    """
    unfinished = sorted(
        (action for action in actions if action.is_unfinished), key=lambda action: (action.owner, action.due_date)
    )
    return group_by(unfinished, lambda action: action.owner)


def _office_row(number: int, action: Action, data: ReviewData) -> tuple[str, ...]:
    due = formatting.date(action.due_date)
    followed = data.followed.get(action.action_id)
    about, is_without_unit = about_text(action, data), data.states_today.is_without_unit(action)
    state = (data.states_today if is_without_unit else data.states).of(action)
    if is_without_unit:
        about += f"\n{ended_text(action, data.states_today)}"
    return (
        str(number),
        f"{action.what}\n{given_text(action, data.reviews)}",
        about,
        f"{due}\n{words.status(state)}" if state in STANDING_AGAINST else due,
        then_to_now(followed) if followed else "",
    )
