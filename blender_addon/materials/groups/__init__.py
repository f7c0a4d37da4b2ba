# SPDX-License-Identifier: GPL-3.0-or-later
"""The node groups that avatars' materials are made of: one a kind of surface, with named inputs for an artist."""

from .library import Kind, fill, group

__all__ = ["Kind", "fill", "group"]
