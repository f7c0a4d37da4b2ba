"""head_2.0: see `avatarsdk_core.sandbox.pipelines.legacy`."""

from __future__ import annotations

from avatarsdk_core.sandbox.pipelines.legacy.pipeline import LegacyPipeline

PIPELINE = LegacyPipeline("head_2.0")
