"""Settings come from the environment, then `.env`, then defaults; a bad value is named."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import make_url

from warehouse.cli import main
from warehouse.commands.conventions import EXIT_USAGE
from warehouse.settings import DEFAULT_BUILD_MEMORY_MB, PROJECT_ROOT, Settings, SettingsError


def test_the_registry_and_the_figures_are_in_the_data_folder_whatever_characters_its_path_has(tmp_path: Path) -> None:
    folder = tmp_path / """Sở "Y tế" 'a' %20 100% #x;y [b]"""
    settings = Settings.from_env({"KPI_DATA_DIR": str(folder)}, tmp_path / "none")
    assert make_url(settings.ops_url).database == str(folder / "registry.sqlite")
    assert make_url(settings.warehouse_url).database == str(settings.published_link / "warehouse.duckdb")
    with pytest.raises(SettingsError, match=r"\?"):
        Settings.from_env({"KPI_DATA_DIR": str(tmp_path / "what?")}, tmp_path / "none")


def test_without_any_setting_data_stands_in_the_project(tmp_path: Path) -> None:
    settings = Settings.from_env({}, tmp_path / "none")
    assert settings.data_dir == PROJECT_ROOT / "data"
    assert settings.ops_url == f"sqlite:///{PROJECT_ROOT}/data/registry.sqlite"
    assert settings.as_of_date is None


def test_every_path_follows_the_data_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"KPI_DATA_DIR": str(tmp_path)}, tmp_path / "none")
    paths = (settings.landing_dir, settings.runs_dir, settings.published_link, settings.build_lock)
    assert all(path.parent == tmp_path for path in paths)
    assert str(tmp_path) in settings.warehouse_url


def test_an_env_file_of_any_editor_is_read_from_its_first_line_or_refused_by_its_name(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("KPI_DATA_DIR=/srv/dữ liệu\r\nKPI_LANG=en\r\n", encoding="utf-8-sig")
    settings = Settings.from_env({}, env_file)
    assert (settings.data_dir, settings.lang) == (Path("/srv/dữ liệu"), "en")
    for encoding in ("utf-16", "latin-1"):
        env_file.write_text("KPI_DATA_DIR=/srv/réo\n", encoding=encoding)
        with pytest.raises(SettingsError, match=re.escape(str(env_file))):
            Settings.from_env({}, env_file)


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text('# mine\nKPI_KEEP_VERSIONS=3\nexport KPI_AS_OF_DATE="2025-07-20"\nOTHER=1\n', encoding="utf-8")
    settings = Settings.from_env({"KPI_KEEP_VERSIONS": "7"}, env_file)
    assert settings.keep_versions == 7
    assert settings.as_of_date == date(2025, 7, 20)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KPI_KEEP_VERSIONS", "0"),
        ("KPI_KEEP_VERSIONS", "x"),
        ("KPI_AS_OF_DATE", "20/7/2025"),
        ("KPI_LANG", "fr"),
        ("KPI_AUTH", "saml"),
        ("KPI_IDLE_MINUTES", "0"),
        ("KPI_BUILD_MEMORY_MB", "4GB"),
        ("KPI_UPLOAD_TIMEOUT", "0"),
        ("KPI_DRAW_AHEAD", "false"),
        ("KPI_PLAN_DIR", "/no/such/pack"),
        *(("KPI_APP_URL", url) for url in ("kpi.example.vn", "https://kpi.example.vn/app", "ftp://kpi.example.vn")),
        *(("KPI_MAIL_SERVER", url) for url in ("mail.example.vn", "http://mail.example.vn", "smtp://", "smtp://h:x")),
        ("KPI_MAIL_FROM", "Sở <kpi@example.vn>"),
        *(
            (name, url)
            for name in ("KPI_WAREHOUSE_URL", "KPI_OPS_URL", "KPI_BUILDER_URL")
            for url in ("kpi", "/var/lib/kpi", "mysql://h/kpi", "postgres://h/kpi", "postgresql+psycopg://h:port/kpi")
        ),
        ("KPI_WAREHOUSE_URL", "sqlite:///pages.sqlite"),
        *(
            ("KPI_WAREHOUSE_URL", url)
            for url in ("duckdb:", "duckdb:///", "duckdb:/var/kpi.duckdb", "duckdb://var/kpi")
        ),
        *(("KPI_OPS_URL", url) for url in ("sqlite:", "sqlite://", "sqlite://var/registry.sqlite")),
        ("KPI_OPS_URL", "duckdb:///registry.duckdb"),
        *(
            ("KPI_HOST_NAMES", name)
            for name in ("https://kpi.example.vn", "kpi.example.vn:443", "*.example.vn", "a b", "*")
        ),
    ],
)
def test_a_bad_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({"KPI_WAREHOUSE_URL": "postgresql://h/kpi", name: value}, tmp_path / "none")


def test_the_rights_of_a_builder_without_the_database_they_are_for_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="KPI_BUILDER_URL: KPI_WAREHOUSE_URL"):
        Settings.from_env({"KPI_BUILDER_URL": "postgresql://builder@h/kpi"}, tmp_path / "none")


@pytest.mark.parametrize(("lang", "said"), [("vi", "Thiết lập không dùng được"), ("en", "A setting cannot be used")])
def test_a_setting_that_cannot_be_used_is_refused_in_the_language_of_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, said: str
) -> None:
    monkeypatch.setenv("KPI_KEEP_VERSIONS", "0")
    monkeypatch.setenv("KPI_LANG", lang)
    assert main(["status"]) == EXIT_USAGE
    assert capsys.readouterr().err.startswith(f"{said}. KPI_KEEP_VERSIONS")
    monkeypatch.setenv("KPI_KEEP_VERSIONS", "5")
    monkeypatch.setenv("KPI_DATA_DIR", __file__)
    assert main(["status"]) == EXIT_USAGE
    reason = {"vi": "không phải thư mục", "en": "is no folder"}[lang]
    assert capsys.readouterr().err == f"{said}. KPI_DATA_DIR: {__file__}: {reason}\n"


def test_a_link_to_nothing_or_to_itself_is_no_data_folder(tmp_path: Path) -> None:
    for goal in ("nothing", "link"):
        link = tmp_path / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / goal)
        for folder in (link, link / "below"):
            with pytest.raises(SettingsError, match=f"KPI_DATA_DIR: {link}"):
                Settings.from_env({"KPI_DATA_DIR": str(folder)}, tmp_path / "none")
    link.unlink()
    link.symlink_to(tmp_path)
    assert Settings.from_env({"KPI_DATA_DIR": str(link)}, tmp_path / "none").data_dir == link


@pytest.mark.parametrize("password", ["s@cret", "s@cret:/w% d'x"])
def test_an_address_whose_password_is_not_escaped_is_refused_and_the_password_not_repeated(
    tmp_path: Path, password: str
) -> None:
    with pytest.raises(SettingsError, match="@ = %40") as refused:
        Settings.from_env({"KPI_OPS_URL": f"postgresql+psycopg://kpi:{password}@db.example.vn/kpi"}, tmp_path / "none")
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://kpi:s%40cret@db.example.vn/kpi?sslmode=require",
        "postgresql+psycopg2://kpi:s%40cret@db.example.vn/kpi?sslmode=require",
        " postgresql+psycopg://kpi@db.example.vn/kpi?sslmode=require&password=s%40cret ",
    ],
)
def test_an_address_of_a_server_names_the_installed_driver_and_hides_its_password(tmp_path: Path, given: str) -> None:
    settings = Settings.from_env({"KPI_WAREHOUSE_URL": given, "KPI_OPS_URL": given}, tmp_path / "none")
    assert settings.warehouse_url == settings.ops_url
    assert settings.ops_url == "postgresql+psycopg://kpi:s%40cret@db.example.vn/kpi?sslmode=require"
    assert "s%40cret" not in make_url(settings.ops_url).render_as_string()
    assert Settings.from_env(settings.as_env(), tmp_path / "none") == settings


def test_a_process_that_is_started_with_the_settings_environment_has_the_same_settings(tmp_path: Path) -> None:
    given = {"KPI_DATA_DIR": str(tmp_path), "KPI_AS_OF_DATE": "2025-05-08", "KPI_KEEP_VERSIONS": "7", "KPI_LANG": "en"}
    given |= {"KPI_BUILD_MEMORY_MB": "1500"}
    given |= {"KPI_HOST_NAMES": "kpi.example.vn, [fd00::7]", "KPI_AUTH": "none-on-purpose", "KPI_UPLOAD_TIMEOUT": "9"}
    given |= {"KPI_ROLES": str(tmp_path / "r.csv"), "KPI_PERSON_CLAIM": "sub", "KPI_ACCESS_CONTACT": "Sở"}
    given |= {"KPI_APP_URL": "https://kpi.example.vn/", "KPI_MAIL_FROM": "kpi@example.vn"}
    given |= {"KPI_MAIL_SERVER": "smtps://kpi%40example.vn:p%2F%3A%40ss@mail.example.vn"}
    for environment in (given, {"KPI_DATA_DIR": str(tmp_path)}):
        settings = Settings.from_env(environment, tmp_path / "no.env")
        assert Settings.from_env(settings.as_env(), tmp_path / "no.env") == settings


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "mail.example.vn", "127.0.0.1.example.vn"])
def test_mails_leave_this_machine_only_encrypted(tmp_path: Path, host: str) -> None:
    server = Settings.from_env({"KPI_MAIL_SERVER": f"smtp://{host}"}, tmp_path / "none").mail_server
    assert server
    assert server.is_loopback == (not host.endswith(".vn"))


def test_the_password_of_the_mail_server_is_in_no_message(tmp_path: Path) -> None:
    settings = Settings.from_env({"KPI_MAIL_SERVER": "smtp://kpi:s3cret@mail.example.vn"}, tmp_path / "none")
    assert settings.mail_server
    assert (settings.mail_server.port, settings.mail_server.password) == (587, "s3cret")
    assert "s3cret" not in repr(settings)
    with pytest.raises(SettingsError) as wrong:
        Settings.from_env({"KPI_MAIL_SERVER": "smtp://kpi:s3cret@mail.example.vn:port"}, tmp_path / "none")
    assert "s3cret" not in str(wrong.value)


# Decision 49: what a build takes beyond the limit of DuckDB, in bytes.
BEYOND_THE_LIMIT = 1.3e9


@pytest.mark.parametrize("service", ["plan-progress-build", "plan-progress"])
def test_services_leave_a_build_the_memory_that_it_may_take(service: str) -> None:
    text = (PROJECT_ROOT / "deploy" / "systemd" / f"{service}.service").read_text(encoding="utf-8")
    (gibibytes,) = re.findall(r"^MemoryMax=(\d+)G$", text, re.MULTILINE)
    assert int(gibibytes) * 2**30 >= DEFAULT_BUILD_MEMORY_MB * 10**6 + BEYOND_THE_LIMIT
