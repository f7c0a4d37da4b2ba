# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of a new avatar: its state in this session, and the properties that show it."""
