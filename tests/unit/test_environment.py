"""The environment that `make` makes: of a Python that the project supports, and whole."""

import re
import shutil
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.by_path import module_at

ROOT = Path(__file__).parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
ROOMS = ("app", "warehouse", "expectations")
check_python = module_at(ROOT / ".ci" / "check_python.py")


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_a_python_that_the_readme_names_is_taken(minor: int) -> None:
    assert check_python.refusal((3, minor), PROJECT) == ""


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_another_python_is_refused_by_a_sentence_that_names_those_that_do(version: tuple[int, int]) -> None:
    told = check_python.refusal(version, PROJECT)
    assert told.startswith(f"Python 3.11 to 3.13 is needed, and this is {version[0]}.{version[1]}.")
    assert told.endswith("make run PYTHON=python3.13")


def test_an_environment_that_was_begun_and_not_finished_is_made_anew(tmp_path: Path) -> None:
    def steps() -> str:
        command = ["make", "--dry-run", ".venv/.runtime"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    installer = tmp_path / ".venv" / "bin" / "uv"
    installer.parent.mkdir(parents=True)
    # As without `python3-venv`, or when the download of the installer was broken off.
    (installer.parent / "python").touch()
    assert "-m venv --clear .venv" in steps()
    installer.touch()
    assert "-m venv" not in steps()


@pytest.mark.parametrize("target", ["docs", "freshness"])
def test_what_reads_the_published_version_names_the_command_to_begin_with(target: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    made = subprocess.run(
        ["make", "--old-file=.venv/.runtime", target], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert made.stderr.startswith("Nothing is published in data/ yet: begin with make run.\n")


def distribution(requirement: str) -> str:
    """The name of a library in one spelling, without its version."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>]", requirement)[0]).lower()


def test_every_library_that_the_code_imports_is_a_dependency_of_the_project_itself() -> None:
    project = tomllib.loads(PROJECT)["project"]
    dependencies = set(map(distribution, sum(project["optional-dependencies"].values(), project["dependencies"])))
    sources = [path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    imported = {name for source in sources for name in re.findall(r"^ *(?:from|import) (\w+)", source, re.MULTILINE)}
    libraries = {name: packages for name, packages in packages_distributions().items() if name in imported}
    foreign = {name for name, packages in libraries.items() if dependencies.isdisjoint(map(distribution, packages))}
    assert foreign == set()


def test_an_image_takes_no_secrets_of_the_folder_that_it_is_built_from() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [source for line in lines if line.startswith("COPY ") for source in line.split()[1:-1]]
    assert {"app", ".streamlit/config.toml"} <= {*copied}
    secrets = (Path(".streamlit/secrets.toml"), Path(".env"), Path("data/registry.sqlite"))
    assert [source for source in copied if any(path.is_relative_to(source) for path in secrets)] == []
