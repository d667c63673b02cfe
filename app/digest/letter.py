"""A digest as a message: subject, text and HTML of a mail, and the shorter text of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.analysis.watched_view import ViewChange
from app.core.i18n import words
from app.core.page_context import Context
from app.core.url_state import in_plan
from app.digest.items import Item
from app.digest.lines import Line, Section, leader_lines, unit_sections, view_section
from app.ui.palette import DARK, LIGHT
from app.ui.templates import render
from warehouse import clock
from warehouse.digest import MAIL, Recipient
from warehouse.digest.mail import Letter
from warehouse.people import Role, unit_name, units_under

# Where a recipient stops the digest.
STOP = "/digest/stop"
# Below the 2,000 characters of Zalo, the shortest limit of the channels.
CHAT_CHARACTERS = 1_800


@dataclass(frozen=True, slots=True)
class Message:
    """The parts of a message, in the recipient's language; addresses are absolute."""

    subject: str
    greeting: str
    intro: str
    sections: Sequence[Section]
    home: str
    why: str
    stop: str
    is_sample: bool


def letter_of(
    context: Context, recipient: Recipient, items: Sequence[Item], changes: Sequence[ViewChange], app_url: str
) -> Letter:
    """Return the digest with these items and changed views for a recipient; `context` has the recipient's rights and
    language.

    An office gets each item, a leader ten lines.
    """
    message = _message(context, recipient, items, changes, app_url)
    html = render("digest/mail.html", message=message, lang=words.lang, light=LIGHT, dark=DARK)
    text = _text(message) if recipient.channel == MAIL else _chat(message)
    return Letter(message.subject, text, html, words.lang, message.stop)


def stop_url(recipient: Recipient, app_url: str) -> str:
    """Return the address with which this recipient, and no one else, stops the digest."""
    values = {"recipient": recipient.recipient_id, "code": recipient.stop_code, "lang": recipient.lang}
    return app_url + in_plan(f"{STOP}?{urlencode(values)}")


def _message(
    context: Context, recipient: Recipient, items: Sequence[Item], changes: Sequence[ViewChange], app_url: str
) -> Message:
    code = recipient.unit_code
    kind = "area" if recipient.role == Role.AREA_READER else "unit" if code else "all"
    unit = unit_name(code, clock.now().date(), words.lang) if code else ""
    if code:
        sections = unit_sections(context, items, names_units=len(units_under(code)) > 1)
    else:
        sections = [Section("", leader_lines(context, items))] if items else []
    sections += view_section(changes)
    count = len(items) + len(changes)
    period, version = words.period(context.state.period), words.version(context.warehouse.version)
    subject = words(f"digest.subject_{'unit' if code else 'all'}", unit=unit, count=count, period=period)
    is_sample = context.publication.is_sample
    role = words(f"role.{recipient.role}")
    role = words("role.of", role=role, unit=unit) if unit else role
    return Message(
        subject=words("digest.sample", subject=subject) if is_sample else subject,
        greeting=words(f"digest.greeting_{kind}", unit=unit),
        intro=words(f"digest.intro_{'unit' if kind == 'unit' else 'all'}", version=version, count=count),
        sections=[_absolute(section, app_url) for section in sections],
        home=app_url + context.state.href(""),
        why=words("digest.why", person=recipient.person, role=role),
        stop=stop_url(recipient, app_url),
        is_sample=is_sample,
    )


def _absolute(section: Section, app_url: str) -> Section:
    lines = [Line(line.text, app_url + line.href if line.href else "") for line in section.lines]
    return Section(section.title, lines, section.more)


def _text(message: Message) -> str:
    """Return the text of a mail: each line with its address below it."""
    blocks = [[words("digest.sample_note")]] if message.is_sample else []
    blocks += [[message.greeting], [message.intro]]
    for section in message.sections:
        lines = [text for line in section.lines for text in (f"- {line.text}", f"  {line.href}") if text.strip()]
        blocks.append([*filter(None, [section.title]), *lines, *filter(None, [section.more])])
    blocks.append([f"{words('digest.open')}: {message.home}"])
    blocks.append([words("digest.protected"), message.why, f"{words('digest.stop')}: {message.stop}"])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _chat(message: Message) -> str:
    """Return the text of a channel: as many lines as fit, the address of the app, the one to stop it."""
    head = [words("digest.sample_note")] if message.is_sample else []
    end = [f"{words('digest.open')}: {message.home}", f"{words('digest.stop')}: {message.stop}"]
    lines = [f"- {line.text}" for section in message.sections for line in section.lines]
    room = CHAT_CHARACTERS - sum(len(text) + 1 for text in (message.subject, message.intro, *head, *end))
    shown = lines
    while shown and sum(len(text) + 1 for text in shown) > room:
        shown = shown[:-1]
    left = len(lines) - len(shown)
    more = [words("digest.chat_more", count=left)] if left else []
    return "\n".join([*head, message.intro, *shown, *more, *end])
