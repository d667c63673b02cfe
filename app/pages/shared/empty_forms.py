"""Where empty forms are taken: addresses of one unit's form and of the forms of all."""

from __future__ import annotations


def form_address(unit: str, period: str, lang: str) -> str:
    """The address of a unit's empty form for a quarter."""
    return f"/intake/template?unit={unit}&period={period}&lang={lang}"


def all_forms_address(period: str, lang: str) -> str:
    """The address of the empty forms of everybody who reports for a quarter, in one zip."""
    return f"/intake/templates?period={period}&lang={lang}"
