"""An installation with two programmes, the sample city and a city of twelve communes, and what tells its pages from
those of an installation with one."""

import csv
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from lxml import etree
from visits import running_app

from app.core.i18n import words_in
from tests import two_tiers

FIRST, SECOND = "xahoi", "matuy"
CODES = (FIRST, SECOND)
NAMES = {
    FIRST: {"vi": "Chương trình xã hội", "en": "Social programme"},
    SECOND: {"vi": "Chương trình ma túy", "en": "Drug programme"},
}
# What a document of an installation with one programme is about.
SUBJECTS = {lang: words_in(lang)("programmes.subject") for lang in ("vi", "en")}
PACKS = {FIRST: "", SECOND: str(two_tiers.PACK)}
AS_OF = {"KPI_AS_OF_DATE": "2026-11-25"}
_OTHER_ADDRESS = re.compile(r"(&amp;|&|%26|\\u0026)plan(=|%3D)[a-z]+")
_FRAME = re.compile(
    r"<nav class='programmes'.*?</nav>"
    # The rules for that choice among those that a page needs.
    r"|<style id='needed'>.*?</style>"
    r"|<input type='hidden' name='(plan|programme)' value='[a-z]+'>"
    r"|data-key='[^']*'|(&#34;|\")key(&#34;|\"): *(&#34;|\")[^&\"]*",
    re.DOTALL,
)
_STATE = re.compile(r"(&#34;|\")plan\1: *\1[a-z]*\1, *\1programme\1: *\1[a-z]*\1")
_COLUMN = re.compile(r"[;,](Chương trình|Programme|data_programme)(?=[;,\r\n])")


@dataclass(frozen=True)
class Installation:
    """The folder of an installation with two programmes, whose data folders are named after their codes."""

    root: Path

    @property
    def listed(self) -> Path:
        """The list of its programmes."""
        return self.root / "programmes.csv"

    def data_dir(self, code: str) -> Path:
        """A programme's data folder."""
        return self.root / code

    def write_list(self, codes: tuple[str, ...] = CODES) -> None:
        """Write the list of the programmes, in an order."""
        with self.listed.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["code", "data_dir", "plan", "name_vi", "name_en"])
            for code in codes:
                writer.writerow([code, code, PACKS[code], *NAMES[code].values()])

    @contextmanager
    def running(self, port: int | None = None, **settings: str) -> Iterator[str]:
        """The app with both programmes; yields its address."""
        listed = {"KPI_PROGRAMMES": str(self.listed)}
        with running_app(self.root, port, **AS_OF, **listed, **settings) as address:
            yield address

    @contextmanager
    def running_alone(self, code: str) -> Iterator[str]:
        """The app with one programme, which knows of no other; yields its address."""
        with running_app(self.data_dir(code), **AS_OF, KPI_PLAN_DIR=PACKS[code]) as address:
            yield address


def at(path: str, code: str) -> str:
    """The address of a page or file in a programme."""
    if code == FIRST:
        return path
    return f"{path}{'&' if '?' in path else '?'}plan={code}"


def without_programme(text: str) -> str:
    """A text without what it has only because there are several programmes: the choice, codes, names, and hashes."""
    for name in (name for names in NAMES.values() for name in names.values()):
        text = text.replace(f" · {name}", "").replace(f";{name}", "").replace(f",{name}", "")
    for lang, subject in SUBJECTS.items():
        for names in NAMES.values():
            text = text.replace(f"“{names[lang]}”", subject)
    for pattern in (_FRAME, _OTHER_ADDRESS, _STATE, _COLUMN):
        text = pattern.sub("", text)
    return " ".join(text.split())


def text_of(content: bytes) -> str:
    """The text of a page or file without what names the programme; of an Office file all of its parts."""
    if not content.startswith(b"PK"):
        return without_programme(content.decode("utf-8-sig"))
    with zipfile.ZipFile(BytesIO(content)) as office:
        parts = [name for name in sorted(office.namelist()) if name.endswith(".xml") and "theme" not in name]
        texts = [" ".join(etree.fromstring(office.read(name)).itertext()) for name in parts]
    return without_programme(" ".join(texts))
