"""The name of the programme in force, where an installation follows several."""

from __future__ import annotations

from app.core.i18n import words
from warehouse import clock
from warehouse.plan.names import programme_names
from warehouse.settings import Settings


def names(lang: str) -> dict[str, str]:
    """Return the names of all programmes by code, in their order; none where there is one plan."""
    settings = Settings.from_env()
    every = programme_names(settings, settings.as_of(clock.now().date()))
    return {code: own[lang] for code, own in every.items()} if len(every) > 1 else {}


def name_in_force(lang: str) -> str:
    """Return the name of the programme in force; empty where there is one plan."""
    settings = Settings.from_env()
    return names(lang).get(settings.programme, "") if len(settings.programmes) > 1 else ""


def subject() -> str:
    """Return what the plan in force is about: the name of the programme, where there are several."""
    name = name_in_force(words.lang)
    return f"“{name}”" if name else words("programmes.subject")


def prefix(separator: str = "-") -> str:
    """Return the beginning of a file name that names the programme; empty where there is one plan."""
    settings = Settings.from_env()
    return f"{settings.programme}{separator}" if len(settings.programmes) > 1 else ""


def with_programme(title: str, lang: str) -> str:
    """Return a title followed by the programme's name."""
    name = name_in_force(lang)
    return f"{title} · {name}" if name else title
