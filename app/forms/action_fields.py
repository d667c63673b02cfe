"""The fields of an action, declared once: forms render them, handlers read them, histories name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from markupsafe import Markup

from app.core.i18n import words
from app.forms.days import NotADayError, read_day
from app.forms.form import SentForm
from app.ui.fields import Option, choice_field, day_field, long_field, side_by_side, text_field
from warehouse import clock
from warehouse.desk import TypedDay


class ActionField(NamedTuple):
    """A field by its name in forms and in the registry; `label` and `hint` are keys in a section of the catalogue."""

    name: str
    kind: Literal["long", "text", "day", "choice"]
    label: str
    hint: str = ""


FIELDS = {
    field.name: field
    for field in (
        ActionField("what", "long", "what", "what_hint"),
        ActionField("owner", "text", "owner", "owner_hint"),
        ActionField("due_date", "day", "due_date", "due_hint"),
        ActionField("unit_code", "choice", "unit"),
        ActionField("target_code", "choice", "target"),
    )
}


class Layout(NamedTuple):
    """Names of fields by line, and the section of the catalogue with their labels; a brief form has no hints, and Enter
    sends it."""

    lines: Sequence[Sequence[str]]
    section: str = "action"
    is_brief: bool = False


FULL = Layout((("what",), ("owner",), ("due_date", "unit_code", "target_code")))
DUE_DAY = Layout((("due_date",),))
# On the projector of a meeting.
DECISION = Layout((("what",), ("due_date", "owner"), ("unit_code", "target_code")), "decide", is_brief=True)

Values = Mapping[str, Any]
Choices = Mapping[str, Sequence[tuple[str, str] | Option]]


def render_fields(layout: Layout, values: Values, choices: Choices, prefix: str = "") -> Markup:
    """Render the fields of a layout with their `values` and `choices` by name; `prefix` makes their ids unique."""

    def render(name: str) -> Markup:
        field, value = FIELDS[name], values.get(name)
        label = words(f"{layout.section}.{field.label}")
        hint = "" if layout.is_brief or not field.hint else words(f"{layout.section}.{field.hint}")
        match field.kind:
            case "long":
                return long_field(name, label, hint, value or "", prefix, is_one_line=layout.is_brief)
            case "day":
                return day_field(name, label, value, prefix, hint)
            case "choice":
                return choice_field(name, label, choices[name], value or "", prefix)
            case _:
                return text_field(name, label, hint, value or "", prefix=prefix)

    lines = [[render(name) for name in line] for line in layout.lines]
    return Markup("").join(line[0] if len(line) == 1 else side_by_side(*line) for line in lines)


def name_of_field(name: str) -> str:
    """Return the label of a field."""
    return words(f"action.{FIELDS[name].label}")


def read_fields(sent: SentForm) -> dict[str, Any]:
    """Return the value of every field of an action as it was typed."""
    return {name: _read(field, sent) for name, field in FIELDS.items()}


def _read(field: ActionField, sent: SentForm) -> TypedDay:
    text = sent.text(field.name)
    if field.kind == "day":
        return read_due_day(text)
    return text or None if field.kind == "choice" else text


def read_due_day(text: str) -> TypedDay:
    """Return the due day, however it was typed; None when left empty, and the text if it is no day: the desk refuses it
    with all other problems of the form."""
    try:
        return read_day(text, clock.now().date())
    except NotADayError:
        return text
