"""The service's description: AVATARSDK_OPENAPI, else ../shared/api/openapi.yaml beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def openapi_file() -> Path:
    """Its path; the test is skipped where there is none."""
    named = os.environ.get("AVATARSDK_OPENAPI")
    path = Path(named).resolve() if named else PROJECT.parent / "shared" / "api" / "openapi.yaml"
    if path.is_file():
        return path
    if named:
        pytest.fail(f"AVATARSDK_OPENAPI={named} is no file", pytrace=False)
    pytest.skip("no description of the service: set AVATARSDK_OPENAPI to its openapi.yaml")
