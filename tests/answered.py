"""Files as the app answers with them where nobody has to sign in."""

from collections.abc import Mapping

from starlette.responses import Response

from app.core.access import BUILT_IN_VIEWER
from app.web import export_routes


def respond(name: str, parameters: Mapping[str, str]) -> Response:
    """The answer to a file's address."""
    return export_routes.respond(name, parameters, BUILT_IN_VIEWER)
