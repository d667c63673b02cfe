"""Files made to do harm, each built from a valid report and called by what it is."""

import random
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.files_of_kinds import csv_parts, parts_of, zip_of

SHEET, STRINGS, BOOK = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
FAR_ROWS = 1_048_576
_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">%b]>' % b"".join(
    b'<!ENTITY %c "%b">' % (letter + 1, b"&%c;" % letter * 10) for letter in b"abcdefghi"
)
_EXTERNAL = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@dataclass(frozen=True)
class Hostile:
    """How a file is made from one valid report (its bytes by kind), and the rules of which one refuses it."""

    make: Callable[[Mapping[str, bytes]], bytes]
    rules: tuple[str, ...]


def changed(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """An archive with parts replaced or added."""
    return zip_of(parts_of(data) | changes)


def with_declaration(data: bytes, part: str, declaration: bytes, encoding: str = "") -> bytes:
    """An archive one of whose parts declares something."""
    content = parts_of(data)[part]
    head, _, rest = content.partition(b"?>")
    declared = head + b"?>" + declaration + rest
    return changed(data, {part: declared.decode().encode(encoding) if encoding else declared})


def with_rows(data: bytes, rows: bytes) -> bytes:
    """A workbook with rows added below those of its second sheet."""
    return changed(data, {SHEET: parts_of(data)[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")})


def with_name(data: bytes, name: str) -> bytes:
    """A workbook with one more part under a name, which is written as it stands."""
    placeholder = "n" * len(name.encode())
    return changed(data, {placeholder: b"x"}).replace(placeholder.encode(), name.encode())


def padded(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The same with a part that does not pack, so that the archive is no bomb by its ratio."""
    return changed(data, {**changes, "docProps/noise.xml": random.Random(1).randbytes(600_000)})  # noqa: S311


def locked_zip(data: bytes) -> bytes:
    """An archive whose parts say that they are encrypted."""
    locked = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = locked.find(signature)
        while place >= 0:
            locked[place + offset] |= 1
            place = locked.find(signature, place + 4)
    return bytes(locked)


def renamed_stream(data: bytes, old: str, new: str) -> bytes:
    """An OLE file with an entry of its directory under another name."""
    before = old.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(old) + 2)
    after = new.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(new) + 2)
    assert before in data
    return data.replace(before, after)


def changed_record(data: bytes, kind: int, start: bytes, new_kind: int, new_start: bytes) -> bytes:
    """An xls whose first record of a kind and beginning becomes another of the same length."""
    place = data.find(b"\x09\x08")
    while place + 4 <= len(data):
        found, size = struct.unpack_from("<HH", data, place)
        if found == kind and data[place + 4 :].startswith(start):
            head = struct.pack("<HH", new_kind, size) + new_start
            return data[:place] + head + data[place + len(head) :]
        place += 4 + size
    raise AssertionError(f"no record {kind:x}")


def ods_table(data: bytes, cells: bytes) -> bytes:
    """A spreadsheet with cells added to its first table."""
    content = parts_of(data)["content.xml"]
    return changed(data, {"content.xml": content.replace(b"</table:table>", cells + b"</table:table>", 1)})


def crc_lie(data: bytes) -> bytes:
    """An archive that claims a small size for a part that unpacks without end."""
    bomb = changed(data, {SHEET: b" " * 70_000_000})
    return bomb.replace(struct.pack("<I", 70_000_000), struct.pack("<I", 100))


def one(rule: str, make: Callable[[Mapping[str, bytes]], bytes]) -> Hostile:
    return Hostile(make, (rule,))


def _rows(cell: bytes, count: int) -> bytes:
    return b"".join(b'<row r="%d">%b</row>' % (number, cell % number) for number in range(20, count + 1))


_TEXT_CELLS = b"".join(b'<c t="s"><v>0</v></c>' for _ in range(50))
_ODS_CELL = b'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="%d"/>'
_ODS_PERCENT = _ODS_CELL.replace(b"float", b"percentage")
_CSV = "a;b\n"

HOSTILE: dict[str, Hostile] = {
    "zip bomb": one("file_too_large_unpacked", lambda of: changed(of["xlsx"], {SHEET: b" " * 70_000_000})),
    "zip bomb that lies about its size": Hostile(
        lambda of: crc_lie(of["xlsx"]), ("file_too_large_unpacked", "file_not_workbook")
    ),
    "zip bomb of CSV": one("file_too_large_unpacked", lambda of: zip_of({"B1.csv": b"\n" * 59_000_000})),
    "a text of thousands of letters in a hundred thousand cells": Hostile(
        lambda of: with_rows(
            changed(of["xlsx"], {STRINGS: parts_of(of["xlsx"])[STRINGS].replace(b"<t>", b"<t>" + b"x" * 4900, 1)}),
            b"<row>%b</row>" % _TEXT_CELLS * 1_900,
        ),
        ("file_too_heavy",),
    ),
    "billion laughs in a sheet": one("file_has_declarations", lambda of: with_declaration(of["xlsx"], SHEET, _LAUGHS)),
    "billion laughs in the strings": one(
        "file_has_declarations", lambda of: with_declaration(of["xlsx"], STRINGS, _LAUGHS)
    ),
    "billion laughs in two bytes a letter": one(
        "file_has_declarations", lambda of: with_declaration(of["xlsx"], BOOK, _LAUGHS, "utf-16")
    ),
    "an external entity": one("file_has_declarations", lambda of: with_declaration(of["xlsx"], BOOK, _EXTERNAL)),
    "a path to elsewhere": one("archive_unsafe_name", lambda of: with_name(of["xlsx"], "xl/../../../etc/cron.d/x")),
    "an absolute path": one("archive_unsafe_name", lambda of: with_name(of["xlsx"], "/etc/cron.d/x")),
    "a drive": one("archive_unsafe_name", lambda of: with_name(of["xlsx"], "C:\\Windows\\x.dll")),
    "a name turned around": one("archive_unsafe_name", lambda of: with_name(of["xlsx"], "xl/\u202elmx.1teehs")),
    "a name of 10,000 letters": one("archive_unsafe_name", lambda of: with_name(of["xlsx"], "x" * 10_000)),
    "two parts of one name": one(
        "archive_part_twice", lambda of: changed(of["xlsx"], {SHEET.upper(): parts_of(of["xlsx"])[SHEET]})
    ),
    "two values of one cell": one(
        "file_not_workbook",
        lambda of: with_rows(of["xlsx"], b'<row r="8"><c r="C8"><v>1</v></c><c r="C8"><v>9</v></c></row>'),
    ),
    "an archive of workbooks": one("archive_nested", lambda of: zip_of({"a.xlsx": of["xlsx"]})),
    "an archive in an archive in an archive": one(
        "archive_nested", lambda of: zip_of({"a.zip": zip_of({"b.zip": of["csv"]})})
    ),
    "more parts than a workbook has": one(
        "archive_too_many_parts", lambda of: changed(of["xlsx"], {f"xl/x{number}.xml": b"" for number in range(400)})
    ),
    "an archive with a password": one("file_encrypted", lambda of: locked_zip(of["csv"])),
    "a workbook cut off": one("file_not_workbook", lambda of: of["xlsx"][:-300]),
    "a document of another kind": one(
        "file_kind_unread", lambda of: zip_of({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"})
    ),
    "a page of the web that calls itself Excel": one("file_kind_unread", lambda of: b"<html><table></table></html>"),
    "a picture": one("file_has_attachments", lambda of: changed(of["xlsx"], {"xl/media/image1.png": b"x"})),
    # Excel finds a part however its name is written.
    "a picture whose name has capitals": one(
        "file_has_attachments", lambda of: changed(of["xlsx"], {"xl/Media/Image1.PNG": b"x"})
    ),
    "a comment": one(
        "file_has_attachments",
        lambda of: changed(
            of["xlsx"], {"xl/comments1.xml": b"<c><author>x</author><comment authorId='0'><t>Lan</t></comment></c>"}
        ),
    ),
    "an embedded document": one("file_has_attachments", lambda of: changed(of["xlsx"], {"xl/embeddings/a.docx": b""})),
    "people of a workbook that formulas refer to": one(
        "file_has_attachments",
        lambda of: changed(
            of["xlsx"],
            {"xl/externalLinks/externalLink1.xml": b'<l><cell r="A1" t="str"><v>Nguyen Thi Lan</v></cell></l>'},
        ),
    ),
    "the source of a pivot": one(
        "file_has_attachments",
        lambda of: changed(of["xlsx"], {"xl/pivotCache/pivotCacheRecords1.xml": b'<r><s v="Nguyen Thi Lan"/></r>'}),
    ),
    "earlier states of cells": one(
        "file_has_attachments", lambda of: changed(of["xlsx"], {"xl/revisions/revisionLog1.xml": b"<revisions/>"})
    ),
    "a text box": one(
        "file_has_attachments",
        lambda of: changed(of["xlsx"], {"xl/drawings/drawing1.xml": b"<d><a:t>Nguyen Thi Lan</a:t></d>"}),
    ),
    "one cell far away": one(
        "sheet_too_large", lambda of: with_rows(of["xlsx"], b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "1,048,576 rows": one(
        "sheet_too_large", lambda of: with_rows(of["xlsx"], _rows(b'<c r="A%d"><v>1</v></c>', FAR_ROWS))
    ),
    "1,048,576 rows without numbers": one(
        "sheet_too_large", lambda of: padded(with_rows(of["xlsx"], b"<row><c><v>1</v></c></row>" * FAR_ROWS), {})
    ),
    "cells that never end": one(
        "sheet_too_large", lambda of: padded(of["xlsx"], {SHEET: b"<worksheet><sheetData>" + b"<c <c>" * 3_000_000})
    ),
    "a sheet's name of 10,000 letters": one(
        "sheet_name_odd",
        lambda of: changed(
            of["xlsx"], {BOOK: parts_of(of["xlsx"])[BOOK].replace("B1 Truyền thông".encode(), b"B" * 10_000)}
        ),
    ),
    "a sheet's name turned around": one(
        "sheet_name_odd",
        lambda of: changed(
            of["xlsx"], {BOOK: parts_of(of["xlsx"])[BOOK].replace("B1 Truyền".encode(), "B1 \u202eTruyền".encode())}
        ),
    ),
    "a text of 10,000 letters": one(
        "cell_text_endless",
        lambda of: with_rows(
            of["xlsx"], b'<row r="60"><c r="A60" t="inlineStr"><is><t>%b</t></is></c></row>' % (b"x" * 10_000)
        ),
    ),
    "a text turned around": one(
        "cell_hidden_signs",
        lambda of: with_rows(
            of["xlsx"], '<row r="60"><c r="A60" t="inlineStr"><is><t>\u202e760</t></is></c></row>'.encode()
        ),
    ),
    "control signs in a CSV": one(
        "cell_hidden_signs", lambda of: zip_of(csv_parts(of["xlsx"]) | {"B1 Truyền thông.csv": b"unit_code;\x1b[2J\n"})
    ),
    "a CSV of endless lines": one("sheet_too_large", lambda of: zip_of({"B1.csv": _CSV.encode() * 20_000})),
    "a CSV of one endless cell": one("csv_separator", lambda of: zip_of({"B1.csv": b"a;" + b"x" * 300_000})),
}
OLD: dict[str, Hostile] = {
    "an xlsx with a password": one(
        "file_encrypted", lambda of: renamed_stream(of["xls"], "Workbook", "EncryptedPackage")
    ),
    "an xls with a password": one("file_encrypted", lambda of: changed_record(of["xls"], 0x42, b"", 0x2F, b"")),
    "an old document of another kind": one(
        "file_kind_unread", lambda of: renamed_stream(of["xls"], "Workbook", "WordDocument")
    ),
    "an xls with people of a workbook that formulas refer to": one(
        "file_has_attachments",
        lambda of: changed_record(of["xls"], 0x92, b"", 0x5A, b"\0\0\0\0\x02\x03\0\0Lan"),
    ),
    "an xls with a cell far away": one(
        "sheet_too_large", lambda of: changed_record(of["xls"], 0xBD, b"", 0xBD, b"\xff\xff\xff\x00")
    ),
    "an xls cut off": one("file_not_workbook", lambda of: of["xls"][: len(of["xls"]) // 2]),
    "an xls whose sectors turn in a circle": Hostile(
        lambda of: of["xls"][:512] + struct.pack("<I", 1) * 128 + of["xls"][1024:],
        ("file_not_workbook", "file_too_heavy"),
    ),
    "cells of an ods that repeat a million times": one(
        "sheet_too_large",
        lambda of: ods_table(
            of["ods"],
            b'<table:table-row table:number-rows-repeated="1048576">%b</table:table-row>' % (_ODS_CELL % 16384),
        ),
    ),
    "percents of an ods that repeat within their sheet": one(
        "sheet_too_large",
        lambda of: ods_table(
            of["ods"], b'<table:table-row table:number-rows-repeated="9000">%b</table:table-row>' % (_ODS_PERCENT % 50)
        ),
    ),
    "cells of an ods that repeat beyond counting": one(
        "file_not_workbook",
        lambda of: ods_table(of["ods"], b"<table:table-row>%b</table:table-row>" % (_ODS_CELL % 10**30)),
    ),
    "billion laughs in an ods": one(
        "file_has_declarations", lambda of: with_declaration(of["ods"], "content.xml", _LAUGHS)
    ),
    "an ods with a password": one(
        "file_encrypted",
        lambda of: changed(of["ods"], {"META-INF/manifest.xml": b"<m:manifest><m:encryption-data/></m:manifest>"}),
    ),
    "an ods with a picture": one("file_has_attachments", lambda of: changed(of["ods"], {"Pictures/1.png": b"x"})),
    "an ods with a comment": one(
        "file_has_attachments",
        lambda of: ods_table(
            of["ods"], b"<table:table-row><table:table-cell><office:annotation/></table:table-cell></table:table-row>"
        ),
    ),
}
