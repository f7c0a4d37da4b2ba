# SPDX-License-Identifier: GPL-3.0-or-later
"""What to send along when something failed: facts of the system and the job, without secrets and without names."""

from __future__ import annotations

import platform
import time
from pathlib import Path

import bpy

import avatarsdk_core
from avatarsdk_core.redaction import redacted
from avatarsdk_core.worker.job import Job
from avatarsdk_core.worker.shown import Shown

from . import board

_ASKED = ("pipeline", "pipeline_subtype", "parameters", "export_parameters", "avatar", "export")


def details(name: str) -> str:
    """Text for the clipboard; the home folder is masked."""
    job, view = board.job(name), next((view for view in board.jobs() if view.id == name), None)
    lines = [*_system(), *(_of_job(job, view) if job is not None and view is not None else [])]
    return without_home(redacted("\n".join(lines)), str(Path.home()))


def without_home(text: str, folder: str) -> str:
    """The text with `~` in place of the home folder, however its separators are written."""
    for written in {folder, folder.replace("\\", "\\\\"), folder.replace("\\", "/")}:
        if len(written) > 1:
            text = text.replace(written, "~")
    return text


def _system() -> list[str]:
    return [
        f"Avatar SDK {avatarsdk_core.__version__}",
        f"Blender {bpy.app.version_string} ({bpy.app.build_hash.decode('ascii', 'replace')})",
        f"{platform.system()} {platform.release()} {platform.machine()}, Python {platform.python_version()}",
        f"Online access: {'on' if bpy.app.online_access else 'off'}",
    ]


def _of_job(job: Job, view: Shown) -> list[str]:
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(job.asked_at))
    lines = [f"Job {job.id} ({job.kind}), asked {moment}", f"Now {view.state}: {view.words} {view.detail}".rstrip()]
    if job.avatar:
        lines.append(f"Avatar {job.avatar}")
    lines += [f"Export {export}" for export in job.exports]
    lines += [f"{key}: {job.fields[key]!r}" for key in _ASKED if job.fields.get(key)]
    lines += [f"Folder: {folder}" for folder in job.folders or filter(None, [job.folder])]
    if view.failure is not None:
        lines.append(f"{view.failure.error}: {view.failure.message}")
        lines += [part for part in (view.failure.advice, view.failure.details) if part]
    return lines
