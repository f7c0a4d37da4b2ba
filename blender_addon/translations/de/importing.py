# SPDX-License-Identifier: GPL-3.0-or-later
"""Import: dialog, menus, the report."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Avatar SDK": "Avatar SDK",
    "Add to the Scene": "Zur Szene hinzufügen",
    "A person becomes a new avatar; an outfit, hair or a head goes on the active avatar": "Eine Person wird ein "
    "neuer Avatar; Kleidung, Haar oder ein Kopf kommen auf den aktiven",
    "New Avatar": "Neuer Avatar",
    "Everything becomes an avatar of its own": "Alles wird ein eigener Avatar",
    "Renews the active avatar, or the one of the same code: animation, pose, your materials and what is worn stay": ""
    "Erneuert den aktiven Avatar, oder den mit demselben Code: Animation, Pose, Ihre Materialien und was getragen "
    "wird bleiben",
    "The body's skin": "Die Haut des Körpers",
    "Head": "Kopf",
    "Head, eyes, teeth and eyelashes": "Kopf, Augen, Zähne und Wimpern",
    "Hair": "Haar",
    "Haircuts and beards": "Frisuren und Bärte",
    "Outfits": "Kleidung",
    "Clothes, shoes and hats": "Kleidung, Schuhe und Hüte",
    "Glasses": "Brillen",
    "Accessories": "Accessoires",
    "Jewellery, props and all else": "Schmuck, Requisiten und alles andere",
    "Expressions (ARKit)": "Ausdrücke (ARKit)",
    "Apple's expressions, which face capture drives": "Apples Ausdrücke, die Gesichtserfassung treibt",
    "Visemes": "Viseme",
    "Mouth shapes for speech": "Mundformen fürs Sprechen",
    "Emotions": "Gefühle",
    "Whole expressions such as joy": "Ganze Ausdrücke wie Freude",
    "Face": "Gesicht",
    "Sliders that model the face": "Regler, die das Gesicht formen",
    "Sliders that model the body": "Regler, die den Körper formen",
    "Others": "Andere",
    "Shape keys of other names": "Shape-Keys anderer Namen",
    "All": "Alle",
    "Every level that the export has": "Jede Stufe, die der Export hat",
    "LOD1": "LOD1",
    "Fine": "Fein",
    "LOD2": "LOD2",
    "Coarse": "Grob",
    "All textures, light that scatters in the skin": "Alle Texturen, Licht, das sich in der Haut streut",
    "Simple": "Einfach",
    "Colours only: quick to draw": "Nur Farben: schnell gezeichnet",
    "Pack": "Einpacken",
    "Textures are part of the .blend": "Texturen sind Teil der .blend",
    "Copy beside": "Daneben kopieren",
    "Textures are copied into the folder “textures” beside the .blend": "Texturen werden in den Ordner „textures“ "
    "neben der .blend kopiert",
    "As": "Als",
    "Parts": "Teile",
    "What to import; what the export doesn't have is no error": "Was importiert wird; was der Export nicht hat, ist "
    "kein Fehler",
    "Shape Keys": "Shape-Keys",
    "Which groups of shape keys to import": "Welche Gruppen von Shape-Keys importiert werden",
    "Where the export has a part in several levels of detail": "Wo der Export ein Teil in mehreren Detailstufen hat",
    "Materials": "Materialien",
    "How much of the textures the materials use": "Wie viel von den Texturen die Materialien benutzen",
    "Where the textures are kept": "Wo die Texturen liegen",
    "Scale": "Größe",
    "1 is life-size in metres; an avatar that is there keeps its own": "1 ist Lebensgröße in Metern; ein Avatar, der "
    "da ist, behält seine",
    "Triangles to Quads": "Dreiecke zu Vierecken",
    "Join pairs of triangles; quads that the file has are kept in any case": "Dreiecke paarweise verbinden; Vierecke "
    "der Datei bleiben ohnehin",
    "Collection": "Sammlung",
    "Where a new avatar goes, made where there is none of that name; empty: the active collection": "Wohin ein neuer "
    "Avatar kommt; wird angelegt, wo es keine dieses Namens gibt; leer: die aktive Sammlung",
    "Template": "Vorlage",
    "For point clouds only: an export with faces, of the same sex and LOD, that the points are put on": "Nur für "
    "Punktwolken: ein Export mit Flächen, desselben Geschlechts und LOD, auf den die Punkte kommen",
    "Save the .blend first, or they are packed": "Erst die .blend sichern, sonst werden sie eingepackt",
    "Include": "Enthalten",
    "Scene": "Szene",
    "Materials and Geometry": "Materialien und Geometrie",
    "Point Clouds": "Punktwolken",
    "Avatar": "Avatar",
    "Sample Avatar": "Beispielavatar",
    "Import Avatar…": "Avatar importieren…",
    "Import Avatar SDK Export": "Avatar-SDK-Export importieren",
    "Import an Avatar SDK export: a folder, a zip (or several of one export), or a .glb, .gltf, .fbx, .obj or .ply": ""
    "Einen Avatar-SDK-Export importieren: einen Ordner, ein Zip (oder mehrere eines Exports), oder eine .glb, .gltf, "
    ".fbx, .obj oder .ply",
    "Avatar SDK export (folder, .zip, .glb, .gltf, .fbx, .obj, .ply)": "Avatar-SDK-Export (Ordner, .zip, .glb, "
    ".gltf, .fbx, .obj, .ply)",
    "Replaced {name}: {count} parts": "{name} ersetzt: {count} Teile",
    "Imported {name}: {count} parts": "{name} importiert: {count} Teile",
    "Add Sample Avatar": "Beispielavatar hinzufügen",
    "Add the sample avatar that comes with the Avatar SDK: rigged, dressed, with 51 face shapes": "Den "
    "Beispielavatar hinzufügen, der mit dem Avatar SDK kommt: mit Skelett, angezogen, mit 51 Gesichtsformen",
    "Import Report": "Importbericht",
    "Import of {name}": "Import von {name}",
    "Found": "Gefunden",
    "Assumed": "Angenommen",
    "Left out": "Weggelassen",
    "Kept": "Behalten",
    "Warning": "Warnung",
    "Note": "Hinweis",
    "Choose an export: its folder, a .zip or a model file": "Wählen Sie einen Export: seinen Ordner, ein .zip oder "
    "eine Modelldatei",
}
