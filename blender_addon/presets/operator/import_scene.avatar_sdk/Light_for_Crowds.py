# SPDX-License-Identifier: GPL-3.0-or-later
import bpy

op = bpy.context.active_operator

op.parts = {"body", "head", "hair", "outfits", "glasses", "accessories"}
op.shapes = {"arkit"}
op.lod = "LOD2"
op.quality = "simple"
op.scale = 1.0
op.quads = False
