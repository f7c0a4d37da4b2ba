# SPDX-License-Identifier: GPL-3.0-or-later
"""Where our panels are."""

CATEGORY = "Avatar SDK"  # the tab in the 3D View's sidebar
