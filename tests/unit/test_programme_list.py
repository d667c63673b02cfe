"""The list of programmes, and settings, texts and seeds of the one in force."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest

from app.core.i18n import words_in
from app.core.url_state import State, in_plan
from tests.plan_pack import PACK as PROVINCE
from tests.two_tiers import PACK
from warehouse.health.setting import why_unusable
from warehouse.plan.names import programme_names
from warehouse.programmes import ProgrammesError, bound, code_in_force, in_force, read_programmes
from warehouse.reference import load_reference
from warehouse.settings import Settings, SettingsError

ROOT = Path(__file__).parents[2]
DAY = date(2026, 8, 15)


def listed(folder: Path, *lines: str, header: str = "code,data_dir,plan,name_vi,name_en") -> Path:
    """A list with these lines."""
    path = folder / "programmes.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three programmes: the project's plan, a city of two tiers, a province that reports by half-year."""
    path = listed(tmp_path, "city,a,,,", f"two,b,{PACK},,", f"half,c,{PROVINCE},Tỉnh,Province")
    monkeypatch.setenv("KPI_PROGRAMMES", str(path))
    return path


def test_every_path_is_that_of_the_programme_in_force(several: Path) -> None:
    for code, folder in (("city", "a"), ("two", "b"), ("half", "c")):
        with in_force(code):
            settings = Settings.from_env()
        assert settings.programme == code
        assert settings.data_dir == several.parent / folder
        assert {settings.roles_file.parent, settings.landing_dir.parent} == {settings.data_dir}
        assert str(settings.data_dir) in settings.warehouse_url
        assert str(settings.data_dir) in settings.ops_url
        assert settings.installation.data_dir == several.parent / "a"
    assert Settings.from_env().programme == "city"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_list_is_read_as_a_spreadsheet_program_saves_it(tmp_path: Path, separator: str) -> None:
    lines = [separator.join(("city", "a", "", "Phòng, chống", "")), separator.join(("two", "b", "", "", ""))]
    path = listed(tmp_path, *lines, header=separator.join(("code", "data_dir", "plan", "name_vi", "name_en")))
    assert [(row.code, row.data_dir.name, row.name_vi) for row in read_programmes(path)] == [
        ("city", "a", "Phòng, chống"),
        ("two", "b", ""),
    ]


def test_a_process_that_is_started_with_its_environment_works_for_the_same_programme(several: Path) -> None:
    with in_force("two"):
        settings = Settings.from_env()
    assert Settings.from_env(settings.as_env(), several.parent / "no.env") == settings


def test_commands_work_on_the_programme_of_the_setting_and_requests_on_their_own(
    several: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_PROGRAMME", "half")
    assert Settings.from_env().programme == "half"
    with in_force("two"):
        assert Settings.from_env().programme == "two"


def test_threads_that_work_at_the_same_moment_have_their_own_seeds_and_texts(several: Path) -> None:
    together = Barrier(3)

    def seen(code: str) -> tuple[str, str, str]:
        with in_force(code):
            found = []
            for _ in range(30):
                together.wait()
                found.append((load_reference().top.unit_code, words_in("vi")("period.title"), State().href()))
            assert len(set(found)) == 1
            return found[0]

    with ThreadPoolExecutor(3) as pool:
        city, two, half = pool.map(seen, ("city", "two", "half"))
    assert [city[0], two[0], half[0]] == ["79", "01", "90"]
    plain = "/?window=ytd&lang=vi"
    assert [city[2], two[2], half[2]] == [plain, f"{plain}&plan=two", f"{plain}&plan=half"]
    with in_force("half"):
        assert "nửa năm" in words_in("vi")("period.previous").lower()
    with in_force("city"):
        assert "quý" in words_in("vi")("period.previous").lower()


def test_a_function_takes_its_programme_to_another_thread(several: Path) -> None:
    with in_force("two"):
        work = bound(lambda: in_plan("/x?a=1"))
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result() == "/x?a=1&plan=two"
    assert copy_context().run(code_in_force) == ""


def test_a_programme_has_its_own_name_else_its_plans_and_equal_ones_differ_by_code(
    several: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_env()
    names = {code: own["vi"] for code, own in programme_names(settings, DAY).items()}
    assert names == {"city": "Kế hoạch 2026–2030", "two": "Kế hoạch năm 2026", "half": "Tỉnh"}
    folder = several.parent / "twice"
    folder.mkdir()
    path = listed(folder, f"x,1,{PACK},,", f"y,2,{PACK},,Other")
    monkeypatch.setenv("KPI_PROGRAMMES", str(path))
    assert {code: tuple(own.values()) for code, own in programme_names(Settings.from_env(), DAY).items()} == {
        "x": ("Kế hoạch năm 2026 (x)", "Plan of 2026"),
        "y": ("Kế hoạch năm 2026 (y)", "Other"),
    }


def test_without_a_list_there_is_one_plan_and_no_code_anywhere(tmp_path: Path) -> None:
    settings = Settings.from_env({"KPI_DATA_DIR": str(tmp_path)}, tmp_path / "no.env")
    assert (settings.codes, settings.programme, settings.plan_in_addresses) == (("",), "", "")
    assert settings.installation == settings
    assert programme_names(settings, DAY) == {}
    assert "plan" not in State(window="").href()


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ((), "no programme is listed"),
        (("Ma túy,a,,,",), ":2, code: 'Ma túy': only a–z"),
        (("x,,,,",), ":2, data_dir: is empty"),
        (("x,a,,,", "x,b,,,"), ":3, code: 'x': is listed twice"),
        (("x,a,,,", "y,a,,,"), ":3, data_dir: 'x': the folder is shared"),
        (("x,a,,,", "y,a/b,,,"), ":3, data_dir: 'x': the folder is shared"),
        (("x,a,nowhere.xlsx,,",), ":2, plan: 'nowhere.xlsx': is neither a folder nor a file"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(tmp_path: Path, lines: tuple[str, ...], named: str) -> None:
    path = listed(tmp_path, *lines)
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"KPI_PROGRAMMES": str(path)}, tmp_path / "no.env")
    assert named in why_unusable(refused.value, "en")


def test_a_column_that_is_missing_or_unknown_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgrammesError, match=r"programmes\.csv: data_dir$") as missing:
        read_programmes(listed(tmp_path, "x", header="code"))
    assert missing.value.why == "column_missing"
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ProgrammesError, match=r"programmes\.csv: data \(") as unknown:
        read_programmes(listed(other, "x,a,b", header="code,data_dir,data"))
    assert unknown.value.why == "column_unknown"


def test_settings_that_programmes_cannot_share_are_refused(tmp_path: Path) -> None:
    path = listed(tmp_path, "x,a,,,")
    for name in ("KPI_OPS_URL", "KPI_WAREHOUSE_URL", "KPI_ROLES"):
        with pytest.raises(SettingsError, match=name):
            Settings.from_env({"KPI_PROGRAMMES": str(path), name: "sqlite:///x"}, tmp_path / "no.env")


def test_a_server_that_follows_one_plan_follows_several_once_the_guide_is_followed(tmp_path: Path) -> None:
    lines = (ROOT / "deploy" / "debian" / "settings.env").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    guide = (ROOT / "docs" / "how-to" / "several-programmes.md").read_text(encoding="utf-8")
    removed = re.findall(r"`(KPI_\w+)`", guide[guide.index("remove `") : guide.index("and restart the app")])
    kept = {name: value for name, value in values.items() if name not in removed}
    path = listed(tmp_path, "city,a,,,", f"two,b,{PACK},,")
    settings = Settings.from_env(kept | {"KPI_PROGRAMMES": str(path)}, tmp_path / "no.env")
    assert (settings.codes, settings.auth) == (("city", "two"), "oidc")
    assert settings.roles_file.parent == settings.data_dir == tmp_path / "a"


def test_an_unknown_programme_is_refused(several: Path, tmp_path: Path) -> None:
    with in_force("drugs"), pytest.raises(SettingsError, match="'drugs' \\(city, two, half\\)"):
        Settings.from_env()
    with pytest.raises(SettingsError, match="KPI_PROGRAMME"):
        Settings.from_env({"KPI_PROGRAMME": "x", "KPI_DATA_DIR": str(tmp_path)}, tmp_path / "no.env")
