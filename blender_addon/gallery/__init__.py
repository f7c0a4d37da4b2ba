# SPDX-License-Identifier: GPL-3.0-or-later
"""The gallery: a person's avatars on the service and on this disk."""
