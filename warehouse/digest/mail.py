"""Mails: a message with a text and an HTML part, and the server that takes it."""

import contextlib
import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from warehouse.clock import OFFICE_ZONE
from warehouse.digest.deliveries import DELAYED, DELIVERED, HANDING, REFUSED
from warehouse.settings import MailServer

CONNECT_S, REPLY_S = 10, 60
# Folding would encode the address in `List-Unsubscribe`, which has no place to break.
_UNFOLDED = SMTP.clone(max_line_length=998)
_PERMANENT = range(500, 600)


class MailServerDownError(Exception):
    """The mail server cannot be reached, or does not accept the sign-in; `code` states which, without its answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as a person reads it, and the address with which it is stopped in one press."""

    subject: str
    text: str
    html: str
    lang: str
    stop_url: str


def mail_of(letter: Letter, sender: tuple[str, str], to: str, message_id: str, at: datetime) -> EmailMessage:
    """Return the mail for a recipient; `sender` is a name and an address, `at` office time.

    The same `message_id` marks the same message, should it arrive twice. One-click unsubscription as in RFC 8058.
    """
    mail = EmailMessage(policy=_UNFOLDED)
    name, address = sender
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = letter.subject
    mail["Date"] = at.replace(tzinfo=OFFICE_ZONE)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{letter.stop_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    # Setting the content removes the headers about it.
    mail["Content-Language"] = letter.lang
    return mail


class MailSession:
    """A connection to the mail server, opened by the first mail and again after it was lost."""

    def __init__(self, server: MailServer, connect_s: float = CONNECT_S) -> None:
        self._server = server
        self._connect_s = connect_s
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "MailSession":
        """Return the session; nothing is connected yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take leave of the server."""
        if self._smtp:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()

    def connect(self) -> None:
        """Connect and sign in, unless connected. Raises MailServerDownError."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._smtp.noop()[0] == 250:
                    return
        try:
            self._smtp = self._opened()
        except smtplib.SMTPAuthenticationError as error:
            raise MailServerDownError("mail_sign_in") from error
        except ssl.SSLError as error:
            raise MailServerDownError("mail_tls") from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailServerDownError("mail_no_tls") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailServerDownError("mail_unreachable") from error

    def send(self, mail: EmailMessage, sender: str, to: str) -> tuple[str, str]:
        """Hand over a mail; return what became of it, and the server's code.

        A server that ends the connection after it received the content may have accepted it: that is `handing`.
        """
        smtp = self._smtp
        if smtp is None:
            return DELAYED, "closed"
        is_received = False
        try:
            code, _ = smtp.mail(sender)
            if code != 250:
                # It concerns the sender, whom the settings name: every recipient waits until they are corrected.
                return DELAYED, str(code)
            code, _ = smtp.rcpt(to)
            if code not in (250, 251):
                smtp.rset()
                return _outcome(code)
            is_received = True
            code, _ = smtp.data(mail.as_bytes())
        except smtplib.SMTPDataError as error:
            return _outcome(int(error.smtp_code))
        except (smtplib.SMTPException, OSError):
            self._smtp = None
            return (HANDING if is_received else DELAYED), "closed"
        return (DELIVERED, "") if code == 250 else _outcome(code)

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        # The library's default asks the name servers, which takes long in a closed network.
        own_name = socket.gethostname()
        smtp: smtplib.SMTP
        if server.is_tls:
            smtp = smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=self._connect_s, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, own_name, self._connect_s)
            if not server.is_loopback:
                smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
        smtp.ehlo_or_helo_if_needed()
        if smtp.sock:
            smtp.sock.settimeout(REPLY_S)
        return smtp


def _outcome(code: int) -> tuple[str, str]:
    return (REFUSED if code in _PERMANENT else DELAYED), str(code)
