"""Whether a photo will do, before it is sent: the service would say so only after minutes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from avatarsdk_core.errors import PhotoError
from avatarsdk_core.photo import read_photo
from avatarsdk_core.wording import say

SMALL = 512  # pixels of the shorter side; ours, the service publishes no limit: an LOD1 face has more texels than that
TINY = 128  # likewise: no face stands on fewer
NARROW = 2.5  # sides' ratio: a panorama, a scan of a page


@dataclass(frozen=True)
class PhotoCheck:
    """`problem`: why it can't be sent, or empty; `warnings`: why the avatar may disappoint. Sizes in pixels."""

    path: str
    width: int = 0
    height: int = 0
    size: int = 0
    media_type: str = ""
    problem: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return bool(self.path) and not self.problem

    @property
    def facts(self) -> str:
        """One line: size in pixels, kind, bytes that are sent."""
        if not self.ok:
            return ""
        kind = self.media_type.removeprefix("image/").upper()
        amount = f"{self.size / 1e6:.1f} MB" if self.size >= 100_000 else f"{self.size / 1e3:.0f} kB"
        return say(
            "{width} × {height} pixels, {kind}, {amount}",
            width=self.width,
            height=self.height,
            kind=kind,
            amount=amount,
        )


def check_photo(path: str | os.PathLike[str]) -> PhotoCheck:
    """Reads the file once, at most 50 MB of it; raises nothing."""
    name = str(path)
    try:
        photo = read_photo(Path(name))
    except PhotoError as error:
        return PhotoCheck(name, problem=str(error))
    short, long = sorted((photo.width, photo.height))
    size = say("{width} × {height} pixels", width=photo.width, height=photo.height)
    warnings = []
    if short < TINY:
        problem = say("The photo has only {size}: no face can be made from so few; take a larger one", size=size)
        return PhotoCheck(name, photo.width, photo.height, len(photo.data), photo.media_type, problem)
    if short < SMALL:
        warnings.append(
            say("The photo is small ({size}): the face will be blurred; {least} pixels or more are better",
                size=size, least=SMALL)
        )  # fmt: skip
    if long > short * NARROW:
        warnings.append(say("The photo is very long: cut it to head and shoulders"))
    return PhotoCheck(name, photo.width, photo.height, len(photo.data), photo.media_type, warnings=tuple(warnings))


def name_from(path: str) -> str:
    """What to call the avatar of this photo; cameras' own names say nothing."""
    stem = " ".join(Path(path).stem.replace("_", " ").split())
    prefixes: Mapping[str, bool] = dict.fromkeys(("img", "dsc", "dscf", "dscn", "pxl", "mvimg", "dcim", "photo"), True)
    digits = sum(letter.isdigit() for letter in stem)
    camera = stem.lower().split(" ")[0].rstrip("0123456789-") in prefixes and digits >= 3
    return "My Avatar" if not stem or camera or digits * 2 > len(stem) else stem[:1].upper() + stem[1:60]
