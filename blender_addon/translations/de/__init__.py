# SPDX-License-Identifier: GPL-3.0-or-later
"""German, a file a room of the interface."""

from __future__ import annotations

MESSAGES: dict[str, str] = {}
