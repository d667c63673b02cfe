"""Text typed with the fonts of before Unicode, TCVN3 (".VnTime", ABC) and VNI ("VNI-Times"), as Unicode.

In a workbook such text shows as the Windows-1252 letters of its bytes. Single letters exist in more than one encoding,
so a whole column decides (`column_encoding`), never a cell. Tables after vietunicode.sourceforge.net/charset.
"""

import re
import unicodedata
from collections.abc import Callable, Collection

TCVN3, VNI = "TCVN3", "VNI"

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)

# VNI puts marks behind their letter; ơ, ư, đ and some i and y are single letters.
_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_VNI_TONES = {"ø": _GRAVE, "ù": _ACUTE, "õ": _TILDE, "û": _HOOK, "ï": _DOT}
_ALL_TONES = ("", _GRAVE, _ACUTE, _TILDE, _HOOK, _DOT)
_VNI_ROOFS = dict(zip("âàáãåä", _ALL_TONES, strict=True))
_VNI_BOWLS = dict(zip("êèéüúë", _ALL_TONES, strict=True))
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_LETTERS)
    marks = [(letter, mark, tone) for letter in "aeiouyôö" for mark, tone in _VNI_TONES.items()]
    marks += [(letter, mark, _CIRCUMFLEX + tone) for letter in "aeo" for mark, tone in _VNI_ROOFS.items()]
    marks += [("a", mark, _BREVE + tone) for mark, tone in _VNI_BOWLS.items()]
    for letter, mark, signs in marks:
        table[letter + mark] = unicodedata.normalize("NFC", _VNI_LETTERS.get(letter, letter) + signs)
    # Capitals have capital marks; in headings a capital may have a small mark.
    capitals = {written.upper(): meant.upper() for written, meant in table.items()}
    mixed = {w[0].upper() + w[1:]: m.upper() for w, m in table.items() if len(w) == 2}
    return table | mixed | capitals


_VNI = _vni_table()
_VNI_TOKEN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
# Ordinary punctuation beyond ASCII is the same in every encoding.
_SHARED = set("–—“”‘’…•\xa0")

# Signs inside a word that no Vietnamese word in Unicode has: letters of other languages, signs of currency and measure,
# capitals after small letters, and vowels with a second vowel's mark.
_SIGNS = re.compile(
    r"(?:(?<=[a-zA-Z])[¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾]|[¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾](?=[a-zA-Z])"
    r"|(?<=[a-zA-Z])[ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïñöøûüþ]|[ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïñöøûüþ](?=[a-zA-Z])"
    r"|[a-z][À-Þ÷]|[¡¢£¤¥¦§¨©ª¬\xad®µ¶·¸¹¼½¾]{2}"
    r"|[aA][ùõâêáàãéèúÙÕÂÊÁÀÃÉÈÚ]|[eE][ùõâáàãÙÕÂÁÀÃ]|[oO][ùõâÙÕÂ]|[uU][ùõÙÕ]|[yY][ùõÙÕ])"
)


def decode(text: str, encoding: str) -> str | None:
    """Decode `text` from an encoding; None if a letter does not exist there."""
    if text.isascii():
        return text
    if encoding == TCVN3:
        letters = [_TCVN3.get(letter, letter if letter.isascii() or letter in _SHARED else None) for letter in text]
        return None if None in letters else "".join(map(str, letters))
    rest = _VNI_TOKEN.sub("", text)
    if not all(letter.isascii() or letter in _SHARED for letter in rest):
        return None
    return _VNI_TOKEN.sub(lambda match: _VNI[match.group()], text)


def shows_signs(text: str) -> bool:
    """Return whether a text looks like one of the old encodings; which one takes a whole column to decide."""
    return not text.isascii() and bool(_SIGNS.search(text))


def column_encoding(texts: Collection[str], is_certain: Callable[[str], bool]) -> str | None:
    """Return the only old encoding in which every text of a column becomes certain; None if all already are."""
    if all(text.isascii() for text in texts) or all(is_certain(text) for text in texts):
        return None
    encodings = []
    for encoding in (TCVN3, VNI):
        decoded = [decode(text, encoding) for text in texts]
        if all(text is not None and is_certain(text) for text in decoded):
            encodings.append(encoding)
    return encodings[0] if len(encodings) == 1 else None
