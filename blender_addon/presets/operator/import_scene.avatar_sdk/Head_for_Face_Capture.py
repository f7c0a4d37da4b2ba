# SPDX-License-Identifier: GPL-3.0-or-later
import bpy

op = bpy.context.active_operator

op.parts = {"head", "hair", "glasses"}
op.shapes = {"arkit", "visemes", "emotions", "face_modifications"}
op.lod = "ALL"
op.quality = "full"
op.scale = 1.0
op.quads = False
