"""The build: landed reports → raw → checks → dbt → checks → publication, all or nothing.

A build works in a new folder, and with a PostgreSQL server in new schemas. Readers see it only after the last step, one
rename or one transaction.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from expectations.results import CheckError, CheckResult
from warehouse import clock
from warehouse.db.connection import recheck_pages
from warehouse.errors import BuildError, ModelError, RegistryError, ServerError
from warehouse.people.trail_heads import TrailHead, head_to_note
from warehouse.pipeline import originals
from warehouse.pipeline.dbt_runner import MANIFEST, DbtFailure, run_dbt
from warehouse.pipeline.fingerprint import build_fingerprint, compiled_fingerprint, raw_fingerprint
from warehouse.pipeline.judged_periods import JUDGED_FILE, read_judged, write_judged
from warehouse.pipeline.lock import BuildLockedError, build_lock
from warehouse.pipeline.state import StateFile, reason_of, remove_partial_states, texts_for_pages
from warehouse.publish import publication
from warehouse.publish.version_name import names_from
from warehouse.publish.versions import DUCKDB, POSTGRES, SPARK, WAREHOUSE_FILE, FullBuild, Manifest, complete
from warehouse.reference import load_periods, load_reference
from warehouse.registry.store import QualityResult, Registry, Submission
from warehouse.settings import LANGUAGES, RELEASE, Settings
from warehouse.storage.disk import DiskFullError, is_out_of_space, reports_full_disk, sync
from warehouse.storage.duckdb_connection import leave_out_pandas
from warehouse.text import say

if TYPE_CHECKING:
    from expectations.judging import Warehouse
    from warehouse.pipeline.increment import Incremented
    from warehouse.pipeline.raw import BuildContext, RawChange

STEPS = ("plan", "raw", "raw_checks", "dbt", "mart_checks", "finish", "publish")
PUBLISHED, UNCHANGED, CHECKS_FAILED = "published", "unchanged", "checks_failed"
# How the models were computed: only rows that changed reports affect, all by the compiled SQL, all by dbt.
INCREMENT, COMPILED, IN_FULL = "increment", "compiled", "in_full"
# Plan, forms or program differ from those of the version before; its models are not on this machine, or were Spark's.
OTHER_RULES, NO_MODELS = "other_rules", "no_models"
RunSuites = Callable[[], list[CheckResult]]
# Ends when the models are up to date; returns the outcome, and the digests of the marts' rows on a server.
RunIncrement = Callable[[], tuple["Incremented", Mapping[str, tuple[int, int]]]]
KEPT_CHECK_RUNS = 20
# Units that the text of a failed check lists.
LISTED_UNITS = 3


@dataclass(frozen=True)
class Failure:
    """A reason not to publish: the check or dbt test, the number of rows that violate it, and their units."""

    check_code: str
    unexpected_count: int | None
    detail: str = ""
    failing_units: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class BuildResult:
    """Outcome of a build: published, unchanged or checks_failed; seconds by step; failures.

    `damaged` names the published version if its files were damaged; empty otherwise. `models` is INCREMENT, COMPILED or
    IN_FULL, empty if no model was computed; `not_sure` is why an increment was not possible, and `why_in_full`, one of
    OTHER_RULES and NO_MODELS, why none was tried. `full_build` is the newest full build that the version is or is made
    from, and its comparison with the increments before it.
    """

    outcome: str
    version: str
    step_timings: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    warning_count: int = 0
    damaged: str = ""
    models: str = ""
    not_sure: str = ""
    why_in_full: str = ""
    full_build: FullBuild | None = None


class Progress:
    """Callbacks for the steps of a build; the base class does nothing."""

    def begin(self, step: str) -> None:
        """Handle the start of a step of STEPS."""

    def part(self, done: int, total: int) -> None:
        """Handle that `done` of `total` parts of the step are done."""

    def end(self, step: str, seconds: float) -> None:
        """Handle the end of a step."""

    def close(self) -> None:
        """Release resources after the build, successful or not."""


def build(
    settings: Settings,
    *,
    by: str,
    full_refresh: bool = False,
    on_spark: bool = False,
    progress: Progress | None = None,
) -> BuildResult:
    """Bring the published version up to date with the registry; `on_spark` computes an embedded version's models there.

    Raises BuildLockedError when another build runs, PlanRefusedError when the plan has mistakes,
    RegistryError when the registry cannot be used, DiskFullError, and BuildError when the build cannot be carried out.
    In each case the published version stays.
    """
    engine = SPARK if on_spark else DUCKDB if settings.is_embedded else POSTGRES
    result = _build_alone(settings, by, engine, full_refresh, progress or Progress())
    if result.outcome == PUBLISHED and engine == POSTGRES:
        # Readers have the figures, so that the build is over for them; without the copy, the next one makes its own.
        with suppress(ServerError):
            _server_increment().prepare_next(settings, result.version)
    return result


def _build_alone(settings: Settings, by: str, engine: str, full_refresh: bool, progress: Progress) -> BuildResult:
    """Build while holding the locks of builds, and keep the state of the build for other processes."""
    with build_lock(settings.build_lock, by), publication.exclusive(settings) as holder:
        if holder:
            raise BuildLockedError(holder)
        remove_partial_states(settings.build_state)
        state = StateFile(settings.build_state, by)
        try:
            originals.refuse_missing_registry(settings)
            _check_plan(settings)
            if engine == SPARK:
                _spark_build().check_spark()
            result = _Build(settings, engine, full_refresh, _RecordedProgress(state, progress)).run()
        except BaseException as error:
            if is_out_of_space(error):
                # A server's full disk is named by its error: to make room on this machine's would not help.
                full = error if isinstance(error, ServerError | RegistryError) else DiskFullError(str(error))
                # Where there is no room for the state either, the build is shown as interrupted.
                with suppress(OSError):
                    state.failed([texts_for_pages(full)])
                if full is error:
                    raise
                raise full from error
            state.failed([texts_for_pages(error)])
            raise
        if result.failures:
            state.failed([_failure_texts(failure) for failure in result.failures])
        else:
            state.published(result.version)
        return result


def _check_plan(settings: Settings) -> None:
    """Raise PlanRefusedError if the plan in force has mistakes. That of the published version was checked."""
    published = publication.current(settings)
    if published and (published.release, published.raw_fingerprint) == (RELEASE, raw_fingerprint()):
        return
    from warehouse.packs.check import check_plan_in_force  # noqa: PLC0415

    check_plan_in_force(settings)


class _RecordedProgress(Progress):
    """Progress that also writes each step to the state file, for other processes."""

    def __init__(self, state: StateFile, progress: Progress) -> None:
        self._state = state
        self._progress = progress

    def begin(self, step: str) -> None:
        self._state.running(step, STEPS.index(step) + 1, len(STEPS))
        self._progress.begin(step)

    def part(self, done: int, total: int) -> None:
        self._progress.part(done, total)

    def end(self, step: str, seconds: float) -> None:
        self._progress.end(step, seconds)

    def close(self) -> None:
        self._progress.close()


def _failure_texts(failure: Failure) -> dict[str, str]:
    """Return a failure's text by language: the check's name, or else its code, and the first units concerned.

    Values are left out: viewers of a build's state may lack the right to see small counts.
    """
    from expectations.texts import check_texts  # noqa: PLC0415

    check = check_texts().get(failure.check_code)
    texts = {}
    for lang in LANGUAGES:
        name = getattr(check, f"name_{lang}") if check else failure.check_code
        units = [say("builds", "failed_unit", lang, **unit) for unit in failure.failing_units[:LISTED_UNITS]]
        texts[lang] = say("builds", "failed_check", lang, name=name, detail="; ".join(units) or failure.detail)
    return texts


@dataclass(frozen=True)
class _Source:
    """The folder of a version whose raw tables can be copied, and whether its models can be, too."""

    folder: Path | None = None
    has_models: bool = False


class _Build:
    """One build; `run` carries it out."""

    def __init__(self, settings: Settings, engine: str, full_refresh: bool, progress: Progress) -> None:
        self.settings = settings
        self.engine = engine
        self.full_refresh = full_refresh
        self.progress = progress
        recheck_pages(settings.ops_url)
        self.registry = Registry(settings.ops_url)
        self.started_at = clock.now()
        self.as_of_date = settings.as_of(self.started_at.date())
        self.result = BuildResult(UNCHANGED, "")
        self.checks: list[CheckResult] = []
        # Digests of the rows of marts on a server, as far as an increment computed them.
        self.digests: Mapping[str, tuple[int, int]] = {}
        # The periods in which an increment changed marts; None if these are not known.
        self.changed_periods: frozenset[str] | None = None

    def run(self) -> BuildResult:
        # Files are digested and copied without the interpreter's lock.
        with ThreadPoolExecutor(2) as self.pool:
            return self._run()

    def _run(self) -> BuildResult:
        with self._step("plan"):
            originals.refuse_lost_registry(self.registry, self.settings)
            publication.remove_old_versions(self.settings, self.registry.held_versions())
            self.served = self.pool.submit(publication.served, self.settings)
            submissions = self.registry.submissions()
            originals.check_originals(submissions, self.settings.landing_dir)
            fingerprint = build_fingerprint(
                submissions, load_periods(), self.as_of_date, is_set=self.settings.as_of_date is not None
            )
            current = publication.current(self.settings)
            if current is None or current.fingerprint == fingerprint:
                current = self._intact()
            is_current = current and current.fingerprint == fingerprint and not self.result.damaged
            if current and is_current and not self.full_refresh:
                self.result.version = current.version
                return self.result
            # A mistake in a seed stops before the build is recorded.
            load_reference()
            stamp = f"{self.started_at:%Y%m%dT%H%M%S}"
            self.version = self.result.version = _new_version(self.registry, self.settings.runs_dir, stamp)
            self.folder = self.settings.runs_dir / self.version
            self.registry.start_build(self.version, self.started_at, self.as_of_date)
            self.folder.mkdir(parents=True)
        try:
            self._build_and_publish(submissions, current, fingerprint)
        except BaseException as error:
            reason = reason_of(error, self.settings.lang)
            self._record_outcome("failed", f"{type(error).__name__}: {reason}"[:2000])
            raise
        finally:
            if not self.settings.is_embedded:
                shutil.rmtree(self.folder, ignore_errors=True)
        failed_checks = "; ".join(failure.check_code for failure in self.result.failures)
        self._record_outcome(self.result.outcome, failed_checks or None)
        return self.result

    def _build_and_publish(self, submissions: Sequence[Submission], current: Manifest | None, fingerprint: str) -> None:
        # Imported here, because it takes seconds that an unchanged build saves.
        from warehouse.pipeline.raw import BuildContext  # noqa: PLC0415

        context = BuildContext(self.version, self.started_at, self.as_of_date)
        warehouse = self.folder / WAREHOUSE_FILE
        compiled = "" if self.engine == SPARK else compiled_fingerprint()
        hashes = {"raw_fingerprint": raw_fingerprint(), "compiled_fingerprint": compiled}
        with self._step("raw"):
            source, copying = self._copy_of(current, hashes)
            if self._intact() != current:
                wait([copying])
                warehouse.unlink(missing_ok=True)
                current = self._intact()
                source, copying = self._copy_of(current, hashes)
            copying.result()
            changed = self._load_raw(submissions, context, source)
        with self._increment(source, changed) as (raw, increment):
            with self._step("raw_checks"):
                judge_raw, judge_marts = self._judges(source, changed, raw)
                self._check(judge_raw)
            if self._must_stop():
                return
            with self._step("dbt"):
                failures = self._run_models(increment, hashes["compiled_fingerprint"])
                for failed in failures:
                    if reports_full_disk(failed.message):
                        raise DiskFullError(failed.message)
                    if failed.is_error:
                        raise ModelError(failed.node, failed.message)
                self.result.failures += [Failure(failed.node, None, failed.message) for failed in failures]
        if self._must_stop():
            return
        with self._step("mart_checks"):
            self._check(judge_marts)
        if self._must_stop():
            return
        with self._step("finish"):
            sources, is_sample = self._write_build_marts(warehouse, context)
            write_judged(self.folder, self.checks)
            self.result.full_build = self._full_build(current, fingerprint)
            self._complete(self._manifest(hashes | {"fingerprint": fingerprint}, sources, is_sample))
        with self._step("publish"):
            publication.publish(self.settings, self.version, is_new=True)
            if not self.settings.is_embedded:
                _server_increment().remove_other_mirrors(self.settings, self.version)
            publication.remove_old_versions(self.settings, self.registry.held_versions())
        self.result.outcome = PUBLISHED

    def _copy_of(self, current: Manifest | None, hashes: Mapping[str, str]) -> tuple["_Source", Future[None]]:
        """Begin to copy the version that readers get, if its models can be used; return what may be taken from it."""
        source = self._source(current, hashes)
        return source, self.pool.submit(self._copy, source)

    def _copy(self, source: "_Source") -> None:
        if source.folder and source.has_models:
            shutil.copyfile(self._raw_of(source.folder.name), self.folder / WAREHOUSE_FILE)

    def _intact(self) -> Manifest | None:
        """Wait for the published version's digest; return the manifest of the version that readers get."""
        self.result.damaged, manifest = self.served.result()
        return manifest

    def _source(self, current: Manifest | None, hashes: Mapping[str, str]) -> "_Source":
        """Return what the build may take from the version that readers get: nothing with `--full-refresh`."""
        self.result.why_in_full = ""
        if current is None or self.full_refresh:
            return _Source()
        folder = self.settings.version_folder(current.version)
        compiled = hashes["compiled_fingerprint"]
        has_same_models = compiled != "" and (current.compiled_fingerprint, current.release) == (compiled, RELEASE)
        if current.raw_fingerprint != hashes["raw_fingerprint"]:
            self.result.why_in_full = OTHER_RULES
            return _Source()
        has_models = has_same_models and (folder / MANIFEST).is_file()
        if not has_models and self.engine != SPARK:
            self.result.why_in_full = NO_MODELS if has_same_models or current.engine == SPARK else OTHER_RULES
        return _Source(folder, has_models)

    def _load_raw(
        self, submissions: Sequence[Submission], context: "BuildContext", source: "_Source"
    ) -> "RawChange | None":
        """Fill the raw tables; return the reports that changed if the file is a copy of the version before."""
        from warehouse.pipeline.raw import load_raw, update_raw  # noqa: PLC0415

        warehouse, landing = self.folder / WAREHOUSE_FILE, self.settings.landing_dir
        if source.has_models:
            # Only Great Expectations needs it, which does not judge single reports.
            leave_out_pandas()
            return update_raw(warehouse, submissions, landing, context, self.progress.part)
        previous = self._raw_of(source.folder.name) if source.folder else None
        load_raw(warehouse, submissions, landing, context, previous, self.progress.part)
        return None

    def _judges(self, source: "_Source", changed: "RawChange | None", raw: "Warehouse") -> tuple[RunSuites, RunSuites]:
        """Return the functions that judge raw tables, which are read from `raw`, and marts.

        Where the version before was copied they judge what differs from it, without Great Expectations, which
        takes longer than one report.
        """
        warehouse = self.folder / WAREHOUSE_FILE
        if source.folder is None or changed is None:
            from expectations.runner import run_mart_suites, run_raw_suites  # noqa: PLC0415

            return lambda: run_raw_suites(warehouse), lambda: run_mart_suites(warehouse)
        from expectations.judging import Known, judge_marts, judge_raw  # noqa: PLC0415

        judged = read_judged(source.folder)

        def known(periods: frozenset[str] | None, added: Sequence[int] | None = None) -> Known | None:
            return None if judged is None else Known(judged, periods, added)

        return (
            lambda: judge_raw(raw, known=known(changed.periods, changed.only_added)),
            lambda: judge_marts(warehouse, known=known(self.changed_periods)),
        )

    @contextmanager
    def _increment(
        self, source: "_Source", changed: "RawChange | None"
    ) -> Iterator[tuple["Warehouse", RunIncrement | None]]:
        """Give the block the raw tables to be judged, and the increment that is possible, which computes models
        meanwhile."""
        warehouse = self.folder / WAREHOUSE_FILE
        if source.folder is None or changed is None:
            yield warehouse, None
            return
        from warehouse.pipeline.increment import NotSureError, computing  # noqa: PLC0415

        before = source.folder
        if self.settings.is_embedded:
            with computing(self.folder, before, changed) as (connection, finish):
                yield connection, lambda: (finish(), {})
            return
        with ExitStack() as stack:
            increment = None
            url = self.settings.warehouse_url
            try:
                there = _server_increment().computing(url, self.folder, before, before.name, changed)
                increment = stack.enter_context(there)
            except NotSureError as error:
                self.result.not_sure = str(error)
            yield warehouse, increment

    def _run_models(self, increment: RunIncrement | None, compiled: str) -> list[DbtFailure]:
        """Run models and tests: for what changed, else by SQL that dbt compiled in an earlier build, else by dbt."""
        from warehouse.pipeline.compiled_sql import keep_compiled, run_compiled  # noqa: PLC0415

        kept_dir, timeout_s = self.settings.compiled_dir, self.settings.build_timeout_s
        if self.engine == SPARK:
            self.result.models = IN_FULL
            on_spark: list[DbtFailure] = _spark_build().run_models(self.folder, kept_dir, timeout_s)
            return on_spark
        if increment:
            from warehouse.pipeline.increment import NotSureError  # noqa: PLC0415

            try:
                outcome, self.digests = increment()
            except NotSureError as error:
                self.result.not_sure = str(error)
            else:
                self.result.models = INCREMENT
                self.changed_periods = outcome.changed_periods
                return outcome.failures
        kept = self.settings.compiled_sql(compiled)
        if kept.is_file() and self.settings.is_embedded and not self.full_refresh:
            self.result.models = COMPILED
            return run_compiled(self.folder, kept)
        self.result.models = IN_FULL
        if not self.settings.is_embedded:
            url = self.settings.warehouse_url
            on_server: list[DbtFailure] = _server_build().run_models(url, self.folder, kept_dir, timeout_s)
            return on_server
        failures = run_dbt(self.folder, kept_dir, timeout_s)
        if not failures:
            keep_compiled(self.folder, kept)
        return failures

    def _full_build(self, current: Manifest | None, fingerprint: str) -> FullBuild | None:
        """Return the newest full build: this one, compared with the version before if that has the same reports."""
        if self.result.models == INCREMENT:
            return current.full_build if current else None
        if not current or current.fingerprint != fingerprint or self.result.damaged:
            return FullBuild(self.version)
        if SPARK in (self.engine, current.engine):
            return FullBuild(self.version)
        from warehouse.pipeline.comparison import differing_tables, have_equal_checks  # noqa: PLC0415

        before = self.settings.version_folder(current.version)
        compared = differing_tables(self.folder, before) if (before / MANIFEST).is_file() else None
        if compared is None:
            return FullBuild(self.version)
        differing, table_count = compared
        differing += [] if have_equal_checks(self.folder, before) else ["marts.fct_quality_result"]
        return FullBuild(self.version, current.version, table_count + 1, tuple(differing))

    def _manifest(self, fingerprints: dict[str, Any], source_count: int, is_sample: bool) -> Manifest:
        return Manifest(
            version=self.version,
            built_at=self.started_at.isoformat(),
            as_of_date=self.as_of_date.isoformat(),
            source_count=source_count,
            is_sample=is_sample,
            trail=self._trail_head(),
            release=RELEASE,
            full_build=self.result.full_build,
            engine=self.engine,
            **fingerprints,
        )

    def _raw_of(self, version: str) -> Path:
        """Return a DuckDB file with the raw tables of a version."""
        folder = self.settings.version_folder(version)
        if self.settings.is_embedded or folder.is_dir():
            return folder / WAREHOUSE_FILE
        path: Path = _server_build().previous_raw(self.settings.warehouse_url, version, self.folder)
        return path

    def _complete(self, manifest: Manifest) -> None:
        # The next build reads them: after a power cut they are as whole as the version.
        manifest_file = self.folder / MANIFEST
        for path in (self.folder / JUDGED_FILE, manifest_file, manifest_file.parent):
            sync(path)
        if self.settings.is_embedded:
            complete(self.folder, manifest)
        else:
            _server_build().complete(self.settings.warehouse_url, self.folder, manifest, self.digests)
            _server_increment().keep_mirror(self.settings, self.folder)

    def _check(self, run_suites: RunSuites) -> None:
        try:
            results = run_suites()
        except CheckError as error:
            raise BuildError(str(error)) from error
        self.checks += results
        self.registry.add_quality_results([self._recorded(check) for check in self.checks])
        self.result.failures += [
            Failure(check.check_code, check.unexpected_count, failing_units=check.failing_units)
            for check in results
            if check.stops_publication
        ]
        self.result.warning_count += sum(not check.is_success and not check.stops_publication for check in results)

    def _recorded(self, check: CheckResult) -> QualityResult:
        return QualityResult(
            run_version=self.version,
            run_at=self.started_at,
            check_code=check.check_code,
            suite=check.suite,
            table_name=check.table_name,
            column_name=check.column_name,
            severity=check.severity,
            is_success=check.is_success,
            unexpected_count=check.unexpected_count,
            element_count=check.element_count,
            failing_units=json.dumps(check.failing_units, ensure_ascii=False, default=str),
        )

    def _must_stop(self) -> bool:
        """Return whether checks or tests failed so far; if so, set the outcome."""
        if self.result.failures:
            self.result.outcome = CHECKS_FAILED
        return bool(self.result.failures)

    def _write_build_marts(self, warehouse: Path, context: "BuildContext") -> tuple[int, bool]:
        from warehouse.pipeline.marts import write_build_marts  # noqa: PLC0415

        runs = [run.version for run in self.registry.builds(KEPT_CHECK_RUNS)]
        results = self.registry.quality_results(runs)
        return write_build_marts(warehouse, context, results, self.folder / MANIFEST)

    def _trail_head(self) -> TrailHead:
        """Return the current head of the access trail, which `verify` compares later."""
        earlier = [kept.trail for kept in publication.versions(self.settings) if kept.trail]
        with self.registry.engine.connect() as connection:
            return head_to_note(connection, earlier)

    def _record_outcome(self, outcome: str, message: str | None) -> None:
        self.registry.finish_build(self.version, clock.now(), outcome, self.result.step_timings, message)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.progress.begin(name)
        started = time.monotonic()
        yield
        seconds = round(time.monotonic() - started, 2)
        self.result.step_timings[name] = seconds
        self.progress.end(name, seconds)


def _server_build() -> ModuleType:
    """Return the module of builds on a server, whose packages are installed only where there is one."""
    from warehouse.pipeline import server_build  # noqa: PLC0415

    return server_build


def _server_increment() -> ModuleType:
    """Return the module of increments on a server, which also needs its packages."""
    from warehouse.pipeline import server_increment  # noqa: PLC0415

    return server_increment


def _spark_build() -> ModuleType:
    """Return the module of builds on Spark, which other builds do not need."""
    from warehouse.pipeline import spark_build  # noqa: PLC0415

    return spark_build


def _new_version(registry: Registry, runs_dir: Path, stamp: str) -> str:
    """Return a name that sorts by time; another build of the same second, even a killed one, adds a suffix."""
    taken = {run.version for run in registry.builds()} | {folder.name for folder in runs_dir.glob("*")}
    return next(name for name in names_from(stamp) if name not in taken)
