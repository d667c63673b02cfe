"""After a publication each recipient is told what they must act on: once, by their rights, and never lost.

Mails go to a real server and are read from its mailbox, webhooks to a real receiver. The officer of the commune 26740,
the reader of the area 760, a leader and the department are those of `tests/app/roles.py`.
"""

import csv
import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.saved_views import audience_of
from app.digest import process
from app.digest.sending import send_digests
from app.forms import FormResult, SentForm
from app.forms.registry import carry_out
from app.queries import progress
from tests.app.roles import AREAS, COMMUNES, PERIOD, VIEWERS
from tests.full_disk import without_room
from tests.mailboxes import MailServer, listening, receiving
from tests.pipeline.commands import PROJECT, environment, run, run_json, run_well
from tests.servers import free_port
from tests.two_tiers import communes, surroundings
from warehouse.desk import Desk, Draft, ViewDraft
from warehouse.digest import Recipient, RecipientError, Recipients, StopLink, Watches, grant_of, newest_steps
from warehouse.people import AccessTrail, Role, load_roles
from warehouse.publish import publication
from warehouse.publish.engines import kept, published
from warehouse.publish.versions import WAREHOUSE_FILE, read_manifest, write_manifest
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

SENDER = "kpi@so.example.vn"
APP = "https://kpi.example.vn"
LEADER, DEPARTMENT, OFFICER, READER = (f"{who}@so.example.vn" for who in ("leader", "phong", "canbo", "khuvuc"))
GRANTS = (
    (LEADER, Role.LEADER, ""),
    (DEPARTMENT, Role.DEPARTMENT, ""),
    (OFFICER, Role.UNIT_OFFICER, COMMUNES["own"]),
    (READER, Role.AREA_READER, AREAS["own"]),
)


@dataclass
class Office:
    """An installation with a mail server, and its recipients."""

    settings: Settings
    mail: MailServer

    @property
    def recipients(self) -> Recipients:
        """The recipients on record."""
        return Recipients(AccessTrail.open(self.settings))

    def add(self, person: str, lang: str = "vi", address: str = "") -> Recipient:
        """Add a person by the role that they hold."""
        grant = grant_of(load_roles(self.settings.roles_file), person, None, "")
        return self.recipients.add(grant, lang, address or person, "Sở")

    def send(self, *, at_once: bool = False) -> dict[str, int]:
        """Send what is due; return how many recipients had each outcome."""
        return dict(send_digests(self.settings, at_once=at_once)[1])

    def publish_again(self, number: int = 1) -> None:
        """Publish a further version with the same figures."""
        now = published(self.settings).version
        manifest = read_manifest(self.settings.runs_dir / now)
        assert manifest
        later = f"20270101T00000{number}"
        folder = self.settings.runs_dir / later
        folder.mkdir()
        os.link((self.settings.runs_dir / now / WAREHOUSE_FILE).resolve(), folder / WAREHOUSE_FILE)
        write_manifest(folder, replace(manifest, version=later))
        publication.publish(self.settings, later)

    def something_new(self) -> None:
        """Give the officer's commune an action that is overdue."""
        draft = Draft("Rà soát danh sách cơ sở", "UBND", dt.date(2026, 11, 1), PERIOD, unit_code=COMMUNES["own"])
        Desk.open(self.settings).open_action(draft, "Sở", at=dt.datetime(2026, 10, 1, 9))

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the process that sends digests."""
        command = [sys.executable, "-m", "app.digest.process", *arguments]
        surrounding = environment(self.settings.data_dir, **SETTINGS, KPI_MAIL_SERVER=self.mail.setting)
        return subprocess.Popen(command, cwd=PROJECT, env=surrounding, stdout=subprocess.DEVNULL)


# Who sees every figure, and who sees them without small counts.
WHO = ("department", "leader")
SETTINGS = {"KPI_APP_URL": APP, "KPI_MAIL_FROM": SENDER}


@pytest.fixture
def office(desk_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The sample with four people in its file of roles, and a mail server that is up."""
    server = MailServer(tmp_path / "box", free_port())
    given = {**SETTINGS, "KPI_DATA_DIR": str(desk_data_dir), "KPI_MAIL_SERVER": server.setting}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    write_roles(desk_data_dir, GRANTS)
    with listening(server):
        yield Office(Settings.from_env(), server)


def write_roles(data_dir: Path, grants: tuple[tuple[str, Role, str], ...]) -> None:
    with (data_dir / "roles.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("person", "name", "role", "unit_code", "valid_from", "valid_to"))
        lines.writerows((person, "", role.value, unit, "2020-01-01", "") for person, role, unit in grants)


def parts(mail: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a mail, as a reader's program shows them."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text
    assert html
    return text.get_content(), html.get_content()


def links(html: str) -> list[str]:
    """The addresses of the lines of a mail."""
    return [found.replace("&amp;", "&") for found in re.findall(r"<li><a href='([^']+)'", html)]


def test_each_is_told_of_their_own_units_in_their_language_and_nothing_twice(office: Office) -> None:
    for person, lang in ((LEADER, "vi"), (DEPARTMENT, "en"), (OFFICER, "vi"), (READER, "en")):
        office.add(person, lang)
    assert office.send() == {"delivered": 4}
    assert {mail["To"] for mail in office.mail.mails()} == {person for person, _, _ in GRANTS}
    for mail in office.mail.mails():
        text, html = parts(mail)
        lang = mail["Content-Language"]
        say = words_in(lang)
        assert str(mail["From"]) == f"{say('app.title')} <{SENDER}>"
        assert mail["Subject"].startswith(say("digest.sample", subject=""))
        for part in (text, html):
            assert say("digest.sample_note") in part
            assert say("digest.protected") in part
        assert f"<html lang='{lang}'>" in html
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        (stop,) = re.findall(r"<(https://[^>]+)>", mail["List-Unsubscribe"])
        assert stop in text
        assert all(link in text and link.startswith(f"{APP}/") for link in links(html))
    # A leader and the department have ten lines; an office has its own units only.
    for person in (LEADER, DEPARTMENT):
        assert 5 < len(links(parts(office.mail.to(person)[0])[1])) <= 10
    for person, own in ((OFFICER, {COMMUNES["own"]}), (READER, None)):
        viewer = VIEWERS["area_reader"]
        html = parts(office.mail.to(person)[0])[1]
        named = {unit for link in links(html) for unit in parse_qs(urlsplit(link).query).get("unit", [])}
        assert named
        assert named <= (own or viewer.readable_units or set())
    assert office.send() == {}, "one digest a publication"
    office.publish_again()
    assert office.send() == {"nothing": 4}, "the same figures are no news"
    office.something_new()
    office.publish_again(2)
    assert office.send() == {"delivered": 3, "nothing": 1}
    text, html = parts(office.mail.to(OFFICER)[1])
    assert len(links(html)) == 1
    assert "/actions?action=" in text
    assert "cơ sở" not in text, "free text may hold a count and is read on its page"
    assert office.mail.to(OFFICER)[0]["Message-ID"] != office.mail.to(OFFICER)[1]["Message-ID"]


def test_a_digest_says_what_pages_show_without_small_counts_and_nothing_of_people(office: Office) -> None:
    warehouse = published(office.settings)
    known, shown = (progress.reporter_progress(Reader(VIEWERS[who], warehouse), PERIOD, "ytd") for who in WHO)
    late, seen = (
        {(row.unit_code, row.target_code) for row in rows if row.late_certainty == "certain"} for rows in (known, shown)
    )
    # A commune with late figures of which some count people: only the department sees those.
    unit = min({unit for unit, _ in late - seen} & {unit for unit, _ in seen})
    write_roles(office.settings.data_dir, ((OFFICER, Role.UNIT_OFFICER, unit),))
    office.add(OFFICER)
    office.send()
    text, _ = parts(office.mail.to(OFFICER)[0])
    told = set(re.findall(rf"/ward\?unit={unit}&target=(\w+)", text))
    assert told == {target for code, target in seen if code == unit}
    assert told < {target for code, target in late if code == unit}
    values = {row.target_code: words_in("vi").percent(row.value_pct) for row in shown if row.unit_code == unit}
    assert all(f": {values[target]}% " in text for target in told)


def test_a_process_that_is_killed_between_sending_and_recording_neither_doubles_nor_loses(office: Office) -> None:
    office.add(OFFICER)
    process = office.run("send")
    office.mail.kills.append(process.pid)
    assert process.wait() == -9
    office.mail.kills.clear()
    assert len(office.mail.mails()) == 1
    for _ in range(2):
        assert office.send(at_once=True) == {}
    assert len(office.mail.mails()) == 1, "never twice"
    # Whether it arrived is not known here, so its content is in the next one.
    office.publish_again()
    assert office.send() == {"delivered": 1}
    before, after = office.mail.mails()
    assert links(parts(before)[1]) == links(parts(after)[1])
    office.publish_again(2)
    assert office.send() == {"nothing": 1}


def test_a_full_disk_is_named_and_nobody_gets_a_digest_twice_once_there_is_room(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KPI_LANG", "en")
    for person, _, _ in GRANTS:
        office.add(person)
    with without_room(AccessTrail.open(office.settings).engine):
        assert process.main(["send"]) == 7
    assert "The disk is full" in capsys.readouterr().err
    assert process.main(["send"]) == 0
    assert sorted(mail["To"] for mail in office.mail.mails()) == sorted(person for person, _, _ in GRANTS)


def test_a_preview_that_cannot_be_written_names_the_file(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number, nowhere = office.add(LEADER).recipient_id, tmp_path / "nowhere" / "digest.html"
    assert process.main(["preview", str(number), "--html", str(nowhere)]) == 2
    assert str(nowhere) in capsys.readouterr().err


def test_a_mail_server_that_is_down_delays_and_loses_nothing(office: Office, tmp_path: Path) -> None:
    added = [office.add(person) for person in (LEADER, OFFICER, READER)]
    engine = AccessTrail.open(office.settings).engine
    down = MailServer(tmp_path / "box", free_port())
    office.settings = replace(office.settings, mail_server=replace(office.settings.mail_server, port=down.port))  # type: ignore[type-var]
    assert office.send() == {"delayed": 3}
    assert office.send() == {}, "it is not asked again at once"
    first = newest_steps(engine)[added[0].recipient_id]
    assert (first.step, first.detail) == ("delayed", "mail_unreachable")
    # A later version says all that waits, in one mail.
    office.something_new()
    office.publish_again()
    assert office.send() == {"delayed": 3}
    with listening(down):
        down.answers |= {OFFICER: "550 5.1.1 no such user", READER: "451 4.7.1 later"}
        assert office.send(at_once=True) == {"delivered": 1, "refused": 1, "delayed": 1}
        down.answers.clear()
        assert office.send(at_once=True) == {"delivered": 1}, "a refused address is not asked again for this version"
    assert len(down.to(LEADER)) == len(down.to(READER)) == 1
    assert not down.to(OFFICER)
    assert newest_steps(engine)[added[1].recipient_id].detail == "550"


def test_one_press_stops_it_and_nobody_else_s(office: Office) -> None:
    officer, leader = office.add(OFFICER), office.add(LEADER)
    office.send()
    (address,) = re.findall(r"<(https://[^>]+)>", office.mail.to(OFFICER)[0]["List-Unsubscribe"])
    values = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    link = StopLink(values["recipient"], values["code"])
    assert office.recipients.of_link(link) == officer
    for forged in (
        StopLink(str(leader.recipient_id), link.code),
        StopLink(link.recipient, link.code[:-1] + "0" * (link.code[-1] != "0") + "1" * (link.code[-1] == "0")),
        StopLink("", ""),
        StopLink("x" * 5000, "é"),
    ):
        assert office.recipients.stop_by_link(forged) is None
    assert len(office.recipients.active()) == 2
    for _ in range(2):
        stopped = office.recipients.stop_by_link(link)
        assert stopped
        assert stopped.stopped_at
    assert office.recipients.active() == [leader]
    # Who is added again has another link: the old one stops nothing.
    again = office.add(OFFICER)
    office.recipients.stop_by_link(link)
    assert again in office.recipients.active()
    kinds = [event.kind for event in AccessTrail.open(office.settings).newest(limit=20)]
    assert (kinds.count("digest_added"), kinds.count("digest_stopped")) == (3, 1)


def test_a_role_that_ended_gets_nothing(office: Office) -> None:
    office.add(OFFICER)
    office.add(LEADER)
    write_roles(office.settings.data_dir, GRANTS[:1])
    assert office.send() == {"delivered": 1, "nothing": 1}
    assert office.mail.to(OFFICER) == []
    with pytest.raises(RecipientError):
        office.add(OFFICER, address="other@so.example.vn")


def test_a_watched_view_is_reported_when_its_rows_change(office: Office) -> None:
    newest = published(office.settings).version
    older = min(one.version for one in publication.versions(office.settings))
    publication.publish(office.settings, older)
    viewer = replace(VIEWERS["leader"], person=LEADER, name="Lãnh đạo")
    late = {"period": ["2025Q1"], "level": ["district"], "status": ["behind", "far_behind"]}
    desk = Desk.open(office.settings)
    view = desk.save_view("progress", ViewDraft("Số chậm", "", late, (), older), audience_of(viewer), "Lãnh đạo")

    def send_form(name: str) -> FormResult:
        return carry_out(SentForm(name, {"view_id": str(view.view_id)}, viewer))

    def rows(version: str) -> set[tuple[str, str, str]]:
        warehouse = kept(version, office.settings)
        assert warehouse
        shown = progress.level_progress(Reader(VIEWERS["leader"], warehouse), "district", "2025Q1", "ytd")
        return {
            (one.unit_code, one.target_code, one.shown_status) for one in shown if one.shown_status in late["status"]
        }

    assert send_form("watch-view").problem == words_in("vi")("desk.no_digest")
    office.add(LEADER)
    assert send_form("watch-view").is_done
    office.send()
    assert "Số chậm" not in parts(office.mail.to(LEADER)[0])[0], "what is in it at the beginning is no news"
    publication.publish(office.settings, newest)
    before, now = rows(older), rows(newest)
    assert before != now
    assert office.send() == {"delivered": 1}
    text, html = parts(office.mail.to(LEADER)[1])
    (line,) = re.findall(r"- “Số chậm”: thêm (\d+) dòng.*, bớt (\d+) dòng\n  (\S+)", text)
    assert line[:2] == (str(len(now - before)), str(len(before - now)))
    assert line[2].startswith(f"{APP}/explore/?")
    assert f"saved={view.view_id}" in line[2]
    assert words_in("vi")("digest.title_view") in html
    office.publish_again()
    assert office.send() == {"nothing": 1}
    assert send_form("unwatch-view").is_done
    assert Watches(AccessTrail.open(office.settings).engine).of(LEADER) == []


def test_a_webhook_is_told_the_same_and_its_address_is_seen_nowhere(
    office: Office, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with receiving() as hook:
        address = f"json://127.0.0.1:{hook.port}/room?token=s3cret-of-the-room"
        office.add(LEADER, "en", address)
        hook.status = 503
        assert office.send() == {"delayed": 1}
        hook.status = 200
        assert office.send(at_once=True) == {"delivered": 1}
        assert office.send(at_once=True) == {}
    (_, before, _), (path, headers, body) = hook.received
    assert path.startswith("/room")
    assert headers["Idempotency-Key"] == before["Idempotency-Key"]
    assert body["title"].startswith("[Sample data]")
    assert "certainly late in" in body["message"]
    assert len(body["message"]) < 2000
    assert f"{APP}/digest/stop?" in body["message"]
    listed = run_json(office.settings.data_dir, "digest", "list")
    assert (listed[0]["to"], listed[0]["state"]) == ("json://…", "delivered")
    events = str(AccessTrail.open(office.settings).newest())
    for seen in (str(listed), events, caplog.text, "".join(capfd.readouterr()), repr(office.recipients.all())):
        assert "s3cret" not in seen


def test_a_city_of_two_tiers_with_leading_zeros_is_told_by_command(
    two_tiers_data_dir: Path, copied: Callable[[Path], Path]
) -> None:
    data_dir, around = copied(two_tiers_data_dir), surroundings() | SETTINGS
    silent = communes()[5]
    assert silent.startswith("00")
    write_roles(data_dir, ((LEADER, Role.LEADER, ""), (OFFICER, Role.UNIT_OFFICER, silent)))
    wrong = run(data_dir, "digest", "add", "--person", OFFICER, "--to", "json", **around)
    assert wrong.returncode == 2
    assert "neither a mail address" in wrong.stderr
    for person in (LEADER, OFFICER):
        run_well(data_dir, "digest", "add", "--person", person, "--to", person, "--language", "en", **around)
    told = run_well(data_dir, "digest", "preview", "2", **around)
    assert f"{APP}/reports?unit={silent}&period=2026Q2" in told
    assert "Lo Gach" in told
    assert "{" not in told
    # No mail server yet: it waits, and the next attempt is by the timer or by hand.
    waiting = run(data_dir, "digest", "send", **around)
    assert waiting.returncode == 1
    assert "2 delayed" in waiting.stdout
    listed = run_json(data_dir, "digest", "list", **around)
    assert {row["state"] for row in listed} == {"delayed"}
    run_well(data_dir, "digest", "stop", "1", **around)
    assert run(data_dir, "digest", "stop", "1", **around).returncode == 2


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """Copy a data folder for a test that writes."""
    from tests.conftest import copy_for_writing

    return lambda data_dir: copy_for_writing(data_dir, tmp_path / "data")
