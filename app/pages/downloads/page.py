"""Downloads: every published table with its grain, size, columns and terms, in three formats."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from app.core import formatting, mart_access
from app.core.i18n import words
from app.core.page_context import Context, Page, UnknownCodeError
from app.queries import marts
from app.records.marts import Mart, MartColumn
from app.ui import layout, mart_descriptions, page_header
from app.ui.choices import Link
from app.ui.tables import Column, table_of
from app.ui.templates import render

# The tables that define what others count.
DEFINITIONS = (("dim_target", "targets"), ("dim_measure", "measures"))


def page(context: Context) -> Page:
    """Render every mart; the columns of the one that the address names."""
    known = mart_descriptions.in_order(marts.marts(context.reader))
    opened = context.state.get("mart")
    if opened and opened not in {mart.table_name for mart in known}:
        raise UnknownCodeError("mart", opened)
    published = formatting.moment(context.publication.built_at)
    title = words("downloads.headline", count=len(known), published=published)
    body = page_header.lead(title, [words.markup("downloads.lead")])
    body += _notes(context)
    facts = [mart for mart in known if mart.table_name.startswith("fct_")]
    dimensions = [mart for mart in known if not mart.table_name.startswith("fct_")]
    body += _section(context, "facts", facts)
    body += _section(context, "dims", dimensions)
    return Page(words("nav.downloads"), body)


def _section(context: Context, kind: str, listed: Sequence[Mart]) -> Markup:
    body = render(
        "pages/downloads/marts.html",
        marts=listed,
        opened=context.state.get("mart"),
        describe=mart_descriptions,
        size_of=partial(_size, context),
        files_of=partial(_files, context),
        columns_of=partial(_columns_table, context),
        link=context.state.href,
        explore=context.state.explore_mart,
    )
    return layout.section(words(f"downloads.{kind}"), body, words(f"downloads.{kind}_note"), kind)


def _size(context: Context, mart: Mart) -> str:
    """Return the number of a mart's rows, where the viewer may take all of them."""
    if not mart_access.may_take_whole(context.viewer, mart.table_name):
        return words("downloads.rows_part") if mart_access.may_take(context.viewer, mart.table_name) else ""
    return words("downloads.rows", count=mart.row_count, number=words.number(mart.row_count))


def _files(context: Context, mart: Mart) -> list[Link]:
    """Return the mart in every format; none where it may not be taken."""
    state = context.state
    if not mart_access.may_take(context.viewer, mart.table_name):
        return []
    excel = words("tools.xlsx")
    if mart_access.is_too_large(mart):
        excel = words("downloads.this_quarter", period=words.period(state.period))
    texts = {"csv": words("tools.csv"), "xlsx": excel, "parquet": words("tools.parquet")}
    return [Link(state.export(f"mart.{kind}", table=mart.table_name), text) for kind, text in texts.items()]


def _columns_table(context: Context, mart: Mart, title: str) -> Markup:
    name = mart.table_name
    code = Markup("<code>{}</code>")
    shown: list[Column[MartColumn]] = [
        Column("downloads.column", lambda column: code.format(Markup("_<wbr>").join(column.column_name.split("_")))),
        Column("downloads.meaning", lambda column: mart_descriptions.meaning(name, column)),
        Column("downloads.unit", mart_descriptions.unit),
    ]
    return table_of("columns", shown, marts.columns(context.reader, name), words("downloads.columns_of", table=title))


def _notes(context: Context) -> Markup:
    state = context.state
    definitions = [
        page_header.link_to(state.href("methodology"), words("downloads.definitions_text")),
        *(
            page_header.link_to(state.href(mart=name), words(f"downloads.definitions_{what}"))
            for name, what in DEFINITIONS
        ),
    ]
    return render(
        "pages/downloads/notes.html",
        period=words.period(state.period),
        definitions=definitions,
        licence="files.licence_sample" if context.publication.is_sample else "files.licence_reported",
    )
