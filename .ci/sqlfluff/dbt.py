"""dbt's cross-database macros as the linter needs them: any valid SQL of the same shape."""


def type_string() -> str:
    """A text type."""
    return "text"


def listagg(measure: str, delimiter_text: str, order_by_clause: str) -> str:
    """Values joined in order."""
    return f"string_agg({measure}, {delimiter_text} {order_by_clause})"


def datediff(first: str, second: str, datepart: str) -> str:
    """Parts between two dates."""
    return f"datediff('{datepart}', {first}, {second})"


def hash(field: str) -> str:
    """A short text that stands for a longer one."""
    return f"md5({field})"
