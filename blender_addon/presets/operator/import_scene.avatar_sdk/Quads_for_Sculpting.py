# SPDX-License-Identifier: GPL-3.0-or-later
import bpy

op = bpy.context.active_operator

op.parts = {"body", "head", "hair", "outfits", "glasses", "accessories"}
op.shapes = {"arkit", "visemes", "emotions", "face_modifications", "body_shape", "other"}
op.lod = "ALL"
op.quality = "full"
op.scale = 1.0
op.quads = True
