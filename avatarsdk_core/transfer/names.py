"""Which names from the network may become names on the disk: those that every file system takes. Pure."""

from __future__ import annotations

import re
import unicodedata

NAME_BYTES = 255  # what common file systems allow one name
_FORBIDDEN_CHARACTERS = frozenset('<>:"|?*') | {chr(code) for code in range(32)} | {"\x7f"}
_RESERVED_NAMES = frozenset({"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}) | {
    f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"
}
# Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties) beside the formatting characters: joiners, fillers,
# variation selectors.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
).match


def is_safe_name(name: str) -> bool:
    """True for a single file or folder name that every file system takes and that stays where it is put."""
    return name not in ("", ".", "..") and not {"/", "\\"}.intersection(name) and harm_of_part(name) is None


def harm_of_part(part: str) -> str | None:
    """Why one part of a path can't be a name everywhere, as the end of a sentence; None where it can."""
    if len(part) > 1 and part[1] == ":":
        return "which names a drive"
    if _FORBIDDEN_CHARACTERS.intersection(part):
        return "which holds a character that file systems forbid"
    if part.endswith((".", " ")) or part.startswith(" "):
        return "which begins or ends with a space or ends with a dot"
    if part.split(".")[0].rstrip().upper() in _RESERVED_NAMES:
        return "a name that Windows reserves"
    try:
        too_long = len(part.encode()) > NAME_BYTES
    except UnicodeEncodeError:
        return "which is no proper text"
    return "whose name is too long" if too_long else None


def folded(name: str) -> str:
    """The same text for names that some file system takes for the same.

    Case (the dotless ı too) and normal form are levelled, and what is invisible is left out, as HFS+ and ext4 do.
    """
    if name.isascii():
        return name.lower()
    seen = "".join(letter for letter in name if not _INVISIBLE(letter) and unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", seen).upper().casefold())


def clipped(name: str, most: int) -> str:
    """The beginning of a name, of at most so many bytes in UTF-8, cut between characters."""
    return name.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
