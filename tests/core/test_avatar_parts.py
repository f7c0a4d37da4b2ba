"""Parts are told by promised names and structure, not by the name of the file."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.avatar.bundle import read_bundle
from avatarsdk_core.avatar.gltf_file import read_gltf
from avatarsdk_core.avatar.gltf_meshes import gltf_facts
from avatarsdk_core.avatar.meshes import MeshFacts, ModelFacts
from avatarsdk_core.avatar.parts import Part, Role, describe_parts
from avatarsdk_core.avatar.textures import images_beside
from avatarsdk_core.errors import BundleError

ARKIT = ["browInnerUp", "eyeBlinkLeft", "jawOpen", "mouthSmileRight"]


def model(folder: Path, *nodes: dict[str, Any], name: str = "model.gltf", images: tuple[str, ...] = ()) -> Path:
    """A glTF whose mesh nodes have a name, perhaps a material's name, targets and a colour image."""
    meshes, materials, textures, tree = [], [], [], []
    uris = list(images)
    for node in nodes:
        pbr: dict[str, Any] = {}
        if color := node.get("color"):
            uris.append(color)
            textures.append({"source": len(uris) - 1})
            pbr["baseColorTexture"] = {"index": len(textures) - 1}
        materials.append({"name": node.get("material", node["name"]), "pbrMetallicRoughness": pbr})
        primitive = {"attributes": {"POSITION": 0}, "material": len(materials) - 1}
        meshes.append({"primitives": [primitive], "extras": {"targetNames": node.get("targets", [])}})
        tree.append({"name": node["name"], "mesh": len(meshes) - 1})
    root = {
        "asset": {"version": "2.0"},
        "accessors": [{"count": 3}],
        "nodes": tree,
        "meshes": meshes,
        "materials": materials,
        "textures": textures,
        "images": [{"uri": uri} for uri in uris],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for uri in uris:
        (folder / uri).write_bytes(b"image")
    file = folder / name
    file.write_text(json.dumps(root))
    return file


def described(file: Path, **known: Any) -> list[Part]:
    return describe_parts(gltf_facts(read_gltf(file)), images_beside(file), **known)


def parts(file: Path, **known: Any) -> dict[str, Part]:
    return {part.name: part for part in described(file, **known)}


@pytest.mark.parametrize("name", ["AvatarHead", "AvatarHead.001", "AvatarHead_LOD2"])
def test_a_head_by_its_name(tmp_path: Path, name: str) -> None:
    (part,) = described(model(tmp_path, {"name": name}))
    assert (part.role, part.name, part.category) == (Role.HEAD, "AvatarHead", None)


def test_a_head_by_its_material_or_its_arkit_targets(tmp_path: Path) -> None:
    file = model(
        tmp_path,
        {"name": "Mesh_3", "material": "AvatarLeftCornea"},
        {"name": "Whatever", "material": "x", "targets": ARKIT},
    )
    assert {part.role: part.side for part in parts(file).values()} == {Role.CORNEA: "left", Role.HEAD: None}


@pytest.mark.parametrize(
    ("node", "category", "role"),
    [
        ("outfit_top", "outfits_top", Role.GARMENT),
        ("outfit_bottom", "outfits_bottom", Role.GARMENT),
        ("outfit_shoes", "outfits_shoes", Role.GARMENT),
        ("outfit", "outfits", Role.GARMENT),
        ("haircut", "haircuts", Role.HAIR),
        ("glasses", "glasses", Role.GLASSES),
        ("hat", "hats", Role.GARMENT),
        ("polo_Getik", "outfits_top", Role.GARMENT),
        ("jeans_AZAT", "outfits_bottom", Role.GARMENT),
        ("sneakers_AZAT", "outfits_shoes", Role.GARMENT),
        ("Haircut0", "haircuts", Role.HAIR),
        ("glasses_02", "glasses", Role.GLASSES),
        ("Crate", None, Role.OTHER),
    ],
)
def test_what_is_worn_by_its_name(tmp_path: Path, node: str, category: str | None, role: Role) -> None:
    (part,) = described(model(tmp_path, {"name": node}))
    assert (part.category, part.role, part.identity) == (category, role, node)


def test_an_unknown_thing_with_a_body_mask_is_a_garment(tmp_path: Path) -> None:
    file = model(tmp_path, {"name": "ARPI", "color": "ARPI_Color_1K.jpg"}, images=("ARPI_BodyVisibilityMask_1K.jpg",))
    part = parts(file)["ARPI"]
    assert (part.role, part.category) == (Role.GARMENT, "outfits")
    assert {slot: image.name for slot, image in part.textures.items()} == {
        "color": "ARPI_Color_1K.jpg",
        "body_mask": "ARPI_BodyVisibilityMask_1K.jpg",
    }


def test_in_a_combined_export_the_textures_tell_the_asset_and_its_masks(tmp_path: Path) -> None:
    masks = ("polo_Getik_BodyVisibilityMask_1K.jpg", "jeans_AZAT_BodyVisibilityMask_1K.jpg")
    file = model(
        tmp_path,
        {"name": "outfit_top", "color": "polo_Getik_Color_1K.jpg"},
        {"name": "outfit_bottom", "color": "jeans_AZAT_Color_1K.jpg"},
        images=masks,
    )
    found = {part.identity: part.textures["body_mask"].name for part in parts(file).values()}
    assert found == {"polo_Getik": masks[0], "jeans_AZAT": masks[1]}


def test_the_exports_list_names_category_and_identity(tmp_path: Path) -> None:
    model(tmp_path / "avatar", {"name": "AvatarHead"})
    model(tmp_path / "Sevan_red", {"name": "some mesh"})
    listed = [{"identity": "avatar", "category": None}, {"identity": "Sevan_red", "category": "outfits_top"}]
    (tmp_path / "export.json").write_text(json.dumps({"files": listed}))
    bundle = read_bundle(tmp_path)
    assert bundle.person is not None
    (item,) = bundle.items
    assert [(part.identity, part.category, part.role) for part in item.parts] == [
        ("Sevan_red", "outfits_top", Role.GARMENT)
    ]


def test_a_cornea_takes_a_texture_only_where_the_file_could_not_name_one(tmp_path: Path) -> None:
    lying_around = "AvatarLeftCornea_Color_512.jpg"
    bare = model(tmp_path / "a", {"name": "AvatarLeftCornea"})
    (tmp_path / "a" / lying_around).write_bytes(b"image")
    assert "color" in parts(bare)["AvatarLeftCornea"].textures
    textured = model(tmp_path / "b", {"name": "AvatarLeftCornea"}, {"name": "AvatarHead", "color": "x.jpg"})
    (tmp_path / "b" / lying_around).write_bytes(b"image")
    assert parts(textured)["AvatarLeftCornea"].textures == {}


def test_damaged_json_is_a_clear_error(tmp_path: Path) -> None:
    file = model(tmp_path, {"name": "AvatarHead"})
    root = json.loads(file.read_text())
    root["materials"][0]["pbrMetallicRoughness"] = [1, 2]
    file.write_text(json.dumps(root))
    with pytest.raises(BundleError, match="damaged"):
        read_bundle(file)


def test_of_one_model_in_two_containers_one_is_read(tmp_path: Path) -> None:
    model(tmp_path, {"name": "AvatarHead"})
    content = (tmp_path / "model.gltf").read_text()
    (tmp_path / "model.glb").write_text(content)  # told by content, not by suffix
    with pytest.raises(BundleError, match="not a GLB"):
        read_bundle(tmp_path)
    (tmp_path / "model.glb").unlink()
    assert len(read_bundle(tmp_path).models) == 1


def test_two_people_in_a_folder_must_be_chosen_between(tmp_path: Path) -> None:
    model(tmp_path / "a", {"name": "AvatarHead"})
    model(tmp_path / "b", {"name": "AvatarHead"})
    with pytest.raises(BundleError, match=r"2 avatars .*a/model\.gltf.*b/model\.gltf"):
        read_bundle(tmp_path)


def test_nameless_embedded_masks_are_likely_by_their_place(tmp_path: Path) -> None:
    """The order of a real outfit: BodyVisibilityMask, Color, HeadVisibilityMask, Normal, UnityMetallicSmoothness."""
    textures = [{"source": 1}, {"source": 3}, {"source": 5}]
    material = {
        "name": "outfit_top",
        "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}},
        "normalTexture": {"index": 1},
    }
    data = [f"data:;base64,{base64.b64encode(text.encode()).decode()}" for text in ("bm", "c", "hm", "n", "u", "c2")]
    root = {
        "asset": {"version": "2.0"},
        "nodes": [{"name": "outfit_top", "mesh": 0}, {"name": "outfit_shoes", "mesh": 1}],
        "meshes": [{"primitives": [{"attributes": {}, "material": i}]} for i in range(2)],
        "materials": [material, {"pbrMetallicRoughness": {"baseColorTexture": {"index": 2}}}],
        "textures": textures,
        "images": [{"uri": uri} for uri in data],
    }
    (tmp_path / "a.gltf").write_text(json.dumps(root))
    found = parts(tmp_path / "a.gltf")
    assert {slot: image.read() for slot, image in found["outfit_top"].likely_masks.items()} == {
        "body_mask": b"bm",
        "head_mask": b"hm",
    }
    # The smoothness map before the shoes' colour is only likely: its pixels tell that it is no mask.
    assert {slot: image.read() for slot, image in found["outfit_shoes"].likely_masks.items()} == {"body_mask": b"u"}


@pytest.mark.parametrize(
    ("count", "first", "last", "role"),
    [
        (51, "browDownLeft", "noseSneerRight", Role.HEAD),
        (15, "CH", "sil", Role.OTHER),
        (66, "browDownLeft", "sil", Role.HEAD),
        (7, None, None, Role.OTHER),
    ],
)
def test_nameless_targets_get_the_names_of_the_sets_that_their_number_tells(
    tmp_path: Path, count: int, first: str | None, last: str | None, role: Role
) -> None:
    file = model(tmp_path, {"name": "mesh"})
    root = json.loads(file.read_text())
    del root["meshes"][0]["extras"]
    root["meshes"][0]["primitives"][0]["targets"] = [{"POSITION": 0}] * count
    file.write_text(json.dumps(root))
    (part,) = described(file)
    assert part.role is role
    assert (part.targets[:1], part.targets[-1:]) == (((first,), (last,)) if first else ((), ()))
    assert len(part.targets) == (count if first else 0)


def test_the_old_expressions_of_an_animated_face_make_a_head(tmp_path: Path) -> None:
    targets = ["BrowsU_C", "EyeBlink_L", "JawOpen", "MouthSmile_R", "Sneer"]
    (part,) = described(model(tmp_path, {"name": "Mesh", "targets": targets}))
    assert (part.role, part.category, part.identity) == (Role.HEAD, None, "avatar")


@pytest.mark.parametrize(
    ("vertices", "lod"), [(7419, "LOD1"), (7261, "LOD1"), (1760, "LOD2"), (1692, "LOD2"), (5, None)]
)
def test_a_heads_vertices_tell_its_lod_with_seams_split_or_not(vertices: int, lod: str | None) -> None:
    (part,) = describe_parts(ModelFacts((MeshFacts(0, "AvatarHead", vertices=vertices),)))
    assert part.lod == lod
