"""`avatarsdk demo`: photo → sandbox → export → Blender, each step shown and measured."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

import avatarsdk_core
from avatarsdk_core.cli.result_folder import whole_folder
from avatarsdk_core.cli.steps import Steps
from avatarsdk_core.client import Client
from avatarsdk_core.creation import PIPELINE, photo_to_export
from avatarsdk_core.errors import BlenderError
from avatarsdk_core.headless_blender import Blender, addon_folder, find_blender, run_addon
from avatarsdk_core.photo import Photo, read_photo
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.human.model import Subtype

NAME = "Demo Avatar"
RESULTS = ("avatar.blend", "avatar.png", "report.json")


@dataclass(frozen=True)
class Demo:
    """What the user asked for."""

    photo: Path | None
    out: Path
    subtype: Subtype
    addon: Path | None
    blender: str | None
    height: int | None = None

    def run(self) -> None:
        """Raises AvatarSDKError; then `out` is as it was before."""
        photo = read_photo(self.photo) if self.photo is not None else None
        blender = find_blender(self.blender)
        console = Console(stderr=True)
        with addon_folder(self.addon) as addon, whole_folder(self.out, RESULTS) as work:
            steps = Steps(console)
            export = self._avatar(steps, photo, work)
            imported = self._blender(steps, blender, addon, export, work)
            report = _report(steps, self.subtype, imported)
            (work / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        seconds = sum(record.seconds for record in steps.records)
        console.print(f"{self.out}: {', '.join(RESULTS)} in {seconds:.0f} s", highlight=False, soft_wrap=True)

    def _avatar(self, steps: Steps, photo: Photo | None, work: Path) -> Path:
        """The export's folder."""
        with contextlib.ExitStack() as open_things:
            with steps.step("Start the sandbox"):
                service = open_things.enter_context(Sandbox())
            if photo is None:
                with steps.step("Make a portrait"):
                    from avatarsdk_core.sandbox.human.portrait import make_portrait

                    photo = read_photo(make_portrait(self.subtype))
            keys = service.credentials.client
            client = Client(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret)
            with client, steps.counting(lambda: client.traffic):
                return photo_to_export(client, photo, work / "export", name=NAME, subtype=self.subtype, step=steps.step)

    def _blender(self, steps: Steps, blender: Blender, addon: Path, export: Path, work: Path) -> dict[str, Any]:
        """What the add-on reports of the import."""
        told = work / "import.json"
        files = ["--out", str(work / "avatar.blend"), "--render", str(work / "avatar.png"), "--report", str(told)]
        if self.height is not None:
            files += ["--height", str(self.height)]
        with steps.step("Import into Blender"):
            run_addon(blender, addon, ["import", str(export), *files, "--name", NAME])
        try:
            report = json.loads(told.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise BlenderError("Blender ended without its report: is the add-on of the same version?") from None
        return dict(report)


def _report(steps: Steps, subtype: Subtype, imported: Mapping[str, Any]) -> dict[str, Any]:
    """report.json: each step's seconds, requests and bytes, and what stands in Blender."""
    parts = imported.get("parts", [])
    return {
        "avatarsdk": avatarsdk_core.__version__,
        "pipeline": PIPELINE,
        "subtype": subtype,
        "steps": [asdict(record) for record in steps.records],
        "seconds": round(sum(record.seconds for record in steps.records), 3),
        "requests": sum(record.requests for record in steps.records),
        "bytes": sum(record.bytes_sent + record.bytes_received for record in steps.records),
        "blender": imported.get("blender"),
        "blender_seconds": imported.get("seconds"),
        "joints": imported.get("joints"),
        "vertices": sum(part.get("vertices", 0) for part in parts),
        "shape_keys": sum(part.get("shape_keys", 0) for part in parts),
        "parts": parts,
    }
