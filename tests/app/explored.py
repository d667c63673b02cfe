"""The exploring pages without a server."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from streamlit.testing.v1 import AppTest

SCRIPT = str(Path(__file__).parents[2] / "app" / "explore" / "main.py")
TIMEOUT_S = 60


def unopened() -> AppTest:
    """The exploring pages before an address is opened."""
    return AppTest.from_file(SCRIPT, default_timeout=TIMEOUT_S)


def open_at(app: AppTest, parameters: Mapping[str, Iterable[str]]) -> AppTest:
    """The page at these parameters of an address; nothing on it may have failed."""
    for name, values in parameters.items():
        app.query_params[name] = list(values)
    app.run()
    assert not app.exception
    return app
