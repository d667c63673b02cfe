"""The programme in force: set for each request, session or thread, read by `Settings.from_env` and by caches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from typing import Generic, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_code: ContextVar[str] = ContextVar("programme", default="")


def code_in_force() -> str:
    """Return the code of the programme in force; empty for the process's own (`KPI_PROGRAMME`, else the first)."""
    return _code.get()


def enter(code: str) -> None:
    """Put a programme in force until the end of this thread or task, or until another is."""
    _code.set(code)


@contextmanager
def in_force(code: str) -> Iterator[None]:
    """Put a programme in force for the block."""
    before = _code.set(code)
    try:
        yield
    finally:
        _code.reset(before)


def bound(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that runs under the programme now in force, in whichever thread it is called."""
    code = code_in_force()

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with in_force(code):
            return function(*args, **kwargs)

    return run


class Cached(Protocol, Generic[P, R_co]):
    """A cached function."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Return the value for the programme in force."""
        ...

    def cache_clear(self) -> None:
        """Forget all values."""
        ...


def cached_by_programme(maxsize: int | None = None) -> Callable[[Callable[P, R]], Cached[P, R]]:
    """Cache a function's values separately for each programme, `maxsize` of each.

    For functions whose result depends on settings, seeds or texts of the plan, which their arguments do not name.
    """

    def decorate(function: Callable[P, R]) -> Cached[P, R]:
        @cache
        def kept_of(_programme: str) -> Callable[..., R]:
            return lru_cache(maxsize)(function)

        @wraps(function)
        def keyed(*args: P.args, **kwargs: P.kwargs) -> R:
            return kept_of(code_in_force())(*args, **kwargs)

        keyed.cache_clear = kept_of.cache_clear  # type: ignore[attr-defined]
        return cast(Cached[P, R], keyed)

    return decorate
