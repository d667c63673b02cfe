"""Downloads: every published table with its grain, size, columns and terms, in three formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core import formatting, mart_access
from app.core.i18n import Words
from app.core.page_context import NOTHING, Context, Page, UnknownCodeError
from app.queries import marts
from app.records.marts import Mart, MartColumn
from app.ui import layout, mart_descriptions, page_header
from app.ui.choices import Link
from app.ui.tables import Column, table_of
from app.ui.templates import render

# The tables that define what others count.
DEFINITIONS = (("dim_target", "targets"), ("dim_measure", "measures"))


@dataclass(frozen=True, slots=True)
class Offer:
    """A mart in the reader's words, with its files (none where it may not be taken), the way to show or hide its
    columns, and their table when they are shown."""

    name: str
    title: str
    grain: str
    size: str
    files: tuple[Link, ...]
    toggle_href: str
    toggle_text: str
    columns: Markup


def page(context: Context) -> Page:
    """Every mart; the columns of the one that the address names."""
    words = context.words
    known = sorted(marts.marts(context.reader), key=mart_descriptions.order)
    opened = context.state.get("mart")
    if opened and opened not in {mart.table_name for mart in known}:
        raise UnknownCodeError("mart", opened)
    published = formatting.moment(context.publication.built_at)
    title = words("downloads.headline", count=len(known), published=published)
    body = page_header.lead(title, [words.markup("downloads.lead", version=context.publication.version)])
    body += _notes(context)
    facts = [mart for mart in known if mart.table_name.startswith("fct_")]
    dimensions = [mart for mart in known if not mart.table_name.startswith("fct_")]
    body += _section(context, "facts", facts)
    body += _section(context, "dims", dimensions)
    return Page(words("nav.downloads"), (body,))


def _section(context: Context, kind: str, listed: Sequence[Mart]) -> Markup:
    words = context.words
    offers = [_offer(context, mart) for mart in listed]
    body = render("pages/downloads/marts.html", offers=offers, words=words)
    return layout.section(words(f"downloads.{kind}"), body, words(f"downloads.{kind}_note"), kind)


def _offer(context: Context, mart: Mart) -> Offer:
    words = context.words
    name = mart.table_name
    title = mart_descriptions.title(mart, words)
    is_open = name == context.state.get("mart")
    may_take = mart_access.may_take(context.viewer, name)
    show = words("downloads.show_columns", count=mart.column_count)
    return Offer(
        name=name,
        title=title,
        grain=mart_descriptions.grain(mart, words),
        size=words("downloads.rows", count=mart.row_count, number=words.number(mart.row_count)),
        files=_files(context, mart) if may_take else (),
        toggle_href=context.state.href(mart=None if is_open else name),
        toggle_text=words("downloads.hide_columns") if is_open else show,
        columns=_columns_table(name, title, marts.columns(context.reader, name), words) if is_open else NOTHING,
    )


def _files(context: Context, mart: Mart) -> tuple[Link, ...]:
    words = context.words
    excel = words("tools.xlsx")
    if mart_access.is_too_large(mart):
        excel = words("downloads.this_quarter", period=words.period(context.state.period))
    texts = {"csv": words("tools.csv"), "xlsx": excel, "parquet": words("tools.parquet")}
    export = context.state.export
    return tuple(Link(export(f"mart.{kind}", table=mart.table_name), text) for kind, text in texts.items())


def _columns_table(mart: str, title: str, columns: Sequence[MartColumn], words: Words) -> Markup:
    code = Markup("<code>{}</code>")
    shown: list[Column[MartColumn]] = [
        Column("downloads.column", lambda column: code.format(column.column_name)),
        Column("downloads.meaning", lambda column: mart_descriptions.meaning(mart, column, words)),
        Column("downloads.unit", lambda column: mart_descriptions.unit(column, words)),
    ]
    return table_of("columns", shown, columns, words("downloads.columns_of", table=title), words)


def _notes(context: Context) -> Markup:
    words = context.words
    state = context.state
    definitions = [
        page_header.link_to(state.href(mart=name), words(f"downloads.definitions_{what}")) for name, what in DEFINITIONS
    ]
    if layout.known(["methodology"]):
        definitions.insert(0, page_header.link_to(state.href("methodology"), words("downloads.definitions_text")))
    return render(
        "pages/downloads/notes.html",
        period=words.period(state.period),
        definitions=definitions,
        licence="files.licence_sample" if context.publication.is_sample else "files.licence_reported",
        words=words,
    )
