"""The catalogue against the documentation's machine-readable copy, and its look-ups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core import catalog
from avatarsdk_core.errors import UnknownNameError

FACTS = ("range", "usable_below", "unit", "values", "default", "deprecated", "output", "export_category")


@pytest.fixture(scope="module")
def documented(samples: Path) -> dict[str, Any]:
    path = samples.parent / "api" / "catalog.json"
    if not path.is_file():
        pytest.skip(f"no {path}")
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def test_every_availability_row_is_in_the_catalogue(documented: dict[str, Any]) -> None:
    rows = 0
    for name, section in documented["parameters"].items():
        listed = {**section.get("params", {}), **section.get("sets", {})}
        category = catalog.category(name)
        assert set(category.parameters) == set(listed)
        assert category.kind == section["kind"]
        assert category.names_are_sets == ("sets" in section)
        for key, row in listed.items():
            found = catalog.parameter(name, key)
            assert dict(found.availability) == row["availability"], (name, key)
            assert [list(columns) for columns in found.candidates] == row.get("ambiguous_candidates", [])
            assert (found.type, found.confidence) == (row["type"], row["confidence"])
            for fact in FACTS:
                empty = {"values": [], "output": [], "unit": "", "export_category": "", "deprecated": False}.get(fact)
                assert plain(getattr(found, fact)) == row.get(fact, empty), (name, key, fact)
            if "group" in row:
                assert found.group == row["group"]
            rows += 1
    assert rows == 68


def test_recommended_intervals_are_the_documented_ones(documented: dict[str, Any]) -> None:
    found = catalog.category("body_shape").intervals
    assert {gender: {key: list(pair) for key, pair in measures.items()} for gender, measures in found.items()} == (
        documented["parameters"]["body_shape"]["intervals"]
    )


def test_pipelines_and_subtypes_are_the_documented_ones(documented: dict[str, Any]) -> None:
    assert list(catalog.pipelines()) == list(documented["pipelines"])
    assert catalog.default_pipeline().name == "animated_face"
    for name, row in documented["pipelines"].items():
        pipeline = catalog.pipeline(name)
        for fact in ("plan", "deprecated", "export_parameters", "static_resources", "default_subtype"):
            assert getattr(pipeline, fact) == row[fact], (name, fact)
        assert pipeline.grouped != row.get("group_level_omitted", False)
        assert list(pipeline.subtypes) == list(row["subtypes"])
        for key, subtype in row["subtypes"].items():
            found = pipeline.subtype(key)
            assert plain(found.texture_size) == subtype.get("texture_size")
            assert plain(found.texture_size_repacked) == subtype.get("texture_size_repacked")
            assert lods(found.lods) == documented_lods(subtype["lods"])
            templates = {"": found.lods, **found.lods_by_template} if found.lods_by_template else {}
            assert {name: lods(table) for name, table in templates.items()} == {
                name: documented_lods(rows) for name, rows in subtype.get("lods_by_template", {}).items()
            }


def lods(table: Any) -> Any:
    return [
        (
            name,
            (lod.total.vertices, lod.total.faces),
            {part: (counts.vertices, counts.faces) for part, counts in lod.parts.items()},
        )
        for name, lod in table.items()
    ]


def documented_lods(rows: list[dict[str, Any]]) -> Any:
    return [
        (
            str(row["lod"]),
            (row["vertices"], row["faces"]),
            {part: (counts["vertices"], counts["faces"]) for part, counts in row.get("parts", {}).items()},
        )
        for row in rows
    ]


def test_blendshape_sets_are_the_documented_ones(documented: dict[str, Any]) -> None:
    rows = documented["blendshape_sets"]
    for name, found in catalog.blendshape_sets().items():
        assert plain(found.names) == rows[name]["names"], name
        assert found.count == rows[name].get("count")
        assert found.per_mesh == rows[name].get("per_mesh_metaperson_2.0", {})
        assert found.deprecated == rows[name].get("deprecated", False)
    assert set(catalog.blendshape_sets()) == set(rows) - {"metaperson_2.0_extra"}


def test_haircuts_and_outfits_are_the_documented_ones(documented: dict[str, Any]) -> None:
    for pipeline, rows in documented["haircut_sets"].items():
        for name, row in rows.items():
            if isinstance(row, list | dict):
                names = row if isinstance(row, list) else row["known"]
                assert set(names) <= set(catalog.haircut_sets(pipeline)[name].names)
    shown = documented["outfits"]["metaperson_2.0"]
    assert {name: list(names) for name, names in catalog.outfits("metaperson_2.0").items()} == {
        name: row["known"] for name, row in shown.items() if isinstance(row, dict)
    }
    for name in ("base", "base_lowpoly", "meta", "meta_lowpoly"):
        rows = documented["outfits"]["body_0.3"][name]
        assert [(int(key), mesh.vertices, mesh.faces) for key, mesh in catalog.outfit_meshes(name).items()] == [
            (row["outfit"], row["vertices"], row["faces"]) for row in rows
        ]


def test_both_default_export_objects_are_the_documented_ones(documented: dict[str, Any]) -> None:
    exports, textures = documented["export"], documented["textures"]["metaperson_2.0"]
    for ours, theirs in (("head_body", "legacy_family"), ("metaperson_2.0", "metaperson_2.0")):
        family = catalog.export_families()[ours]
        assert json.dumps(family.defaults) == json.dumps(exports["defaults"][theirs])
        assert list(family.formats) == exports["formats"][theirs]
    assert list(catalog.export_families()["head_body"].pipelines) == exports["legacy_family_pipelines"]
    assert list(catalog.export_family("metaperson_2.0").profiles) == textures["profiles"]
    for category in ("avatar", "outfits", "haircuts"):
        assert list(catalog.export_family("metaperson_2.0").texture_names[category]) == textures[category]


def test_every_default_is_a_known_flag() -> None:
    for family in catalog.export_families().values():
        for key, value in family.defaults.items():
            if key in family.categories:
                assert set(value) <= set(family.categories[key])
            else:
                assert key in family.flags


def test_a_plan_includes_the_lower_ones() -> None:
    assert catalog.reaches("Pro", "Plus")
    assert catalog.reaches("Pro", "Pro")
    assert not catalog.reaches("Pro", "Enterprise")
    assert catalog.reaches("Plus", "always_set")


def test_shapes_on_a_mesh_follow_the_level_of_detail() -> None:
    mobile = catalog.blendshape_set("mobile_51")
    assert mobile.on_mesh("AvatarHead") == mobile.names
    assert mobile.on_mesh("AvatarTeethLower") == ("jawForward", "jawLeft", "jawOpen", "jawRight")
    assert (len(mobile.on_mesh("AvatarEyelashes")), len(mobile.on_mesh("AvatarEyelashes", "LOD2"))) == (27, 33)
    assert mobile.on_mesh("AvatarBody") == ()


@pytest.mark.parametrize(
    ("look_up", "said"),
    [
        (lambda: catalog.pipeline("metaperson_20"), "'metaperson_20' is no pipeline; did you mean 'metaperson_2.0'?"),
        (lambda: catalog.subtype("metaperson_2.0", "Femal"), "subtype of metaperson_2.0; did you mean 'female'"),
        (lambda: catalog.parameter("model_info", "hair_colour"), "did you mean 'hair_color'"),
        (lambda: catalog.blendshape_set("mobile51"), "did you mean 'mobile_51'"),
        (lambda: catalog.category("modelinfo"), "did you mean 'model_info'"),
        (lambda: catalog.reaches("Premium", "Pro"), "'Premium' is no plan; there are: Plus, Pro, Enterprise."),
        (lambda: catalog.export_family("animated_face"), "'animated_face' is no pipeline with export parameters"),
        (lambda: catalog.haircut_sets("xyz"), "'xyz' is no pipeline; there are: animated_face, "),
    ],
)
def test_a_wrong_name_is_answered_with_what_is_near(look_up: Any, said: str) -> None:
    with pytest.raises(UnknownNameError) as refusal:
        look_up()
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
