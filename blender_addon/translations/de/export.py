# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars for other programs and for pictures."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Prepare for Export": "Für den Export vorbereiten",
    "Copy what the selected avatars show and make the copies ready for other programs; the avatars stay as they are": ""
    "Kopieren, was die ausgewählten Avatare zeigen, und die Kopien für andere Programme fertig machen; "
    "die Avatare bleiben, wie sie sind",
    "Export Avatar": "Avatar exportieren",
    "Export the selected avatars for other programs as a .glb or .fbx: masks applied, plain materials, one LOD": ""
    "Die ausgewählten Avatare für andere Programme als .glb oder .fbx exportieren: Masken angewendet, "
    "einfache Materialien, eine Detailstufe",
    "As They Are": "Wie sie sind",
    "Bones keep their names": "Die Bones behalten ihre Namen",
    "Mixamo": "Mixamo",
    "mixamorig:Hips, mixamorig:LeftArm and so on": "mixamorig:Hips, mixamorig:LeftArm und so weiter",
    "Unreal Engine": "Unreal Engine",
    "pelvis, upperarm_l and so on, as the mannequin's": ""
    "pelvis, upperarm_l und so weiter, wie bei der Gliederpuppe der Engine",
    "VRM": "VRM",
    "hips, leftUpperArm and so on, as VRM 1.0 calls humanoid bones": ""
    "hips, leftUpperArm und so weiter, wie VRM 1.0 die Bones eines Menschen nennt",
    "All shape keys that move something": "Alle Shape-Keys, die etwas bewegen",
    "The expressions of ARKit alone": "Nur die Ausdrücke von ARKit",
    "None": "Keine",
    "No shape keys: the shapes as they are now are in the mesh": ""
    "Keine Shape-Keys: die Formen, wie sie jetzt sind, sind im Mesh",
    "One .fbx with its textures": "Eine .fbx mit ihren Texturen",
    "Bone Names": "Namen der Bones",
    "Whose names bones get": "Wessen Namen die Bones bekommen",
    "Which shape keys are kept; what the others show now goes into the mesh": ""
    "Welche Shape-Keys bleiben; was die anderen jetzt zeigen, geht ins Mesh über",
    "Level of detail, 1 the finest; 0 is the one that renders show": ""
    "Detailstufe, 1 ist die feinste; 0 ist die, die Renderings zeigen",
    "At Rest": "In Ruhestellung",
    "Without pose and animation": "Ohne Pose und Animation",
    "To the Origin": "An den Ursprung",
    "Where it was imported to, not where it stands in the scene": ""
    "Wo er importiert wurde, nicht wo er in der Szene steht",
    "What kind of file is written": "Was für eine Datei geschrieben wird",
    "{name}: {faces:,} hidden faces and {shapes} shape keys left out, {bones} bones renamed": ""
    "{name}: {faces:,} verdeckte Flächen und {shapes} Shape-Keys weggelassen, {bones} Bones umbenannt",
    "Avatar for other programs (.glb, .fbx)": "Avatar für andere Programme (.glb, .fbx)",
    "Select an avatar first": "Zuerst einen Avatar auswählen",
    "Export": "Export",
    "Portrait Light Rig": "Porträtlicht",
    "Add three soft lights and a camera in front of the active avatar, in a collection of their own": ""
    "Drei weiche Lichter und eine Kamera vor den aktiven Avatar stellen, in einer eigenen Sammlung",
    "Framing": "Bildausschnitt",
    "What the camera shows": "Was die Kamera zeigt",
    "Portrait": "Porträt",
    "Head and neck": "Kopf und Hals",
    "Full Figure": "Ganze Figur",
    "From head to toe": "Von Kopf bis Fuß",
    "VRM needs bones that this avatar doesn't have: {bones}": "VRM braucht Bones, die dieser Avatar nicht hat: {bones}",
    "Name the file that is to be written": "Nennen Sie die Datei, die geschrieben werden soll",
}
