"""What a browser without scripts is shown after it sent a form: the page with the answer in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import html
from markupsafe import Markup

from app.core.i18n import words
from app.forms import FormResult, SentForm

# Hidden fields that state what the sender's page showed, of which the page of the answer may show something newer: the
# base version, the published version, the decisions that are read back, the review that was recorded meanwhile.
_OF_THE_PAGE = frozenset({"by", "seen", "version", "read_back", "review_id"})
# Signs that no page can contain: control characters, halves of signs.
_NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def with_answer(body: Markup, form: SentForm, result: FormResult) -> Markup:
    """Return a page's body with the form as it was filled in, the problem of each field beside it, and the form's own
    above the page: it is shown there even if the form is not on the page any more."""
    root = html.fragment_fromstring(str(body), create_parent="div")
    own = next((element for element in root.iter("form") if _is_same(element, form)), None)
    shown = own.xpath(".//*[@data-for]/@data-for") if own is not None else ()
    # The problem of a field that the page does not show, such as its writer's name, is part of the form's own.
    said = " ".join([result.said, *(text for name, text in result.fields.items() if name not in shown)])
    if own is not None:
        _fill(own, form, result, said)
    else:
        # No form on the page can hold what was typed.
        for text in reversed(typed_texts(form)):
            root.insert(0, _quote(text))
    root.insert(0, _line(said, "flash problem", "alert"))
    return _inner(root)


def as_typed(body: Markup, values: Mapping[str, str], problem: str) -> Markup:
    """Return the page of a report with its form as it was sent, although nothing of it was stored, below the problem.

    The hidden fields too: when it is sent again, what others wrote since it was first opened is still compared.
    """
    root = html.fragment_fromstring(str(body), create_parent="div")
    for field in root.xpath(".//form[@data-draft]//*[self::input or self::textarea or self::select][@name]"):
        if field.get("name") in values:
            _type(field, _NO_TEXT.sub("", values[field.get("name")]))
    root.insert(0, _line(problem, "flash problem", "alert"))
    return _inner(root)


def typed_texts(form: SentForm) -> list[str]:
    """Return the texts of a form that were typed as sentences: those of several words."""
    return [_NO_TEXT.sub("", text) for text in form.values.values() if len(text.split()) > 1]


def with_notice(body: Markup, text: str) -> Markup:
    """Return a page's body under a confirmation."""
    root = html.fragment_fromstring(str(body), create_parent="div")
    root.insert(0, _line(text, "flash", "status"))
    return _inner(root)


def _is_same(element: Any, form: SentForm) -> bool:
    """Return whether a form on the page is the one that was sent, about the same item."""
    if element.get("data-send") != form.name:
        return False
    hidden = {field.get("name"): field.get("value") or "" for field in element.xpath(".//input[@type='hidden']")}
    return all(form.text(name) == value for name, value in hidden.items() if name not in _OF_THE_PAGE)


def _fill(element: Any, form: SentForm, result: FormResult, said: str) -> None:
    problems = dict(result.fields)
    for field in element.xpath(".//input[not(@type='hidden')][@name] | .//textarea[@name] | .//select[@name]"):
        name, stored = field.get("name"), _shown(field)
        if name not in form.values:
            continue
        _type(field, _NO_TEXT.sub("", form.text(name)))
        if result.is_outdated and stored and stored != _shown(field):
            # Another user may have written it meanwhile: it would be replaced unseen.
            problems[name] = " ".join(filter(None, (problems.get(name), words("live.theirs", text=stored))))
    for parent in element.iterancestors("details", "dialog"):
        parent.set("open", "")
    for place in element.xpath(".//*[@data-notice]"):
        place.text = said
        place.set("class", "problem")
    for place in element.xpath(".//*[@data-for]"):
        _mark(element, place, problems.get(place.get("data-for"), ""))
    for wrong in element.xpath("(.//*[@aria-invalid='true'])[1]"):
        wrong.set("autofocus", "")


def _type(field: Any, text: str) -> None:
    """Give a field the value that was sent; a list that has no such value keeps its own."""
    if field.tag != "select" or text in field.value_options:
        field.value = text


def _shown(field: Any) -> str:
    """Return the value of a field as people read it."""
    if field.tag == "select":
        return "".join(option.text or "" for option in field.xpath("./option[@selected]"))
    return (field.value or "").replace("\r\n", "\n").strip()


def _mark(element: Any, place: Any, problem: str) -> None:
    """Write the problem of a field beside it."""
    if not problem:
        return
    place.text = problem
    for field in element.xpath(".//*[@name=$name]", name=place.get("data-for")):
        field.set("aria-invalid", "true")


def _line(text: str, name: str, role: str) -> Any:
    line = html.Element("p")
    line.text = text
    line.set("class", name)
    line.set("role", role)
    return line


def _quote(text: str) -> Any:
    quote = html.Element("blockquote")
    quote.text = text
    return quote


def _inner(root: Any) -> Markup:
    parts: Iterable[str] = (html.tostring(child, encoding="unicode") for child in root)
    return Markup((root.text or "") + "".join(parts))  # noqa: S704 - our own page, with texts that lxml escaped
