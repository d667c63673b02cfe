"""Origin of a file: when its version was published, and the mark by which `verify` finds where it comes from."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass

from app.records import Publication
from warehouse.people import AccessTrail, file_mark

_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin of a file. `mark` is empty where the registry does not have the build of the version."""

    made_at: dt.datetime
    mark: str


def origin_of(publication: Publication) -> Origin:
    """Return the origin of a file of a published version. Raises RegistryError."""
    return Origin(publication.built_at, file_mark(AccessTrail.open().engine, publication.version))


def undated(office_file: bytes, *, is_embedded: bool = False) -> bytes:
    """Return an Office file without the moments at which its parts were packed: equal content gives equal bytes.

    Workbooks within it, which hold the data of charts, also lose the moments in their properties.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office_file)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".xlsx"):
                content = undated(content, is_embedded=True)
            elif is_embedded and name == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
