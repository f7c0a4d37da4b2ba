"""metaperson_2.0: the full body, in parts, with whatever its export parameters ask for."""

from __future__ import annotations

from avatarsdk_core.sandbox.pipelines.metaperson.pipeline import MetaPerson

PIPELINE = MetaPerson()
