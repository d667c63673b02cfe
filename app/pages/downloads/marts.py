"""The list of marts to take away: what each is, how large, in which formats, and its columns when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.records.marts import Mart, MartColumn
from app.ui import mart_descriptions
from app.ui.tables import table


@dataclass(frozen=True, slots=True)
class Offer:
    """A mart with its files as (address, text), none where it may not be taken, and the way to show its columns."""

    mart: Mart
    files: tuple[tuple[str, str], ...]
    toggle: str
    columns: tuple[MartColumn, ...] = ()


def mart_list(offers: Sequence[Offer], words: Words) -> Markup:
    """Marts below each other."""
    return Markup(f"<ul class='marts'>{''.join(_item(offer, words) for offer in offers)}</ul>")


def notes(pairs: Sequence[tuple[str, Markup]]) -> Markup:
    """Short paragraphs beside their names."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{text}</dd></div>" for name, text in pairs)
    return Markup(f"<dl class='notes'>{items}</dl>")


def _item(offer: Offer, words: Words) -> str:
    mart, title = offer.mart, mart_descriptions.title(offer.mart, words)
    toggle = (
        words("downloads.hide_columns") if offer.columns else words("downloads.show_columns", count=mart.column_count)
    )
    name = f"<h3>{escape(title)}</h3><code>{escape(mart.table_name)}</code>"
    return (
        f"<li class='mart{' marked' if offer.columns else ''}' id='{escape(mart.table_name)}'><div class='about'>{name}"
        f"<p>{escape(mart_descriptions.grain(mart, words))}</p></div>"
        f"<p class='size n'>{escape(_rows(mart, words))}</p>{_files(offer, title, words)}"
        f"<a class='unfold' id='columns-{escape(mart.table_name)}' href='{escape(offer.toggle)}'>{escape(toggle)}</a>"
        f"{_columns(offer, title, words)}</li>"
    )


def _rows(mart: Mart, words: Words) -> str:
    return words("downloads.rows", count=mart.row_count, number=words.number(mart.row_count))


def _files(offer: Offer, title: str, words: Words) -> str:
    if not offer.files:
        return f"<p class='files note'>{escape(words('downloads.not_allowed'))}</p>"
    links = "".join(f"<li><a href='{escape(href)}' download>{escape(text)}</a></li>" for href, text in offer.files)
    return (
        f"<ul class='files' aria-label='{escape(words('downloads.files_of', table=title))}' "
        f"data-busy='{escape(words('tools.busy'))}' data-failed='{escape(words('tools.failed'))}'>{links}</ul>"
    )


def _columns(offer: Offer, title: str, words: Words) -> str:
    if not offer.columns:
        return ""
    heads = [(words("downloads.column"), ""), (words("downloads.meaning"), ""), (words("downloads.unit"), "")]
    lines = [
        (
            Markup(f"<code>{escape(column.column_name)}</code>"),
            mart_descriptions.meaning(offer.mart.table_name, column, words),
            mart_descriptions.unit(column, words),
        )
        for column in offer.columns
    ]
    return table("columns", heads, lines, words("downloads.columns_of", table=title))
