# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators: thin; the work is in functions that scripts call too."""
