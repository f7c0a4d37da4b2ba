# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of avatars, as node trees that Cycles and EEVEE both understand."""
