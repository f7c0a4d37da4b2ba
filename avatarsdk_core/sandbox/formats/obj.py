"""Wavefront OBJ with its MTL: metres, glTF's axes, a group for each part."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np

from avatarsdk_core.sandbox.formats.surface import surface
from avatarsdk_core.sandbox.human.model import Part


def obj_model(
    parts: Sequence[Part],
    textures: Mapping[str, str],
    name: str = "model",
    *,
    split: bool = True,
    quads: bool = False,
) -> dict[str, bytes]:
    """`<name>.obj` and `<name>.mtl`. `textures`: part -> file name of its colours, beside the model.

    `split`, `quads`: see `surface`.
    """
    text = io.StringIO()
    text.write(f"mtllib {name}.mtl\n")
    first = first_point = 1
    for part in parts:
        mesh = part.mesh
        text.write(f"o {part.name}\nusemtl {part.name}\n")
        form = surface(mesh, split=split, quads=quads)
        np.savetxt(text, mesh.positions[form.points], "v %.6f %.6f %.6f")
        np.savetxt(text, mesh.uvs * (1, -1) + (0, 1), "vt %.6f %.6f")
        np.savetxt(text, mesh.normals, "vn %.4f %.4f %.4f")
        for faces in form.faces:
            corners = np.stack([form.point_of[faces] + first_point, faces + first, faces + first], axis=2)
            size = faces.shape[1]
            np.savetxt(text, corners.reshape(-1, 3 * size), "f" + " %d/%d/%d" * size)
        first += len(mesh.positions)
        first_point += len(form.points)
    materials = "\n".join(_material(part, textures.get(part.name, "")) for part in parts)
    return {f"{name}.obj": text.getvalue().encode("ascii"), f"{name}.mtl": materials.encode()}


def _material(part: Part, texture: str) -> str:
    red, green, blue, alpha = part.material.base_color
    lines = [f"newmtl {part.name}", "Ka 0 0 0", f"Kd {red:g} {green:g} {blue:g}", "Ks 0 0 0", f"d {alpha:g}"]
    if texture:
        lines.append(f"map_Kd {texture}")
        if part.material.alpha_mode != "OPAQUE":
            lines.append(f"map_d {texture}")
    return "\n".join(lines) + "\n"
