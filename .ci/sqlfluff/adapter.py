"""dbt's dispatch as the linter needs it: the project's macros of several engines, as DuckDB spells them."""

from collections.abc import Callable


def dispatch(name: str) -> Callable[..., str]:
    """The macro for the engine."""
    return {
        "derived": lambda: "view",
        "ordered_list": _ordered_list,
        "planned_apart": lambda: "",
        "period_order": lambda of: f"{of}period_code",
        "progress_order": lambda: "period_code",
    }[name]


def _ordered_list(value: str, separator: str, key: str) -> str:
    return f"string_agg({value}, {separator} order by {key})"
