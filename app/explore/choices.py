"""Choices whose values are in the address, so that a view can be shared, reloaded and gone back to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

import streamlit as st

Title = Callable[[str], str]
# In the session: the page that was shown last, the values of its address that it does not have, its choices.
_PAGE, _UNKNOWN, _NAMES = "page of the choices", "unknown values", "names of the choices"


def one(name: str, label: str, codes: Sequence[str], title: Title, first: str | None = None) -> str:
    """Return the chosen one of `codes`; an unknown value in the address reads as `first`, or the first code."""
    default = first if first in codes else codes[0]
    _follow_address(name, label, codes, lambda values: values[-1] if values and values[-1] in codes else default)
    # What no one chose follows its default, which may depend on other choices.
    is_untouched = name not in st.query_params and st.session_state[name] == st.session_state.get(_default(name))
    if is_untouched or st.session_state[name] not in codes:
        st.session_state[name] = default
    st.session_state[_default(name)] = default
    chosen = str(st.selectbox(label, codes, key=name, format_func=_add_codes_to_repeated(codes, title)))
    # An address that names the default keeps it: another default may hold when it is opened again. One that does not is
    # left alone: each change of it is a step of the browser's history.
    if chosen != default or name in st.query_params:
        _write(name, [chosen])
    return chosen


def several(name: str, label: str, codes: Sequence[str], title: Title, nothing: str) -> list[str]:
    """Return the chosen of `codes`, none at first; `nothing` is then the text of the field."""
    _follow_address(name, label, codes, lambda values: [value for value in values if value in codes])
    st.session_state[name] = [value for value in st.session_state[name] if value in codes]
    chosen = list(
        st.multiselect(label, codes, key=name, format_func=_add_codes_to_repeated(codes, title), placeholder=nothing)
    )
    _write(name, chosen)
    return chosen


def _add_codes_to_repeated(codes: Sequence[str], title: Title) -> Title:
    """Return the titles of codes, each that several have followed by its code: the browser sends the title of what was
    chosen, and Streamlit takes the last option that has it."""
    titles = {code: title(code) for code in codes}
    counts = Counter(titles.values())
    return lambda code: titles[code] if counts[titles[code]] == 1 else f"{titles[code]} ({code})"


def whether(name: str, label: str) -> bool:
    """Return whether something is switched on, which it is not at first."""
    _follow_address(name, label, ("1",), lambda values: values == ["1"])
    chosen = st.toggle(label, key=name)
    _write(name, ["1"] if chosen else [])
    return chosen


def begin(page: str) -> None:
    """Forget the choices of the page that was shown before, and its unknown values.

    A field of the same name on another page is another one: Streamlit would show its first option.
    """
    if st.session_state.get(_PAGE) != page:
        for name in st.session_state.get(_NAMES, ()):
            st.session_state.pop(name, None)
            st.session_state.pop(_written(name), None)
            st.session_state.pop(_default(name), None)
        st.session_state[_PAGE], st.session_state[_UNKNOWN], st.session_state[_NAMES] = page, {}, set()


def unknown() -> dict[str, list[str]]:
    """Return the values of the address that the page does not have, by the label of their choice, until another one is
    chosen. The page shows its defaults instead."""
    return dict(st.session_state[_UNKNOWN].values())


def _follow_address(name: str, label: str, codes: Collection[str], value: Callable[[list[str]], object]) -> None:
    """Take the value of the address where it is not the one last written there: on opening, and after going back."""
    st.session_state[_NAMES].add(name)
    in_address = st.query_params.get_all(name)
    if name not in st.session_state or in_address != st.session_state.get(_written(name), []):
        st.session_state[name] = value(in_address)
        st.session_state.pop(_written(name), None)
        lacking = [one for one in in_address if one and one not in codes]
        st.session_state[_UNKNOWN].pop(name, None)
        if lacking:
            st.session_state[_UNKNOWN][name] = (label, lacking)


def _write(name: str, values: list[str]) -> None:
    if st.session_state.get(_written(name), values) != values:
        st.session_state[_UNKNOWN].pop(name, None)
    if st.query_params.get_all(name) != values:
        st.query_params[name] = values
    st.session_state[_written(name)] = values


def _default(name: str) -> str:
    return f"{name} by default"


def _written(name: str) -> str:
    return f"{name} in the address"
