"""Every promise of `docs/security.md` names a test that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PROMISE = re.compile(r"^\| (?P<promise>.+) \| `(?P<path>tests/[\w/]+\.py)::(?P<name>test_\w+)` \|$", re.MULTILINE)


def test_every_promise_names_a_test_that_is_there() -> None:
    section = SECURITY.partition("## The test of each promise\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    found = list(PROMISE.finditer(section))
    assert len(found) == len(rows) > 40
    missing = [
        one["name"] for one in found if f"def {one['name']}(" not in (ROOT / one["path"]).read_text(encoding="utf-8")
    ]
    assert missing == []
