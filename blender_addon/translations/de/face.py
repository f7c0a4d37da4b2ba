# SPDX-License-Identifier: GPL-3.0-or-later
"""German for the face."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Reset Face": "Gesicht zurücksetzen",
    "Put all shape keys of the face to zero": "Alle Shape-Keys des Gesichts auf null stellen",
    "Mirror Face": "Gesicht spiegeln",
    "Mirror the face: its sides change places, or one is copied onto the other": (
        "Das Gesicht spiegeln: Die Seiten tauschen die Plätze, oder eine wird auf die andere kopiert"
    ),
    "Key Face": "Gesicht keyen",
    "Insert keyframes for the face's shape keys at the current frame": (
        "Keyframes für die Shape-Keys des Gesichts beim aktuellen Bild einfügen"
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
    "{count} shapes of it are missing in this head": "Formen, die diesem Kopf dazu fehlen: {count}",
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
    "Reset": "Zurücksetzen",
    "Mirror": "Spiegeln",
    "Expressions": "Ausdrücke",
    "This head has no shape keys": "Dieser Kopf hat keine Shape-Keys",
    "Linked: the face can't be changed here": "Verknüpft: Das Gesicht kann hier nicht geändert werden",
    "Key": "Keyen",
}
