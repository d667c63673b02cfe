"""Answers of `/intake` about many reports at once: the content of a zip, empty forms for all reporters."""

from __future__ import annotations

from typing import BinaryIO

from app.core import access
from app.core.access import Viewer
from app.core.i18n import words
from app.core.programmes import prefix
from app.exports.shared.file import spare_path
from app.web.upload_answers import Upload
from warehouse.intake import Bundle, Intake, UnreadableFileError


def unpack(upload: Upload) -> dict[str, object]:
    """List the content of a zip, for the page's script to cut out and send file by file; nothing is stored.

    `state` is bundle, failed, or report for a file that is one report itself. Each of the `files` has its path, the
    offset and number of its bytes in the zip, and whether they are deflated.
    """
    try:
        bundle = Intake.open().opener.bundle(upload.data)
    except UnreadableFileError as error:
        return {"state": "failed", "said": f"{error.problem.what(words.lang)} {error.problem.mend(words.lang)}"}
    if bundle is None:
        return {"state": "report", "said": ""}
    files = [
        {"path": one.path, "start": one.start, "size": one.packed_bytes, "isDeflated": one.is_deflated}
        for one in bundle.files
    ]
    left_out = [{"path": one.path, "why": words(f"bundle.{one.reason}")} for one in bundle.left_out]
    return {"state": "bundle", "said": _said(bundle), "files": files, "leftOut": left_out}


def _said(bundle: Bundle) -> str:
    key = "bundle.said_left_out" if bundle.left_out else "bundle.said"
    return words(key, count=len(bundle.files), left_out=len(bundle.left_out))


def templates(viewer: Viewer, period: str) -> tuple[str, BinaryIO]:
    """Return the name of a zip of all reporters' empty forms for a quarter, with last quarter's values as far as the
    viewer may see them, and the zip itself, which is deleted when it is closed. Raises `IntakeRefusal`."""
    intake = Intake.open()
    sensitive = access.left_out(viewer, intake.reference.sensitive_columns)
    with spare_path("zip") as path:
        for _ in intake.form_sets.write_each(path, period, sensitive):
            pass
        return f"{prefix('_')}bieu-bao-cao_{period}.zip", path.open("rb")
