"""What other people's meshes are taken for, and what a hostile file can't cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avatarsdk_core.avatar.foreign import guess_parts, has_expressions
from avatarsdk_core.avatar.gltf_file import read_gltf
from avatarsdk_core.avatar.image_header import image_size
from avatarsdk_core.avatar.limits import Limits, check_polygons, count_polygons
from avatarsdk_core.avatar.meshes import MeshFacts
from avatarsdk_core.errors import BundleError

FACE = ("jawOpen", "eyeBlinkLeft", "mouthSmileRight")


def roles(*meshes: MeshFacts) -> dict[str, str]:
    return {mesh.name: str(guess_parts(meshes)[mesh.key].role) for mesh in meshes if mesh.key in guess_parts(meshes)}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Wolf3D_Head", "head"),
        ("Head_Mesh", "head"),
        ("CC_Base_Body", "body"),
        ("CC_Base_Eye", "eyeball"),
        ("Wolf3D_Teeth", "teeth"),
        ("eyelashes_01", "eyelashes"),
        ("Wolf3D_Outfit_Bottom", "garment"),
        ("BodySuit", "garment"),
        ("Wolf3D_Facewear", None),
    ],
)
def test_words_in_names_tell(name: str, role: str | None) -> None:
    found = guess_parts([MeshFacts(0, name), MeshFacts(1, "Face")]).get(0)
    assert (str(found.role) if found else None) == role


def test_things_without_a_person_are_nobody() -> None:
    assert guess_parts([MeshFacts(0, "polo_shirt"), MeshFacts(1, "hair", bones={"Head": 1.0})]) == {}


def test_the_largest_mesh_with_expressions_is_the_face() -> None:
    face, small = MeshFacts(0, "a", targets=FACE, vertices=900), MeshFacts(1, "b", targets=FACE, vertices=90)
    assert roles(small, face) == {"a": "head"}


def test_a_figure_in_one_mesh_hangs_on_head_hands_and_feet() -> None:
    bones = {"mixamorig:Head": 0.3, "mixamorig:LeftHand": 0.1, "mixamorig:RightToeBase": 0.1, "mixamorig:Hips": 0.5}
    (guess,) = guess_parts([MeshFacts(0, "Ch36", bones=bones)]).values()
    assert (str(guess.role), guess.is_anything) == ("body", True)
    assert guess_parts([MeshFacts(0, "dress", bones={"Hips": 0.9, "LeftFoot": 0.1})]) == {}


@pytest.mark.parametrize("names", [FACE, ("JawOpen", "EyeBlinkLeft", "MouthSmileRight")])
def test_expressions_in_any_spelling(names: tuple[str, ...]) -> None:
    assert has_expressions(names)
    assert has_expressions([name.replace("Left", "_L").replace("Right", "_R") for name in names])
    assert has_expressions([f"blendShape1.{name}" for name in names])
    assert not has_expressions(names[:2])


@pytest.mark.parametrize(
    "children", [[[0]], [[1], [0]], [[1], [2], [0]], [[1, 1], []], [[7]], [[-1]], [["x"]], [[True], []], [[2], [2], []]]
)
def test_nodes_that_form_no_tree_are_damage(children: list[list[object]], tmp_path: Path) -> None:
    file = tmp_path / "a.gltf"
    file.write_text(json.dumps({"asset": {"version": "2.0"}, "nodes": [{"children": one} for one in children]}))
    with pytest.raises(BundleError, match=r"node \d"):
        read_gltf(file)


def test_nodes_that_form_trees_are_none(tmp_path: Path) -> None:
    file = tmp_path / "a.gltf"
    nodes = [{"children": [1, 2]}, {"children": [3]}, {}, {}, {"children": []}]
    file.write_text(json.dumps({"asset": {"version": "2.0"}, "nodes": nodes}))
    assert len(read_gltf(file).items("nodes")) == 5


def test_an_accessor_that_announces_too_much_is_refused_before_it_is_built(tmp_path: Path) -> None:
    file = tmp_path / "a.gltf"
    file.write_text(json.dumps({"asset": {"version": "2.0"}, "accessors": [{"count": 3_000_000_000}]}))
    assert count_polygons(read_gltf(file)) == 1_000_000_000
    with pytest.raises(BundleError, match=r"1,000,000,000 polygons, the limit is 4,000,000"):
        check_polygons(file, count_polygons(read_gltf(file)), Limits())


def test_a_pictures_size_stands_in_its_header() -> None:
    assert image_size(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x80") == (256, 128)
    jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x11\x08\0\x10\0\x20\x03"
    assert image_size(jpeg) == (32, 16)
    extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (511).to_bytes(3, "little") + (255).to_bytes(3, "little")
    assert image_size(extended) == (512, 256)
    for nothing in (b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", jpeg[:11], b"GIF89a"):
        assert image_size(nothing) is None
