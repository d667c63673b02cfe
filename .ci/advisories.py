"""Known holes in the pinned dependencies: `refresh` asks the package index, `audit` judges the pins by its answers.

The answers are kept with their date beside this file, so that an audit needs no network and comes to the same verdict
on every machine. What they do not cover, and answers that are too old, fail the audit.
"""

import argparse
import json
import os
import re
import ssl
import sys
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PINS = tuple(ROOT / f"requirements{part}.txt" for part in ("", "-dev", "-postgres", "-spark"))
ANSWERS = ROOT / ".ci" / "advisories.json"
EXCEPTIONS = ROOT / ".ci" / "advisory-exceptions.toml"
# Any index with PyPI's JSON API, which many mirrors offer.
INDEX = "https://pypi.org/pypi"
# For how long answers are relied upon, and for how long at most an exception holds.
LIMIT = timedelta(days=90)
# In an exception, in place of an advisory: the index cannot answer for this version.
UNANSWERED = "unanswered"
PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")

Hole = dict[str, Any]
Answer = list[Hole] | None


class AuditError(Exception):
    """The audit cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Accepted:
    """An advisory that is accepted for some pins until a day, with the reason."""

    advisory: str
    pins: tuple[str, ...]
    until: date
    reason: str


def read_pins(paths: Iterable[Path]) -> list[str]:
    """Return every pinned `name version` of some files. Raises AuditError on a requirement without a pin."""
    pins = set()
    for line in (line for path in paths for line in path.read_text(encoding="utf-8").splitlines()):
        pin = PIN.match(line)
        if pin:
            pins.add(f"{pin[1]} {pin[2]}")
        elif line.strip() and not line.startswith((" ", "#", "-")):
            raise AuditError(f"This requirement has no pin, so it cannot be audited: {line}")
    return sorted(pins)


def fetch(client: httpx.Client, index: str, pin: str) -> Answer:
    """Return the holes known in a pinned version, or None if the index does not answer for this version."""
    name, version = pin.split()
    response = client.get(f"{index}/{name}/{version}/json")
    if response.status_code == httpx.codes.NOT_FOUND:
        # Some mirrors serve a project's page only, which is about its newest release.
        response = client.get(f"{index}/{name}/json")
    if response.status_code == httpx.codes.NOT_FOUND:
        return None
    response.raise_for_status()
    found = response.json()
    if Version(found["info"]["version"]) != Version(version) or found.get("vulnerabilities") is None:
        return None
    return [
        {key: hole[key] for key in ("id", "aliases", "fixed_in")}
        for hole in found["vulnerabilities"]
        if not hole.get("withdrawn")
    ]


def refresh(pins: Sequence[str], path: Path, index: str) -> str:
    """Ask the index about every pin and keep its answers; where one fails, the answers kept so far stay."""
    # The machine's own certificates: offices often put one of their own between.
    with httpx.Client(verify=ssl.create_default_context(), timeout=60, follow_redirects=True) as client:
        try:
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(lambda pin: fetch(client, index, pin), pins))
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise AuditError(f"The package index gave no usable answer, so nothing was changed: {error!r}") from error
    kept = {"asked_on": date.today().isoformat(), "answers": dict(zip(pins, answers, strict=True))}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return f"Asked about {len(pins)} pinned dependencies; not answered for: {answers.count(None)}."


def read_answers(path: Path, today: date) -> dict[str, Answer]:
    """Return the answers by pin. Raises AuditError if there are none, or none that are recent."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        asked_on, answers = date.fromisoformat(kept["asked_on"]), dict(kept["answers"])
    except FileNotFoundError:
        raise AuditError(f"{path.name} is missing: run `make advisories`.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise AuditError(f"{path.name} cannot be read ({error!r}): run `make advisories`.") from error
    if not today - LIMIT <= asked_on <= today:
        limits = f"answers are relied upon for {LIMIT.days} days"
        raise AuditError(f"{path.name} is of {asked_on}, and {limits}: run `make advisories`.")
    return answers


def read_exceptions(path: Path) -> list[Accepted]:
    """Return what is accepted. Raises AuditError if a part is missing or of another type."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("exception", [])
        exceptions = [Accepted(**row | {"pins": tuple(row["pins"])}) for row in rows]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise AuditError(f"{path.name} cannot be read: {error!r}") from error
    for accepted in exceptions:
        if type(accepted.until) is not date or not accepted.reason.strip():
            raise AuditError(f"{path.name}: {accepted.advisory} needs a day `until` and a reason.")
    return exceptions


def problems_of(pins: Sequence[str], answers: dict[str, Answer], exceptions: Sequence[Accepted]) -> list[str]:
    """Return a line for every pin with a hole that is not accepted, or of which nothing is known."""
    accepted = {(one.advisory, pin) for one in exceptions for pin in one.pins}
    problems = []
    for pin in pins:
        answer = answers.get(pin)
        if pin not in answers:
            problems.append(f"{pin}: pinned since the index was asked: run `make advisories`.")
        elif answer is None and (UNANSWERED, pin) not in accepted:
            problems.append(f"{pin}: the index did not answer for this version: upgrade, or accept it with a reason.")
        for hole in answer or []:
            if not any((name, pin) in accepted for name in (hole["id"], *hole["aliases"])):
                names = ", ".join((hole["id"], *hole["aliases"]))
                problems.append(f"{pin}: known hole {names}; fixed in: {', '.join(hole['fixed_in']) or 'nothing yet'}.")
    return problems


def stale_exceptions(pins: Sequence[str], exceptions: Sequence[Accepted], today: date) -> list[str]:
    """Return a line for every exception that has ended, lasts too long, or is about what is no longer pinned."""
    problems = []
    for accepted in exceptions:
        if accepted.until < today:
            problems.append(f"{accepted.advisory}: the exception ended on {accepted.until}. {accepted.reason.strip()}")
        if accepted.until > today + LIMIT:
            problems.append(
                f"{accepted.advisory}: an exception lasts {LIMIT.days} days at most, not to {accepted.until}."
            )
        if gone := [pin for pin in accepted.pins if pin not in pins]:
            problems.append(f"{accepted.advisory}: no longer pinned, so take it out: {', '.join(gone)}.")
    return problems


def audit(pins: Sequence[str], answers_path: Path, exceptions_path: Path, today: date) -> str:
    """Return a line that says what was audited. Raises AuditError with every reason to fail."""
    answers, exceptions = read_answers(answers_path, today), read_exceptions(exceptions_path)
    problems = problems_of(pins, answers, exceptions) + stale_exceptions(pins, exceptions, today)
    if problems:
        raise AuditError("\n".join(problems))
    lines = [f"{len(pins)} pinned dependencies: no known hole but what is accepted."]
    lines += [f"Accepted until {one.until}: {one.advisory} ({', '.join(one.pins)})" for one in exceptions]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Carry out a command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("audit", "refresh"))
    parser.add_argument("--pins", type=Path, nargs="+", default=PINS)
    parser.add_argument("--answers", type=Path, default=ANSWERS)
    parser.add_argument("--exceptions", type=Path, default=EXCEPTIONS)
    given = parser.parse_args(arguments)
    try:
        pins = read_pins(given.pins)
        if given.command == "refresh":
            print(refresh(pins, given.answers, os.environ.get("ADVISORIES_URL") or INDEX))
        else:
            print(audit(pins, given.answers, given.exceptions, date.today()))
    except AuditError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
