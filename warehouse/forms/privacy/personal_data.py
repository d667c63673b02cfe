"""Patterns that detect personal data. They catch common habits; they cannot prove a text free of it."""

import re
import unicodedata
from functools import lru_cache

from warehouse.forms.privacy.person_words import (
    ADDRESS,
    BIRTH_DATE,
    CELL_SIGNS,
    EMAIL,
    IDENTITY_NUMBER,
    NAME,
    NUMBER_SIGNS,
    OFFICIAL_NUMBERS,
    PHONE,
    PLACE_LISTS,
)

_HEADERS = [
    (NAME, r"\bho (va )?ten\b|^ten$|\bten (nguoi|doi tuong|nan nhan)\b|\bfull ?name\b|^name$|\b(first|last) ?name\b"),
    (IDENTITY_NUMBER, r"\bcccd\b|\bcmnd\b|\bcmt\b|\bcan cuoc\b|\bchung minh\b|\bho chieu\b|\bdinh danh\b|\bpassport\b"),
    (IDENTITY_NUMBER, r"\b(id|identity) (number|card|no)\b"),
    (PHONE, r"\bdien thoai\b|\bsdt\b|\bso dt\b|\bphone\b|\bmobile\b|\bzalo\b"),
    (BIRTH_DATE, r"\b(ngay|nam|thang) sinh\b|\bsinh (ngay|nam)\b|\bbirth\b|\bdob\b"),
    (ADDRESS, r"\bdia chi\b|\bnoi (o|cu tru|thuong tru|tam tru)\b|\bthuong tru\b|\bho khau\b|\baddress\b"),
    (EMAIL, r"\be ?mail\b"),
]
HEADER_SIGNS = [(kind, re.compile(pattern)) for kind, pattern in _HEADERS]

# Zero-width characters, and letters that keyboards offer in place of Đ.
_FOLDED = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "") | dict.fromkeys(map(ord, "đĐðÐɖƉ"), "d")
# Letters typed where a digit is meant, between digits.
_NOT_DIGITS = re.compile(r"(?<=\d)[oO](?=[\doO])|(?<=\d)[lI|](?=[\dlI|])")
_LETTERS_AMONG_DIGITS = re.compile(r"(?<![\w/])(?=(?:[a-zA-Z]*\d){9,12}[a-zA-Z]*(?!\w))\d\w{9,14}(?![\w/-])")


def fold(text: str) -> str:
    """Return a text in lower case without accents or punctuation, with single spaces, for comparison of words."""
    if text.isascii():
        plain = text.lower()
    else:
        spelt = unicodedata.normalize("NFKD", text.translate(_FOLDED)).casefold()
        plain = "".join(
            letter for letter in unicodedata.normalize("NFD", spelt) if unicodedata.category(letter) != "Mn"
        )
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


@lru_cache(maxsize=4096)
def fold_own(text: str) -> str:
    """Return `fold` of a text of the seeds or catalogues, cached; never for a reporter's text."""
    return fold(text)


def sign_in_header(header: str) -> str | None:
    """Return the kind of personal data that a column's header announces, if any."""
    folded = fold(header)
    return next((kind for kind, pattern in HEADER_SIGNS if pattern.search(folded)), None)


def sign_in_cell(text: str) -> str | None:
    """Return the kind of personal data that a cell's text seems to hold, if any."""
    if len(text) < 5:
        return None
    composed = unicodedata.normalize("NFKC", text.translate(_UNSEEN)) if not text.isascii() else text
    if any(map(str.isdigit, composed)):
        kind = _sign_in_digits(composed)
        if kind:
            return kind
    words = PLACE_LISTS.sub(" ", composed)
    return next((kind for kind, pattern in CELL_SIGNS if pattern.search(words)), None)


def sign_in_name(file_name: str) -> str | None:
    """Return the kind of personal data that the name of a file or sheet seems to hold, if any."""
    return sign_in_cell(re.sub(r"[_+]+|(?<=\D)\.(?=\D)", " ", file_name))


_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def _sign_in_digits(text: str) -> str | None:
    text = _NOT_DIGITS.sub(lambda match: "0" if match.group() in "oO" else "1", OFFICIAL_NUMBERS.sub(" ; ", text))
    for kind, pattern in NUMBER_SIGNS:
        if pattern.search(text):
            return kind
    return IDENTITY_NUMBER if _LETTERS_AMONG_DIGITS.search(text) else None
