"""Patterns of personal data in Vietnamese text, and of official language that only looks like it."""

import re

# Shown in messages instead of the content.
IDENTITY_NUMBER = "identity_number"
PHONE = "phone"
NAME = "name"
BIRTH_DATE = "birth_date"
ADDRESS = "address"
EMAIL = "email"

_UPPER = "A-ZÀ-ỸĐ"
_WORD = rf"[{_UPPER}]\w*"
_CAPITALS = rf"[{_UPPER}]+"

_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Trương|Đoàn|Lâm|Mai|Tô|Hà|Cao|"
    "Thái|Châu|Tạ|Phùng|Lưu|Quách|Kiều|Thạch|Sơn|Danh"
)
# Surnames that hardly ever begin anything but a name.
_CLEAR_SURNAMES = "Nguyễn|Trần|Lê|Phạm|Huỳnh|Phan|Võ|Đặng|Bùi|Đỗ|Trịnh|Trương"
_MIDDLES = "Văn|Thị|Hữu|Đức|Ngọc|Minh|Thanh|Quốc|Xuân|Hồng|Kim|Thu|Đình|Công|Bảo|Gia|Phương|Thùy|Thuỳ|Tuấn|Mỹ|Diễm|Bích"
_PLAIN_SURNAMES = "Nguyen|Tran|Le|Pham|Hoang|Huynh|Phan|Vu|Vo|Dang|Bui|Do|Ho|Ngo|Duong|Ly|Dinh|Trinh|Truong"
_PLAIN_MIDDLES = "Van|Thi|Huu|Duc|Ngoc|Minh|Thanh|Quoc|Xuan|Hong|Kim|Thu|Dinh|Cong"


def _after(*words: str) -> str:
    """Return a look-behind: not after one of these words, in any case."""
    letters = [
        "".join(f"[{letter.lower()}{letter.upper()}]" if letter.isalpha() else " " for letter in w) for w in words
    ]
    return "".join(f"(?<!{word}{gap})" for word in letters for gap in (r"\s", r"\.", r"\.\s"))


# Streets, communes, schools and markets are named after people; after such a word a name is a place.
_NO_PLACE = _after(
    *(
        "đường",
        "phố",
        "xã",
        "phường",
        "chợ",
        "trường",
        "cầu",
        "trạm",
        "hẻm",
        "quận",
        "huyện",
        "ấp",
        "chùa",
        "kênh",
        "rạch",
    ),
    *("công viên", "đại lộ", "bệnh viện", "thị trấn", "nhà thờ", "tuyến", "thành phố", "tp", "thcs", "thpt", "học"),
    *("duong", "pho", "xa", "phuong", "cho", "truong", "cau", "quan", "huyen", "p", "x", "đ"),
)
PLACE_LISTS = re.compile(
    rf"(?:[Cc]ác|[Nn]hiều|\d)\s+(?:tuyến )?(?:đường|phố|phường|xã|trường|chợ)[\s:]+{_WORD}(?:\s+{_WORD})*"
    rf"(?:(?:\s*[,;–-]\s*|\s+và\s+){_WORD}(?:\s+{_WORD})*)*"
)

# Words after "bà", "chị" … that make it an office or a place.
_NO_PERSON = "Rịa|Điểm|Chiểu|Lãnh|Giang|Bắc|Hội|Chủ|Phó|Trưởng|Bí|Đen|Triệu|Hom|Quẹo|Tạ|Hiệp|Công|Cán|Tổ|Uỷ|Ủy|Ban"

CELL_SIGNS = [
    (EMAIL, re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.\w{2,}")),
    (IDENTITY_NUMBER, re.compile(r"\b(?:cccd|cmnd|cmt|căn cước|hộ chiếu)\b\D{0,20}\d", re.IGNORECASE)),
    (IDENTITY_NUMBER, re.compile(r"\b[BCNPK]\d{7}\b")),
    (PHONE, re.compile(r"\b(?:sđt|sdt|đt|điện thoại|zalo)\b\D{0,6}\d", re.IGNORECASE)),
    (BIRTH_DATE, re.compile(r"\b(?:sinh|sn)\b[\s.:]{0,3}(?:(?:ngày|năm|tháng)\b[\s.:]{0,3})?\d", re.IGNORECASE)),
    (BIRTH_DATE, re.compile(r"\b(?:ngày|năm) sinh\b\D{0,4}\d", re.IGNORECASE)),
    (
        BIRTH_DATE,
        re.compile(rf"\b(?:[{_UPPER}][a-z]?\.\s?){{1,3}}[{_UPPER}][a-z]?\.?\s*[,(]?\s*(?:19[3-9]|20[01])\d\b"),
    ),
    (NAME, re.compile(r"\bhọ (?:và )?tên\b\s*[:\-–]\s*\w", re.IGNORECASE)),
    (
        NAME,
        re.compile(
            rf"\b(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Ee]m|[Cc]ô|[Cc]háu|[Cc]ụ|[Bb]é|[Đđ]ồng chí|[Đđ]/c)\s+"
            rf"(?:{_SURNAMES})\s+{_WORD}"
        ),
    ),
    (NAME, re.compile(rf"\b(?=[ôbacec]){_NO_PLACE}(?:ông|bà|anh|chị|em|cháu|cụ|bé)\s+(?!(?:{_NO_PERSON})\b){_WORD}")),
    (NAME, re.compile(rf"\b(?=(?:{_SURNAMES})\s){_NO_PLACE}\w+\s+(?:{_MIDDLES})\s+(?!Niên\b){_WORD}")),
    (NAME, re.compile(rf"\b(?=(?:{_CLEAR_SURNAMES})\s){_NO_PLACE}\w+(?:\s+{_WORD}){{2,3}}")),
    (NAME, re.compile(rf"\b(?=(?:{_CLEAR_SURNAMES})\s){_NO_PLACE}\w+\s+(?:văn|thị)\s+\w+", re.IGNORECASE)),
    (NAME, re.compile(rf"\b(?=(?:{_CLEAR_SURNAMES.upper()})\s){_NO_PLACE}\w+(?:\s+{_CAPITALS}){{2,3}}\b")),
    (
        NAME,
        re.compile(
            rf"\b(?=[A-Z])(?=(?i:{_PLAIN_SURNAMES})\s){_NO_PLACE}\w+\s+(?=[A-Z])(?i:{_PLAIN_MIDDLES})\s+[A-Z]\w*"
        ),
    ),
    (
        ADDRESS,
        re.compile(
            r"\b(?:ngụ (?:tại|ở)|(?<!lưu )trú (?:tại|ở)|thường trú|tạm trú|hộ khẩu|địa chỉ|số nhà)\b\s*:?\s*\w",
            re.IGNORECASE,
        ),
    ),
    (ADDRESS, re.compile(r"\b(?:số\s+)?\d[\w/]*,?\s+(?:đường|phố|hẻm|ngõ)\s+\w", re.IGNORECASE)),
    (ADDRESS, re.compile(rf"(?<![\d/.])\d{{1,3}}(?:/\d{{1,3}})*[A-Z]?\s+(?:{_CLEAR_SURNAMES})\s+{_WORD}")),
]

# Nine or more digits in a row, however they are grouped. Official texts never have so many without a slash, once dates,
# spans of years, document numbers and sums of money are removed.
OFFICIAL_NUMBERS = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d\b"
    r"|\b\d+(?:/\d{4})?/[A-ZĐ][\w-]*"
    r"|\b\d{1,3}(?:[.,]\d{3})+(?:,\d+)?\s?(?:đồng|đ|vnđ|vnd|triệu|tỷ)\b",
    re.IGNORECASE,
)
NUMBER_SIGNS = [
    (PHONE, re.compile(r"(?<!\d)\(?(?:\+?84|0)\)?[ .-]?[35789](?:[ .-]?\d){8}(?!\d)")),
    (IDENTITY_NUMBER, re.compile(r"(?<![\d.])0(?:[ .-]?\d){8,}(?!\d)")),
    # Not a list of small numbers: somewhere three digits are adjacent.
    (IDENTITY_NUMBER, re.compile(r"(?<![\d.])(?=(?:\d{1,2}[ .-]){0,6}\d{3})\d\d(?:[ .-]?\d){7,}(?!\d)")),
]
