# SPDX-License-Identifier: GPL-3.0-or-later
"""German for the face."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Reset Face": "Gesicht zurücksetzen",
    "Put the shape keys of the face to zero, all or those of the group that is shown": (
        "Die Shape-Keys des Gesichts auf null stellen, alle oder die der gezeigten Gruppe"
    ),
    "Mirror Face": "Gesicht spiegeln",
    "Mirror the face, all or the group that is shown: its sides change places, or one is copied onto the other": (
        "Das Gesicht oder die gezeigte Gruppe spiegeln: Die Seiten tauschen, oder eine wird auf die andere kopiert"
    ),
    "Key Face": "Gesicht keyen",
    "Insert keyframes for the face's shape keys, all or the group that is shown, at the current frame": (
        "Keyframes für die Shape-Keys des Gesichts, alle oder die gezeigte Gruppe, beim aktuellen Bild einfügen"
    ),
    "Apply Expression": "Ausdruck anwenden",
    "Put this expression on the face": "Diesen Ausdruck auf das Gesicht legen",
    "Swap Sides": "Seiten tauschen",
    "Left becomes right, and right left": "Links wird rechts, und rechts links",
    "Left to Right": "Links nach rechts",
    "The person's left side is copied onto the right one": "Die linke Seite der Person wird auf die rechte kopiert",
    "Right to Left": "Rechts nach links",
    "The person's right side is copied onto the left one": "Die rechte Seite der Person wird auf die linke kopiert",
    "Way": "Art",
    "Only What Moves": "Nur was sich bewegt",
    "Only shape keys that aren't at zero, or have keyframes already": (
        "Nur Shape-Keys, die nicht auf null stehen oder schon Keyframes haben"
    ),
    "Expression": "Ausdruck",
    "Strength": "Stärke",
    "How much of it": "Wie viel davon",
    "Add it to the face that is there, instead of taking its place": (
        "Zum vorhandenen Gesicht hinzufügen, statt es zu ersetzen"
    ),
    "{count} shape keys have a keyframe here": "Shape-Keys mit einem Keyframe hier: {count}",
    "Select an avatar; one that is linked must be made editable first": (
        "Einen Avatar auswählen; ein verknüpfter muss erst bearbeitbar gemacht werden"
    ),
    "{count} shapes of it are missing: {names}": "{count} Formen fehlen dafür: {names}",
    "All of the face": "Das ganze Gesicht",
    "ARKit": "ARKit",
    "Movements of the face by ARKit's names": "Bewegungen des Gesichts mit den Namen von ARKit",
    "Mouths of speech sounds": "Mundstellungen von Lauten",
    "Whole expressions": "Ganze Ausdrücke",
    "Form": "Form",
    "The form of the face": "Die Form des Gesichts",
    "Shape keys of no known set": "Shape-Keys aus keinem bekannten Satz",
    "Show shape keys whose names hold these words": "Shape-Keys zeigen, deren Namen diese Wörter enthalten",
    "Group": "Gruppe",
    "Which shape keys are shown": "Welche Shape-Keys gezeigt werden",
    "Only What Is Not Zero": "Nur was nicht null ist",
    "Hide shape keys that are at zero": "Shape-Keys ausblenden, die auf null stehen",
    "Reset": "Auf null",
    "Mirror": "Spiegeln",
    "Expressions": "Ausdrücke",
    "This head has no shape keys: export it again with Face Shapes": "Dieser Kopf hat keine Shape-Keys: Exportieren "
    "Sie ihn noch einmal mit Gesichtsformen",
    "Linked: the face can't be changed here": "Verknüpft: Das Gesicht kann hier nicht geändert werden",
    "Key": "Keyen",
    "Mark Expression as Asset": "Ausdruck als Asset markieren",
    "Show expressions in the Asset Browser: as Actions, with pictures of this avatar": (
        "Ausdrücke im Asset-Browser zeigen: als Actions, mit Bildern dieses Avatars"
    ),
    "Apply Expression Action": "Ausdrucks-Action anwenden",
    "Put an Action of shape keys on the faces of the selected avatars, as an expression": (
        "Eine Action von Shape-Keys als Ausdruck auf die Gesichter der ausgewählten Avatare legen"
    ),
    "Id of one of the twelve, or name of one of your own; empty for all of them": (
        "Id eines der zwölf oder Name eines eigenen; leer für alle"
    ),
    "Own": "Eigener",
    "It is one of your own library": "Er gehört zur eigenen Bibliothek",
    "Action": "Action",
    "Name of an Action of this file; empty for the one that is active in the Asset Browser": (
        "Name einer Action dieser Datei; leer für die im Asset-Browser aktive"
    ),
    "Frame": "Bild",
    "Frame of the Action, counted from its first, that the expression is taken from": (
        "Bild der Action, vom ersten an gezählt, aus dem der Ausdruck genommen wird"
    ),
    "There is no such expression: save one first": "Diesen Ausdruck gibt es nicht: Speichern Sie zuerst einen",
    "Apply": "Anwenden",
    "Select a part of an avatar: the pictures show it": "Wählen Sie einen Teil eines Avatars: Die Bilder zeigen ihn",
    "No pictures: {reason}": "Keine Bilder: {reason}",
    "Choose an Action of shape keys, here or in the Asset Browser": (
        "Wählen Sie eine Action von Shape-Keys, hier oder im Asset-Browser"
    ),
    "Save Expression": "Ausdruck speichern",
    "Keep the face as it is now among your own expressions, with a picture of this avatar": (
        "Das Gesicht, wie es jetzt ist, unter den eigenen Ausdrücken behalten, mit einem Bild dieses Avatars"
    ),
    "Rename Expression": "Ausdruck umbenennen",
    "Give this expression of yours another name": "Diesem eigenen Ausdruck einen anderen Namen geben",
    "Delete Expression": "Ausdruck löschen",
    "Delete this expression of yours. Faces that wear it stay as they are": (
        "Diesen eigenen Ausdruck löschen. Gesichter, die ihn tragen, bleiben wie sie sind"
    ),
    "Import Expressions": "Ausdrücke importieren",
    "Take the expressions of a file that somebody gave you into your own": (
        "Die Ausdrücke einer Datei, die Sie bekommen haben, zu den eigenen nehmen"
    ),
    "Export Expressions": "Ausdrücke exportieren",
    "Write this expression, or all of your own, to a file, to hand it to somebody else": (
        "Diesen Ausdruck oder alle eigenen in eine Datei schreiben, um sie weiterzugeben"
    ),
    "Render Pictures": "Bilder rendern",
    "Render a picture of this avatar with each expression on": "Ein Bild dieses Avatars mit jedem Ausdruck rendern",
    "That expression isn't there any more": "Diesen Ausdruck gibt es nicht mehr",
    "Insert keyframes at the current frame, for what moves or has keyframes already": (
        "Keyframes beim aktuellen Bild einfügen, für alles, was sich bewegt oder schon Keyframes hat"
    ),
    "Id of one of the twelve, or name of one of your own": "Id eines der zwölf oder Name eines eigenen",
    "What to call it; one of your own of the same name is replaced": (
        "Wie er heißen soll; ein eigener gleichen Namens wird ersetzt"
    ),
    "With the Form of the Face": "Mit der Form des Gesichts",
    "The form of the face too, which is the person's own": "Auch die Form des Gesichts, die zur Person gehört",
    "My Expression": "Mein Ausdruck",
    "{count} of {all} expressions are new": "{count} von {all} Ausdrücken sind neu",
    "This head has none of the expression's shapes: export it with ARKit's": (
        "Dieser Kopf hat keinen der Shape-Keys des Ausdrucks: Exportieren Sie ihn mit denen von ARKit"
    ),
    "{count} shapes stay as drivers hold them: {names}": "{count} Formen bleiben, wie Treiber sie halten: {names}",
    "This avatar's head has no shape keys: it was exported without blendshapes": (
        "Der Kopf dieses Avatars hat keine Shape-Keys: Er wurde ohne Blendshapes exportiert"
    ),
    "Saved the expression {name}": "Ausdruck {name} gespeichert",
    "Rename": "Umbenennen",
    "You have no expressions of your own yet: save one first": (
        "Sie haben noch keine eigenen Ausdrücke: Speichern Sie zuerst einen"
    ),
    "Pictures are being rendered": "Bilder werden gerendert",
    "What else can be done with this expression of yours": "Was sonst mit diesem eigenen Ausdruck getan werden kann",
    "Import…": "Importieren …",
    "Export My Expressions…": "Meine Ausdrücke exportieren …",
    "Mark My Expressions as Assets": "Meine Ausdrücke als Assets markieren",
    "My Expressions": "Meine Ausdrücke",
    "{count} to render": "Noch {count} zu rendern",
    "Apply an Action…": "Eine Action anwenden …",
    "Export…": "Exportieren …",
    "How much of an expression": "Wie viel von einem Ausdruck",
    "Add expressions to the face that is there, instead of taking its place": (
        "Ausdrücke zum vorhandenen Gesicht hinzufügen, statt es zu ersetzen"
    ),
    "Insert keyframes with every expression that is put on": "Mit jedem aufgelegten Ausdruck Keyframes einfügen",
    "Rename…": "Umbenennen …",
    "Delete…": "Löschen …",
    "Mark as Asset": "Als Asset markieren",
    "Mark the Twelve as Assets": "Die zwölf als Assets markieren",
    "Pictures": "Bilder",
    "Which shape keys": "Welche Shape-Keys",
    "Show expressions whose names hold these words": "Ausdrücke zeigen, deren Namen diese Wörter enthalten",
    "{count} more: search for them": "{count} weitere: Suchen Sie danach",
    "Expression of a face: {count} shapes": "Gesichtsausdruck: {count} Formen",
}
