"""Why a setting cannot be used, in words."""

from warehouse.settings import LEAST_TOKEN_LENGTH, SettingsError
from warehouse.text import say_without_plan


def why_unusable(error: SettingsError, lang: str) -> str:
    """Return the message of the error with its reason in a language."""
    if not error.why:
        return str(error)
    return f"{error}: {say_without_plan('settings', error.why, lang, least=LEAST_TOKEN_LENGTH)}"
