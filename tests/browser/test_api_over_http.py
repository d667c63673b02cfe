"""The API driven from outside, as programs of other offices drive it: over HTTP, with tokens, at a running app."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from identity_provider import IdentityProvider
from jsonschema import Draft202012Validator
from visits import running_app

from tests.app.roles import COMMUNES, GRANTS, PERIOD
from tests.by_path import module_at
from tests.conftest import copy_for_writing
from tests.servers import free_port
from warehouse import clock
from warehouse.forms.layout import workbook_layout
from warehouse.intake import Intake
from warehouse.intake.empty_forms import values_by_row
from warehouse.people import AccessTrail, Role, Tokens
from warehouse.settings import Settings

pytestmark = pytest.mark.slow
CLIENT = Path(__file__).parents[2] / "clients" / "python" / "plan_progress_client" / "__init__.py"
ROOT = "/api/v1"
TABLE = "fct_target_progress"
OPEN_PERIOD = "2026Q4"
# Per operation, of which there are some fifty.
EXAMPLES = 3
# What the format for importing aggregate data prescribes of a value: https://docs.dhis2.org, "Data values".
DHIS2_VALUE = {
    "type": "object",
    "required": ["dataElement", "period", "orgUnit", "value"],
    "properties": {
        **{name: {"type": "string", "minLength": 1, "maxLength": 50} for name in ("dataElement", "orgUnit")},
        "period": {"type": "string", "pattern": r"^\d{4}(Q[1-4]|S[12]|(0[1-9]|1[0-2]))$"},
        "categoryOptionCombo": {"type": "string", "minLength": 1},
        "attributeOptionCombo": {"type": "string", "minLength": 1},
        "value": {"type": "string", "minLength": 1, "maxLength": 50000},
    },
    "additionalProperties": False,
}


@dataclass
class Api:
    """A running app with its data folder, and a token of each role."""

    address: str
    data_dir: Path
    tokens: dict[str, str]

    @property
    def settings(self) -> Settings:
        """The settings of its data folder."""
        return Settings.from_env({"KPI_DATA_DIR": str(self.data_dir)}, self.data_dir / "no.env")

    def get(self, path: str, who: str = "leader", **headers: str) -> httpx.Response:
        """The answer to a role's token."""
        sent = {"Authorization": f"Bearer {self.tokens[who]}"} | headers
        return httpx.get(f"{self.address}{ROOT}{path}", headers=sent, timeout=60)

    def send(self, unit: str, period: str, body: bytes, who: str = "officer") -> httpx.Response:
        """The answer to a body that is sent as a report, said to be compressed if it is."""
        sent = {
            "Authorization": f"Bearer {self.tokens[who]}",
            "Idempotency-Key": "odd",
            "Content-Type": "application/json",
        }
        packed = {"Content-Encoding": "gzip"} if body.startswith(gzip.compress(b"")[:2]) else {}
        address = f"{self.address}{ROOT}/reports/{unit}/{period}"
        return httpx.post(address, headers=sent | packed, content=body, timeout=60)

    def trail(self, kind: str) -> list[dict[str, str]]:
        """What the access trail says of a kind of event, newest first."""
        return [
            {**event.about, "person": event.person}
            for event in AccessTrail.open(self.settings).newest(limit=200)
            if event.kind == kind
        ]


@pytest.fixture(scope="module")
def api(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The app with sign-in on a copy of the sample; its provider is not needed."""
    folder = tmp_path_factory.mktemp("api")
    data_dir = copy_for_writing(published_data_dir, folder / "data", "landing")
    settings = Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, folder / "no.env")
    tokens = Tokens(AccessTrail.open(settings))
    until = clock.now().date() + timedelta(days=30)
    issued = {
        who: tokens.issue(f"a program, {who}", grant.role, grant.unit_code, until, "Sở")[0]
        for who, (grant,) in ((who, grants) for who, grants in GRANTS.items() if grants)
    }
    port = free_port()
    secrets = IdentityProvider("http://127.0.0.1:9").secrets(folder, port)
    with running_app(data_dir, port, KPI_AUTH="oidc", STREAMLIT_SECRETS_FILES=str(secrets)) as address:
        yield Api(address, data_dir, issued)


@pytest.fixture(scope="module")
def client_library() -> ModuleType:
    """The client, as its package has it."""
    return module_at(CLIENT)


def test_only_a_token_in_the_header_is_let_in_and_every_refusal_says_what_to_do(api: Api) -> None:
    marts = f"{api.address}{ROOT}/marts"
    token = api.tokens["leader"]
    for refused in (
        httpx.get(marts),
        httpx.get(f"{marts}?token={token}"),
        httpx.get(marts, headers={"Authorization": "Bearer kpi_nothing"}),
        httpx.get(marts, headers={"Authorization": token}),
        httpx.get(marts, headers={"Cookie": f"kpi_session={token}"}),
        httpx.get(marts, auth=("api", token)),
    ):
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["state"] == "failed"
        assert refused.json().keys() == {"state", "said", "code", "request", "problems"}
        assert refused.headers["x-request-id"] == refused.json()["request"]
    said = {lang: httpx.get(marts, headers={"Accept-Language": lang}).json()["said"] for lang in ("vi", "en-GB,en")}
    assert said["vi"].startswith("Địa chỉ này cần mã truy cập")
    assert said["en-GB,en"].startswith("This address needs a token")
    assert api.get("/marts", "administrator").status_code == 403
    assert api.get("/marts/fct_quality_result/rows", "leader").status_code == 404
    assert api.get("/dhis2/metadata", "area_reader").status_code == 403
    # A line break in an address is part of a name that nothing has.
    assert api.get("/marts/dim_unit%0A").json()["code"] == api.get("/marts/dim_units").json()["code"] == "unknown_mart"
    # A page is nothing that a token opens.
    page = httpx.get(f"{api.address}/", headers={"Authorization": f"Bearer {token}", "Accept": "text/html"})
    assert page.status_code == 401
    foreign = api.get("/marts", Origin="https://elsewhere.example")
    assert foreign.status_code == 403
    refusals = [event for event in api.trail("refused") if "administrator" in event["person"]]
    assert [event["what"] for event in refusals] == [f"{ROOT}/marts"]


def test_a_token_is_shown_once_stored_as_a_hash_and_ends(api: Api) -> None:
    def command(*arguments: str) -> str:
        environment = {"KPI_DATA_DIR": str(api.data_dir), "PATH": "", "KPI_LANG": "en"}
        line = [sys.executable, "-m", "warehouse", "token", *arguments]
        return subprocess.run(line, check=True, capture_output=True, text=True, env=environment).stdout

    made = json.loads(command("issue", "--name", "Cổng dữ liệu", "--role", "leader", "--by", "Sở", "--json"))
    token, number = made["token"], str(made["token_id"])
    registry = b"".join(path.read_bytes() for path in api.data_dir.glob("registry.sqlite*"))
    assert token.encode() not in registry
    sent = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{api.address}{ROOT}/marts", headers=sent).status_code == 200
    assert "withdrawn" in command("withdraw", number, "--reason", "no longer used")
    (record,) = [one for one in json.loads(command("list", "--json")) if str(one["token_id"]) == number]
    assert record["state"] == "withdrawn"
    assert "token_hash" not in record
    _until(lambda: httpx.get(f"{api.address}{ROOT}/marts", headers=sent).status_code == 401)
    assert [api.trail(kind)[0]["token"] for kind in ("token_issued", "token_withdrawn")] == [
        f"{number} Cổng dữ liệu"
    ] * 2
    assert any("Cổng dữ liệu" in event["person"] for event in api.trail("token_used"))
    tokens = Tokens(AccessTrail.open(api.settings))
    tomorrow = clock.now().date() + timedelta(days=1)
    _, short = tokens.issue("for a day", Role.LEADER, "", tomorrow, "Sở")
    assert [short.state(day) for day in (clock.now().date(), tomorrow)] == ["accepted", "expired"]


def _until(is_so: Any) -> None:
    deadline = clock.now() + timedelta(seconds=20)
    while not is_so():
        assert clock.now() < deadline


def test_what_is_unchanged_is_not_sent_again_and_rights_are_part_of_its_tag(api: Api) -> None:
    path = f"/marts/{TABLE}/rows?period_code={PERIOD}&limit=5"
    first = api.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    for tag in (first.headers["etag"], first.headers["etag"].removeprefix("W/"), "*"):
        assert api.get(path, **{"If-None-Match": tag}).status_code == 304
    of_department = api.get(path, "department", **{"If-None-Match": first.headers["etag"]})
    assert of_department.status_code == 200
    assert of_department.headers["cache-control"] == "no-store"
    tags = {api.get(path, who).headers["etag"] for who in ("leader", "department", "officer", "area_reader")}
    assert len(tags) == 4
    assert api.get(path, Accept="text/csv").headers["etag"] not in tags
    assert {event["what"] for event in api.trail("downloaded")} >= {
        f"{ROOT} {TABLE} {first.headers['x-data-version']} json",
        f"{ROOT} {TABLE} {first.headers['x-data-version']} csv",
    }


def test_pandas_curl_and_the_client_read_the_same_rows(api: Api, client_library: ModuleType) -> None:
    path = f"{api.address}{ROOT}/marts/{TABLE}/rows?period_code={PERIOD}&period_window=ytd&target_code=T09"
    sent = {"Authorization": f"Bearer {api.tokens['leader']}"}
    from_csv = pd.read_csv(f"{path}&format=csv", storage_options=sent, dtype={"unit_code": str})
    from_parquet = pd.read_parquet(io.BytesIO(httpx.get(f"{path}&format=parquet", headers=sent).content))
    stream = httpx.get(path, headers=sent | {"Accept": "application/vnd.apache.arrow.stream"}).content
    from_arrow = pa.ipc.open_stream(stream).read_all().to_pandas()
    curl = ["curl", "-sSf", "-H", f"Authorization: Bearer {api.tokens['leader']}", path]
    by_curl = json.loads(subprocess.run(curl, check=True, capture_output=True).stdout)
    filters = {"period_code": PERIOD, "period_window": "ytd", "target_code": "T09"}
    with client_library.Client(api.address, api.tokens["leader"]) as client:
        walked = list(client.rows(TABLE, page_size=50, **filters))
        frame = client.frame(TABLE, **filters)
        meanings = {column["name"]: column["meaning"] for column in client.columns(TABLE)}
        assert {mart["name"] for mart in client.marts()} >= {TABLE, "dim_target"}
        with pytest.raises(client_library.ApiError, match="no column") as refused:
            client.frame(TABLE, nothing=1)
        assert refused.value.code == "unknown_column"
    codes = [row["unit_code"] for row in by_curl["data"]]
    assert len(codes) > 100
    assert by_curl["label"] == "Số liệu minh họa"
    assert set(from_csv["data_label"]) == {"Số liệu minh họa"}
    assert frame.attrs == {"mart": TABLE, "version": by_curl["version"], "label": "Sample data"}
    for read in (from_csv, from_parquet, from_arrow, frame, pd.DataFrame(walked)):
        assert [*read["unit_code"]] == codes
        assert read["numerator"].sum() == sum(row["numerator"] or 0 for row in by_curl["data"])
    assert set(by_curl["data"][0]) == set(meanings)
    assert all(meanings.values())


def test_csv_is_described_beside_it(api: Api) -> None:
    answer = api.get("/marts/dim_period/rows?format=csv")
    described = answer.links["describedby"]
    assert described["type"] == "application/csvm+json"
    about = api.get(described["url"].removeprefix(ROOT) + "?lang=en")
    assert about.headers["content-type"] == "application/csvm+json"
    columns = about.json()["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == answer.text.splitlines()[0].split(",")
    kinds = {column["name"]: column["datatype"] for column in columns}
    assert kinds["year"] == "decimal"
    assert kinds["due_date"] == {"base": "date", "format": "yyyy-MM-dd"}
    assert all(column["dc:description"] for column in columns)


def test_the_openapi_file_holds_what_the_api_does(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    # Imported here: it takes a second that other workers need not spend.
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as openapi

    document = api.get("/openapi.json?lang=en", "department").json()
    assert document["openapi"] == "3.1.0"
    offered = {mart["name"] for mart in api.get("/marts", "department").json()["data"]}
    assert {path.split("/")[4] for path in document["paths"] if path.endswith("/rows")} == offered
    page = api.get("/docs?lang=en", "department").text
    assert "<script" not in page
    assert not re.search(r"(src|href)=['\"]?(https?:)?//", page)
    assert all(f"{path}</code>" in page for path in document["paths"])
    schema = schemathesis.openapi.from_dict(document)
    conformance = (openapi.status_code_conformance, openapi.content_type_conformance)
    checks = [not_a_server_error, *conformance, openapi.response_schema_conformance]
    headers = {"Authorization": f"Bearer {api.tokens['department']}"}
    asked: set[str] = set()

    @given(data=st.data())
    @example_settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def drive(operation: Any, data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        with contextlib.suppress(UnicodeEncodeError):
            response = case.call(base_url=api.address, headers=headers)
            asked.add(operation.label)
            case.validate_response(response, checks=checks)

    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        drive(operation)
    assert len(asked) == len(operations) > 50


def report_of(api: Api, unit: str) -> dict[str, list[dict[str, Any]]]:
    """The forms of a unit's newest report, as JSON for the open period, with nothing inspected before."""
    intake = Intake(api.settings)
    landed = next(one for one in intake.ledger.submissions(unit, PERIOD) if one.submission.version)
    rows = intake.ledger.rows_of(landed.submission)
    layout = workbook_layout(intake.reference, intake.forms.reporter(unit, OPEN_PERIOD), OPEN_PERIOD)
    forms: dict[str, list[dict[str, Any]]] = {}
    for sheet in layout.sheets:
        listed = forms.setdefault(sheet.form.form_code, [])
        for (_, category), cells in values_by_row(intake.reference, sheet, rows).items():
            plain = {name: getattr(value, "isoformat", lambda value=value: value)() for name, value in cells.items()}
            listed.append(plain | ({sheet.category_column: category} if sheet.category_column else {}))
    intake.close()
    # Each establishment and volunteer is counted once a year.
    for row in forms["B5"]:
        row["first_inspections"] = 0
    forms["B4"][0] |= {"officers_trained": 0, "volunteers_trained": 0}
    return forms


def test_a_report_sent_as_json_is_checked_kept_and_never_received_twice(api: Api, client_library: ModuleType) -> None:
    unit = COMMUNES["own"]
    forms = report_of(api, unit)
    for code, rows in forms.items():
        schema = api.get(f"/schemas/{code}", "officer").json()
        Draft202012Validator.check_schema(schema)
        assert not [error.message for error in Draft202012Validator(schema).iter_errors(rows)]
        assert list(Draft202012Validator(schema).iter_errors([{"nothing": 1}]))
    with client_library.Client(api.address, api.tokens["officer"]) as client:
        wrong = {**forms, "B1": [{**forms["B1"][0], "sessions_direct": -4}]}
        with pytest.raises(client_library.ApiError, match="to correct") as refused:
            client.send_report(unit, OPEN_PERIOD, wrong)
        (problem,) = [one for one in refused.value.problems if one["severity"] == "refuse"]
        assert problem["pointer"] == "/forms/B1/0/sessions_direct"
        assert problem["value"] == "-4"
        endless = {**forms, "B1": [{**forms["B1"][0], "sessions_direct": 10**400}]}
        with pytest.raises(client_library.ApiError, match="to correct"):
            client.send_report(unit, OPEN_PERIOD, endless)
        note = "Sent by the office's own system."
        receipt = client.send_report(unit, OPEN_PERIOD, forms, note=note, key="autumn")
        again = client.send_report(unit, OPEN_PERIOD, forms, note=note, key="autumn")
        assert receipt["state"] == "received"
        assert again["number"] == receipt["number"]
        assert again["version"] == receipt["version"] == 1
        other = {**forms["B1"][0], "sessions_direct": 3}
        with pytest.raises(client_library.ApiError) as taken:
            client.send_report(unit, OPEN_PERIOD, {**forms, "B1": [other]}, key="autumn")
        assert taken.value.status == 409
        with pytest.raises(client_library.ApiError) as foreign:
            client.send_report(COMMUNES["other"], OPEN_PERIOD, forms)
        assert foreign.value.status == 403
        bodies = {
            b'{"forms": {"B1": [{"sessions_direct": 2, "sessions_direct": 3}]}}': "name_twice",
            b'{"forms": {"B1": [{"sessions_direct": NaN}]}}': "not_a_number",
            b'{"forms": {"B1": [{"sessions_direct": %s}]}}' % (b"1" * 5000): "not_a_number",
            b"[" * 100_000: "too_nested",
            b'{"note": "th\xe0nh"}': "not_utf8",
            b'{"forms":\n': "not_json",
            gzip.compress(b"{}"): "content_encoding",
        }
        assert {body: api.send(unit, OPEN_PERIOD, body).json()["code"] for body in bodies} == bodies
        states = client.reports(unit, OPEN_PERIOD)
        assert [one["state"] for one in states] == ["received", "rejected", "rejected"]
        # The same values after another report are a new report: a correction can be taken back.
        corrected = client.send_report(unit, OPEN_PERIOD, {**forms, "B1": [other]}, note=note)
        reverted = client.send_report(unit, OPEN_PERIOD, forms, note=note)
        assert [corrected["version"], reverted["version"]] == [2, 3]
        # A program that lost its key sends the newest values again: nobody has to decide on them twice.
        assert client.send_report(unit, OPEN_PERIOD, forms, note=note)["number"] == reverted["number"]
    with (
        pytest.raises(client_library.ApiError) as reading,
        client_library.Client(api.address, api.tokens["leader"]) as client,
    ):
        client.send_report(unit, OPEN_PERIOD, forms)
    assert reading.value.status == 403
    intake = Intake(api.settings)
    name, content = intake.ledger.original(receipt["number"])
    assert name.endswith("_api.xlsx")
    assert content.startswith(b"PK")
    assert intake.ledger.submission(receipt["number"]).submission.submitted_by == "a program, officer"
    kept = intake.ledger.rows_of(intake.ledger.submission(receipt["number"]).submission)
    assert kept["B1"][0][3] == forms["B1"][0]["sessions_direct"]
    intake.close()


def test_a_national_system_pulls_figures_that_it_can_import(api: Api) -> None:
    pulled = api.get(f"/dhis2/dataValueSets?period={PERIOD}").json()
    errors = [
        error.message
        for value in pulled["dataValues"]
        for error in Draft202012Validator(DHIS2_VALUE).iter_errors(value)
    ]
    assert errors == []
    assert pulled["idScheme"] == "CODE"
    about = api.get("/dhis2/metadata?lang=en").json()
    units = {unit["code"] for unit in about["organisationUnits"]}
    elements = {element["code"]: element for element in about["dataElements"]}
    # What stands at the end of a quarter is not added up over a year by whoever imports it.
    assert elements["sessions_direct"]["aggregationType"] == "SUM"
    assert elements["officers_total"]["aggregationType"] == "LAST"
    assert {value["orgUnit"] for value in pulled["dataValues"]} <= units
    assert {value["dataElement"] for value in pulled["dataValues"]} <= {*elements}
    assert {unit["parent"]["code"] for unit in about["organisationUnits"] if "parent" in unit} <= units
    keys = [(value["dataElement"], value["orgUnit"], value["categoryOptionCombo"]) for value in pulled["dataValues"]]
    assert len(keys) == len(set(keys)) > 5000
    # People are counted for the department only.
    of_people = {"people_wanting_support", "people_supported"}
    assert of_people & {value["dataElement"] for value in pulled["dataValues"]} == set()
    whole = api.get(f"/dhis2/dataValueSets?period={PERIOD}", "department").json()["dataValues"]
    assert of_people <= {value["dataElement"] for value in whole}
    assert api.get("/dhis2/dataValueSets?period=1999Q1").status_code == 404


def test_a_mistyped_unit_or_period_is_not_taken_for_one_that_sent_nothing(api: Api) -> None:
    mistyped = ("/reports?unit=99999", "/reports?period=1999Q1", "/reports/99999/2026Q3", "/reports/26740/1999Q1")
    assert [api.get(address).json()["code"] for address in mistyped] == [
        *("unknown_unit", "unknown_period", "unknown_unit", "unknown_period")
    ]
    assert api.get("/reports/26740/2028Q1").json() == {"data": []}
