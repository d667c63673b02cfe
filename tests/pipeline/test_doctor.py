"""`doctor` finds what is wrong with an installation and says how to correct each."""

import datetime as dt
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import copy_for_writing
from tests.mailboxes import MailServer, listening
from tests.older_registries import without_number
from tests.pipeline.commands import PROJECT, environment, run, run_well
from tests.servers import answering, free_port
from warehouse.backup.state import DONE, record_outcome
from warehouse.commands.conventions import EXIT_DAMAGED, EXIT_REJECTED
from warehouse.db.connection import open_database
from warehouse.digest import DROPPED, REFUSED, Deliveries, Recipients
from warehouse.health import machine, network
from warehouse.health.doctor import examine
from warehouse.people import AccessTrail, Grant, Role
from warehouse.publish.version_name import version_moment
from warehouse.publish.versions import MANIFEST_FILE
from warehouse.settings import Settings
from warehouse.text import load_texts

NOW = dt.datetime.now(dt.UTC)
SUBJECTS = {"python", "dependencies", "clock", "rights", "disk", "registry", "published", "builds", "backups"}
SUBJECTS |= {"names", "tls", "sign_in", "mail", "digests", "map"}


@pytest.fixture
def data_dir(published_data_dir: Path, tmp_path: Path) -> Path:
    """A copy of the sample's installation."""
    return copy_for_writing(published_data_dir, tmp_path / "data")


def settings_of(data_dir: Path, **more: str) -> Settings:
    return Settings.from_env(environment(data_dir, **more), data_dir / "no.env")


def found(settings: Settings) -> set[str]:
    """The codes of everything that is wrong, but with the machine that the tests run on."""
    codes = {condition.code for subject in examine(settings) for condition in subject.conditions}
    return codes - {"clock_not_synchronised", "disk_low", "backup_same_disk"}


def test_a_server_that_is_away_or_whose_packages_are_missing_is_found_with_the_rest(data_dir: Path) -> None:
    url = "postgresql+psycopg://kpi@127.0.0.1:1/kpi"
    assert {"registry_unreachable", "published_unreadable"} <= found(
        settings_of(data_dir, KPI_OPS_URL=url, KPI_WAREHOUSE_URL=url)
    )


def test_a_sound_installation_has_nothing_to_correct(data_dir: Path) -> None:
    assert found(settings_of(data_dir)) == set()
    told = run(data_dir, "doctor", "--json")
    facts = json.loads(told.stdout)
    assert {check["name"] for check in facts["checks"]} == SUBJECTS
    assert (told.returncode == 0) == facts["is_sound"]


def test_what_is_wrong_is_said_with_the_remedy_and_the_exit_code(data_dir: Path) -> None:
    without_number(data_dir / "registry.sqlite")
    told = run(data_dir, "doctor")
    assert told.returncode == 1
    assert re.search(r"✗ Registry: .*Run: python -m warehouse upgrade", told.stdout)
    assert "✓ Published figures" in told.stdout


def test_every_text_says_the_same_in_both_languages_and_how_to_correct_it() -> None:
    for catalogue in ("doctor", "health"):
        for key, texts in load_texts(catalogue).items():
            values = [set(re.findall(r"{(\w+)}", texts[lang])) for lang in ("vi", "en")]
            assert values[0] == values[1], key
            # Why a map cannot be used is part of the text that tells what to do.
            is_reason = key.startswith("map_") and key != "map_unusable"
            if key not in SUBJECTS and not is_reason and not key.startswith(("line_", "sound", "wrong")):
                assert len(re.findall(r"[.:] [A-Z]", texts["en"])) >= 1, f"{key} has no remedy"


def test_a_missing_version_a_future_build_and_a_lost_backup_are_found(data_dir: Path, tmp_path: Path) -> None:
    record_outcome(settings_of(data_dir), DONE, tmp_path / "kept")
    (tmp_path / "kept").mkdir()
    assert "backup_same_disk" in {one.code for one in machine.check_backup_disk(settings_of(data_dir))}
    shutil.rmtree(tmp_path / "kept")
    manifest = (data_dir / "published").resolve() / MANIFEST_FILE
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"built_at": "2999-01-01T00:00:00"}))
    assert found(settings_of(data_dir)) == {"backup_gone", "clock_behind_build"}


def test_a_lost_link_to_the_published_version_is_told_with_the_command_that_publishes_it_again(data_dir: Path) -> None:
    version = (data_dir / "published").resolve().name
    (data_dir / "published").unlink()
    assert "published_unlinked" in found(settings_of(data_dir))
    remedy = f"python -m warehouse rollback {version}"
    told = run(data_dir, "--lang", "vi", "status").stdout
    assert remedy in told
    assert f"{version_moment(version)}: đã công bố" in told
    exported = run(data_dir, "export", "--table", "dim_unit", "--out", data_dir / "units.csv")
    assert exported.returncode != 0
    assert remedy in exported.stderr
    assert run(data_dir, *remedy.split()[3:]).returncode == 0
    assert "published_unlinked" not in found(settings_of(data_dir))
    shutil.rmtree(data_dir / "runs")
    (data_dir / "published").unlink()
    assert "nothing_published" in found(settings_of(data_dir))


def test_an_own_map_of_other_units_is_found(data_dir: Path) -> None:
    (path := data_dir / "map.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert found(settings_of(data_dir, KPI_GEOJSON=str(path))) == {"map_unusable"}


def test_a_mistyped_data_folder_is_found_and_stays_empty(tmp_path: Path) -> None:
    assert {"no_installation", "nothing_published"} <= found(settings_of(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_lost_folder_of_the_originals_is_found(data_dir: Path) -> None:
    shutil.rmtree(data_dir / "landing", ignore_errors=True)
    assert "originals_gone" in found(settings_of(data_dir))


@pytest.mark.slow
def test_no_original_is_missed_where_every_report_was_refused(tmp_path: Path) -> None:
    data_dir, form = tmp_path / "data", tmp_path / "quan-1.xlsx"
    run_well(data_dir, "template", "--unit", "760", "--period", "2025Q2", "--out", form)
    assert run(data_dir, "submit", form).returncode == EXIT_REJECTED
    assert "originals_gone" not in found(settings_of(data_dir))


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_registry_that_lost_every_report_is_found_and_neither_publishes_nor_takes_reports(
    data_dir: Path, is_empty: bool
) -> None:
    for file in data_dir.glob("registry.sqlite*"):
        file.unlink()
    if is_empty:
        open_database(settings_of(data_dir).ops_url).dispose()
    published = (data_dir / "published").resolve()
    (report := data_dir / "report.xlsx").write_bytes(b"a report")
    assert "registry_lost" in found(settings_of(data_dir))
    for command in (("build",), ("submit", report)):
        ended = run(data_dir, *command)
        assert (ended.returncode, "names another one" in ended.stderr + ended.stdout) == (EXIT_DAMAGED, True), ended
    assert (data_dir / "published").resolve() == published


def test_no_command_makes_an_empty_registry_of_a_lost_one_and_reports_what_it_does_not_have(data_dir: Path) -> None:
    for file in data_dir.glob("registry.sqlite*"):
        file.unlink()
    listing = (("status",), ("versions",), ("reports",), ("audit",), ("access",), ("verify",))
    for command in (*listing, ("token", "list"), ("digest", "list"), ("doctor",), ("build",), ("upgrade", "--check")):
        ended = run(data_dir, *command)
        assert ended.returncode != 0, command
        assert "names another one" in ended.stderr + ended.stdout, (command, ended)
    assert list(data_dir.glob("registry.sqlite*")) == []


def test_files_that_cannot_be_written_and_folders_that_others_read_are_found(data_dir: Path) -> None:
    assert not machine._is_writable(Path("/proc/version"))
    assert machine._is_writable(data_dir)
    manifest = (data_dir / "published").resolve() / MANIFEST_FILE
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"is_sample": False}))
    data_dir.chmod(0o755)
    assert [one.code for one in machine.check_rights(settings_of(data_dir))] == ["readable_by_others"]
    data_dir.chmod(0o750)
    assert machine.check_rights(settings_of(data_dir)) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_may_only_be_read_is_found(data_dir: Path) -> None:
    data_dir.chmod(0o500)
    try:
        assert "not_writable" in found(settings_of(data_dir))
    finally:
        data_dir.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read everywhere")
@pytest.mark.parametrize("words", [["doctor"], ["status"]])
def test_a_data_folder_that_may_be_listed_but_not_entered_is_found(data_dir: Path, words: list[str]) -> None:
    tried = run_with_mode(data_dir, 0o400, words)
    assert (tried.returncode, "Traceback" in tried.stderr) == (1, False), tried.stderr
    assert "as the account of the app" in tried.stdout + tried.stderr


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read everywhere")
def test_whoever_may_not_open_the_data_folder_is_told_so_by_every_command(data_dir: Path) -> None:
    backups = str(data_dir.parent / "backups")
    for words in (
        *(["doctor"], ["status"], ["rollback", "20261125T000000"], ["reports", "--period", "2026Q3"], ["roles"]),
        *(["export", "--table", "dim_unit", "--out", f"{backups}.csv"], ["verify"]),
        *(["backup", "--to", backups], ["backup", "--drill"], ["restore", "--from", backups]),
    ):
        tried = run_with_mode(data_dir, 0, words)
        assert (tried.returncode, "Traceback" in tried.stderr) == (1, False), tried.stderr
        told = tried.stdout + tried.stderr
        assert "as the account of the app" in told, told
        assert str(data_dir) in told
        if words == ["doctor"]:
            # What could not be looked at is not listed as sound.
            assert "nothing in it was examined" in told
            assert "✓ Registry" not in told


def run_with_mode(data_dir: Path, mode: int, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command while the data folder has a mode; root without what lets it read files of others."""
    prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    data_dir.chmod(mode)
    try:
        return subprocess.run(
            [*prefix, sys.executable, "-m", "warehouse", *words],
            cwd=PROJECT,
            env=environment(data_dir),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        data_dir.chmod(0o700)


def test_a_dependency_of_another_version_than_locked_is_named(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.check_dependencies() == []
    locked = tmp_path / "requirements.txt"
    lines = [
        "starlette==0.0.1 \\",
        "    --hash=sha256:00",
        "no-such-library==1.0",
        "pywin==1 ; os_name == 'nt'",
    ]
    locked.write_text("\n".join(lines))
    monkeypatch.setattr(machine, "REQUIREMENTS", locked)
    monkeypatch.setattr(machine, "WITH_TOOLS", tmp_path / "none.txt")
    (condition,) = machine.check_dependencies()
    assert condition.params["count"] == 2
    assert "starlette 0.0.1 ≠" in condition.words("en")
    assert "no-such-library 1.0 ≠ –" in condition.words("en")


def test_names_that_lead_nowhere_and_sign_in_without_its_parts_are_found(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(tmp_path / "none.toml"))
    codes = found(settings_of(data_dir, KPI_AUTH="oidc", KPI_HOST_NAMES="nowhere.invalid"))
    assert {"secrets_missing", "roles_wrong"} <= codes
    # A machine without a network waits for its DNS for longer than anyone waits for it.
    assert codes & {"name_unresolved", "no_answer"}
    assert "names_without_sign_in" in found(settings_of(data_dir, KPI_HOST_NAMES="localhost"))


class Answers(BaseHTTPRequestHandler):
    """Answers every request with what its server was given."""

    def do_GET(self) -> None:
        body, headers = self.server.answer()  # type: ignore[attr-defined]
        self.send_response_only(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - named by the standard library

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(answer: Callable[[], tuple[bytes, dict[str, str]]], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on a free port of the loopback address, which is yielded."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.answer = answer  # type: ignore[attr-defined]
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with answering(server):
        yield server.server_port


def certificate(folder: Path, name: str, days: int) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate for a name that ends in some days, and the file by which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - dt.timedelta(days=30))
        .not_valid_after(NOW + dt.timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}-{days}.crt", folder / f"{name}-{days}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


@pytest.mark.parametrize(
    ("name", "days", "is_trusted", "expected"),
    [
        ("localhost", 90, True, []),
        ("localhost", 5, True, ["tls_expires"]),
        ("localhost", 90, False, ["tls_invalid"]),
        ("localhost", -2, True, ["tls_invalid"]),
        ("elsewhere.test", 90, True, ["tls_invalid"]),
    ],
)
def test_a_certificate_is_judged_as_a_browser_would(
    name: str, days: int, is_trusted: bool, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, public = certificate(tmp_path, name, days)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with serving(lambda: (b"{}", {}), context) as port:
        conditions = network._check_address(f"https://localhost:{port}")
    assert [condition.code for condition in conditions] == expected
    assert all(f"https://localhost:{port}" in condition.words("en") for condition in conditions)


def test_an_address_where_nothing_listens_is_unreachable() -> None:
    with serving(lambda: (b"", {})) as port:
        pass
    assert [one.code for one in network._check_address(f"https://localhost:{port}")] == ["address_unreachable"]


def sign_in_of(data_dir: Path, folder: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is wrong with sign-in through the provider at a port."""
    secrets = folder / "secrets.toml"
    secrets.write_text(
        '[auth]\nredirect_uri = "http://localhost:1/oauth2callback"\nclient_id = "kpi"\nclient_secret = "s"\n'
        f'cookie_secret = "{"c" * 40}"\nserver_metadata_url = "http://127.0.0.1:{port}/.well-known/openid-configuration"\n'
    )
    secrets.chmod(0o600)
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
    (data_dir / "roles.csv").write_text("person,name,role,unit_code,valid_from,valid_to\n", encoding="utf-8")
    return [condition.code for condition in network.check_sign_in(settings_of(data_dir, KPI_AUTH="oidc"))]


def test_a_provider_is_asked_who_it_is_and_what_time_it_is(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, object] = {}
    now: dict[str, str] = {}
    with serving(lambda: (json.dumps(told).encode(), now)) as port:
        told["issuer"] = f"http://127.0.0.1:{port}"
        assert sign_in_of(data_dir, tmp_path, port, monkeypatch) == []
        now["Date"] = format_datetime(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=20), usegmt=True)
        assert sign_in_of(data_dir, tmp_path, port, monkeypatch) == ["clock_differs"]
        told["issuer"] = "http://elsewhere.test"
        assert sign_in_of(data_dir, tmp_path, port, monkeypatch) == ["provider_other_issuer"]
        del told["issuer"]
        assert sign_in_of(data_dir, tmp_path, port, monkeypatch) == ["provider_unreachable"]
    assert sign_in_of(data_dir, tmp_path, port, monkeypatch) == ["provider_unreachable"]


def test_secrets_that_other_accounts_read_are_found(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda: (b'{"issuer": ""}', {})) as port:
        sign_in_of(data_dir, tmp_path, port, monkeypatch)
    (tmp_path / "secrets.toml").chmod(0o644)
    assert [condition.code for condition in network._check_secrets()[0]] == ["secrets_readable"]


def test_what_keeps_digests_from_being_sent_is_found(data_dir: Path, tmp_path: Path) -> None:
    plain = settings_of(data_dir)
    Recipients(AccessTrail.open(plain)).add(Grant("p@so.vn", Role.LEADER), "vi", "p@so.vn", "Sở")
    assert found(plain) == {"digest_settings"}
    server = MailServer(tmp_path / "box", free_port())
    given = {"KPI_APP_URL": "https://kpi.example.vn", "KPI_MAIL_FROM": "kpi@so.vn", "KPI_MAIL_SERVER": server.setting}
    assert found(settings_of(data_dir, **given)) == {"mail_unreachable"}
    with listening(server):
        assert found(settings_of(data_dir, **given)) == set()
        by_tls = given | {"KPI_MAIL_SERVER": server.setting.replace("smtp:", "smtps:")}
        assert found(settings_of(data_dir, **by_tls)) == {"mail_tls"}
    assert server.mails() == []
    deliveries = Deliveries(AccessTrail.open(plain).engine, "20261125T000000")
    for step, codes in ((REFUSED, {"digests_refused"}), (DROPPED, set())):
        deliveries.end(deliveries.of(1), step, (), "550")
        deliveries = Deliveries(AccessTrail.open(plain).engine, "20261125T000000")
        assert found(settings_of(data_dir, **given)) - {"mail_unreachable"} == codes
