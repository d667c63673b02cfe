"""The reports that wait for the department: who sent what when, with the ways to accept, to return, to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.url_state import Href
from app.ui.fields import by_field, form, long_field
from warehouse.intake.records import Received

LISTED = 20


def waiting_list(
    reports: Sequence[Received],
    names: Mapping[int, str],
    link: Href,
    words: Words,
    opened: tuple[str | None, str],
) -> Markup:
    """Reports without a decision, the one that waits longest first; nothing when there is none.

    `names` are those of the reporters by number of the submission; the reporter and quarter that are `opened` have
    the forms on their card.
    """
    if not reports:
        return Markup("")
    oldest = list(reversed(reports))
    items = "".join(_item(one, names, link, words, opened) for one in oldest[:LISTED])
    more = len(oldest) - LISTED
    rest = f"<p class='note'>{escape(words('waiting.more', count=more))}</p>" if more > 0 else ""
    title = escape(words("waiting.title", count=len(oldest)))
    return Markup(f"<section id='waiting'><h2>{title}</h2><ul class='waiting'>{items}</ul>{rest}</section>")


def _item(
    one: Received,
    names: Mapping[int, str],
    link: Href,
    words: Words,
    opened: tuple[str | None, str],
) -> str:
    row = one.submission
    code, period = row.reporter_code or "", row.period_code or ""
    kind = "waiting.correction" if (row.version or 1) > 1 else "waiting.new"
    told = words(
        "waiting.line",
        kind=words(kind, version=row.version or 1),
        received=formatting.moment(row.received_at),
        by=row.submitted_by,
    )
    note = f"<p class='said'>{escape(words('waiting.note', note=one.note))}</p>" if one.note else ""
    title = escape(f"{names[row.submission_id]} · {words.period(period)}")
    look = escape(link(unit=code, period=period))
    forms = "" if (code, period) == opened else decision_forms(one, words, f"w{row.submission_id}-")
    return (
        f"<li><a class='what' href='{look}'>{title}</a><p class='about'>{escape(told)} · "
        f"<a href='{look}'>{escape(words('waiting.look'))}</a></p>{note}{forms}</li>"
    )


def decision_forms(one: Received, words: Words, prefix: str) -> Markup:
    """Accept it, or return it with a reason; `prefix` makes ids unique on the page."""
    key = [("submission_id", str(one.submission.submission_id)), ("seen", one.state)]
    note = long_field("note", words("decide.note"), words("decide.note_hint"), prefix=f"{prefix}accept-")
    accept = form("accept-report", note + by_field(words, f"{prefix}accept-"), words("decide.send_accept"), words, key)
    reason = long_field("reason", words("decide.reason"), words("decide.reason_hint"), prefix=f"{prefix}return-")
    back = form("return-report", reason + by_field(words, f"{prefix}return-"), words("decide.send_return"), words, key)
    return Markup(
        f"<div class='decide card-form'>{_step(f'{prefix}accept', 'decide.accept', accept, words)}"
        f"{_step(f'{prefix}return', 'decide.return', back, words)}</div>"
    )


def _step(identity: str, title: str, body: Markup, words: Words) -> Markup:
    return Markup(
        f"<details class='step card-form' id='step-{escape(identity)}'>"
        f"<summary>{escape(words(title))}</summary>{body}</details>"
    )


def lock_form(period: str, is_locked: bool, words: Words) -> Markup:
    """Close the quarter, or open it again."""
    kind = "unlock" if is_locked else "lock"
    reason = long_field("reason", words(f"lock.{kind}_reason"), words("lock.reason_hint"), prefix=f"{kind}-")
    fixed = [("period_code", period)]
    body = form(f"{kind}-quarter", reason + by_field(words, f"{kind}-"), words(f"lock.send_{kind}"), words, fixed)
    return _step(kind, f"lock.{kind}", body, words)
