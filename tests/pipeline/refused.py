"""Why the registry refused what someone wanted to write."""

from collections.abc import Callable

import pytest

from warehouse.desk import DeskRefusal


def problems(call: Callable[[], object]) -> set[tuple[str, str]]:
    """The fields and codes for which a call is refused."""
    with pytest.raises(DeskRefusal) as refusal:
        call()
    return {(problem.field, problem.code) for problem in refusal.value.problems}
