"""Files are recognised after they were given out: under any name, never with another byte, never another office's."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from anyio import sleep_forever
from docx import Document
from sqlalchemy import create_engine
from starlette.requests import HTTPConnection
from starlette.types import Message

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.web.access_record import recording
from tests.answered import awaited, respond
from tests.conftest import copy_for_writing
from warehouse import cli
from warehouse.people import AccessKind, AccessTrail, Recognised, recognise
from warehouse.registry.store import Registry
from warehouse.settings import Settings

LEADER = Viewer("leader", BUILT_IN_VIEWER.rights, is_signed_in=True, person="sep@kpi.test", session="s")
FILES = {
    "quarter.pdf": {"page": "", "period": "2021Q4"},
    "quarter.docx": {"page": "", "period": "2021Q4"},
    "deck.pptx": {"page": "review", "period": "2021Q4"},
    "table.xlsx": {"page": "", "table": "grid", "period": "2021Q4"},
    "mart.parquet": {"page": "downloads", "table": "dim_unit"},
    "table.csv": {"page": "", "table": "grid", "period": "2021Q4"},
}
WITHOUT_MARK = "table.csv"
# The shape of what a reader adds when a PDF is signed: further objects, and another end.
SIGNATURE = b"\n9 0 obj\n<</Type/Sig>>\nendobj\nstartxref\n0\n%%EOF\n"


def take(name: str, viewer: Viewer) -> bytes:
    """What a browser receives of a file, while the trail notes it."""
    scope = {"type": "http", "method": "GET", "path": f"/export/{name}", "query_string": b"lang=vi", "headers": []}
    received: list[Message] = []

    async def send(message: Message) -> None:
        received.append(message)

    async def receive() -> Message:
        await sleep_forever()
        raise AssertionError

    recorded = recording(viewer, HTTPConnection(scope), send)
    awaited(respond(name, FILES[name] | {"lang": "vi"})(scope, receive, recorded))
    assert received[0]["type"] == "http.response.start"
    return b"".join(message.get("body", b"") for message in received)


@pytest.fixture(scope="module")
def given(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Files of each kind, as an installation gave them out and somebody saved them under other names."""
    folder = tmp_path_factory.mktemp("given")
    data_dir = copy_for_writing(published_data_dir, folder / "data", without=("runs",))
    (data_dir / "runs").symlink_to(published_data_dir / "runs")
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("KPI_DATA_DIR", str(data_dir))
        saved = {name: folder / f"bản lưu {name}.tải về" for name in FILES}
        for name, path in saved.items():
            path.write_bytes(take(name, BUILT_IN_VIEWER))
        yield saved


@pytest.fixture
def other(given: dict[str, Path], tmp_path: Path) -> AccessTrail:
    """The trail of another installation, whose build began and ended in the same seconds; it gave out nothing."""
    build = Registry(Settings.from_env().ops_url).builds(1)[0]
    settings = Settings.from_env({"KPI_DATA_DIR": str(tmp_path / "other")}, tmp_path / "no.env")
    (tmp_path / "other").mkdir()
    registry = Registry(settings.ops_url)
    registry.start_build(build.version, build.started_at, build.as_of_date)
    registry.finish_build(build.version, build.finished_at or build.started_at, "published", {"dbt": 1.0})
    return AccessTrail.open(settings)


def test_a_file_is_recognised_by_its_content_alone(given: dict[str, Path], other: AccessTrail, tmp_path: Path) -> None:
    trail = AccessTrail.open()
    for name, path in given.items():
        found = recognise(trail.engine, path)
        assert found.recognised is Recognised.GIVEN, name
        assert found.events[0].about["what"].startswith(f"/export/{name}?")
        changed = bytearray(path.read_bytes())
        changed[len(changed) // 3] ^= 1
        (tmp_path / "changed").write_bytes(changed)
        is_marked = name != WITHOUT_MARK
        no, elsewhere = (Recognised.CHANGED, Recognised.FOREIGN) if is_marked else (Recognised.UNKNOWN,) * 2
        assert recognise(trail.engine, tmp_path / "changed").recognised is no, name
        assert recognise(other.engine, path).recognised is elsewhere, name


def test_what_was_opened_and_saved_again_or_signed_is_not_what_was_given_out(
    given: dict[str, Path], tmp_path: Path
) -> None:
    engine = AccessTrail.open().engine
    Document(str(given["quarter.docx"])).save(str(tmp_path / "saved.docx"))
    saved = recognise(engine, tmp_path / "saved.docx")
    assert saved.recognised is Recognised.CHANGED
    original = given["quarter.pdf"].read_bytes()
    (tmp_path / "signed.pdf").write_bytes(original + SIGNATURE * 2)
    signed = recognise(engine, tmp_path / "signed.pdf")
    assert (signed.recognised, signed.added_bytes) == (Recognised.EXTENDED, 2 * len(SIGNATURE))
    (tmp_path / "forged.pdf").write_bytes(original.replace(b"/Lang", b"/Lung", 1) + SIGNATURE)
    assert recognise(engine, tmp_path / "forged.pdf").recognised is Recognised.CHANGED
    for content in (b"", b"PK\x03\x04", b"%PDF-1.7 %%EOF"):
        (tmp_path / "other").write_bytes(content)
        assert recognise(engine, tmp_path / "other").recognised is Recognised.UNKNOWN


def test_an_event_that_somebody_altered_recognises_nothing(given: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "forged.csv").write_bytes(b"a;b\r\n1;2\r\n")
    forged = hashlib.sha256(b"a;b\r\n1;2\r\n").hexdigest()
    copy = shutil.copy(Settings.from_env().data_dir / "registry.sqlite", tmp_path)
    with closing(sqlite3.connect(copy)) as registry, registry:
        named = "select name from sqlite_master where type = 'trigger' and tbl_name = 'access_event'"
        for (trigger,) in registry.execute(named).fetchall():
            registry.execute(f"drop trigger {trigger}")
        registry.execute("update access_event set about = json_set(about, '$.sha256', ?)", [forged])
    engine = create_engine(f"sqlite:///{copy}")
    assert recognise(engine, tmp_path / "forged.csv").recognised is Recognised.UNKNOWN
    engine.dispose()


def test_equal_content_is_given_out_as_equal_bytes_and_noted_once_without_sign_in(given: dict[str, Path]) -> None:
    again = {name: take(name, BUILT_IN_VIEWER) for name in FILES}
    for name, path in given.items():
        assert path.read_bytes() == again[name], name
    assert len(AccessTrail.open().newest([AccessKind.DOWNLOADED])) == len(FILES)
    for _ in range(2):
        take("table.csv", LEADER)
    noted = recognise(AccessTrail.open().engine, given["table.csv"]).events
    assert [event.person for event in noted] == ["", LEADER.person, LEADER.person]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_command_says_so_in_words(
    given: dict[str, Path], lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    yes, no = {"vi": ("Đúng:", "Không:"), "en": ("Yes:", "No:")}[lang]
    pdf = given["quarter.pdf"]
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(pdf.read_bytes().replace(b"/Lang", b"/Lung", 1))
    assert cli.main(["--lang", lang, "verify", str(pdf)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(yes)
    assert "/export/quarter.pdf?lang=vi" in said
    assert cli.main(["--lang", lang, "verify", str(changed)]) == 6
    assert capsys.readouterr().out.startswith(no)
    assert cli.main(["verify", "--json", str(given["table.csv"])]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["result"], facts["downloads"][0]["person"]) == ("given", "")
    assert cli.main(["verify", str(tmp_path / "none")]) == 2
    assert cli.main(["verify", str(pdf), "--backup", str(tmp_path)]) == 2
