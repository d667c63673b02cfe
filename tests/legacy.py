"""Writes text in the encodings of before Unicode, letter by letter, independent of the reader's tables."""

import unicodedata

_TCVN3 = {
    "à": 0xB5, "ả": 0xB6, "ã": 0xB7, "á": 0xB8, "ạ": 0xB9, "ă": 0xA8, "ằ": 0xBB, "ẳ": 0xBC, "ẵ": 0xBD, "ắ": 0xBE,
    "ặ": 0xC6, "â": 0xA9, "ầ": 0xC7, "ẩ": 0xC8, "ẫ": 0xC9, "ấ": 0xCA, "ậ": 0xCB, "đ": 0xAE, "è": 0xCC, "ẻ": 0xCE,
    "ẽ": 0xCF, "é": 0xD0, "ẹ": 0xD1, "ê": 0xAA, "ề": 0xD2, "ể": 0xD3, "ễ": 0xD4, "ế": 0xD5, "ệ": 0xD6, "ì": 0xD7,
    "ỉ": 0xD8, "ĩ": 0xDC, "í": 0xDD, "ị": 0xDE, "ò": 0xDF, "ỏ": 0xE1, "õ": 0xE2, "ó": 0xE3, "ọ": 0xE4, "ô": 0xAB,
    "ồ": 0xE5, "ổ": 0xE6, "ỗ": 0xE7, "ố": 0xE8, "ộ": 0xE9, "ơ": 0xAC, "ờ": 0xEA, "ở": 0xEB, "ỡ": 0xEC, "ớ": 0xED,
    "ợ": 0xEE, "ù": 0xEF, "ủ": 0xF1, "ũ": 0xF2, "ú": 0xF3, "ụ": 0xF4, "ư": 0xAD, "ừ": 0xF5, "ử": 0xF6, "ữ": 0xF7,
    "ứ": 0xF8, "ự": 0xF9, "ỳ": 0xFA, "ỷ": 0xFB, "ỹ": 0xFC, "ý": 0xFD, "ỵ": 0xFE, "Đ": 0xA7, "Ă": 0xA1, "Â": 0xA2,
    "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6,
}  # fmt: skip

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT, _ROOF, _BOWL, _HORN = (
    "\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "\u0302", "\u0306", "\u031b",
)  # fmt: skip
_VNI_MARKS = {
    "": "", _GRAVE: "ø", _ACUTE: "ù", _TILDE: "õ", _HOOK: "û", _DOT: "ï",
    _ROOF: "â", _ROOF + _GRAVE: "à", _ROOF + _ACUTE: "á", _ROOF + _TILDE: "ã", _ROOF + _HOOK: "å", _ROOF + _DOT: "ä",
    _BOWL: "ê", _BOWL + _GRAVE: "è", _BOWL + _ACUTE: "é", _BOWL + _TILDE: "ü", _BOWL + _HOOK: "ú", _BOWL + _DOT: "ë",
}  # fmt: skip
_VNI_WHOLE = {"đ": "ñ", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ì": "ì", "í": "í", "ỵ": "î"}


def in_tcvn3(text: str) -> str:
    """`text` as a workbook shows it that was typed with an ABC font."""
    return "".join(chr(_TCVN3[letter]) if letter in _TCVN3 else letter for letter in text)


def in_vni(text: str) -> str:
    """`text` as a workbook shows it that was typed with a VNI font."""
    return "".join(map(_vni, unicodedata.normalize("NFC", text)))


def _vni(letter: str) -> str:
    small = letter.lower()
    if small.isascii():
        return letter
    if small in _VNI_WHOLE:
        written = _VNI_WHOLE[small]
    else:
        base, *signs = unicodedata.normalize("NFD", small)
        if _HORN in signs:
            base = {"o": "ô", "u": "ö"}[base]
        # Roof or bowl first, then the tone, whatever order Unicode puts them in.
        shape = "".join(sign for sign in signs if sign in (_ROOF, _BOWL))
        tone = "".join(sign for sign in signs if sign not in (_ROOF, _BOWL, _HORN))
        written = base + _VNI_MARKS[shape + tone]
    return written.upper() if letter.isupper() else written
