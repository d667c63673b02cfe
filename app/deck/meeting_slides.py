"""The slides about the meeting itself: cover, what was given last time, who reported, decisions, closing."""

from __future__ import annotations

from app.analysis import progress_summary
from app.analysis.action_state import OVERDUE, action_state
from app.analysis.headline import of_city, of_units, of_unjudged
from app.core import formatting
from app.core.i18n import Words
from app.core.status import OF_ACTIONS
from app.deck import titles
from app.deck.data import Material
from app.deck.model import Block, Cell, Counts, Entry, Grid, Lines, Mark, Slide, Tally
from app.deck.pagination import LISTED_NAMES, paged
from app.records.review import ReporterState
from app.ui.figure_text import few
from warehouse.desk import CANCELLED, DONE, Action

# Shares of a decision table's columns at full width, and of the narrow one beside the form.
WIDE, NARROW = (64, 36), (34, 18)


def cover(material: Material, source: str) -> Slide:
    """Which meeting, what matters first, how good the ground is, what comes."""
    words, seen = material.context.words, material.context
    period = words.period(seen.state.period)
    found = progress_summary.overview(material.city.values(), material.rows)
    title = of_units(found, material.level, seen.state.period, words)
    beside = (of_city(found, words), of_unjudged(found, material.level, words)) if found.judged_unit_count else ()
    ground = (
        *(line for line in beside if line),
        words(
            "slide.date_data",
            date=formatting.date(seen.period.end_date),
            published=formatting.date(seen.publication.built_at),
        ),
        words(
            "slide.reported",
            reported=words.number(seen.period.reported_count),
            expected=words.number(seen.period.reporter_count),
        ),
    )
    parts = ("followup", "completeness", "grid", "group", "districts", "corrections", "decisions")
    agenda = tuple(f"{place}. {words(f'review.agenda_{part}')}" for place, part in enumerate(parts, start=1))
    notes = (words("speaker.cover"), *([words("speaker.sample")] if seen.publication.is_sample else []))
    meeting = words("review.meeting", period=period)
    return Slide("cover", title, (Lines(ground), Lines(agenda)), notes, source, meeting)


def followup(material: Material, source: str) -> list[Slide]:
    """What became of the actions given, overdue ones first."""
    words, actions, last = material.context.words, material.followup, material.previous
    say = words("review.agenda_followup")
    if not actions:
        date = formatting.date(last.held_at) if last else ""
        title = words("title_followup.none" if last else "title_followup.first", date=date)
        body = Lines((words("slide.follow_none"),))
        return [Slide("followup", title, (body,), (words("speaker.decisions"),), source, say)]
    states = {one.action_id: action_state(one, material.as_of) for one in actions}
    found = titles.Done(
        done=sum(one.status == DONE for one in actions),
        unfinished=sum(one.is_unfinished for one in actions),
        overdue=list(states.values()).count(OVERDUE),
        cancelled=sum(one.status == CANCELLED for one in actions),
    )
    ranked = sorted(actions, key=lambda one: (OF_ACTIONS.index(states[one.action_id]), one.due_date))
    headings = tuple(words(f"slide.{name}") for name in ("state", "action", "owner", "due"))
    rows = [
        (
            _mark(states[one.action_id], words),
            one.what,
            one.owner,
            formatting.date(one.due_date),
        )
        for one in ranked
    ]
    notes = (words("speaker.followup"), *(_spoken(one, words.status(states[one.action_id]), words) for one in ranked))
    widths = (19, 46, 22, 13)
    title = titles.followup(found, words)
    return [
        Slide(
            "followup",
            titles.continued(title, number, words),
            (Grid(headings, widths, page),),
            notes if number == 0 else notes[:1],
            source,
            say,
        )
        for number, page in enumerate(paged(rows, widths))
    ]


def completeness(material: Material, source: str) -> Slide:
    """Who reported in time, who did not yet, who sent corrections."""
    words, reporters = material.context.words, material.reporters
    period = words.period(material.context.state.period)
    groups = {
        state: [one for one in reporters if one.state == state]
        for state in ("on_time", "late", "missing", "rejected", "not_due")
    }
    waiting = groups["missing"] + groups["rejected"]
    found = titles.Reporting(
        len(groups["on_time"]), len(groups["late"]), tuple(_name(one, words) for one in waiting), len(groups["not_due"])
    )
    counts = Counts(
        tuple(
            Tally(state, words.status(state), len(group))
            for state, group in groups.items()
            if group or state in ("on_time", "late", "missing")
        )
    )
    late = sorted(groups["late"], key=lambda one: -(one.days_late or 0))
    late_names = [words("slide.late_name", name=words.of(one, "short_name"), days=one.days_late or 0) for one in late]
    lines = [
        words(f"slide.who_{what}", names=few(names, words, LISTED_NAMES))
        for what, names in (
            ("missing", [words.of(one, "short_name") for one in groups["missing"]]),
            ("rejected", [words.of(one, "short_name") for one in groups["rejected"]]),
            ("late", late_names),
            ("corrected", [words.of(one, "short_name") for one in reporters if one.is_corrected]),
        )
        if names
    ]
    if groups["on_time"] and not late and not waiting:
        lines.insert(0, words("slide.nobody_late"))
    notes = [words("speaker.completeness")]
    if late_names:
        notes.append(words("speaker.completeness_late", names=", ".join(late_names)))
    title = titles.completeness(found, period, words)
    say = words("review.agenda_completeness")
    return Slide("completeness", title, (counts, Lines(tuple(lines))), tuple(notes), source, say)


def decisions(material: Material, source: str) -> list[Slide]:
    """What this meeting decides. On the screen the last slide has a form beside the newest decisions; where they
    do not all fit there, whole pages stand before it."""
    words, actions = material.context.words, material.decisions
    headings = (words("slide.action"), words("slide.owner_due"))
    rows = [_decided(one, material) for one in actions]
    title, say = titles.decisions(len(actions), words), words("review.agenda_decisions")
    notes = (words("speaker.decisions"),)
    if material.is_past:
        body: list[tuple[Block, ...]] = [(Grid(headings, WIDE, page),) for page in paged(rows, WIDE)] or [(Lines(()),)]
        return [
            Slide("decisions", titles.continued(title, number, words), page, notes, source, say)
            for number, page in enumerate(body)
        ]
    beside = paged(rows, NARROW)
    slides: list[tuple[Block, ...]] = []
    if len(beside) > 1:
        slides += [(Grid(headings, WIDE, page),) for page in paged(rows, WIDE)]
    shown: Block = Grid(headings, WIDE, beside[-1]) if beside else Lines((words("slide.decisions_none"),))
    return [
        Slide("decisions", titles.continued(title, number, words), page, notes, source, say)
        for number, page in enumerate([*slides, (shown, Entry("decide"))])
    ]


def _decided(action: Action, material: Material) -> tuple[Cell, ...]:
    words = material.context.words
    until = words("slide.owner_until", owner=action.owner, date=formatting.date(action.due_date))
    return words("slide.decided", place=_about(action, material), what=action.what), until


def close(material: Material, source: str) -> Slide:
    """The end: the version that was shown is kept."""
    words, held = material.context.words, material.held
    open_count = sum(one.is_unfinished for one in material.followup)
    lines = [
        words(
            "slide.close_decisions" if material.decisions else "slide.close_no_decisions", count=len(material.decisions)
        ),
        words("slide.close_followup" if open_count else "slide.close_no_followup", count=open_count),
    ]
    version = material.context.publication.version
    blocks: tuple[Block, ...]
    if held:
        title = words("title_close.held", date=formatting.date(held.held_at))
        lines.append(words("slide.close_kept", version=held.version, by=held.held_by))
        lines += [words("slide.close_past")] if material.is_past else []
        blocks = (Lines(tuple(lines)),)
    else:
        title = words("title_close.open")
        lines.append(words("slide.close_version", version=version))
        blocks = (Lines(tuple(lines)), Entry("hold"))
    return Slide("close", title, blocks, (words("speaker.close"),), source)


def _mark(status: str, words: Words) -> Mark:
    return Mark(status, words.status(status))


def _spoken(action: Action, state: str, words: Words) -> str:
    return words(
        "speaker.followup_item",
        what=action.what,
        owner=action.owner,
        due=formatting.date(action.due_date),
        status=state,
        evidence=action.evidence or words("speaker.no_evidence"),
    )


def _about(action: Action, material: Material) -> str:
    words = material.context.words
    unit = material.names.get(action.unit_code or "")
    target = material.context.targets.get(action.target_code or "")
    place = words.of(unit, "short_name") if unit else words("slide.whole_city")
    return f"{place} · {words.of(target, 'short_name')}" if target else place


def _name(one: ReporterState, words: Words) -> str:
    return words.of(one, "name")
