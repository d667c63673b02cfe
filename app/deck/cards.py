"""Slide cards of a target: the city's figure, and the units' results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, chain

from app.analysis.lateness import certainty, lateness, worst_first
from app.core.formatting import capitalized
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.status import JUDGED, LATE, SILENT, WORST_FIRST, is_unsure, sign_of
from app.deck.data import ReviewData
from app.deck.model import Card, Subject, Tally
from app.deck.titles import Standing
from app.figures.drawing.text_metrics import width, wrapped
from app.figures.line.spec import LineSpec, line_spec
from app.figures.ranking.spec import Ranking, ranking_of
from app.figures.ranking.strip import unit_strip
from app.figures.series import Series
from app.records import Progress, Target, Unit
from app.records.followup import FollowUp
from app.records.review import ShownFigure
from app.ui.change_text import change_text
from app.ui.figure_text import (
    AMOUNT,
    few,
    gap_in_brief,
    gap_text,
    known_text,
    milestone_text,
    percent_text,
    threshold_text,
    value_text,
)
from warehouse.desk import Action, Note

# On a narrow card only the worst status has room for names, and only for this many.
FEW_NAMES, FEWEST_NAMES = 8, 3
FEW_AREAS = 5
MOST_BARS = 22
# The width of a strip of units as a multiple of its height, and the sentences beside it, by the number on a slide.
ASPECTS, NARROW_ASPECT = {1: 3.4, 2: 9.5, 3: 10.0}, 16.0
LINES_BESIDE_STRIP, FEW_LINES = {1: 7, 2: 5}, 3
# The widths of those sentences, and of the counts below a strip, of which each has this much beside its number; in em.
SENTENCE_EM, COUNTS_EM, COUNT_EM = 19, 30, 1.7
# Width and height of a slide's body below a title of two lines, in em and lines; what a card's figure with its status,
# a line of its name, its series and the title of a list take of it; width and lines for the lists of a single target.
SLIDE_EM, SLIDE_LINES = 50.3, 16.5
FIGURE_LINES, NAME_LINES, SERIES_LINES, ANSWER_LINES = 4.3, 1.1, 2.8, 1.5
ANSWERS_ALONE = (26.0, 14.0)
# How many names of each status in lists of a target of yes or no, the first with room.
NAMES_IN_LISTS = (16, 12, 8, 5, 3, 1)
# With more targets on a slide there is no room for a ranking.
MOST_WIDE = 3
# With more units than bars, units of the worst status are named if they are this few; two of forty would be singled
# out.
NAMES_OF_MANY = 3
# A line needs two points.
FEWEST_POINTS = 2
# A card with more lines and tallies has no room for the figure on the former territory.
MOST_BEFORE_GROUND = 6


def standing(rows: Sequence[Progress]) -> Standing:
    """Return the counts of `rows` by status."""
    counts = Counter(row.status for row in rows)
    return Standing(
        late=lateness(rows),
        met=counts["met"],
        silent=sum(counts[status] for status in SILENT),
        not_due=counts["not_due"],
        monitored=counts["monitor"],
    )


def unit_name(code: str, data: ReviewData) -> str:
    """Return a unit's short name, that of the city, or the code of an unknown unit."""
    if code == data.context.city.unit_code:
        return words("slide.city")
    unit = data.unit_names.get(code)
    return words.of(unit, "short_name") if unit else code


def figure_or_status(row: Progress | ShownFigure) -> str:
    """Return a figure in percent, marked if it is not judged yet, or the status that explains a missing figure."""
    if isinstance(row, Progress) and row.is_so_far:
        return words("so_far.value", value=value_text(row))
    return words.status(row.status) if row.value_pct is None else percent_text(row)


def subject_of(action: Action, data: ReviewData) -> Subject:
    """Return the subject of an action."""
    return Subject(action.unit_code or data.context.city.unit_code, action.target_code or "")


def then_to_now(followed: FollowUp) -> str:
    """Return the figure of an action when it was given, and now; empty without a figure."""
    if followed.then is None or followed.now is None:
        return ""
    then, now = figure_or_status(followed.then), figure_or_status(followed.now)
    if then == now and followed.then.period_code == followed.now.period_code:
        return now
    return words("slide.then_now_unlike" if followed.is_unlike else "slide.then_now_figures", then=then, now=now)


def target_card(target: Target, data: ReviewData, count: int) -> Card:
    """Return a target's card, one of `count` on a slide: of up to two each has the units' ranking.

    Every card has the lists of a target of yes or no, or a strip of the units.
    """
    is_wide = count < MOST_WIDE
    name = words.of(target, "short_name")
    row = data.city_rows.get(target.target_code)
    rows = [unit_row for unit_row in data.unit_rows if unit_row.target_code == target.target_code]
    status = row.shown_status if row else "not_applicable"
    ranking = _ranking(rows, target, data, is_wide)
    series = _series(target, data, _most_notes(ranking, is_wide))
    as_shown = _as_shown(target, data)
    # The list of units that have not done it has their number.
    lines = _lines(target, row, None if ranking and ranking.answers else gap_in_brief)
    if ranking and ranking.answers:
        stated = (*lines, *([as_shown] if as_shown else []))
        room = _room_for_answers(name, stated, series, count)
        ranking = _answers_in(room, partial(ranking_of, rows, target, _units(data)), ranking)
    strip = None
    if ranking is None:
        strip = unit_strip(_strip_rows(target, rows, data), target, ASPECTS.get(count, NARROW_ASPECT))
    if strip:
        whole = _lines(target, row, gap_text)
        lines = _lines_beside_strip(whole, lines, as_shown, LINES_BESIDE_STRIP.get(count, FEW_LINES))
    tallies = _tallies(rows, data, is_wide)
    if strip and not is_wide:
        tallies = _tallies_in_a_line(tallies)
    has_room_for_areas = strip is not None and is_wide and not any(tally.names_text for tally in tallies)
    # The figure of the last review and the units' results take precedence.
    if not as_shown and len(lines) + len(tallies) <= MOST_BEFORE_GROUND and (count == 1 or not strip):
        lines += _same_ground(target, row, data)
    return Card(
        subject=Subject(data.context.city.unit_code, target.target_code),
        name=name,
        value=value_text(row) if row else "",
        status=status,
        status_word=words.status(status),
        lines=tuple(lines),
        as_shown=as_shown,
        series_title=(
            words("slide.trend", first=series.period_names[0], last=series.period_names[-1]) if series else ""
        ),
        series=series,
        tallies=tallies,
        ranking=ranking,
        strip=strip,
        names=_late_areas(target, data) if has_room_for_areas else "",
    )


def _strip_rows(target: Target, rows: Sequence[Progress], data: ReviewData) -> Sequence[Progress]:
    """Return the figures in a target's strip: of areas, which can be compared, where the city has them."""
    of_areas = [row for row in data.area_rows if row.target_code == target.target_code]
    return of_areas if data.context.has_areas and of_areas else rows


def _late_areas(target: Target, data: ReviewData) -> str:
    """Return the areas that are certainly late on a target, worst first; empty for a city without areas."""
    if not data.context.has_areas:
        return ""
    late = [row for row in data.area_rows if row.target_code == target.target_code and row.shown_status in LATE]
    areas = {area.unit_code: words.of(area, "short_name") for area in data.context.districts}
    names = [areas[row.unit_code] for row in worst_first(late, data.context.targets) if row.unit_code in areas]
    return words("slide.late_areas", names=few(names, FEW_AREAS)) if names else ""


def worst_of(cards: Sequence[Card]) -> Card:
    """Return the card with the worst status, the first of several."""
    return min(cards, key=lambda card: WORST_FIRST.index(card.status))


def needs_width(target: Target, data: ReviewData) -> bool:
    """Return whether the units' ranking needs a slide's width: that of an amount has two numbers for each unit."""
    count = sum(row.target_code == target.target_code for row in data.unit_rows)
    return target.kind == AMOUNT and count <= MOST_BARS


def _ranking(rows: Sequence[Progress], target: Target, data: ReviewData, is_wide: bool) -> Ranking | None:
    """Return the units' ranking; None where there is no room for it, or no unit is ranked."""
    if len(rows) > MOST_BARS:
        return None
    names = MOST_BARS if is_wide else FEW_NAMES
    ranking = ranking_of(rows, target, _units(data), most_names=names)
    if ranking.answers:
        return ranking if any(row.value_pct is not None for row in rows) else None
    return ranking if is_wide and ranking.bars else None


def _units(data: ReviewData) -> dict[str, Unit]:
    return {unit.unit_code: unit for unit in data.units}


def _room_for_answers(name: str, stated: Sequence[str], series: LineSpec | None, count: int) -> tuple[float, float]:
    """Return the width in em and the lines that a card has for lists of names, below its figure unless it is alone."""
    if count == 1:
        return ANSWERS_ALONE
    across = (SLIDE_EM - count + 1) / count
    taken = FIGURE_LINES + sum(len(wrapped(line, 1, across)) for line in stated)
    taken += NAME_LINES * len(wrapped(name, 1, across, is_bold=True))
    if series:
        taken += SERIES_LINES + sum(len(wrapped(pin.short, 1, across)) for pin in series.pins)
    return across, SLIDE_LINES - taken


def _answers_in(room: tuple[float, float], ranked: Callable[..., Ranking], whole: Ranking) -> Ranking | None:
    """Return the lists of a target of yes or no with as many names of each status as have room; None without any."""
    across, lines = room

    def height(ranking: Ranking) -> float:
        groups = [group for answer in ranking.answers for group in answer.statuses]
        texts = (f"{group.sign} {group.status_word}   {group.names}" for group in groups)
        return ANSWER_LINES * len(ranking.answers) + sum(len(wrapped(text, 1, across)) for text in texts)

    shorter = (ranked(most_names=most) for most in NAMES_IN_LISTS)
    return next((ranking for ranking in chain([whole], shorter) if height(ranking) <= lines), None)


def notes_of(target: Target, data: ReviewData) -> list[Note]:
    """Return the notes on the city in the quarters of a slide, on a target or on all targets, newest first."""
    return [
        note
        for note in data.city_notes
        if note.target_code in (None, target.target_code) and note.period_code in data.recent_periods
    ]


def _most_notes(ranking: Ranking | None, is_wide: bool) -> int:
    """Return the number of quarters whose notes fit below the chart."""
    if ranking and ranking.bars:
        return 0
    return 2 if is_wide else 1


def _series(target: Target, data: ReviewData, most_notes: int) -> LineSpec | None:
    """Return the city's last quarters on the scale of its complete series; None without a series to show.

    The newest `most_notes` quarters with notes have them.
    """
    whole = data.city_trends.get(target.target_code, ())
    rows = [row for row in whole if row.period_code in data.recent_periods]
    if sum(row.value_pct is not None for row in rows) < FEWEST_POINTS:
        return None
    name = words.of(target, "short_name")
    city = Series(name, words("slide.city"), rows)
    notes = notes_of(target, data)
    pinned = sorted({note.period_code for note in notes}, reverse=True)[:most_notes]
    shown = [note for note in notes if note.period_code in pinned]
    return line_spec([city], [row.period_code for row in rows], target, scaled=whole, notes=shown)


def _same_ground(target: Target, row: Progress | None, data: ReviewData) -> list[str]:
    """Return the figure on the city's former territory, where both figures are known."""
    same = data.same_ground_rows.get(target.target_code)
    if row is None or row.value_pct is None or same is None or same.value_pct is None:
        return []
    return [words("ground.value", value=value_text(same))]


def _lines(
    target: Target,
    row: Progress | None,
    gap_of: Callable[[Progress, Target], str] | None,
) -> list[str]:
    if target.threshold_pct is None:
        limits = words("slide.limits_none")
    elif row and row.milestone_pct is not None:
        path = milestone_text(row)
        limits = words("slide.limits_path", threshold=threshold_text(target), path=path)
    else:
        limits = words("slide.limits", threshold=threshold_text(target))
    lines = [limits]
    is_late = row is not None and row.status in LATE
    if row and is_late and gap_of and (away := gap_of(row, target)):
        lines.append(capitalized(away))
    # The distance from its milestone is enough: no line is needed if last year cannot be compared.
    stated = row.stated_change if row else None
    if row and stated and not (is_late and stated.points is None):
        lines.append(capitalized(change_text(row)))
    if row and is_unsure(row.shown_status):
        lines.append(capitalized(words(f"certainty.{certainty(row)}")))
    elif row and row.is_so_far:
        lines.append(known_text(row))
    elif row and row.is_provisional and row.value_pct is not None:
        lines.append(words(_sureness(row), rate=words.percent(row.reporting_rate_pct)))
    return lines


def _lines_beside_strip(whole: list[str], brief: Sequence[str], as_shown: str, most: int) -> list[str]:
    """Return the sentences that have room beside a strip, with that on the last review, in so many lines.

    That is all of `whole`, or else the first of `brief`.
    """
    room = most - len(wrapped(as_shown, 1, SENTENCE_EM, is_bold=True))

    def in_room(lines: Sequence[str]) -> list[str]:
        counts = accumulate(len(wrapped(line, 1, SENTENCE_EM)) for line in lines)
        return [line for line, count in zip(lines, counts, strict=True) if count <= room]

    return whole if len(in_room(whole)) == len(whole) else in_room(brief)


def _sureness(row: Progress) -> str:
    """Return the remark on a provisional figure: whether its status is settled, if it has one and this is known."""
    if row.status not in JUDGED or row.is_status_settled is None:
        return "slide.provisional_parts" if row.provisional_reason == "silent_wards" else "slide.provisional"
    return "slide.settled" if row.is_status_settled else "slide.unsettled"


def _as_shown(target: Target, data: ReviewData) -> str:
    """Return a sentence on the city's figure in the last review, if it has changed since."""
    shown = data.shown_review
    cell = (target.target_code, data.context.city.unit_code)
    for figure in (shown and shown.changed) or ():
        if shown and (figure.now.target_code, figure.now.unit_code) == cell:
            return words(
                "slide.as_shown",
                period=words.period(shown.review.period_code),
                then=figure_or_status(figure.then),
                now=figure_or_status(figure.now),
            )
    return ""


def _tallies(rows: Sequence[Progress], data: ReviewData, is_wide: bool) -> tuple[Tally, ...]:
    tallies: list[Tally] = []
    ranked = group_by(worst_first(rows, data.context.targets), lambda row: row.shown_status)
    is_named = False
    are_many = len(rows) > MOST_BARS
    has_room = is_wide and not are_many
    for status in WORST_FIRST:
        names = [unit_name(row.unit_code, data) for row in ranked.get(status, ())]
        if not names:
            continue
        named = ""
        is_worst = status in LATE and not is_named
        if len(names) < len(rows) and (has_room or (is_worst and (not are_many or len(names) <= NAMES_OF_MANY))):
            is_named = True
            named = few(names, MOST_BARS if has_room else FEWEST_NAMES if not is_wide else FEW_NAMES)
        tallies.append(Tally(status, words.status(status), len(names), tuple(names), named))
    return tuple(tallies)


def _tallies_in_a_line(tallies: Sequence[Tally]) -> tuple[Tally, ...]:
    """Return the tallies with as many of their names as have room in one line, the number of every status included."""
    counts = sum(width(f"{sign_of(tally.status)}{tally.count}", 1, is_bold=True) + COUNT_EM for tally in tallies)
    return tuple(
        replace(tally, names_text=_names_in(COUNTS_EM - counts, tally.names)) if tally.names_text else tally
        for tally in tallies
    )


def _names_in(room: float, names: Sequence[str]) -> str:
    texts = (few(names, count) for count in range(FEWEST_NAMES, 0, -1))
    return next((text for text in texts if width(text, 1) <= room), "")
