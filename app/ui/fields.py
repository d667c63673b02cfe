"""Fields of forms: label above, hint and error place below, tied together for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words


def form(name: str, body: Markup, send: str, words: Words, hidden: Sequence[tuple[str, str]] = ()) -> Markup:
    """A form that is sent to the deed `name`; `send` is its button's text, `hidden` are fixed (field, value) pairs."""
    fixed = "".join(f"<input type='hidden' name='{escape(field)}' value='{escape(value)}'>" for field, value in hidden)
    return Markup(
        f"<form data-send='{escape(name)}' data-saving='{escape(words('form.saving'))}' novalidate>{fixed}{body}"
        f"<div class='send'><button type='submit' class='main'>{escape(send)}</button>"
        f"<span data-notice role='status'></span></div></form>"
    )


def text_field(
    name: str, label: str, hint: str = "", value: str = "", kind: str = "text", remember: str = "", prefix: str = ""
) -> Markup:
    """A field of one line; `kind` is an HTML input type, `prefix` makes its id unique where a page has many forms."""
    identity, kept = f"{prefix}{name}", f" data-remember='{escape(remember)}'" if remember else ""
    control = (
        f"<input id='{escape(identity)}' name='{escape(name)}' type='{kind}' value='{escape(value)}'{kept} "
        f"aria-describedby='{escape(identity)}-more' autocomplete='off'>"
    )
    return _field(identity, name, label, hint, control)


def long_field(name: str, label: str, hint: str = "", value: str = "", prefix: str = "") -> Markup:
    """A field of several lines."""
    identity = f"{prefix}{name}"
    control = (
        f"<textarea id='{escape(identity)}' name='{escape(name)}' "
        f"aria-describedby='{escape(identity)}-more'>{escape(value)}</textarea>"
    )
    return _field(identity, name, label, hint, control)


def choice_field(
    name: str, label: str, options: Sequence[tuple[str, str]], chosen: str = "", hint: str = "", prefix: str = ""
) -> Markup:
    """A choice; `options` are (value, text)."""
    identity = f"{prefix}{name}"
    items = "".join(
        f"<option value='{escape(value)}'{' selected' if value == chosen else ''}>{escape(text)}</option>"
        for value, text in options
    )
    control = (
        f"<select id='{escape(identity)}' name='{escape(name)}' aria-describedby='{escape(identity)}-more'>"
        f"{items}</select>"
    )
    return _field(identity, name, label, hint, control)


def by_field(words: Words, prefix: str = "") -> Markup:
    """Who writes: asked until there is sign-in, and remembered by this browser."""
    return text_field("by", words("form.by"), words("form.by_hint"), remember="by", prefix=prefix)


def _field(identity: str, name: str, label: str, hint: str, control: str) -> Markup:
    more = f"<span class='hintline'>{escape(hint)}</span>" if hint else ""
    return Markup(
        f"<div class='field'><label for='{escape(identity)}'>{escape(label)}</label>{control}"
        f"<div id='{escape(identity)}-more'>{more}<span class='error' data-for='{escape(name)}'></span></div></div>"
    )
