"""Several processes of the app on one data folder behind nginx: each shows what another was told, and one that ends
costs nobody a page or a form."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from urllib.parse import urlencode, urlsplit

import pytest
from asking import ask
from lxml import html
from visits import publish, running_fork

from tests.conftest import copy_for_writing
from tests.nginx import PROGRAM, UNENCRYPTED, running_nginx
from warehouse.desk import Desk
from warehouse.settings import Settings

UNIT, PERIOD = "760", "2025Q1"
PAGE = f"/district?unit={UNIT}&period={PERIOD}&lang=vi"
REPORT = "/report?unit=26740&period=2026Q4&lang=vi"
CELL = "B1-sessions_direct"
# Addresses of this machine: a viewer without a sign-in keeps to a process by theirs.
PEOPLE = [f"127.0.0.{number}" for number in range(2, 14)]
NOTES = 4
TIMEOUT_S = 60


class Person:
    """Somebody at an address who reads pages and writes as their scripts do, again after `ended` if no answer comes."""

    def __init__(self, site: str, address: str, ended: Event) -> None:
        self.site, self.address, self.ended = site, address, ended

    def reads(self, path: str = PAGE) -> str:
        """Return the page at an address, which must be there."""
        status, text = self._request("GET", path)
        assert status == HTTPStatus.OK
        return text

    def notes(self, text: str) -> None:
        """Write a note on the district; if no answer comes, once more with the same key."""
        note = {"unit_code": UNIT, "period_code": PERIOD, "text": text, "by": self.address, "once": text}
        path = f"/act/add-note?{urlencode({'at': PAGE})}"
        try:
            status, answer = self._request("POST", path, note)
        except (OSError, HTTPException):
            status, answer = HTTPStatus.BAD_GATEWAY, ""
        if status == HTTPStatus.BAD_GATEWAY:
            self.ended.wait(TIMEOUT_S)
            status, answer = self._request("POST", path, note)
        assert (status, json.loads(answer)["state"]) == (HTTPStatus.OK, "done")

    def fills_in(self, number: str) -> None:
        """Type a number into the form of a report, which keeps it as a draft."""
        (form,) = (one for one in html.fromstring(self.reads(REPORT)).forms if "data-draft" in one.attrib)
        values = {"deed": "keep", "seen": "0", "follows": "0", "by": self.address, CELL: number}
        status, _ = self._request("POST", form.get("action"), values)
        assert status == HTTPStatus.OK

    def _request(self, method: str, path: str, values: dict[str, str] | None = None) -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(self.site).netloc, timeout=TIMEOUT_S, source_address=(self.address, 0))
        headers = {"Accept": "application/json"}
        if values:
            headers |= {"Origin": self.site, "X-Report": "form", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(values) if values else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


@pytest.fixture
def data_dir(published_data_dir: Path, tmp_path: Path) -> Path:
    """A copy of the sample with its originals, to write in."""
    return copy_for_writing(published_data_dir, tmp_path / "data", "landing")


def requests_of(process: str) -> float:
    """How many pages a process of the app has answered."""
    lines = [line for line in ask(process, "/metrics").text.splitlines() if 'page="district"' in line]
    return sum(float(line.split()[-1]) for line in lines if line.startswith("kpi_http_requests_total"))


@pytest.mark.skipif(not PROGRAM.exists(), reason="nginx is not installed")
def test_one_of_several_processes_may_end_while_all_show_what_any_of_them_was_told(
    data_dir: Path, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        first, one = stack.enter_context(running_fork(data_dir))
        second, two = stack.enter_context(running_fork(data_dir))
        apps = [urlsplit(process).netloc for process in (one, two)]
        site = f"http://127.0.0.1:{stack.enter_context(running_nginx(tmp_path, apps, UNENCRYPTED))}"
        ended = Event()
        people = [Person(site, address, ended) for address in PEOPLE]

        assert not any("Đã gọi" in person.reads() for person in people)
        assert all(requests_of(process) for process in (one, two)), "the people are spread over the processes"
        people[0].notes("Đã gọi phường")
        people[0].fills_in("4321")
        assert all("Đã gọi phường" in person.reads() for person in people)

        newest = (data_dir / "published").resolve().name
        before = next(run.name for run in sorted((data_dir / "runs").iterdir()) if run.name != newest)
        publish(data_dir, before)
        assert {ask(process, "/version").headers["etag"] for process in (one, two)} == {f'"{before}"'}

        with ThreadPoolExecutor(len(people)) as pool:
            written = [
                pool.submit(person.notes, f"{person.address}, {number}") for number in range(NOTES) for person in people
            ]
            written[len(people)].result()
            first.kill()
            first.join()
            ended.set()
            read = [pool.submit(person.reads) for person in people]
            for answer in (*written, *read):
                answer.result()
        texts = Counter(note.text for note in Desk(Settings.from_env().in_folder(data_dir).ops_url).notes(UNIT))
        assert {texts[f"{address}, {number}"] for address in PEOPLE for number in range(NOTES)} == {1}

        stack.enter_context(running_fork(data_dir, urlsplit(one).port))
        second.kill()
        assert all('value="4321"' in person.reads(REPORT).replace("'", '"') for person in people)
