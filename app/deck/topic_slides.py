"""Slides of what deserves the meeting's time: the topics, then one slide for each.

The review is shown to many, so no slide has a number about people concerned: such topics state only since when a unit
is late.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis.agenda import Concern, Topic
from app.analysis.way_out import WayOut
from app.core import formatting
from app.core.i18n import words
from app.core.status import JUDGED
from app.deck import titles
from app.deck.cards import then_to_now, unit_name
from app.deck.data import NAMED_CONCERNS, ReviewData
from app.deck.model import Block, Lines, Slide, Subject, Table
from app.deck.model import Topic as TopicCell
from app.deck.pagination import paginate
from app.records import Cell
from app.ui.figure_text import AMOUNT, percent_text, points_text
from warehouse.desk import SUPPORT, Action

AGENDA_WIDTHS, TOPIC_WIDTHS = (28, 46, 26), (26, 40, 34)
# Lines of a topic's table: beside it there are a question, a remark and buttons.
LINES = 12.0
AGENDA_KEY = "a"
# Targets named beyond the topics.
NAMED_FURTHER = 3
# Letters of a promise, and of recorded work, for which a row has room.
LONGEST_PROMISE, LONGEST_WORK = 55, 60


def agenda(data: ReviewData, source: str) -> Slide:
    """Return the topics in their order, each with the reason and the promises about it, and the minutes for each."""
    topics = data.topics
    headings = tuple(words(f"topic.{name}") for name in ("target", "why", "promised"))
    rows = tuple(_agenda_row(number, topic, data) for number, topic in enumerate(topics.shown, start=1))
    further = [words.of(topic.target, "short_name") for topic in topics.kept[len(rows) :]]
    rest = words("topic.further_rest", count=len(further) - NAMED_FURTHER)
    named = further if len(further) <= NAMED_FURTHER else [*further[:NAMED_FURTHER], rest]
    lines = [words("topic.further", names=words.listed(named))] if named else []
    none = _why_none(data)
    rule = "topic.rule_chair" if topics.agenda else "topic.rule"
    lines += [words(rule)] if rows else [words(f"topic.{none}")]
    table: tuple[Block, ...] = (Table(headings, AGENDA_WIDTHS, rows),) if rows else ()
    return Slide(
        "agenda",
        words(f"title_agenda.{'some' if rows else none}", count=len(rows), minutes=topics.minutes),
        (*table, Lines(tuple(lines))),
        (words("speaker.agenda"), words("topic.rule_whole")),
        source,
        words("review.agenda_agenda"),
        key=AGENDA_KEY,
        dropped=tuple((topic.code, words.of(topic.target, "short_name")) for topic in topics.dropped),
    )


def _why_none(data: ReviewData) -> str:
    """Return why there is no topic, as a key of texts: the chair dropped all, no target has a threshold, reports are
    too few to judge any figure of the whole, or nothing needs time."""
    if data.topics.dropped:
        return "none_left"
    if not data.context.has_thresholds:
        return "none_followed"
    return "none" if any(row.status in JUDGED for row in data.city_rows.values()) else "none_judged"


def topics(data: ReviewData, source: str) -> list[Slide]:
    """Return a slide for each topic for which there is time."""
    shown = data.topics.shown
    return [_topic(number, topic, data, source) for number, topic in enumerate(shown, start=1)]


def _agenda_row(number: int, topic: Topic, data: ReviewData) -> tuple[TopicCell | str, ...]:
    name = words("topic.numbered", number=number, target=words.of(topic.target, "short_name"))
    subject = Subject(data.context.city.unit_code, topic.code)
    since = min(concern.row.late_since_period_code or concern.row.period_code for concern in topic.concerns)
    why = words("topic.late", late=_late(topic, data), period=words.period(since))
    made = [concern.promise for concern in topic.concerns if concern.promise]
    broken = sum(map(data.states.is_overdue, made))
    promised = words(f"topic.{'broken' if broken else 'kept' if made else 'unpromised'}", count=broken)
    return TopicCell(name, subject), why, promised


def _late(topic: Topic, data: ReviewData) -> str:
    of = topic.judged_count
    return words("topic.count", count=len(topic.concerns), of=of, units=titles.noun(data.reporter_level, of))


def _topic(number: int, topic: Topic, data: ReviewData, source: str) -> Slide:
    headings = tuple(words(f"topic.{name}") for name in ("unit", "last_promise", "invited"))
    rows = paginate([_row(topic, concern, data) for concern in topic.concerns[:NAMED_CONCERNS]], TOPIC_WIDTHS, LINES)[0]
    target = words.of(topic.target, "short_name")
    further = len(topic.concerns) - len(rows)
    lines = [words("topic.question", work=words.of(topic.target, "work") or target)]
    more = [words("topic.further_units", count=further)] if further else []
    first = topic.concerns[0].row
    return Slide(
        "topic",
        words("title_topic.late", target=target, late=_late(topic, data)),
        (Lines(tuple(lines)), Table(headings, TOPIC_WIDTHS, rows), *([Lines(tuple(more))] if more else [])),
        (words("speaker.topic"), words("speaker.topic_peers")),
        source,
        words("topic.eyebrow", number=number, of=len(data.topics.shown)),
        Subject(first.unit_code, topic.code),
        key=str(number),
        topic=topic.code,
    )


def _row(topic: Topic, concern: Concern, data: ReviewData) -> tuple[TopicCell | str, ...]:
    row = concern.row
    name = f"{unit_name(row.unit_code, data)}\n{_state(topic, concern)}"
    ways = data.ways_out.get(Cell(topic.code, row.unit_code), ())
    peers = "\n".join(_way_out(topic, way) for way in ways) or words("topic.no_peer")
    return TopicCell(name, Subject(row.unit_code, topic.code)), "\n".join(_promises(topic, concern, data)), peers


def _state(topic: Topic, concern: Concern) -> str:
    """Return a unit's figure and the distance from its milestone; without numbers if it counts people concerned."""
    row = concern.row
    since = words("topic.since", period=words.period(row.late_since_period_code or row.period_code))
    if topic.target.is_sensitive:
        return since
    # A single unit that answers yes or no has no figure.
    if row.denominator == 1:
        return since
    goal = row.milestone_pct if row.milestone_pct is not None else row.threshold_pct
    value = words("topic.value", value=percent_text(row), goal=words.percent(goal))
    return f"{value}; {since}" if row.kind != AMOUNT else f"{percent_text(row)}; {since}"


def _promises(topic: Topic, concern: Concern, data: ReviewData) -> Iterable[str]:
    """Return the last promises about a topic: the unit's and the city's, each with what became of it."""
    if concern.promise is None:
        yield words("topic.never_promised")
    else:
        yield _promise("topic.promise", topic, concern.promise, data)
    if concern.support:
        yield _promise("topic.support", topic, concern.support, data)


def _promise(key: str, topic: Topic, action: Action, data: ReviewData) -> str:
    followed = data.followed.get(action.action_id)
    # The city's promise is about the same figure as the unit's.
    is_shown = action.origin != SUPPORT and not topic.target.is_sensitive
    moved = then_to_now(followed) if followed and is_shown else ""
    state = words.status(data.states.of(action)).lower()
    text = words(
        key,
        what=formatting.shortened(action.what, LONGEST_PROMISE),
        due=formatting.date(action.due_date),
        state=state,
    )
    return f"{text}; {moved}" if moved else text


def _way_out(topic: Topic, way: WayOut) -> str:
    place, period = words.of(way.unit, "short_name"), words.period(way.after.period_code)
    # A unit that answers yes or no has no figures to compare.
    if not topic.target.is_sensitive and topic.target.counting_rule != "units":
        then, now = (f"{points_text(row)}%" for row in (way.before, way.after))
        moved = words("slide.then_now_figures", then=then, now=now)
        period = words("topic.moved", period=period, moved=moved)
    if not way.work:
        return words("topic.way_out", unit=place, period=period)
    work = formatting.shortened(way.work, LONGEST_WORK)
    return words("topic.way_out_work", unit=place, period=period, work=work)
