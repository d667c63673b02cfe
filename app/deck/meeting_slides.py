"""Slides on the meeting: cover, earlier actions, reporting, decisions, closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis import progress_summary
from app.analysis.action_state import OVERDUE
from app.analysis.headline import going_well, headline
from app.analysis.owed import owed
from app.analysis.period_state import with_state
from app.core import formatting
from app.core.i18n import words
from app.core.programmes import with_programme
from app.core.status import OF_ACTIONS
from app.deck import titles
from app.deck.cards import subject_of, then_to_now
from app.deck.data import ReviewData
from app.deck.model import Block, Cell, Counts, FormSlot, Lines, Mark, Slide, SlideKind, Table, Tally, Topic
from app.deck.pagination import LISTED_NAMES, paginate_evenly
from app.records.reporters import ReporterState
from app.ui.action_text import heirs_text
from app.ui.figure_text import few
from warehouse.desk import CANCELLED, DONE, SUPPORT, Action

AGENDA = ("followup", "completeness", "agenda", "grid", "group", "districts", "corrections", "decisions")
# Shares of a table's columns: of actions, of decisions.
FOLLOWUP_WIDTHS = (17, 34, 18, 14, 17)
DECISION_WIDTHS = (64, 36)
# The key that leads to the decisions, to be read back.
READ_BACK_KEY = "k"
REPORT_STATES = ("on_time", "late", "history", "missing", "rejected", "not_due")
# Counted even where the number is zero.
ALWAYS_COUNTED = ("on_time", "late", "missing")


def cover(data: ReviewData, source: str) -> Slide:
    """Return the cover: the meeting, the main finding, the reliability of the figures, the agenda."""
    seen = data.context
    city_rows = [row for trend in data.city_trends.values() for row in trend]
    overview = progress_summary.overview(city_rows, data.unit_rows)
    day = seen.publication.as_of_date
    what = owed(seen.reader, seen.desk, seen.period, day)
    title = with_state(headline(overview, what, seen.state.period), seen.period, day)
    well = going_well(overview, data.reporter_level)
    date = formatting.date(seen.period.covers_to)
    ground = (
        *([well] if well else []),
        words(
            "slide.date_open" if seen.period.covers_to >= day else "slide.date_data",
            date=date,
            published=formatting.date(seen.publication.built_at),
        ),
        words(
            "slide.reported",
            reported=words.number(seen.period.reported_count),
            expected=words.number(seen.period.reporter_count),
        ),
    )
    agenda = tuple(f"{number}. {words(f'review.agenda_{part}')}" for number, part in enumerate(AGENDA, start=1))
    notes = (words("speaker.cover"), *([words("speaker.sample")] if seen.publication.is_sample else []))
    meeting = with_programme(words("review.meeting", period=words.period(seen.state.period)), words.lang)
    return Slide("cover", title, (Lines(ground), Lines(agenda)), notes, source, meeting)


def followup(data: ReviewData, source: str) -> list[Slide]:
    """Return the state of earlier actions, overdue actions first."""
    actions = data.earlier_actions
    agenda = words("review.agenda_followup")
    if not actions:
        last = data.previous_review
        date = formatting.date(last.held_at) if last else ""
        title = words("title_followup.none" if last else "title_followup.first", date=date)
        body = Lines((words("slide.follow_none"),))
        return [Slide("followup", title, (body,), (words("speaker.decisions"),), source, agenda)]
    title = titles.followup(_action_counts(actions, data))
    return _action_slides("followup", title, actions, data, source)


def promises(data: ReviewData, source: str) -> list[Slide]:
    """Return the promises made by telephone, which no meeting decided; empty without any."""
    return _promised("promises", data.promises, data, source)


def support(data: ReviewData, source: str) -> list[Slide]:
    """Return what the city promised to units that requested support; empty without any."""
    return _promised("support", data.supports, data, source)


def _promised(kind: SlideKind, actions: Sequence[Action], data: ReviewData, source: str) -> list[Slide]:
    if not actions:
        return []
    title = titles.promised(kind, _action_counts(actions, data))
    return _action_slides(kind, title, actions, data, source)


def _action_slides(
    kind: SlideKind, title: str, actions: Sequence[Action], data: ReviewData, source: str
) -> list[Slide]:
    """Return actions as a table, most urgent first, on as many slides as needed."""
    ranked = sorted(actions, key=lambda action: (OF_ACTIONS.index(data.states.of(action)), action.due_date))
    headings = tuple(words(f"slide.{name}") for name in ("state", "action", "owner", "due", "then_now"))
    rows = [_action_row(action, data.states.of(action), data) for action in ranked]
    notes = (
        words(f"speaker.{kind}"),
        *(_spoken(action, words.status(data.states.of(action))) for action in ranked),
    )
    return [
        Slide(
            kind,
            titles.continued(title, index),
            (Table(headings, FOLLOWUP_WIDTHS, page),),
            notes if index == 0 else notes[:1],
            source,
            words(f"review.agenda_{kind}"),
        )
        for index, page in enumerate(paginate_evenly(rows, FOLLOWUP_WIDTHS))
    ]


def _action_row(action: Action, state: str, data: ReviewData) -> tuple[Cell, ...]:
    followed = data.followed.get(action.action_id)
    moved = then_to_now(followed) if followed else ""
    # A unit's promise names it as the owner; the city's does not name the unit that it is for.
    is_for_unit = action.origin == SUPPORT
    text = words("slide.decided", place=about_text(action, data), what=action.what) if is_for_unit else action.what
    what = Topic(text, subject_of(action, data))
    owner = heirs_text(action, data.states) if data.states.is_without_unit(action) else action.owner
    return Mark(state, words.status(state)), what, owner, formatting.date(action.due_date), moved


def _action_counts(actions: Sequence[Action], data: ReviewData) -> titles.ActionCounts:
    return titles.ActionCounts(
        done=sum(action.status == DONE for action in actions),
        unfinished=sum(action.is_unfinished for action in actions),
        overdue=sum(data.states.of(action) == OVERDUE for action in actions),
        cancelled=sum(action.status == CANCELLED for action in actions),
    )


def completeness(data: ReviewData, source: str) -> Slide:
    """Return which units reported in time, have not reported, or sent corrections."""
    groups = {state: [reporter for reporter in data.reporters if reporter.state == state] for state in REPORT_STATES}
    waiting = groups["missing"] + groups["rejected"]
    reports = titles.ReportCounts(
        on_time=len(groups["on_time"]),
        late=len(groups["late"]),
        history=len(groups["history"]),
        waiting=tuple(words.of(reporter, "name") for reporter in waiting),
        not_due=len(groups["not_due"]),
    )
    counts = Counts(
        tuple(
            Tally(state, words.status(state), len(group))
            for state, group in groups.items()
            if group or state in ALWAYS_COUNTED
        )
    )
    late = sorted(groups["late"], key=lambda reporter: -(reporter.days_late or 0))
    late_names = [
        words("slide.late_name", name=words.of(reporter, "short_name"), days=reporter.days_late or 0)
        for reporter in late
    ]
    lines = _who(data.reporters, groups, late_names)
    if groups["on_time"] and not late and not waiting:
        lines.insert(0, words("slide.nobody_late"))
    lines += data.covered(data.context.targets.values())
    notes = [words("speaker.completeness")]
    if late_names:
        notes.append(words("speaker.completeness_late", names=", ".join(late_names)))
    title = titles.completeness(reports, words.period(data.context.state.period))
    agenda = words("review.agenda_completeness")
    return Slide("completeness", title, (counts, Lines(tuple(lines))), tuple(notes), source, agenda)


def _who(
    reporters: Sequence[ReporterState],
    groups: Mapping[str, Sequence[ReporterState]],
    late_names: Sequence[str],
) -> list[str]:
    """Return lines of names: missing, returned, late, corrected; empty groups are left out."""

    def names(those: Sequence[ReporterState]) -> list[str]:
        return [words.of(reporter, "short_name") for reporter in those]

    named = (
        (words.status("missing"), names(groups["missing"])),
        (words.status("rejected"), names(groups["rejected"])),
        (words.status("late"), late_names),
        (words("slide.corrected"), names([reporter for reporter in reporters if reporter.is_corrected])),
    )
    return [words("slide.who", state=state, names=few(those, LISTED_NAMES)) for state, those in named if those]


def decisions(data: ReviewData, source: str) -> list[Slide]:
    """Return the decisions of this meeting, in the order recorded."""
    headings = (words("slide.action"), words("slide.owner_due"))
    rows = [_decision_row(action, data) for action in data.new_actions]
    bodies: list[Block] = [Table(headings, DECISION_WIDTHS, page) for page in paginate_evenly(rows, DECISION_WIDTHS)]
    if not bodies:
        bodies = [Lines(())]
    title = titles.decisions(len(rows))
    if rows and not data.held_review:
        title = words("title_decisions.read_back", count=len(rows))
    notes = (words("speaker.decisions"),)
    agenda = words("review.agenda_decisions")
    return [
        Slide("decisions", titles.continued(title, index), (body,), notes, source, agenda, key=READ_BACK_KEY)
        for index, body in enumerate(bodies)
    ]


def _decision_row(action: Action, data: ReviewData) -> tuple[Cell, ...]:
    until = words("slide.owner_until", owner=action.owner, date=formatting.date(action.due_date))
    what = words("slide.decided", place=about_text(action, data), what=action.what)
    return Topic(what, subject_of(action, data)), until


def close(data: ReviewData, source: str) -> Slide:
    """Return the closing slide: the displayed version is stored."""
    held = data.held_review
    published = formatting.moment(data.context.publication.built_at)
    decided = len(data.new_actions)
    unfinished = sum(action.is_unfinished for action in data.earlier_actions)
    lines = [
        words("slide.close_decisions" if decided else "slide.close_no_decisions", count=decided),
        words("slide.close_followup" if unfinished else "slide.close_no_followup", count=unfinished),
    ]
    if held:
        title = words("title_close.held", date=formatting.date(held.held_at))
        lines.append(words("slide.close_kept", published=published, by=held.held_by))
        lines += [words("slide.close_past")] if data.is_past else []
    else:
        may_record = data.context.may_send("hold-review")
        title = words("title_close.open" if may_record else "title_close.unrecorded")
        lines.append(words("slide.close_version", published=published))
    form = () if data.is_past else (FormSlot("minutes" if held else "hold"),)
    blocks: tuple[Block, ...] = (Lines(tuple(lines)), *form)
    return Slide("close", title, blocks, (words("speaker.close"),), source)


def _spoken(action: Action, state: str) -> str:
    return words(
        "speaker.followup_item",
        what=action.what,
        owner=action.owner,
        due=formatting.date(action.due_date),
        status=state,
        evidence=action.evidence or words("speaker.no_evidence"),
    )


def about_text(action: Action, data: ReviewData) -> str:
    """Return the unit of an action, and its target unless the action's text names it."""
    unit = data.states.units.get(action.action_id)
    target = data.named_targets.get(action.target_code or "")
    place = words.of(unit, "short_name") if unit and unit.parent_code else words("slide.whole_city")
    name = words.of(target, "short_name") if target else ""
    return f"{place} · {name}" if name and name not in action.what else place
