"""HTML of one chapter: a page's own markup with ids unique in the file and everything expanded."""

from __future__ import annotations

from lxml import etree, html

from app.core.page_context import Context, Page
from app.exports.offline_html.links import part_id
from app.ui.layout import period_state
from app.ui.print_header import label
from app.ui.templates import render

# Collapsed parts are expanded in the file, except lists that would fill sheets and menus that cover other parts.
KEPT_SHUT = {"long", "menu"}
# Attributes that name another element by its id.
_REFERENCES = ("aria-labelledby", "aria-describedby")


def draw_chapter(page: Page, anchor: str, context: Context) -> str:
    """Return the HTML of the page, rendered for `context`, as the article with the id `anchor`."""
    article = html.fragment_fromstring(
        render(
            "exports/offline_html/chapter.html",
            kind=context.state.page or "overview",
            body=period_state(context) + page.body,
            label=label(context),
        )
    )
    for element in list(article.iterdescendants(etree.Element)):
        _settle(element, anchor)
    article.set("id", anchor)
    return str(html.tostring(article, encoding="unicode"))


def _settle(element: html.HtmlElement, anchor: str) -> None:
    """Adapt an element to a file that contains many pages and runs no script."""
    for name in ("id", *_REFERENCES):
        if identity := element.get(name):
            element.set(name, part_id(anchor, identity))
    if element.tag == "style":
        element.drop_tree()
    elif element.tag == "details" and KEPT_SHUT.isdisjoint(element.classes):
        element.set("open", "")
    elif element.tag == "a":
        _settle_link(element)


def _settle_link(link: html.HtmlElement) -> None:
    """Replace a link without a chapter by its text.

    Keep an explanation without script if the link stays or is a chart's point.
    """
    explanation = link.attrib.pop("aria-label", None)
    if explanation and (link.get("href") or next(link.iterancestors("figure"), None) is not None):
        link.set("title", explanation)
    if not link.get("href"):
        link.tag = "span"
        link.attrib.pop("href", None)
