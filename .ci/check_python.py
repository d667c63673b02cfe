"""Ends with a sentence where the Python that runs this is none of those that `requires-python` in pyproject.toml names.

Older Pythons must be able to read this file: nothing here is newer than Python 3.6.
"""

import re
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def refusal(version, project):
    """Return why a version of Python, as (3, 14), does not do for the text of a pyproject.toml; "" where it does."""
    bounds = re.search(r'^requires-python = ">=3\.(\d+),<3\.(\d+)"', project, re.MULTILINE)
    oldest, first_too_new = int(bounds[1]), int(bounds[2])
    if version[0] == 3 and oldest <= version[1] < first_too_new:
        return ""
    newest = first_too_new - 1
    return (
        f"Python 3.{oldest} to 3.{newest} is needed, and this is {version[0]}.{version[1]}. "
        f"Name another one, as in: make run PYTHON=python3.{newest}"
    )


if __name__ == "__main__":
    # Without a reason this ends well.
    sys.exit(refusal(sys.version_info, PROJECT.read_text(encoding="utf-8")) or 0)
