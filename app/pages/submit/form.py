"""The parts of the page where reports are submitted: taking a form, choosing files, the card that each file gets."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.ui.fields import text_field
from app.ui.layout import select

ACCEPTED_KINDS = ".xlsx,.xlsm,.xls,.ods,.zip,.csv"
MEGABYTE = 1_000_000
# What the page's script says by itself.
SAID = ("waiting", "sending", "checking", "changed", "offline", "required", "close")
Options = Sequence[tuple[str, str, bool]]


def form_part(units: Options, periods: Options, template: str, standing: Markup, words: Words) -> Markup:
    """Choose the unit and the quarter, take the form; `standing` says what became of the report so far."""
    choices = "".join(
        f"<div class='field'><label for='{name}'>{escape(words(f'submit.{key}'))}</label>"
        f"{select(name, words(f'submit.{key}'), options)}</div>"
        for name, key, options in (("form-unit", "unit", units), ("form-period", "period", periods))
    )
    busy, failed = escape(words("tools.busy")), escape(words("tools.failed"))
    return Markup(
        f"<div class='fields'>{choices}</div><p class='take' data-busy='{busy}' data-failed='{failed}'>"
        f"<a class='button' href='{escape(template)}' download>{escape(words('submit.take'))}</a> {standing}</p>"
    )


def files_part(words: Words, limit: int) -> Markup:
    """Who submits, and the place for files of at most `limit` bytes."""
    by = text_field("by", words("submit.by"), words("form.by_hint"), remember="by")
    return by + Markup(
        f"<div class='drop'><input type='file' id='files' multiple accept='{ACCEPTED_KINDS}'>"
        f"<label for='files'><b>{escape(words('submit.drop'))}</b>"
        f"<span class='button'>{escape(words('submit.choose'))}</span>"
        f"<span class='hintline'>{escape(words('submit.kinds', limit=limit // MEGABYTE))}</span></label></div>"
    )


def results_part(words: Words) -> Markup:
    """Where the script puts a card a file: hidden as long as there is none."""
    all_ready = words.markup("submit.all", count=Markup("<b>2</b>"))
    return Markup(
        f"<section id='results' hidden><h2>{escape(words('submit.result_title'))}</h2>"
        f"<p class='note'>{escape(words('submit.result_note'))}</p><div class='files' data-files></div>"
        f"<p class='all' hidden><button type='button' class='main' data-do='submit-all'>{all_ready}</button></p>"
        f"</section>"
    )


def workplace(left: Markup, right: Markup, results: Markup, words: Words, limit: int) -> Markup:
    """The whole: two columns, the results below, and what the page's script needs: words, size, a card to copy."""
    said = {key: words(f"submit.{key}") for key in SAID}
    said["too-large"] = words("submit.too_large", limit=limit // MEGABYTE)
    data = "".join(f" data-{key}='{escape(text)}'" for key, text in said.items())
    return Markup(
        f"<div data-submit data-limit='{limit}'{data}>"
        f"<div class='submit'><div>{left}</div><div>{right}</div></div>{results}{_card(words)}</div>"
    )


def _card(words: Words) -> str:
    def button(deed: str, kind: str = "", more: str = "") -> str:
        return f"<button type='button'{kind} data-do='{deed}'{more}>{escape(words(f'submit.button_{deed}'))}</button>"

    main = " class='main'"
    return (
        f"<template data-card><article class='file' data-file><div class='heading'><h3 data-name tabindex='-1'></h3>"
        f"<p data-said role='status'></p></div>"
        f"<progress max='1' value='0' aria-label='{escape(words('submit.progress'))}'></progress>"
        f"<div data-result></div>"
        f"<div class='send'>{button('submit', main, ' disabled')}{button('choose')}{button('marked', '', ' hidden')}"
        f"{button('drop')}</div></article></template>"
    )


def rules(words: Words) -> Markup:
    """What people get wrong most."""
    items = "".join(f"<li>{escape(words(f'submit.rule_{name}'))}</li>" for name in ("zero", "people", "again"))
    return Markup(f"<ul class='rules'>{items}</ul>")
