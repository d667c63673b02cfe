"""Signs of personal data. They catch what people do by habit; they cannot prove a text free of it."""

import re
import unicodedata

# Shown in messages instead of the content.
IDENTITY_NUMBER = "identity_number"
PHONE = "phone"
NAME = "name"
BIRTH_DATE = "birth_date"
ADDRESS = "address"
EMAIL = "email"

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

_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Trương|Đoàn|Lâm|Mai|Tô|Hà|Cao|"
    "Thái|Châu|Tạ|Phùng|Lưu|Quách|Kiều|Thạch|Sơn|Danh"
)
_UPPER = "A-ZÀ-ỸĐ"
_WORD = rf"[{_UPPER}][\w]*"
# Streets, communes, schools and markets bear people's names; after such a word a name is a place.
_PLACE_BEFORE = "".join(
    f"(?<!{letter}{rest} )"
    for letter, rest in (
        ("[Đđ]", "ường"),
        ("[Pp]", "hố"),
        ("[Xx]", "ã"),
        ("[Pp]", "hường"),
        ("[Cc]", "hợ"),
        ("[Tt]", "rường"),
        ("[Cc]", "ầu"),
        ("[Tt]", "rạm"),
        ("[Hh]", "ẻm"),
    )
)
_CELLS = [
    (EMAIL, re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")),
    # Nine or more digits in a row, however they are grouped: identity papers and phones. Dates and document
    # numbers (123/QĐ-UBND, 15/03/2021) never have so many without a slash.
    (PHONE, re.compile(r"(?<!\d)(?:\+84|84|0)[35789](?:[ .-]?\d){8}(?!\d)")),
    (IDENTITY_NUMBER, re.compile(r"(?<![\d.])\d(?:[ .-]?\d){8,}(?!\d)")),
    (IDENTITY_NUMBER, re.compile(r"\b(?:cccd|cmnd|căn cước|hộ chiếu)\b\D{0,12}\d", re.IGNORECASE)),
    (PHONE, re.compile(r"\b(?:sđt|sdt|đt|điện thoại|zalo)\b\D{0,6}\d", re.IGNORECASE)),
    (BIRTH_DATE, re.compile(r"\b(?:sinh ngày|sinh năm|ngày sinh|năm sinh|sn)\b\D{0,4}\d", re.IGNORECASE)),
    (NAME, re.compile(r"\bhọ (?:và )?tên\b\s*[:\-–]\s*\w", re.IGNORECASE)),
    (NAME, re.compile(rf"\b(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Ee]m|[Cc]ô|[Cc]háu|[Cc]ụ)\s+(?:{_SURNAMES})\s+{_WORD}")),
    (NAME, re.compile(rf"{_PLACE_BEFORE}\b(?:{_SURNAMES})\s+(?:Văn|Thị|Hữu|Đức|Ngọc|Minh|Thanh)\s+{_WORD}")),
    (ADDRESS, re.compile(r"\b(?:ngụ tại|trú tại|thường trú|địa chỉ|số nhà)\b\s*:?\s*\w", re.IGNORECASE)),
    (ADDRESS, re.compile(r"\b(?:số\s+)?\d+[\w/]*,?\s+(?:đường|phố|hẻm|ngõ)\s+\w", re.IGNORECASE)),
]


def fold(text: str) -> str:
    """Lower case without accents or punctuation, single spaces: for words, whatever way they were typed."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn").replace("đ", "d")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def sign_in_header(header: str) -> str | None:
    """The kind of personal data that a column's header announces, if any."""
    folded = fold(header)
    return next((kind for kind, pattern in HEADER_SIGNS if pattern.search(folded)), None)


def sign_in_cell(text: str) -> str | None:
    """The kind of personal data that a cell's text seems to hold, if any."""
    if len(text) < 5:
        return None
    composed = unicodedata.normalize("NFC", text)
    return next((kind for kind, pattern in _CELLS if pattern.search(composed)), None)
