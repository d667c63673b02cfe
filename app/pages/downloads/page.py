"""Downloads: every published table with its grain, size, columns and terms, in three formats."""

from __future__ import annotations

from markupsafe import Markup

from app.core import formatting, mart_access
from app.core.page_context import Context, Page, UnknownCodeError
from app.pages.downloads.marts import Offer, mart_list, notes
from app.queries import marts
from app.records.marts import Mart
from app.ui import layout, mart_descriptions, page_header


def page(context: Context) -> Page:
    """Every mart; the columns of the one that the address names."""
    words, state, reader = context.words, context.state, context.reader
    known = sorted(marts.marts(reader), key=mart_descriptions.order)
    chosen = state.get("mart")
    if chosen and chosen not in {mart.table_name for mart in known}:
        raise UnknownCodeError("mart", chosen)
    published, version = formatting.moment(context.publication.built_at), context.publication.version
    title = words("downloads.headline", count=len(known), published=published)
    body = page_header.lead(title, [Markup("") + words("downloads.lead", version=version)])
    body += _notes(context)
    for kind in ("facts", "dims"):
        offers = [
            _offer(context, mart, chosen) for mart in known if mart.table_name.startswith("fct_") == (kind == "facts")
        ]
        listed = mart_list(offers, words)
        body += layout.section(words(f"downloads.{kind}"), listed, words(f"downloads.{kind}_note"), kind)
    return Page(words("nav.downloads"), (body,))


def _offer(context: Context, mart: Mart, chosen: str | None) -> Offer:
    words, state, name = context.words, context.state, mart.table_name
    excel = words("tools.xlsx")
    if mart_access.is_too_large(mart):
        excel = words("downloads.this_quarter", period=words.period(state.period))
    names = (("csv", words("tools.csv")), ("xlsx", excel), ("parquet", words("tools.parquet")))
    files = [(state.export(f"mart.{kind}", table=name), text) for kind, text in names]
    is_open = name == chosen
    columns = marts.columns(context.reader, name) if is_open else []
    may_take = mart_access.may_take(context.viewer, name)
    toggle = state.href(mart=None if is_open else name)
    return Offer(mart, tuple(files) if may_take else (), toggle, tuple(columns))


def _notes(context: Context) -> Markup:
    words, state = context.words, context.state
    licence = words("files.licence_sample" if context.publication.is_sample else "files.licence_reported")
    formats = page_header.lines(
        [
            words("downloads.format_csv"),
            words("downloads.format_xlsx", period=words.period(state.period)),
            words("downloads.format_parquet"),
        ]
    )
    ways = [page_header.link_to(state.href(mart=name), words(f"downloads.definitions_{what}")) for name, what in _LISTS]
    if layout.known(["methodology"]):
        ways.insert(0, page_header.link_to(state.href("methodology"), words("downloads.definitions_text")))
    return notes(
        [
            (words("downloads.formats"), formats),
            (words("downloads.definitions"), Markup(" · ".join(ways))),
            (words("downloads.licence"), Markup("") + licence),
        ]
    )


_LISTS = (("dim_target", "targets"), ("dim_measure", "measures"))
