# SPDX-License-Identifier: GPL-3.0-or-later
"""To and from the Asset Browser."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "{name} asset": "{name} (Asset)",
    "From the export {name}": "Aus dem Export {name}",
    "Mark as Asset": "Als Asset markieren",
    "Mark as Asset…": "Als Asset markieren…",
    "Show the selected avatars, or what they wear, in the Asset Browser, with catalog, tags and picture": "Die "
    "ausgewählten Avatare, oder was sie tragen, im Asset-Browser zeigen, mit Katalog, Schlagwörtern und Bild",
    "Unmark Assets": "Asset-Markierungen entfernen",
    "Take the selected avatars and all of their clothes and hair out of the Asset Browser; the avatars stay": "Die "
    "ausgewählten Avatare und alle ihre Kleider und Haare aus dem Asset-Browser nehmen; die Avatare bleiben",
    "Wear Dropped Assets": "Abgelegte Assets anziehen",
    "Let the avatar below put on the garments and haircuts that were dragged from the Asset Browser into the scene": ""
    "Den Avatar darunter die Kleider und Haare anziehen lassen, die aus dem Asset-Browser in die Szene gezogen wurden",
    "Dress Avatar": "Avatar anziehen",
    "Let the selected avatars put on the asset that is active in the Asset Browser": "Die ausgewählten Avatare das "
    "Asset anziehen lassen, das im Asset-Browser aktiv ist",
    "Each selected avatar with all that it wears": "Jeder ausgewählte Avatar mit allem, was er trägt",
    "Selected Clothes and Hair": "Ausgewählte Kleider und Haare",
    "Copies of the selected garments, haircuts and accessories": "Kopien der ausgewählten Kleider, Frisuren und "
    "Accessoires",
    "Whole Wardrobe": "Ganze Garderobe",
    "Copies of all that the selected avatars have in their wardrobes": "Kopien von allem, was die ausgewählten Avatare "
    "in ihrer Garderobe haben",
    "What": "Was",
    "What becomes an asset": "Was ein Asset wird",
    "Author": "Urheber",
    "Who made it": "Wer es gemacht hat",
    "Licence": "Lizenz",
    "Under which terms it may be used": "Unter welchen Bedingungen es verwendet werden darf",
    "Tags": "Schlagwörter",
    "Words to find it by, separated by commas": "Wörter, unter denen es zu finden ist, durch Kommas getrennt",
    "Select a garment, a haircut or an accessory, or choose the whole wardrobe": "Ein Kleidungsstück, eine Frisur oder "
    "ein Accessoire auswählen, oder die ganze Garderobe nehmen",
    "Save the file and mark again: then the Asset Browser shows the catalogs": "Die Datei speichern und noch einmal "
    "markieren: dann zeigt der Asset-Browser die Kataloge",
    "{count} assets are in the Asset Browser": "{count} Assets sind im Asset-Browser",
    "{count} assets were taken out of the Asset Browser": "{count} Assets wurden aus dem Asset-Browser genommen",
    "Drag a garment or a haircut from the Asset Browser onto an avatar first": "Erst ein Kleidungsstück oder eine "
    "Frisur aus dem Asset-Browser auf einen Avatar ziehen",
    "{name} is worn": "{name} ist angezogen",
    "Choose a garment or a haircut in the Asset Browser": "Ein Kleidungsstück oder eine Frisur im Asset-Browser wählen",
    "Assets": "Assets",
}
