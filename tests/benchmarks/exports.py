"""An export that is there already, checked; and unpacking, against a sequential `zipfile`. Every byte is checked."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import statistics
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from avatarsdk_core.client import Client
from avatarsdk_core.models import Export
from avatarsdk_core.transfer.export import download_export
from avatarsdk_core.transfer.unpack import unpack_all
from tests.benchmarks.peers import export_sizes, nginx
from tests.benchmarks.table import Row

_TOTAL = 200_000_000
_MODELS = 10


def measure(work: Path, repeats: int) -> list[Row]:
    """The rows of checking and unpacking."""
    work.mkdir(parents=True)
    return [_check_row(work), *_unpack_rows(work, repeats)]


def model(size: int, seed: int) -> bytes:
    """A GLB's bytes: smooth positions, normals, UVs, small whole-number indices, as they pack in an export."""
    random = np.random.default_rng(seed)
    vertices = size // 56
    side = int(vertices**0.5) + 1
    u, v = (axis.ravel()[:vertices] for axis in np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side)))
    wave = np.sin(7 * u) * np.cos(5 * v) + random.normal(0, 1e-4, vertices)
    positions = np.stack([u, wave, v], 1).astype(np.float32)
    normals = np.stack([-np.cos(7 * u), np.ones_like(u), np.sin(5 * v)], 1).astype(np.float32)
    grid = np.arange(vertices, dtype=np.uint32)
    indices = np.stack([grid, grid + 1, grid + side, grid + 1, grid + side + 1, grid + side], 1) % vertices
    data = (
        positions.tobytes() + normals.tobytes() + np.stack([u, v], 1).astype(np.float32).tobytes() + indices.tobytes()
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + len(data)) + data


def packed(name: str, content: bytes, method: int) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as archive:
        archive.writestr(name, content)
    return memory.getvalue()


def _check_row(work: Path) -> Row:
    """40 archives of one stored image each, downloaded once from nginx; then the same call again and again."""
    www = work / "www"
    www.mkdir()
    files = []
    with nginx(www, work / "nginx") as port:
        for number, size in enumerate(export_sizes(40, _TOTAL)):
            identity = "avatar" if number == 0 else f"asset{number:02d}"
            image = np.random.default_rng(number).bytes(size)
            (www / f"{identity}.zip").write_bytes(packed(f"{identity}/{identity}.png", image, zipfile.ZIP_STORED))
            category = None if number == 0 else "outfits"
            files.append(
                {"identity": identity, "category": category, "file": f"http://127.0.0.1:{port}/{identity}.zip"}
            )
        export = Export.from_json({"code": "benchmark", "status": "Completed", "files": files})
        with Client(root_url=f"http://127.0.0.1:{port}/", client_id="i", token="t") as client:
            folder = work / "export"
            began = time.perf_counter()
            download_export(client, export, folder)
            first = time.perf_counter() - began
            times = []
            for _ in range(50):
                began = time.perf_counter()
                download_export(client, export, folder)
                times.append(1000 * (time.perf_counter() - began))
    whole = sum(len(list(path.iterdir())) for path in folder.iterdir() if path.is_dir())
    if whole != 40:
        raise SystemExit(f"{whole} files in the export's folder instead of 40")
    detail = f"40 files, 200 MB; worst of 50 {max(times):.1f} ms; downloaded, unpacked, synced before in {first:.2f} s"
    return Row("all there already, quick check, ms", statistics.median(times), 5.0, detail)


def _unpack_rows(work: Path, repeats: int) -> list[Row]:
    kinds = {
        "200 MB of compressible GLB zips": (
            0.6,
            lambda seed: model(_TOTAL // _MODELS, seed),
            "glb",
            zipfile.ZIP_DEFLATED,
        ),
        "200 MB of stored images": (
            1.1,
            lambda seed: np.random.default_rng(seed).bytes(_TOTAL // _MODELS),
            "png",
            zipfile.ZIP_STORED,
        ),
    }
    rows = []
    for what, (goal, content, suffix, method) in kinds.items():
        zips = work / suffix
        zips.mkdir()
        wanted = {}
        for seed in range(_MODELS):
            body = content(seed)
            wanted[f"part{seed}/model.{suffix}"] = hashlib.sha256(body).hexdigest()
            (zips / f"part{seed}.zip").write_bytes(packed(f"part{seed}/model.{suffix}", body, method))
        size = sum(path.stat().st_size for path in zips.iterdir())
        times = _in_turns(sorted(zips.iterdir()), wanted, work / "unpacked", repeats)
        value = statistics.median(times["ours"]) / statistics.median(times["zipfile"])
        lists = "; ".join(f"{name} {' '.join(f'{t:.2f}' for t in sorted(times[name]))} s" for name in times)
        rows.append(Row(f"unpacking {what} ÷ zipfile", value, goal, f"{size / 1e6:.0f} MB packed; {lists}"))
    return rows


def _zipfile(archives: list[Path], into: Path) -> None:
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(into)


def _ours(archives: list[Path], into: Path) -> None:
    into.mkdir()
    unpack_all([(path, into / path.stem, path.stem) for path in archives])


def _in_turns(archives: list[Path], wanted: dict[str, str], into: Path, repeats: int) -> dict[str, list[float]]:
    runners: dict[str, Callable[[list[Path], Path], None]] = {"zipfile": _zipfile, "ours": _ours}
    times: dict[str, list[float]] = {name: [] for name in runners}
    for repeat in range(repeats + 1):
        for name, runner in runners.items():
            shutil.rmtree(into, ignore_errors=True)
            os.sync()
            began = time.perf_counter()
            runner(archives, into)
            took = time.perf_counter() - began
            found = {
                path.relative_to(into).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in into.rglob("*.*")
            }
            if found != wanted:
                raise SystemExit(f"{name} unpacked wrong bytes")
            if repeat:
                times[name].append(took)
    return times
