"""The second avatar of the same shape costs less: only what is its own is made for it."""

from __future__ import annotations

from pathlib import Path

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.garments import _pattern
from avatarsdk_core.sandbox.human.texels import part_texels
from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob
from tests.sandbox.service_api import picture


def test_the_second_avatar_takes_bodies_garments_and_lasting_textures_of_the_first(
    tmp_path: Path, portrait: bytes
) -> None:
    made, shelf = pipeline("metaperson_2.0"), tmp_path / "shelf"
    look = {"list": ["Color", "Normal"], "profile": "1K.jpg", "embed": False}
    parameters = {"format": "glb", "avatar": {"list": ["AvatarTeethUpper"], "textures": look}}
    parameters |= {"outfits_shoes": {"list": ["sneakers_AZAT"], "textures": look}}
    done = []
    for name, photo in (("first", picture()), ("second", portrait)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "photo.jpg").write_bytes(photo)
        made.compute(ComputeJob("female", {}, folder))
        made.export(ExportJob("female", {}, parameters, folder, folder / "zips", shelf))
        lasting = {path: path.stat().st_mtime_ns for path in shelf.rglob("*") if path.is_file()}
        done.append((lasting, [cache.cache_info().misses for cache in (build_body, _pattern, part_texels)]))
    assert done[0][0]
    assert done[0] == done[1]
