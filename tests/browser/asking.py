"""What the app answers to a request without a browser."""

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from tests.codings import unpacked


class Answer(HTTPResponse):
    """An answer read whole: `content` as it came, `plain` out of its coding, `text` as it reads."""

    content: bytes

    @property
    def plain(self) -> bytes:
        """The content as it was before it was compressed."""
        return unpacked(self.content, self.getheader("content-encoding"))

    @property
    def text(self) -> str:
        """The same as text."""
        return self.plain.decode(errors="replace")


def ask(address: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """The answer of the app at `address` to a request with these headers (`x_report` for `X-Report`)."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.response_class = Answer
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    assert isinstance(answer, Answer)
    answer.content = answer.read()
    connection.close()
    return answer
