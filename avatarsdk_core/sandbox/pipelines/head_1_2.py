"""head_1.2: see `avatarsdk_core.sandbox.pipelines.legacy`."""

from __future__ import annotations

from avatarsdk_core.sandbox.pipelines.legacy.pipeline import LegacyPipeline

PIPELINE = LegacyPipeline("head_1.2")
