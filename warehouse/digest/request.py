"""Sending of digests in the background, after a publication."""

import os
import subprocess
import sys

from sqlalchemy.exc import SQLAlchemyError

from warehouse.db.connection import RegistryBusyError
from warehouse.digest.recipients import Recipients
from warehouse.errors import RegistryError
from warehouse.people import AccessTrail
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.storage.disk import DiskFullError

LOG_FILE = "digest.log"
COMMAND = [sys.executable, "-m", "app.digest.process"]


def request_digests(settings: Settings) -> subprocess.Popen[bytes] | None:
    """Start a detached process that sends the digests of the published version, and return it; None without recipients.

    Never raises: what fails here or there is left for the timer, which sends every few minutes what is due.
    """
    try:
        if not settings.app_url or not Recipients(AccessTrail.open(settings)).active():
            return None
        with (settings.data_dir / LOG_FILE).open("wb") as log:
            return subprocess.Popen(  # noqa: S603
                [*COMMAND, "send"],
                cwd=PROJECT_ROOT,
                env={**os.environ, **settings.as_env()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except (OSError, SQLAlchemyError, RegistryError, RegistryBusyError, DiskFullError):
        return None
