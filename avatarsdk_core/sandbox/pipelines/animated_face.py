"""animated_face: see `avatarsdk_core.sandbox.pipelines.legacy`."""

from __future__ import annotations

from avatarsdk_core.sandbox.pipelines.legacy.pipeline import LegacyPipeline

PIPELINE = LegacyPipeline("animated_face")
