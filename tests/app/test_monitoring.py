"""Monitors learn whether pages can be shown and reports recorded, and what to do; never a unit or a person."""

import csv
import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.web import guard, metrics, observation
from app.web.logs import JsonLines
from app.web.page_renderer import draw
from app.web.status_routes import ROUTES
from tests.app.roles import VIEWERS
from tests.pipeline.commands import run
from warehouse.backup.state import FAILED, STATE_FILE, record_outcome
from warehouse.health import checks
from warehouse.health.conditions import condition_codes
from warehouse.intake import Intake
from warehouse.pipeline.state import StateFile
from warehouse.settings import Settings, SettingsError
from warehouse.text import load_texts

PROJECT = Path(__file__).parents[2]
TOKEN = "-".join(["monitor"] * 4)
METRIC = re.compile(r"\bkpi_\w+")
PROXIED = {"x-forwarded-for": "10.1.2.3", "x-forwarded-proto": "https"}


async def fail(_: Request) -> Response:
    raise ValueError("a fault for the test")


def served(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the app serve a data folder, judged on the sample's day."""
    monkeypatch.setenv("KPI_DATA_DIR", str(data_dir))
    monkeypatch.setenv("KPI_AS_OF_DATE", "2026-11-25")
    monkeypatch.setenv("KPI_LANG", "en")


@pytest.fixture
def data_dir(desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample that the app serves, judged on the sample's day."""
    served(desk_data_dir, monkeypatch)
    return desk_data_dir


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A program of the app's own machine that requests what monitors do."""
    app = Starlette(
        routes=[*ROUTES, Route("/fails", fail)],
        middleware=[Middleware(observation.Observed)],
        exception_handlers={Exception: guard.failed},
    )
    with TestClient(app, client=("127.0.0.1", 50000), raise_server_exceptions=False) as client:
        yield client


def codes(answer: dict[str, object]) -> list[str]:
    """The codes of what is wrong."""
    return [condition["code"] for condition in answer["conditions"]]  # type: ignore[index]


def test_a_sound_installation_is_ready(data_dir: Path, client: TestClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"], codes(answer.json())) == (200, "ready", [])
    assert answer.json()["version"] == Settings.from_env().published_link.resolve().name
    assert answer.json()["disk_free_bytes"] > 0


def test_without_a_published_version_it_is_not_ready(
    tmp_path: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "new"))
    answer = client.get("/health/ready?lang=en")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert "python -m warehouse build" in answer.json()["conditions"][0]["text"]


def test_a_registry_that_another_program_holds_is_named_and_the_figures_are_not_blamed(
    data_dir: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(data_dir / "registry.sqlite", isolation_level=None)) as holder:
        holder.execute("begin immediate")
        held = client.get("/health/ready")
        holder.execute("rollback")
    assert (held.status_code, codes(held.json())) == (503, ["registry_busy"])
    assert client.get("/health/ready").status_code == 200


def test_a_registry_that_lost_a_guard_is_named(data_dir: Path, client: TestClient) -> None:
    with closing(sqlite3.connect(data_dir / "registry.sqlite")) as registry:
        registry.execute("drop trigger submission_no_delete")
    answer = client.get("/health/ready")
    assert (answer.status_code, codes(answer.json())) == (503, ["registry_damaged"])


@pytest.mark.parametrize(
    ("limit", "status", "code"), [("LOW_BYTES", 200, "disk_low"), ("FULL_BYTES", 503, "disk_full")]
)
def test_a_disk_that_fills_up_is_named(
    data_dir: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch, limit: str, status: int, code: str
) -> None:
    monkeypatch.setattr(checks, limit, 1 << 60)
    answer = client.get("/health/ready")
    assert (answer.status_code, codes(answer.json())) == (status, [code])


def age_of_build(data_dir: Path, since: str) -> None:
    """Have the newest build end at a moment."""
    path = Settings.from_env().build_state
    path.write_text(json.dumps(json.loads(path.read_text()) | {"since": since}))


def test_decisions_that_no_build_took_up_are_counted(data_dir: Path, client: TestClient) -> None:
    age_of_build(data_dir, "2026-11-25T08:00:00")
    intake = Intake(Settings.from_env())
    try:
        accepted = intake.registry.submissions("accepted")
        intake.decisions.give_back(accepted[0].submission_id, by="Sở", reason="thử")
    finally:
        intake.close()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"], codes(answer.json())) == (200, "degraded", ["reports_pending"])
    assert answer.json()["pending_count"] == 1


def test_figures_judged_before_a_due_day_are_stale_unless_the_day_is_set(
    spoilable_data_dir: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(spoilable_data_dir, monkeypatch)
    manifest = Settings.from_env().published_link / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"as_of_date": "2026-04-01"}))
    assert codes(client.get("/health/ready").json()) == []
    monkeypatch.delenv("KPI_AS_OF_DATE")
    assert codes(client.get("/health/ready").json()) == ["build_stale"]


def test_a_build_and_a_backup_that_failed_are_named_on_the_department_s_page_only(data_dir: Path) -> None:
    settings = Settings.from_env()
    StateFile(settings.build_state, "test").failed([{"vi": "Phường Sài Gòn", "en": "Sai Gon ward"}])
    record_outcome(settings, FAILED, data_dir / "nowhere")
    for lang in ("vi", "en"):
        shown = draw("quality", {"lang": lang}, BUILT_IN_VIEWER).html
        for code in ("build_failed", "backup_failed"):
            assert load_texts("health")[code][lang].partition("(")[0] in shown
        assert words_in(lang)("quality.installation") in shown
        assert draw("quality", {"lang": lang}, VIEWERS["leader"]).status == 403
    record_outcome(settings, "done", data_dir / "elsewhere")
    settings.build_state.unlink()
    assert words_in("vi")("quality.installation") not in draw("quality", {"lang": "vi"}, BUILT_IN_VIEWER).html


def test_a_backup_that_is_too_old_or_from_the_future_is_named(data_dir: Path, client: TestClient) -> None:
    record_outcome(Settings.from_env(), "done", data_dir / "elsewhere")
    path = data_dir / STATE_FILE
    state = json.loads(path.read_text())
    assert codes(client.get("/health/ready").json()) == []
    path.write_text(json.dumps(state | {"done_at": "2026-01-01T00:00:00"}))
    assert codes(client.get("/health/ready").json()) == ["backup_old"]
    path.write_text(json.dumps(state | {"done_at": "2999-01-01T00:00:00"}))
    assert codes(client.get("/health/ready").json()) == ["clock_behind"]


def test_through_a_proxy_only_the_token_opens_details_and_metrics(
    data_dir: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_MONITOR_TOKEN", TOKEN)
    assert client.get("/health/ready", headers=PROXIED).json() == {"status": "ready"}
    assert client.get("/metrics", headers=PROXIED).status_code == 403
    for token, status in ((TOKEN, 200), (f"{TOKEN}x", 403), ("", 403)):
        headers = PROXIED | {"authorization": f"Bearer {token}"}
        assert client.get("/metrics", headers=headers).status_code == status
        assert ("version" in client.get("/health/ready", headers=headers).json()) == (status == 200)


def test_without_a_token_in_the_settings_no_bearer_opens_anything(data_dir: Path, client: TestClient) -> None:
    assert client.get("/metrics", headers=PROXIED | {"authorization": "Bearer "}).status_code == 403


def test_a_token_that_could_be_guessed_is_refused_without_repeating_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"KPI_MONITOR_TOKEN": "short-one"}, tmp_path / "no.env")
    assert "short-one" not in str(refused.value)
    assert TOKEN not in repr(Settings.from_env({"KPI_MONITOR_TOKEN": TOKEN}, tmp_path / "no.env"))


def test_no_metric_names_a_unit_or_a_person_and_every_label_is_from_a_list(data_dir: Path, client: TestClient) -> None:
    for path in ("/", "/district?unit=769", "/nobody/at/all?unit=27301", "/ha@so.example.vn", "/health/live"):
        client.get(path)
    text = client.get("/metrics").text
    allowed = {
        "page": observation.LABELS,
        "code": {*condition_codes()},
        "state": {*metrics.STATES},
        "outcome": {*metrics.OUTCOMES},
    }
    families = list(text_string_to_metric_families(text))
    assert {"kpi_http_requests", "kpi_http_request_seconds", "kpi_reports", "kpi_builds"} <= {
        one.name for one in families
    }
    for family in families:
        for sample in family.samples:
            for label, value in sample.labels.items():
                assert label in {*allowed, "status", "queue", "release", "le"}
                assert value in allowed.get(label, {value})
    with (PROJECT / "dbt_project" / "seeds" / "units.csv").open(encoding="utf-8") as seed:
        names = {row["name_vi"] for row in csv.DictReader(seed)}
    assert len(names) > 100
    assert not [name for name in names if name in text]
    assert "@" not in text


def test_dashboard_and_alerts_use_metrics_that_exist(data_dir: Path, client: TestClient) -> None:
    record_outcome(Settings.from_env(), "done", data_dir / "elsewhere")
    client.get("/fails")
    exposed = set(METRIC.findall(client.get("/metrics").text))
    dashboard = (PROJECT / "deploy" / "grafana-dashboard.json").read_text()
    rules = (PROJECT / "deploy" / "prometheus-alerts.yml").read_text()
    assert json.loads(dashboard)["panels"]
    assert all({"expr", "annotations"} <= rule.keys() for rule in yaml.safe_load(rules)["groups"][0]["rules"])
    named = set(METRIC.findall(dashboard + rules))
    assert len(named) > 10
    assert named - exposed == set()


def test_an_error_has_one_code_on_the_page_in_the_answer_and_in_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(JsonLines())
    with caplog.at_level(logging.INFO):
        answer = client.get("/fails?unit=27301&lang=en")
    code = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert f"(code {code})" in answer.text
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    (error,) = [line for line in lines if line["level"] == "error"]
    assert error["request_id"] == code
    assert "a fault for the test" in error["trace"]
    (request,) = [line for line in lines if line["message"] == "request"]
    assert (request["request_id"], request["page"], request["status"]) == (code, "unknown", 500)
    assert "27301" not in json.dumps(request)


def test_two_requests_have_two_numbers(client: TestClient) -> None:
    assert len({client.get("/health/live").headers["x-request-id"] for _ in range(5)}) == 5


def test_the_status_command_states_the_same_conditions(data_dir: Path) -> None:
    record_outcome(Settings.from_env(), FAILED, data_dir / "nowhere")
    printed = run(data_dir, "status")
    assert printed.returncode == 0
    assert load_texts("health")["backup_failed"]["en"].partition("(")[0] in printed.stdout
    assert json.loads(run(data_dir, "status", "--json").stdout)["conditions"][0]["code"] == "backup_failed"
