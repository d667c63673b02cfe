"""The provinces and communes of the country since 1 July 2025, and names of provinces as people write them.

`communes_2025-07-01.csv` lists 34 provinces and 3,321 communes. Names are complete. Codes outside Ho Chi Minh City are
those of the statistics office's list of mid-2025 as drafted (source: vietnamadminunits 1.0.4, MIT): of the city's 168,
10 changed in the final list, so a pack that is made from it states that its codes are to be confirmed.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from warehouse.forms.privacy.personal_data import fold

SINCE = date(2025, 7, 1)
CITY = "thành phố trung ương"
_FILE = Path(__file__).with_name("communes_2025-07-01.csv")
_TYPE_WORDS = re.compile(r"^(?:thanh pho|tinh|tp|t p|city|province)\s*(?=.)|\s+(?:city|province)$")
_COMMUNE_TYPES = ("Phường ", "Xã ", "Đặc khu ")
_SUGGESTIONS = 3


@dataclass(frozen=True)
class Commune:
    """A commune with its code, its name and its type: phường, xã or đặc khu."""

    code: str
    name: str
    kind: str

    @property
    def short_name(self) -> str:
        """Return the name without its type; a number alone keeps it."""
        bare = next((self.name.removeprefix(word) for word in _COMMUNE_TYPES if self.name.startswith(word)), self.name)
        return self.name if bare.isdecimal() else bare


@dataclass(frozen=True)
class Province:
    """A province with its code, its name without type, and its communes in the order of their codes."""

    code: str
    short_name: str
    is_city: bool
    communes: tuple[Commune, ...]

    @property
    def name(self) -> str:
        """Return the full name."""
        return f"{'Thành phố' if self.is_city else 'Tỉnh'} {self.short_name}"


@dataclass(frozen=True)
class Nation:
    """Several provinces, in the order of their codes, with the country above them. It has no official code."""

    provinces: tuple[Province, ...]
    code: str = "VN"
    name: str = "Cả nước"

    @property
    def communes(self) -> tuple[Commune, ...]:
        """Return the communes of all provinces."""
        return tuple(commune for province in self.provinces for commune in province.communes)


class UnknownProvinceError(LookupError):
    """No province has the name; `suggestions` are names that are similar, else all."""

    def __init__(self, name: str, suggestions: list[str], *, are_similar: bool) -> None:
        super().__init__(name)
        self.suggestions, self.are_similar = suggestions, are_similar


def find_province(name: str) -> Province:
    """Return the province that a name or code means. Raises UnknownProvinceError.

    Accents, case, spaces and the words for province and city may be missing; a code may lack its zero.
    """
    known = {_key(province.short_name): province for province in provinces()}
    initials = {"".join(word[0] for word in fold(province.short_name).split()): province for province in provinces()}
    text = name.strip()
    if text.isdecimal():
        match = next((province for province in provinces() if int(province.code) == int(text)), None)
    else:
        # Initials of two letters could be several provinces'.
        match = known.get(_key(text)) or (initials.get(_key(text)) if len(_key(text)) > 2 else None)
    if match:
        return match
    similar = get_close_matches(_key(text), list(known), n=_SUGGESTIONS, cutoff=0.6)
    names = [known[key].short_name for key in similar] or [province.short_name for province in provinces()]
    raise UnknownProvinceError(name, names, are_similar=bool(similar))


def find_place(names: str) -> Province | Nation:
    """Return the province that a name means; of several names between commas their provinces with the country above.

    Raises UnknownProvinceError.
    """
    found = {province.code: province for province in map(find_province, filter(str.strip, names.split(",")))}
    if len(found) == 1:
        return next(iter(found.values()))
    return Nation(tuple(found[code] for code in sorted(found)))


@cache
def provinces() -> tuple[Province, ...]:
    """Return every province in the order of the codes."""
    rows: dict[str, list[dict[str, str]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["province_code"], []).append(row)
    return tuple(_province(code, rows[code]) for code in sorted(rows))


def without_accents(text: str) -> str:
    """Return a Vietnamese name in plain letters, its case kept."""
    spelt = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in spelt if unicodedata.category(letter) != "Mn")


def _province(code: str, rows: list[dict[str, str]]) -> Province:
    name, is_city = rows[0]["province_name"], rows[0]["province_type"] == CITY
    communes = (Commune(row["commune_code"], row["commune_name"], row["commune_type"]) for row in rows)
    short = name.removeprefix("Thành phố ").removeprefix("Tỉnh ")
    return Province(code, short, is_city, tuple(sorted(communes, key=lambda commune: commune.code)))


def _key(name: str) -> str:
    return _TYPE_WORDS.sub("", fold(name)).replace(" ", "")
