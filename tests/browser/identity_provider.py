"""An OpenID provider on the loopback address, which may be told to misbehave.

It insists on PKCE with S256 and does not announce it, like some in use.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import oidc_provider_mock
import werkzeug.serving
from authlib import jose
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.servers import answering

CLIENT_ID, CLIENT_SECRET = "kpi", "a secret of the tests"
COOKIE_SECRET = "-".join(["a cookie secret of the tests"] * 2)


@dataclass
class IdentityProvider:
    """`bend` changes the claims of every ID token before it is signed; it `signs_falsely` with a key that it does not
    show, `rotates` to a new key with every token, and answers nothing while it `is_down`."""

    address: str = ""
    bend: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda claims: claims)
    signs_falsely: bool = False
    rotates: bool = False
    is_down: bool = False
    # By code that was given out, what proves who began the sign-in.
    challenges: dict[str, str] = field(default_factory=dict)

    def behave(self) -> None:
        """Be a good provider again."""
        self.bend, self.signs_falsely, self.rotates, self.is_down = (lambda claims: claims), False, False, False

    def refuse_when_down(self) -> None:
        """Answer nothing of use."""
        if self.is_down:
            flask.abort(503)

    def refuse_without_proof(self) -> None:
        """Give nothing for a code to anybody but whoever began its sign-in."""
        if flask.request.path == "/oauth2/token":
            sent = flask.request.form
            digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
            if self.challenges.get(sent["code"]) != base64.urlsafe_b64encode(digest).decode().rstrip("="):
                flask.abort(400)

    def remember_challenge(self, answer: flask.Response) -> flask.Response:
        """Keep what a code's sign-in was begun with."""
        asked = flask.request.args
        if flask.request.path == "/oauth2/authorize" and asked.get("code_challenge_method") == "S256":
            for code in parse_qs(urlsplit(answer.headers.get("location", "")).query).get("code", []):
                self.challenges[code] = asked["code_challenge"]
        return answer

    def rewrite(self, answer: flask.Response) -> flask.Response:
        """The answer of the token's address with its ID token as this provider bends it."""
        if flask.request.path != "/oauth2/token" or answer.status_code != 200:
            return answer
        store = flask.g.oidc_provider_mock_storage
        told = answer.get_json()
        claims = jwt.decode(told["id_token"], RSAKey.import_key(store.jwk.as_dict(is_private=True))).claims
        if self.rotates:
            store.jwk = jose.RSAKey.generate_key(is_private=True)
        key = RSAKey.generate_key() if self.signs_falsely else RSAKey.import_key(store.jwk.as_dict(is_private=True))
        header = {"alg": "RS256", "kid": store.jwk.as_dict()["kid"]}
        answer.set_data(flask.json.dumps(told | {"id_token": jwt.encode(header, self.bend(dict(claims)), key)}))
        return answer

    def secrets(self, folder: Path, app_port: int) -> Path:
        """The secrets with which the app on a port knows this provider."""
        path = folder / "secrets.toml"
        path.write_text(
            f"""[auth]
redirect_uri = "http://127.0.0.1:{app_port}/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{self.address}/.well-known/openid-configuration"
""",
            encoding="utf-8",
        )
        return path


@contextmanager
def running_provider() -> Iterator[IdentityProvider]:
    """The provider, in a thread, on a free port."""
    provider = IdentityProvider()
    app = oidc_provider_mock.app()
    app.before_request(provider.refuse_when_down)
    app.before_request(provider.refuse_without_proof)
    app.after_request(provider.rewrite)
    app.after_request(provider.remember_challenge)
    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    with answering(server):
        yield provider
