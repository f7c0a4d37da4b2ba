"""What a file may cost before it is refused: bytes to read, polygons to build, pixels to decode.

The numbers are ours: some twenty times what the largest export of the service needs (LOD1, 4K textures), and still
within what an ordinary machine holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from avatarsdk_core.errors import BundleError

from .gltf_file import MOST_BYTES, GltfFile, ImageSource
from .image_header import image_size

_HEADER_BYTES = 1 << 16
_CORNERS = 3
_POINTS_AND_LINES = (0, 1, 2, 3)  # glTF primitive modes without faces


@dataclass(frozen=True)
class Limits:
    """The most that one import may take.

    Attributes:
        file_bytes: of one model file, with the buffers that it refers to.
        polygons: of all its models together.
        texture_pixels: width times height of one texture.
    """

    file_bytes: int = MOST_BYTES
    polygons: int = 4_000_000
    texture_pixels: int = 8192 * 8192


def check_size(files: Iterable[Path], limits: Limits) -> None:
    """Raises BundleError, naming the file and the limit, when one is larger than `limits.file_bytes`."""
    for file in files:
        try:
            size = file.stat().st_size
        except OSError as error:
            raise BundleError(f"{file}: can't be read ({error.strerror or error}).") from error
        if size > limits.file_bytes:
            raise BundleError(
                f"{file}: {_megabytes(size)} MB, the limit is {_megabytes(limits.file_bytes)} MB (file_bytes); "
                "export the avatar with a smaller LOD or smaller textures, or raise the limit."
            )


def check_polygons(name: object, polygons: int, limits: Limits) -> None:
    """Raises BundleError, naming the limit, when there are more than `limits.polygons`."""
    if polygons > limits.polygons:
        raise BundleError(
            f"{name}: {polygons:,} polygons, the limit is {limits.polygons:,} (polygons); "
            "export the avatar with a smaller LOD, or raise the limit."
        )


def check_textures(name: object, images: Iterable[ImageSource], limits: Limits) -> None:
    """Raises BundleError, naming the image and the limit, when one has more than `limits.texture_pixels`.

    Only headers are read; an image without a readable one passes, whoever decodes it tells what is wrong with it.
    """
    for image in images:
        size = image_size(_head_of(image))
        if size and size[0] * size[1] > limits.texture_pixels:
            raise BundleError(
                f"{name}: its texture {image.name or 'without a name'} has {size[0]:,} x {size[1]:,} pixels, the limit "
                f"is {limits.texture_pixels:,} (texture_pixels); scale the picture down, or raise the limit."
            )


def count_polygons(gltf: GltfFile) -> int:
    """Triangles that a glTF announces, before anybody builds them; what makes no sense counts as none."""
    accessors = gltf.items("accessors")

    def count(index: object) -> int:
        found = accessors[index].get("count") if isinstance(index, int) and 0 <= index < len(accessors) else 0
        return found if isinstance(found, int) else 0

    corners = 0
    for mesh in gltf.items("meshes"):
        primitives = mesh.get("primitives")
        for primitive in primitives if isinstance(primitives, list) else []:
            if isinstance(primitive, dict) and primitive.get("mode", 4) not in _POINTS_AND_LINES:
                attributes = primitive.get("attributes")
                points = count(attributes.get("POSITION")) if isinstance(attributes, dict) else 0
                # A file that lies about one of them still costs what the other announces.
                corners += max(count(primitive.get("indices")), points)
    most = max((count(index) for index in range(len(accessors))), default=0)  # one that no mesh should have
    return max(corners, most) // _CORNERS


def _head_of(image: ImageSource) -> bytes:
    if image.data is not None or image.path is None:
        return image.data or b""
    try:
        with image.path.open("rb") as file:
            return file.read(_HEADER_BYTES)
    except OSError:
        return b""


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"
