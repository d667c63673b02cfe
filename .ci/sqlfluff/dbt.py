"""dbt's cross-database macros as the linter needs them: any valid SQL of the same shape."""


def type_string() -> str:
    """A text type."""
    return "text"


def datediff(first: str, second: str, datepart: str) -> str:
    """Parts between two dates."""
    return f"datediff('{datepart}', {first}, {second})"


def hash(field: str) -> str:
    """A short text that stands for a longer one."""
    return f"md5({field})"
