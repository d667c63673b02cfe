"""HTML of form fields: label above, hint and error below, linked for screen readers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import words
from app.core.restored import restored_mark
from app.core.url_state import State
from app.ui.templates import render
from warehouse.settings import Settings

# The fields of every form that name the programme and the data folder in which it was opened.
PROGRAMME, RESTORED = "programme", "restored"
_HIDDEN = Markup("<input type='hidden' name='{}' value='{}'>")


class Option(NamedTuple):
    """Option of a select: its value, its text, and the owner that it sets in the form's field of that name."""

    value: str
    text: str
    owner: str = ""


def form(state: State, name: str, body: Markup, send: str, hidden: Sequence[tuple[str, str]] = ()) -> Markup:
    """Render the form `name` (see `app.forms`) of the page at `state`.

    `send` is the text of its button, `hidden` are fixed (field, value) pairs.
    """
    whole = opened_in() + body
    return render("ui/form.html", name=name, action=state.act(name), body=whole, send=send, hidden=hidden)


def opened_in() -> Markup:
    """Render the fields that name where a form was opened: its programme, if there are several, and the data folder, if
    it was restored."""
    here = Settings.from_env()
    fields = ((PROGRAMME, here.programme), (RESTORED, restored_mark(here)))
    return Markup("").join(_HIDDEN.format(name, value) for name, value in fields if value)


def text_field(name: str, label: str, hint: str = "", value: str = "", remember: str = "", prefix: str = "") -> Markup:
    """Render a field of one line; `prefix` makes its id unique on a page with many forms."""
    return _field(name, label, hint, prefix, control="text", value=value, remember=remember)


def long_field(
    name: str, label: str, hint: str = "", value: str = "", prefix: str = "", *, is_one_line: bool = False
) -> Markup:
    """Render a field of several lines; with `is_one_line`, Enter submits the form."""
    return _field(name, label, hint, prefix, control="long", value=value, is_one_line=is_one_line)


def day_field(name: str, label: str, value: dt.date | None = None, prefix: str = "", hint: str = "") -> Markup:
    """Render a date field, typed in the formats of `app.forms.days` or picked in the browser's calendar.

    The field is a text field, because a browser's date field uses the computer's language, not the page's.
    """
    shown = formatting.date(value) if value else ""
    return _field(name, label, hint, prefix, control="day", value=shown, pick=words("form.pick_day"))


def choice_field(
    name: str, label: str, options: Sequence[tuple[str, str] | Option], chosen: str = "", prefix: str = ""
) -> Markup:
    """Render a select; `options` are (value, text), or `Option`."""
    return _field(
        name, label, "", prefix, control="choice", options=[Option(*option) for option in options], value=chosen
    )


def by_field(prefix: str = "", label: str | None = None, hint: str | None = None, value: str = "") -> Markup:
    """Render the author's field, which the browser remembers, if the app runs without sign-in.

    With sign-in the author is known, and a hidden field takes its place for the page's script.
    """
    if Settings.from_env().asks_to_sign_in:
        hidden = Markup("<input type='hidden' id='{}by' name='by' value='{}'>")
        return hidden.format(prefix, words("form.by_signed_in"))
    shown = words("form.by_hint") if hint is None else hint
    return text_field("by", label or words("form.by"), shown, value, remember="by", prefix=prefix)


def side_by_side(*fields: Markup) -> Markup:
    """Render short fields in one line."""
    return Markup("<div class='fields'>{}</div>").format(Markup("").join(fields))


def _field(name: str, label: str, hint: str, prefix: str, **control: object) -> Markup:
    return render("ui/field.html", id=f"{prefix}{name}", name=name, label=label, hint=hint, **control)
