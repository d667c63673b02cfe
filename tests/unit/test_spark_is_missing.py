"""A build on Spark names what it needs and is missing, before it does anything."""

from pathlib import Path

import pytest

from warehouse.errors import SparkError
from warehouse.pipeline import spark_build
from warehouse.pipeline.spark_build import PACKAGES, check_spark


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only program `java` there is, which is not there yet; the packages are installed."""
    monkeypatch.setattr(spark_build, "PACKAGES", ())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin" / "java"


def prints(java: Path, version: str) -> None:
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-01' >&2\n", encoding="ascii")
    java.chmod(0o755)


def test_missing_packages_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_build, "PACKAGES", (*PACKAGES, "no-such-package"))
    with pytest.raises(SparkError) as error:
        check_spark()
    for lang in ("vi", "en"):
        assert "pip install --require-hashes -r requirements-spark.txt" in error.value.words(lang)


def test_a_missing_or_old_java_is_named_with_what_to_install(java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SparkError) as error:
        check_spark()
    assert f"there is no Java in JAVA_HOME={java.parents[1]}" in error.value.words("en")
    assert "openjdk-17-jre-headless" in error.value.words("vi")
    for version, number in (("11.0.25", "11"), ("1.8.0_432", "8")):
        prints(java, version)
        with pytest.raises(SparkError) as error:
            check_spark()
        assert f"{java} is Java {number}; Spark needs Java 17 or newer" in error.value.words("en")
    prints(java, "21.0.5")
    check_spark()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(java.parent))
    check_spark()
    java.unlink()
    with pytest.raises(SparkError) as error:
        check_spark()
    assert "there is no Java in PATH" in error.value.words("en")
