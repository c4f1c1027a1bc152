"""What a file must be before anything reads it: an ordinary .xlsx whose parts were inflated and counted here.

Nothing is believed that the file says about itself; never more than the limit is inflated; nothing is repaired.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from unions.returns import prescreen_kinds

MIB = 1024 * 1024
CHUNK = 256 * 1024
END = struct.Struct("<4s4H2LH")
LOCAL = struct.Struct("<4s5H3L2H")
ENCRYPTED = 0x1
# The longest of the forbidden markers may lie across two chunks.
OVERLAP = len(b"<!DOCTYPE") - 1
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
STRANGE_NAME = re.compile(r"(?:^|/)\.\.?(?:/|$)|^/|//|[\\:\x00-\x1f]")


class Unreadable(ValidationError):  # noqa: N818 - a fact about the file, as the messages say it
    """The file cannot be read; the message says in plain words what it is and what to do."""


@dataclass(frozen=True)
class Limits:
    """How large a file, what is in it, and the reading of it may be. Times in seconds, sizes in bytes."""

    file_bytes: int = 5 * MIB
    inflated_bytes: int = 60 * MIB
    members: int = 300
    rows: int = 20_000
    columns: int = 60
    sheets: int = 60
    memory: int = 1024 * MIB
    cpu: int = 10
    wall: int = 15


LIMITS = Limits()

DAMAGED = _("The file is damaged inside. Open it in Excel or WPS, save it under a new name and send the new file.")
UNUSUAL = _(
    "The file was not made in the ordinary way. Open it in Excel or WPS, save it as .xlsx under a new name "
    "and send the new file."
)
TOO_LARGE_INSIDE = _(
    "Unpacked, the workbook is far larger than a table of this kind can be. Copy the cells you need into "
    "a new workbook and send that."
)


def prescreen(data: bytes, limits: Limits = LIMITS) -> None:
    """Raise Unreadable unless ``data`` is an ordinary, unprotected .xlsx within the limits."""
    if not data:
        message = _("The file is empty. Save the workbook again and make sure that the sending was not interrupted.")
        raise Unreadable(message, code="empty")
    if not data.startswith(b"PK\x03\x04"):
        code, message = prescreen_kinds.of_other_file(data)
        raise Unreadable(message, code=code)
    check_size(data, limits)
    archive = opened(data)
    members = archive.infolist()
    if len(members) > limits.members:
        raise Unreadable(UNUSUAL, code="too_many_members")
    check_names([member.filename for member in members])
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise Unreadable(prescreen_kinds.PROTECTED, code="protected")
    left = limits.inflated_bytes
    for member in members:
        left -= check_member(data, member, left)
    check_kind(archive)


def check_size(data: bytes, limits: Limits) -> None:
    if len(data) > limits.file_bytes:
        message = _(
            "The file has %(size)s MB; at most %(limit)s MB can be read. Remove pictures and sheets that do not "
            "belong here, then save and send it again."
        )
        sizes = {"size": f"{len(data) / MIB:.1f}", "limit": limits.file_bytes // MIB}
        raise Unreadable(message, code="too_large", params=sizes)


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive, if its directory stands at its very end and nothing after or before it pretends to be another."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        message = _("The file is not complete: the sending or copying was interrupted. Send it again.")
        raise Unreadable(message, code="incomplete") from None
    except (ValueError, NotImplementedError, struct.error, UnicodeError, OverflowError, MemoryError):
        raise Unreadable(DAMAGED, code="damaged") from None
    signature, _disk, _first, _here, total, size, offset, comment = END.unpack(data[-END.size :])
    is_plain = total != 0xFFFF and size != 0xFFFFFFFF and offset != 0xFFFFFFFF
    if signature != b"PK\x05\x06" or comment or (is_plain and offset + size != len(data) - END.size):
        raise Unreadable(UNUSUAL, code="unusual_archive")
    return archive


def check_names(names: list[str]) -> None:
    if any(STRANGE_NAME.search(name) for name in names):
        raise Unreadable(UNUSUAL, code="strange_names")
    # Readers look parts up without regard to case, so names that differ only in it are one name twice.
    if len({name.lower() for name in names}) != len(names):
        raise Unreadable(UNUSUAL, code="duplicate_members")


def check_member(data: bytes, member: zipfile.ZipInfo, left: int) -> int:
    """The bytes that really came out of one part. Raises Unreadable past ``left`` or at anything forbidden."""
    count, crc, tail = 0, 0, b""
    for chunk in inflated(data, member):
        count += len(chunk)
        if count > left:
            raise Unreadable(TOO_LARGE_INSIDE, code="inflates_too_far")
        if count == len(chunk):
            check_encoding(member.filename, chunk)
        if FORBIDDEN.search(tail + chunk):
            raise Unreadable(UNUSUAL, code="doctype")
        crc = zlib.crc32(chunk, crc)
        tail = chunk[-OVERLAP:]
    if crc != member.CRC or count != member.file_size:
        raise Unreadable(DAMAGED, code="damaged")
    return count


def inflated(data: bytes, member: zipfile.ZipInfo) -> Any:
    """The part's bytes chunk by chunk, by its compressed bytes alone, whatever size it claims."""
    header = data[member.header_offset : member.header_offset + LOCAL.size]
    if len(header) < LOCAL.size or header[:4] != b"PK\x03\x04":
        raise Unreadable(DAMAGED, code="damaged")
    *_rest, name_length, extra_length = LOCAL.unpack(header)
    start = member.header_offset + LOCAL.size + name_length + extra_length
    packed = memoryview(data)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + CHUNK]) for at in range(0, len(packed), CHUNK))
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable(UNUSUAL, code="unusual_compression")
    yield from inflated_stream(packed)


def inflated_stream(packed: memoryview) -> Any:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), CHUNK):
            waiting = bytes(packed[at : at + CHUNK])
            while waiting:
                yield stream.decompress(waiting, CHUNK)
                waiting = stream.unconsumed_tail
        while not stream.eof:
            rest = stream.decompress(b"", CHUNK)
            if not rest:
                break
            yield rest
    except zlib.error:
        raise Unreadable(DAMAGED, code="damaged") from None
    if not stream.eof:
        raise Unreadable(DAMAGED, code="damaged")


def check_encoding(name: str, beginning: bytes) -> None:
    """Every XML part is UTF-8: in another encoding the markers looked for here would not be seen."""
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return
    declared = ENCODING.match(beginning.removeprefix(b"\xef\xbb\xbf"))
    if b"\x00" in beginning or (declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        raise Unreadable(UNUSUAL, code="unusual_encoding")


def check_kind(archive: zipfile.ZipFile) -> None:
    """An archive may hold anything; say what it is unless it is a workbook without macros."""
    names = {name.lower(): name for name in archive.namelist()}
    types = archive.read(names["[content_types].xml"]) if "[content_types].xml" in names else None
    found = prescreen_kinds.of_archive(set(names), types)
    if found is not None:
        code, message = found
        raise Unreadable(message, code=code)
