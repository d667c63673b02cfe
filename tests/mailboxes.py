"""A real mail server with a mailbox on disk, a real receiver of webhooks, and the mails that arrived, as parsed."""

import json
import mailbox
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from tests.servers import answering


@dataclass
class MailServer:
    """A server on this machine; `answers` are those to a recipient's address, `kills` the process of a sender, which
    ends once the server has its mail and before it is told so."""

    box: Path
    port: int
    answers: dict[str, str] = field(default_factory=dict)
    kills: list[int] = field(default_factory=list)

    @property
    def setting(self) -> str:
        """The value of `KPI_MAIL_SERVER`."""
        return f"smtp://127.0.0.1:{self.port}"

    def mails(self) -> list[EmailMessage]:
        """Every mail in the mailbox, in the order in which they were sent."""
        if not self.box.is_dir():
            return []
        parser = BytesParser(policy=policy.default)
        opened = mailbox.Maildir(self.box, create=False)
        # Their names count them; dates have seconds only.
        keys = sorted(opened.keys(), key=lambda key: int(key.rpartition("Q")[2].partition(".")[0]))
        return [parser.parsebytes(opened.get_bytes(key)) for key in keys]  # type: ignore[misc]

    def to(self, person: str) -> list[EmailMessage]:
        """The mails to an address."""
        return [mail for mail in self.mails() if mail["To"] == person]


class _Handler(Mailbox):
    def __init__(self, server: MailServer) -> None:
        super().__init__(str(server.box))
        self.server = server

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        answer = self.server.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        for process in self.server.kills:
            os.kill(process, signal.SIGKILL)
        return str(answer)


@contextmanager
def listening(server: MailServer) -> Iterator[MailServer]:
    """Have a mail server take mails during the block."""
    controller = Controller(_Handler(server), hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@dataclass
class Webhook:
    """A receiver of webhooks: what it was sent, and the status that it answers."""

    port: int = 0
    status: int = 200
    received: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[Webhook]:
    """Receive webhooks during the block."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            hook.received.append((self.path, dict(self.headers), body))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_address[1]
    with answering(server):
        yield hook
