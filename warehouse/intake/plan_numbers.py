"""Numbers of the plan in force that texts state."""

from warehouse.reference import load_reference


def plan_number(code: str) -> str:
    """Return a number of the plan's `settings.csv`, as it is written there. Raises `KeyError` for an unknown code."""
    return load_reference().settings[code]
