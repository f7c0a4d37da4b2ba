"""The GLB that Blender's importer gets: every byte that geometry needs, none of the images'."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.avatar.geometry import geometry_glb
from avatarsdk_core.avatar.gltf_file import GltfFile, read_gltf

CONTENT = (bytes(range(200)), bytes(range(200, 256)) * 3)
VIEWS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.integers(0, 100), st.integers(1, 60)).map(
        lambda found: {"buffer": found[0], "byteOffset": found[1], "byteLength": found[2]}
    ),
    min_size=1,
    max_size=8,
)


def written(tmp: Path, root: dict[str, object]) -> GltfFile:
    file = tmp / "geometry.glb"
    model = GltfFile(tmp / "model.gltf", {"asset": {"version": "2.0"}, **root}, CONTENT)
    file.write_bytes(geometry_glb(model, "token"))
    return read_gltf(file)


@given(VIEWS, st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_each_view_but_images_keeps_its_bytes(
    tmp_path_factory: pytest.TempPathFactory, views: list[dict[str, int]], images: set[int], accessors: set[int]
) -> None:
    tmp = tmp_path_factory.mktemp("glb")
    made = written(
        tmp,
        {
            "bufferViews": views,
            "images": [{"bufferView": index} for index in images if index < len(views)],
            "accessors": [{"bufferView": index} for index in accessors if index < len(views)],
        },
    )
    for index, (view, moved) in enumerate(zip(views, made.items("bufferViews"), strict=True)):
        if index in images and index not in accessors:
            continue
        start, length = view["byteOffset"], view["byteLength"]
        assert made.buffers[0][moved["byteOffset"] :][:length] == CONTENT[view["buffer"]][start : start + length]
        assert moved["byteOffset"] % 4 == start % 4


def test_an_images_bytes_stay_out(tmp_path: Path) -> None:
    views = [{"buffer": 0, "byteLength": 40}, {"buffer": 0, "byteOffset": 40, "byteLength": 160}]
    made = written(tmp_path, {"bufferViews": views, "accessors": [{"bufferView": 0}], "images": [{"bufferView": 1}]})
    assert made.buffers == (CONTENT[0][:40],)


def test_materials_stay_only_where_they_keep_slots_apart(tmp_path: Path) -> None:
    one, two = ([{"attributes": {}, "material": index} for index in which] for which in ((0, 0), (0, 1)))
    made = written(tmp_path, {"meshes": [{"primitives": one}, {"primitives": two}], "materials": [{}, {}]})
    slots = [[part.get("material") for part in mesh["primitives"]] for mesh in made.items("meshes")]
    assert slots == [[None, None], [0, 1]]
