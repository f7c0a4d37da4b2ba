"""Archives that lie, made field by field: each a name and its bytes. None may leave anything but its own error."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64, LOCATOR64, DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
FULL = 0xFFFFFFFF
MODEL = b"glTF and more of it " * 20


@dataclass(frozen=True)
class Member:
    """An entry; fields that are None are what they should be."""

    name: bytes = b"avatar/model.glb"
    data: bytes = MODEL
    method: int = 8
    flags: int = 0
    external: int = 0o100644 << 16
    packed: bytes | None = None
    crc: int | None = None
    size: int | None = None  # said in both headers
    packed_size: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    local_crc: int | None = None
    local_method: int | None = None
    local_flags: int | None = None
    local_extra: bytes = b""
    extra: bytes = b""
    comment: bytes = b""
    offset: int | None = None  # said in the directory
    descriptor: bytes | None = None
    before: bytes = b""  # bytes between the last entry and this one
    disk: int = 0

    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.data
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflate.compress(self.data) + deflate.flush()

    @property
    def sums(self) -> tuple[int, int, int]:
        """CRC, packed size, size, as the directory says."""
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        packed = len(self.body()) if self.packed_size is None else self.packed_size
        return crc, packed, len(self.data) if self.size is None else self.size


def either(value: int | None, other: int) -> int:
    return other if value is None else value


def local_part(member: Member) -> bytes:
    crc, packed, size = member.sums
    name = member.name if member.local_name is None else member.local_name
    streamed = member.descriptor is not None
    fields = struct.pack(
        "<HHHHHIIIHH",
        20,
        either(member.local_flags, member.flags),
        either(member.local_method, member.method),
        0,
        0,
        either(member.local_crc, 0 if streamed else crc),
        0 if streamed else packed,
        either(member.local_size, 0 if streamed else size),
        len(name),
        len(member.local_extra),
    )
    return LOCAL + fields + name + member.local_extra + member.body() + (member.descriptor or b"")


def central_part(member: Member, offset: int) -> bytes:
    crc, packed, size = member.sums
    lengths = (len(member.name), len(member.extra), len(member.comment))
    fields = struct.pack(
        "<HHHHHHIIIHHHHHII",
        0x031E, 20, member.flags, member.method, 0, 0, crc, packed, size, *lengths, member.disk, 0, member.external,
        either(member.offset, offset),
    )  # fmt: skip
    return CENTRAL + fields + member.name + member.extra + member.comment


def end_part(count: int, size: int, start: int, comment: bytes = b"", disk: int = 0) -> bytes:
    return END + struct.pack("<HHHHIIH", disk, disk, count, count, size, start, len(comment)) + comment


def end64_part(count: int, size: int, start: int, at: int) -> bytes:
    record = END64 + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, start)
    return record + LOCATOR64 + struct.pack("<IQI", 0, at, 1)


def parts(*members: Member, start: int = 0) -> tuple[bytes, bytes]:
    """The entries' bytes and the directory of them; `start`: where the first lies in the file."""
    body = directory = b""
    for member in members:
        body += member.before
        directory += central_part(member, start + len(body))
        body += local_part(member)
    return body, directory


def archive(*members: Member, comment: bytes = b"") -> bytes:
    body, directory = parts(*members)
    return body + directory + end_part(len(members), len(directory), len(body), comment)


def described(member: Member, form: str = "<4sIII", **fields: int) -> Member:
    crc, packed, size = member.sums
    told = {"crc": crc, "packed": packed, "size": size, **fields}
    values = (told["crc"], told["packed"], told["size"])
    signed = (DESCRIPTOR, *values) if "s" in form else values
    return replace(member, flags=member.flags | 8, descriptor=struct.pack(form, *signed))


def zip64(size: int, packed: int) -> bytes:
    return struct.pack("<HHQQ", 1, 16, size, packed)


def unicode_path(name: str, header: bytes) -> bytes:
    text = name.encode()
    return struct.pack("<HHBI", 0x7075, 5 + len(text), 1, zlib.crc32(header)) + text


def harmless() -> Iterator[tuple[str, bytes]]:
    """Odd archives that real programs write, and that are taken."""
    plain = Member()
    yield "plain", archive(plain)
    yield "stored", archive(replace(plain, method=0))
    yield "streamed", archive(described(plain))
    yield "streamed without signature", archive(described(plain, "<III"))
    yield "streamed with 64 bits", archive(described(plain, "<4sIQQ"))
    yield "with a comment", archive(plain, comment=b"made by a program")
    yield "a name in UTF-8 without the flag", archive(replace(plain, name="avatar/é.glb".encode()))
    yield "the same name twice over", archive(replace(plain, extra=unicode_path("avatar/model.glb", plain.name)))
    yield "padding in an extra field", archive(replace(plain, local_extra=b"\0\0\0"))
    _, packed, size = plain.sums
    wide = replace(plain, extra=zip64(size, packed), size=FULL, packed_size=FULL, local_extra=zip64(size, packed))
    yield "sizes in zip64", archive(wide)
    body, directory = parts(plain)
    far = body + directory + end64_part(1, len(directory), len(body), len(body) + len(directory))
    yield "a zip64 end", far + END + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, FULL, FULL, 0)
    yield "folders", archive(Member(b"avatar/", b"", 0), plain)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Archives that must be refused."""
    yield from _names()
    yield from _kinds()
    yield from _two_stories()
    yield from _structures()
    yield from _data()


def _names() -> Iterator[tuple[str, bytes]]:
    for name in (
        b"/etc/passwd", b"//host/share/x", b"\\\\host\\share\\x", b"C:/x", b"C:x", b"c:\\x", b"../x", b"a/../../x",
        b"..\\..\\x", b"a/..", b"..", b".", b"", b"/", b"./", b"\\", b"CON", b"con.glb", b"a/NUL/x", b"aux.tar.gz",
        b"COM1", "LPT¹".encode(), b"CONIN$", b"x.", b"x ", b" x", b"a./x", b"a /x", b"x\0.glb", b"a\nb", b"a\x1bb",
        b"a:b", b"a?b", b"a*b", b"a|b", b"a<b", b"\x7f", b"x" * 256, b"d/" * 65 + b"x",
        b"d" * 200 + b"/" + b"e" * 250 + b"/..",
        b"\\..\\x", b"a\\..\\..\\x", b"~/../x", b"\xe2\x80\xae/../x",
    ):  # fmt: skip
        yield f"name {name[:40]!r}", archive(Member(name), Member(b"avatar/other.glb"))
    long = b"/".join([b"d" * 200] * 30)
    yield "a path longer than the system takes", archive(Member(long))
    yield "a name that says UTF-8 and isn't", archive(Member(b"a\xff\xfeb", flags=0x800))
    for first, second in (
        ("Model.glb", "model.glb"), ("é.glb", "e\u0301.glb"), ("ß", "ss"), ("a", "a/b"), ("a/b", "a"), ("A/x", "a/y"),
        ("a\\b", "a/b"), ("x", "x"), ("a/./b", "a/b"), ("a//b", "a/b"), ("K", "k"), ("ﬁ", "fi"), ("ı", "I"),
        ("a\u200cb", "ab"), ("a\ufe0fb", "ab"),
    ):  # fmt: skip
        yield f"{first!r} and {second!r}", archive(Member(first.encode()), Member(second.encode()))


def _kinds() -> Iterator[tuple[str, bytes]]:
    for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK):
        yield f"kind {kind:o}", archive(Member(external=(kind | 0o777) << 16, data=b"/etc/passwd"))
    yield "a folder that is a file", archive(Member(external=(stat.S_IFDIR | 0o755) << 16))
    yield "a folder with content", archive(Member(b"avatar/"), Member())
    yield "encrypted", archive(Member(flags=1))
    yield "strongly encrypted", archive(Member(flags=0x41))
    yield "encrypted by AES", archive(Member(method=99, packed=MODEL))
    yield "a masked directory", archive(Member(flags=0x2000))
    for method in (1, 6, 9, 12, 14, 93, 95, 96, 98, 255, 65535):
        yield f"method {method}", archive(Member(method=method, packed=MODEL))
    yield "no entry", archive()
    yield "folders alone", archive(Member(b"avatar/", b"", 0))


def _two_stories() -> Iterator[tuple[str, bytes]]:
    """What one reader sees and another doesn't."""
    plain = Member()
    other = Member(b"avatar/evil.glb", b"evil" * 50)
    yield "another name in the local header", archive(replace(plain, local_name=b"avatar/evil1.glb"))
    yield "a leaving name in the local header", archive(replace(plain, local_name=b"../../../evil.gl"))
    yield "another size in the local header", archive(replace(plain, local_size=5))
    yield "another CRC in the local header", archive(replace(plain, local_crc=5))
    yield "another method in the local header", archive(replace(plain, local_method=0))
    yield "encrypted in the local header alone", archive(replace(plain, local_flags=1))
    yield "streamed in the local header alone", archive(replace(plain, local_flags=8))
    yield "a Unicode path that leaves", archive(replace(plain, extra=unicode_path("../../x", plain.name)))
    yield "a Unicode path in the local header", archive(replace(plain, local_extra=unicode_path("evil", plain.name)))
    twice = unicode_path("avatar/model.glb", plain.name) + unicode_path("evil", plain.name)
    yield "two Unicode paths", archive(replace(plain, extra=twice))
    yield "zip64 sizes that differ", archive(replace(plain, extra=zip64(99999, 5)))
    _, packed, size = plain.sums
    twice = zip64(size, packed) + zip64(1, 1)
    yield "two zip64 fields", archive(replace(plain, size=FULL, packed_size=FULL, extra=twice, local_extra=twice))
    short = struct.pack("<HHI", 1, 4, size)
    yield "a short zip64 field", archive(replace(plain, size=FULL, packed_size=FULL, extra=short, local_extra=short))
    yield "zip64 values without a field", archive(replace(plain, size=FULL, packed_size=FULL))
    yield (
        "zip64 sizes beyond the file",
        archive(
            replace(
                plain, size=FULL, packed_size=FULL, extra=zip64(1 << 62, 1 << 61), local_extra=zip64(1 << 62, 1 << 61)
            )
        ),
    )
    yield "a cut extra field", archive(replace(plain, extra=struct.pack("<HH", 0x5455, 500)))
    yield "a descriptor with another size", archive(described(plain, size=7))
    yield "a descriptor with another CRC", archive(described(plain, crc=7))
    yield "a descriptor that is missing", archive(replace(plain, flags=8, local_size=0, descriptor=b""))
    yield "a descriptor and more", archive(replace(described(plain), descriptor=b"PK\x07\x08" + bytes(300)))
    body, directory = parts(plain)
    hidden, hidden_directory = parts(other, start=len(body))
    yield (
        "an entry that the directory doesn't know",
        (body + hidden + directory + end_part(1, len(directory), len(body) + len(hidden))),
    )
    yield "two directories", (
        body + hidden + hidden_directory + end_part(1, len(hidden_directory), len(body) + len(hidden))
        + directory + end_part(1, len(directory), len(body) + len(hidden) + len(hidden_directory) + 22)
    )  # fmt: skip
    whole = archive(plain)
    yield "another archive in the comment", body + directory + end_part(1, len(directory), len(body), archive(other))
    yield "an archive in front", archive(other) + whole
    yield "an archive behind", whole + archive(other)
    both = Member(data=archive(other), method=0)
    yield "an archive between two entries", archive(plain, replace(Member(b"avatar/b"), before=archive(both)))


def _structures() -> Iterator[tuple[str, bytes]]:
    plain = Member()
    whole = archive(plain)
    body, directory = parts(plain)
    yield "a program in front", b"MZ" + bytes(600) + whole
    yield "a picture in front", b"\xff\xd8\xff\xe0" + bytes(100) + whole
    yield "a picture in front, offsets corrected", _shifted(b"\xff\xd8\xff\xe0" + bytes(100), plain)
    yield "one byte in front", b"\0" + whole
    yield "one byte behind", whole + b"\0"
    yield "a page behind", whole + b"<html>" * 50
    yield "bytes between entries", archive(plain, replace(Member(b"avatar/b"), before=b"hidden"))
    yield "bytes before the directory", body + b"hidden" + directory + end_part(1, len(directory), len(body) + 6)
    yield "bytes behind the directory", body + directory + b"hidden" + end_part(1, len(directory), len(body))
    yield "one entry less than told", body + directory + end_part(2, len(directory), len(body))
    yield (
        "one entry more than told",
        b"".join(
            (lambda body, directory: (body, directory, end_part(1, len(directory), len(body))))(
                *parts(plain, Member(b"avatar/b"))
            )
        ),
    )
    yield "several disks", body + directory + end_part(1, len(directory), len(body), disk=1)
    yield "an entry on another disk", archive(replace(plain, disk=1))
    yield "a comment that is cut", whole[:-2] + b"\xff\x00"
    yield "a directory beyond the end", body + directory + end_part(1, len(directory), len(body) + 500)
    yield "a directory larger than the file", body + directory + end_part(1, FULL - 1, 0)
    yield "entries that share their bytes", archive(plain, Member(b"avatar/b", offset=0))
    yield "an entry inside another", _quoted()
    yield "an offset beyond the end", archive(replace(plain, offset=1 << 30))
    yield "an offset into the directory", archive(replace(plain, offset=len(body)))
    at = len(body) + len(directory)
    saturated = END + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, FULL, FULL, 0)
    yield (
        "a zip64 end that points elsewhere",
        body + directory + end64_part(1, len(directory), len(body), 3) + saturated,
    )
    yield (
        "a zip64 end that contradicts",
        (body + directory + end64_part(2, len(directory), len(body), at) + end_part(1, len(directory), len(body))),
    )
    yield (
        "a zip64 end with 2^62 entries",
        (body + directory + end64_part(1 << 62, len(directory), len(body), at) + saturated),
    )
    yield "no zip64 end", body + directory + saturated
    yield "too many entries", archive(*(Member(b"%d" % number, b"", 0) for number in range(10_001)))
    deep = (b"%d/" % number + b"f/" * 60 for number in range(1000))
    yield "few entries and 61,000 folders", archive(Member(), *(Member(name, b"", 0) for name in deep))
    yield from (("nothing", b""), ("text", b"not a zip"), ("an end alone", end_part(0, 0, 0)), ("PK", b"PK"))
    for cut in (1, 10, 30, 60, 100):
        yield f"cut by {cut}", whole[:-cut]


def _data() -> Iterator[tuple[str, bytes]]:
    plain, body = Member(), Member().body()
    yield "a wrong CRC", archive(replace(plain, crc=7))
    yield "a stored entry with a wrong CRC", archive(replace(plain, method=0, crc=7))
    yield "less than declared", archive(replace(plain, size=len(MODEL) + 1))
    yield "more than declared", archive(replace(plain, size=len(MODEL) - 1))
    yield "declared as nothing", archive(replace(plain, size=0, crc=0))
    yield "a stored entry with two sizes", archive(replace(plain, method=0, size=5))
    yield "deflate that is cut", archive(replace(plain, packed=body[:-5]))
    yield "deflate with bytes behind", archive(replace(plain, packed=body + b"hidden"))
    yield "no deflate at all", archive(replace(plain, packed=b"\xff" * 50))
    yield "a packed size of nothing", archive(replace(plain, packed=b""))
    zeros = Member(b"avatar/zeros.bin", bytes(80 << 20))
    yield "a bomb", archive(zeros)
    yield "a bomb that denies it", archive(replace(zeros, size=100))
    half = Member(data=bytes(40 << 20))
    yield "a bomb in parts", archive(*(replace(half, name=b"avatar/%d" % number) for number in range(3)))


def _shifted(front: bytes, member: Member) -> bytes:
    body, directory = parts(member, start=len(front))
    return front + body + directory + end_part(1, len(directory), len(front) + len(body))


def _quoted() -> bytes:
    """The second entry's header lies in the first one's stored data: many such multiply a few bytes."""
    inner = local_part(Member(b"avatar/b", b"x" * 100, 0))
    first = Member(b"avatar/a", inner, 0)
    body, _ = parts(first)
    at = len(body) - len(inner)
    directory = central_part(first, 0) + central_part(Member(b"avatar/b", b"x" * 100, 0), at)
    return body + directory + end_part(2, len(directory), len(body))
