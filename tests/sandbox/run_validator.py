"""Khronos' validator on every GLB and glTF that the sandbox makes: every pipeline, subtype, level and option.

    python -m tests.sandbox.run_validator [--work DIR]

Prints how many files it looked at, and each code with how often it came; ends with 1 where one is an error, or a
warning that the vendor's own exports don't have. Needs node and npm. Takes some minutes.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from avatarsdk_core.catalog import pipeline as named_pipeline
from avatarsdk_core.sandbox.human.portrait import make_portrait
from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob, ResultJob
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from tests.sandbox.gltf_check import validate

PERSON, OLDER, FACE = "metaperson_2.0", ("body_0.3", "head_2.0", "head_1.2"), "animated_face"
# Warnings of real exports: skinned meshes under a node, normal maps without tangents.
AS_REAL = {"NODE_SKINNED_MESH_NON_ROOT", "MESH_PRIMITIVE_GENERATED_TANGENT_SPACE"}
SMALL = {"width": 128, "height": 128}
BARE: dict[str, Any] = {"list": []}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the exports there")
    parser.add_argument("--pipeline", action="append", metavar="NAME", help="this one alone; may be repeated")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avatarsdk-validator-") as scratch:
        work = options.work or Path(scratch)
        models = sorted(
            {
                model
                for folder in exports(work, options.pipeline or (PERSON, *OLDER, FACE))
                for model in folder.rglob("model.gl*")
            }
        )
        found = Counter(
            (message["severity"], message["code"])
            for start in range(0, len(models), 20)
            for report in validate(models[start : start + 20])
            for message in report["messages"]
        )
    print(f"{len(models)} files")
    for (severity, code), count in sorted(found.items()):
        print(f"{('error', 'warning', 'information', 'hint')[severity]:<12} {code}: {count}")
    bad = [code for severity, code in found if severity == 0 or (severity == 1 and code not in AS_REAL)]
    return 1 if bad else 0


def exports(work: Path, names: Sequence[str]) -> Iterator[Path]:
    """Folders with unpacked exports."""
    for subtype in ("female", "male") if PERSON in names else ():
        folder = computed(work, PERSON, subtype, {})
        for index, parameters in enumerate(persons()):
            yield exported(work, PERSON, subtype, folder, parameters, index)
    for name, subtype in (
        (older_name, key) for older_name in OLDER if older_name in names for key in named_pipeline(older_name).subtypes
    ):
        avatar = Avatar(name, subtype)
        parameters = {"avatar_modifications": {"plus": {"texture_size": SMALL}}}
        folder = computed(work, name, subtype, parameters if name == "head_1.2" else {})
        for index, wanted in enumerate(older(avatar)):
            yield exported(work, name, subtype, folder, wanted, index)
    for subtype in named_pipeline(FACE).subtypes if FACE in names else ():
        folder = computed(work, FACE, subtype, {})
        for lod, form in itertools.product(range(len(Avatar(FACE, subtype).counts())), ("glb", "gltf")):
            yield direct_mesh(FACE, subtype, folder, lod, form)


def persons() -> Iterator[dict[str, Any]]:
    """Levels × formats × options of metaperson_2.0."""
    available = pipeline(PERSON).available("female")
    look = {"list": ["Color", "Normal", "GltfMetallicRoughness"], "profile": "1K.jpg"}
    sets = {"list": list(available["blendshapes"])}
    worn = {
        name: {"list": list(names), "textures": BARE} for name, names in available.items() if name.startswith("outfits")
    }
    for lod, form, embed in itertools.product(("LOD1", "LOD2"), ("glb", "gltf"), (True, False)):
        base = {"lod": lod, "format": form, "embed": embed, "textures": BARE}
        yield base
        yield base | {"finalize": True, "haircuts": {"list": ["HaircutGenerated"]}}
        yield base | {"blendshapes": sets, "haircuts": {"list": ["Haircut7", "Haircut9", "HaircutGenerated"]}}
        yield base | {"apply_visibility_masks": False, **worn}
        yield base | {"glasses": {"list": list(available["glasses"])}, "split_vertices": True}
    for profile in ("1K.jpg", "1K.png", "1K.webp"):
        yield {"format": "glb", "textures": {**look, "profile": profile, "embed": True}}


def older(avatar: Avatar) -> Iterator[dict[str, Any]]:
    """Every level, and every haircut, outfit, texture and set at the coarsest."""
    available = pipeline(avatar.pipeline).available(avatar.subtype)
    last = len(avatar.counts("")) - 1
    for lod in range(last + 1):
        form, inside = ("glb", True) if lod % 2 else ("gltf", False)
        yield {"format": form, "lod": lod, "texture_size": SMALL, "embed_textures": inside}
    for form, embed in itertools.product(("glb", "gltf"), (True, False)):
        base = {"format": form, "embed": embed, "lod": last, "texture_size": SMALL, "embed_textures": form == "glb"}
        hair = {"haircuts": {"list": list(available["haircuts"])[:6], "texture_size": SMALL}}
        sets = {"blendshapes": {"list": list(available["blendshapes"])}}
        yield base | hair | sets
        if available["outfits"]:
            yield base | {"outfits": {"list": list(available["outfits"])[:4], "texture_size": SMALL}}


def computed(work: Path, name: str, subtype: str, parameters: dict[str, Any]) -> Path:
    folder = work / f"{name}_{subtype.replace('/', '_')}"
    folder.mkdir(parents=True)
    (folder / "photo.jpg").write_bytes(make_portrait("male" if subtype == "male" else "female"))
    pipeline(name).compute(ComputeJob(subtype, parameters, folder))
    return folder


def exported(work: Path, name: str, subtype: str, folder: Path, parameters: dict[str, Any], index: int) -> Path:
    """The export's zips unpacked, with their static files."""
    target, shelf = folder / f"export_{index}", work / "shelf"
    made = pipeline(name)
    made.check_export(subtype, parameters)
    for file in made.export(ExportJob(subtype, {}, parameters, folder, target / "zips", shelf)):
        with zipfile.ZipFile(target / "zips" / f"{file.identity}.zip") as archive:
            archive.extractall(target)
        for static in file.static_files:
            (target / file.identity / Path(static).name).write_bytes((shelf / static).read_bytes())
    print(f"{name} {subtype}: {index}", file=sys.stderr, flush=True)
    return target


def direct_mesh(name: str, subtype: str, folder: Path, lod: int, form: str) -> Path:
    """The mesh that a pipeline without exports delivers, unpacked."""
    target = folder / f"mesh_{form}_{lod}"
    archive = pipeline(name).result(ResultJob(subtype, {}, folder, "mesh", fmt=form, lod=lod))
    assert archive is not None
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(target)
    print(f"{name} {subtype}: {form} {lod}", file=sys.stderr, flush=True)
    return target


if __name__ == "__main__":
    sys.exit(main())
