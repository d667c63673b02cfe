"""Who is answered at all, and what every answer tells the browser: asked of the running app, and through nginx."""

import datetime as dt
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPResponse, HTTPSConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_STORED, ZipFile

import pytest
from asking import ask
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, expect
from visits import ROOT, Visit, running_app, running_server
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response
from websockets.sync.client import connect

from app.core.i18n import words_in
from tests.codings import unpacked
from tests.conftest import copy_for_writing
from tests.nginx import PROGRAM, running_nginx
from tests.servers import free_port

NAME = "kpi.test"
FOREIGN = "elsewhere.test"
# One of every kind: Streamlit's page, script, state and font; our files; what is not there; what is not allowed.
ROUTES = (
    "/",
    "/?lang=en",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/explore/",
    "/explore/_stcore/health",
    "/explore/_stcore/host-config",
    "/explore/static/js/nothing.js",
    "/assets/icon.svg",
    "/assets/page.js",
    "/assets/nothing.js",
    "/export/table.csv?page=&table=cells&period=2021Q4",
    "/export/nothing",
    "/intake/original?submission=1",
    "/intake/template?unit=760&period=2025Q2",
    "/intake/build",
    "/intake/check",
    "/nowhere/at/all",
)


def reach(address: str) -> socket.socket:
    """A connection to the app."""
    return socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=30)


def assert_guarded(answer: HTTPResponse | Response) -> None:
    """The answer forbids other sites to frame it, browsers to guess what it is, and links to tell where one was."""
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ROUTES)
def test_under_a_foreign_name_no_route_gives_anything_away(app_address: str, path: str) -> None:
    for host in (FOREIGN, f"{FOREIGN}:{urlsplit(app_address).port}", "localhost.elsewhere.test", "127.0.0.1@elsewhere"):
        answer = ask(app_address, path, host=host)
        assert (answer.status, answer.text) == (400, "Invalid host header")
        assert_guarded(answer)
    assert ask(app_address, path).status != 400


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_tells_the_browser_what_it_may_do_with_it(app_address: str, path: str) -> None:
    assert_guarded(ask(app_address, path))


def test_under_a_foreign_name_no_report_is_taken(app_address: str) -> None:
    headers = {"origin": f"http://{FOREIGN}", "host": FOREIGN, "x_report": "a.xlsx", "sec_fetch_site": "same-origin"}
    assert ask(app_address, "/intake/submit", "POST", b"a", **headers).status == 400


@pytest.mark.parametrize("origin", [f"http://{FOREIGN}", "http://localhost:1", "null"])
def test_a_page_of_another_site_can_neither_send_nor_read(app_address: str, origin: str) -> None:
    for method, path in (("POST", "/intake/check?lang=en"), ("GET", "/intake/original?submission=1&lang=en")):
        answer = ask(app_address, path, method, b"a" if method == "POST" else None, origin=origin, x_report="a.xlsx")
        assert (answer.status, answer.text) == (403, words_in("en")("guard.foreign"))
        assert_guarded(answer)


def opens(address: str, origin: str | None, host: str = "") -> int:
    """The status with which the app answers whoever opens its websocket."""
    target = f"ws://{host or urlsplit(address).netloc}/explore/_stcore/stream"
    try:
        with connect(target, origin=origin, sock=reach(address), proxy=None):  # type: ignore[arg-type]
            return 101
    except InvalidStatus as refused:
        assert_guarded(refused.response)
        return refused.response.status_code


def test_only_a_page_of_the_app_opens_the_websocket_through_which_pages_write(app_address: str) -> None:
    port = urlsplit(app_address).port
    assert opens(app_address, app_address) == 101
    assert opens(app_address, f"http://localhost:{port}", f"localhost:{port}") == 101
    others = (
        None,
        "null",
        f"http://{FOREIGN}",
        "http://localhost:1",
        f"http://localhost:{port}",
        f"https://127.0.0.1:{port}",
    )
    assert [opens(app_address, origin) for origin in others] == [403] * len(others)
    assert opens(app_address, f"http://{FOREIGN}", FOREIGN) == 400


@pytest.mark.browser
def test_a_name_that_is_rebound_to_this_machine_shows_a_browser_nothing(browser: Browser, app_address: str) -> None:
    page = browser.new_page()
    for path in ("/", "/intake/original?submission=1"):
        shown = page.goto(f"http://rebound.test:{urlsplit(app_address).port}{path}")
        assert shown is not None
        assert shown.status == 400
        assert page.locator("body").inner_text() == "Invalid host header"
    page.close()


@pytest.mark.browser
def test_a_chart_is_drawn_and_saved_as_a_picture_under_the_policy(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    visit.page.locator("figure.trend .explore").press("Enter")
    visit.page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
    menu = visit.page.locator("details.tools", has=visit.page.locator("[data-png]")).first
    menu.locator("summary").click()
    with visit.page.expect_download() as taken:
        menu.locator("[data-png]").click()
    assert taken.value.path().read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def open_address(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as it is started behind a proxy, opened on purpose to whoever the proxy lets in; only read from."""
    own = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("open") / "data", "landing")
    settings = {"KPI_HOST_NAMES": NAME, "KPI_AUTH": "none-on-purpose", "KPI_UPLOAD_TIMEOUT": "2"}
    with running_app(own, **settings) as address:
        yield address


@pytest.fixture(scope="module")
def proxied_address(open_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx before that app, with TLS, as the settings that ship with the project set it up."""
    if not PROGRAM.exists():
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    certify(folder, NAME)
    changes = {
        "kpi.example.vn": NAME,
        "/etc/nginx/": f"{folder}/",
        "# allow 10.0.0.0/8": "allow 127.0.0.1",
        "# deny  all": "deny  all",
    }
    with running_nginx(folder, [urlsplit(open_address).netloc], changes) as port:
        yield f"https://{NAME}:{port}"


def certify(folder: Path, host: str) -> None:
    """Write a certificate of a host's name, which it signs itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "kpi.crt").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "kpi.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))


@pytest.mark.browser
def test_behind_nginx_the_documented_way_pages_live_under_the_host_s_name(
    browser: Browser, proxied_address: str, published_data_dir: Path, tmp_path: Path
) -> None:
    context = browser.new_context(ignore_https_errors=True)
    officer = Visit(context.new_page(), proxied_address)
    officer.open("/submit?unit=760&period=2025Q2&lang=vi")
    report = tmp_path / "bao-cao.xlsx"
    report.write_bytes((published_data_dir / "sample" / "2025Q2" / "bao-cao_760_2025Q2.xlsx").read_bytes())
    officer.page.set_input_files("#files", report)
    expect(officer.page.locator("[data-file]")).to_have_attribute(
        "data-state", re.compile("ready|known"), timeout=30_000
    )
    officer.move("/?lang=vi&period=2021Q4")
    assert officer.title()
    context.close()


def test_behind_nginx_a_zip_of_many_reports_arrives_and_a_larger_single_report_is_stopped(proxied_address: str) -> None:
    port, size = urlsplit(proxied_address).port, 12_000_000
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as bundle:
        bundle.writestr("anh.bin", bytes(size))
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    answers = []
    for path, content in (("/intake/unpack", packed.getvalue()), ("/intake/check", bytes(size))):
        connection = HTTPSConnection("127.0.0.1", port, context=trusting)
        connection.request("POST", path, content, {"Host": f"{NAME}:{port}", "X-Report": "quy-3.zip"})
        answer = connection.getresponse()
        answers.append((answer.status, answer.getheader("content-type")))
        connection.close()
    assert answers == [(200, "application/json"), (413, "text/html")]


@pytest.mark.parametrize("path", ["/?period=2021Q4", "/assets/page.css"])
def test_behind_nginx_text_is_compressed_once_and_small_counts_are_kept_nowhere(
    proxied_address: str, path: str
) -> None:
    port = urlsplit(proxied_address).port
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", port, context=trusting)
    headers = {"Host": f"{NAME}:{port}", "Accept-Encoding": "gzip, deflate, br"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.getheader("content-encoding") == "br"
    assert int(answer.getheader("content-length") or 0) == len(body)
    text = unpacked(body, "br")
    assert b".kpi" in text or b"id='page'" in text
    if not path.endswith(".css"):
        # Whoever is let in here sees small counts.
        assert (answer.getheader("etag"), answer.getheader("cache-control")) == (None, "no-store")
    connection.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/review?period=2021Q4", "/district?unit=999", "/nowhere"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_app_opened_to_all_on_purpose_says_so_on_every_page(
    browser: Browser, open_address: str, path: str, lang: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{open_address}{path}{'&' if '?' in path else '?'}lang={lang}")
    notice = page.locator(".unguarded")
    expect(notice).to_have_text(words_in(lang)("guard.open"))
    expect(notice).to_be_in_viewport(ratio=1)
    page.close()


def test_elsewhere_no_page_says_that_the_app_is_open_to_all(visit: Visit) -> None:
    visit.open("/?lang=en")
    assert visit.page.locator(".unguarded").count() == 0


def stalled(address: str) -> socket.socket:
    """A sender whose report stops on its way."""
    sender = reach(address)
    lines = ("POST /intake/check?lang=en HTTP/1.1", f"Host: {urlsplit(address).netloc}", "X-Report: a.xlsx")
    sender.sendall("\r\n".join([*lines, "Content-Length: 1000000", "", "PK"]).encode())
    return sender


def test_forty_uploads_that_stall_keep_nobody_out_and_end_with_words(open_address: str) -> None:
    senders = [stalled(open_address) for _ in range(40)]
    assert ask(open_address, "/intake/check", "POST", b"a", x_report="b.xlsx").status == 200
    for sender in senders:
        answer = HTTPResponse(sender)
        answer.begin()
        assert answer.status == 408
        assert json.loads(answer.read())["said"] == words_in("en")("upload.slow")
        assert sender.recv(1) == b""
        sender.close()


def test_the_app_ends_in_time_whatever_is_under_way(published_data_dir: Path, tmp_path: Path) -> None:
    with running_server(copy_for_writing(published_data_dir, tmp_path / "data")) as (server, address):
        stream = address.replace("http", "ws") + "/explore/_stcore/stream"
        path, host = "/export/mart.csv?page=downloads&table=fct_measure", urlsplit(address).netloc
        with stalled(address), reach(address) as export, connect(stream, origin=address, proxy=None):  # type: ignore[arg-type]
            # Half a million rows, of which nobody takes more than the first.
            export.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert b"200 OK" in export.recv(100)
            server.terminate()
            assert server.wait(timeout=10) == -signal.SIGTERM


@pytest.mark.slow
def test_where_others_would_reach_it_the_app_does_not_start_and_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.address", ""]
    environment = os.environ | {"KPI_DATA_DIR": str(tmp_path), "KPI_LANG": "en"}
    command += ["--server.port", str(free_port())]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert words_in("en")("guard.exposed", where="0.0.0.0, ::") in ended.stderr
