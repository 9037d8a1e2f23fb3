"""Is this file a workbook we dare to open? Looked at before any spreadsheet library sees it."""

import re
import zipfile
from pathlib import Path

from webapp.domain.problems import Problem

#: Real bytes, counted while unpacking; what a ZIP header claims is worth nothing.
MAX_ENTRIES = 200
MAX_TOTAL_BYTES = 100 * 1024 * 1024
#: Repetitive sheets pack well, so a high ratio is only a sign together with size.
BOMB_RATIO, BOMB_BYTES = 100, 20 * 1024 * 1024
CHUNK = 256 * 1024
OVERLAP = 64

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["\']([A-Z]+)(\d+):([A-Z]+)(\d+)["\']')


def check(path: Path) -> None:
    """Raises import_empty_file, import_is_xls, import_encrypted, import_is_pdf, import_is_csv, import_not_xlsx,
    import_broken, import_bomb, import_macros, import_links, import_doctype."""
    _check_kind(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_names(archive)
            _check_bytes(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Problem("import_broken") from error


def survey(path: Path, part: str) -> tuple[list[tuple[str, int, int]], int]:
    """What openpyxl's quick way of reading leaves out of one sheet: its merged ranges (name, first row, last row) and,
    for the progress bar, about how many rows there are."""
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        found, rows, tail = {}, 0, b""
        while chunk := file.read(CHUNK):
            rows += chunk.count(b"<row")
            for left, top, right, bottom in _MERGE.findall(tail + chunk):
                found[f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}"] = (int(top), int(bottom))
            tail = chunk[-OVERLAP * 2 :]
    return [(name, *span) for name, span in found.items()], rows


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise Problem("import_empty_file")
    if start.startswith(_OLE):
        raise Problem("import_encrypted" if _ENCRYPTED in path.read_bytes() else "import_is_xls")
    if start.startswith(b"%PDF"):
        raise Problem("import_is_pdf")
    if not start.startswith(_ZIP):
        raise Problem("import_is_csv" if _looks_like_text(start) else "import_not_xlsx")


def _looks_like_text(start: bytes) -> bool:
    return b"\0" not in start and (b"," in start or b"\t" in start or b"\n" in start)


def _check_names(archive: zipfile.ZipFile) -> None:
    names = [info.filename for info in archive.infolist()]
    if len(names) > MAX_ENTRIES:
        raise Problem("import_bomb")
    if "xl/workbook.xml" not in names or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise Problem("import_not_xlsx")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Problem("import_macros")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Problem("import_links")


def _check_bytes(archive: zipfile.ZipFile) -> None:
    total = 0
    for info in archive.infolist():
        size = _unpacked(archive, info, MAX_TOTAL_BYTES - total)
        total += size
        if size > BOMB_BYTES and size > BOMB_RATIO * max(info.compress_size, 1):
            raise Problem("import_bomb")


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowed: int) -> int:
    """Bytes of one entry once unpacked, a document type declaration looked for on the way."""
    size, tail = 0, b""
    is_xml = info.filename.endswith((".xml", ".rels"))
    with archive.open(info) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > allowed:
                raise Problem("import_bomb")
            if is_xml and any(mark in tail + chunk for mark in _DOCTYPES):
                raise Problem("import_doctype")
            tail = chunk[-OVERLAP:]
    return size
