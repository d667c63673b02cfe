"""Great Expectations for the rest of the package: imported cheaply, without output and without network.

Its import takes longer than all our checks together, mostly for statistics (SciPy) and charts (Altair) that no check
here uses. Both are imported by the standard library's lazy loader, so they are executed only on first use.
"""

import gc
import importlib.abc
import importlib.util
import logging
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, ClassVar

_OPENED_ON_USE = frozenset({"altair", "scipy.stats"})
# Where it is installed for builds on Spark, Great Expectations would import it, which warns of pandas and in some
# processes ends Python.
_LEFT_OUT = "pyspark"


class _LazyFinder(importlib.abc.MetaPathFinder):
    """Finds modules as usual, but executes some only when an attribute is first read, and leaves one out."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == _LEFT_OUT:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        if fullname not in _OPENED_ON_USE:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = importlib.util.LazyLoader(spec.loader)
                return spec
        return None


@contextmanager
def _lean_import() -> Iterator[None]:
    """Defer the unused modules and pause garbage collection, which frees nothing while modules load."""
    finder = _LazyFinder()
    was_collecting = gc.isenabled()
    sys.meta_path.insert(0, finder)
    gc.disable()
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        if was_collecting:
            gc.enable()


with _lean_import():
    import great_expectations
    from great_expectations.constants import MAX_RESULT_RECORDS
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
    from great_expectations.expectations.metadata_types import FailureSeverity

__all__ = ["MAX_RESULT_RECORDS", "FailureSeverity", "RowsExpectation", "great_expectations", "quiet_context"]

_FAILING_ROWS = "unexpected_rows_query.table"

logging.getLogger("great_expectations").setLevel(logging.WARNING)
warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"great_expectations\..*")


class RowsExpectation(UnexpectedRowsExpectation):
    """No row breaks a rule. One run of its query returns the rows; the class above runs it again for their number."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (_FAILING_ROWS,)

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        rows = metrics[_FAILING_ROWS]
        return {"success": not rows, "result": {"details": {"unexpected_rows": rows}}}


@cache
def quiet_context() -> Any:
    """Return an ephemeral context (nothing on disk) without progress bars or analytics, one per process."""
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.enable_analytics(False)
    # It would write its settings as YAML, in memory, for every table that is judged.
    context._save_project_config = lambda: None  # type: ignore[method-assign]
    return context
