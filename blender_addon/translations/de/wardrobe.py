# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar wears, and its colours."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Put this on, or take it off where it is worn; what is in its place comes off": "Anziehen, oder ausziehen, was "
    "getragen wird; was an seiner Stelle ist, wird ausgezogen",
    "Remove from Wardrobe": "Aus der Garderobe entfernen",
    "Delete this from the avatar's wardrobe, with its masks, at all levels of detail": "Aus der Garderobe des Avatars "
    "löschen, mit den Masken, in allen Detailstufen",
    "From Another Avatar": "Von einem anderen Avatar",
    "Give the selected avatars a copy of what another avatar of this file has, fitted to each and put on": "Den "
    "ausgewählten Avataren eine Kopie dessen geben, was ein anderer Avatar dieser Datei hat: jedem angepasst und "
    "angezogen",
    "Key What Is Worn": "Getragenes keyen",
    "Insert keyframes for what the selected avatars wear and don't wear at this frame": "Keyframes dafür einfügen, was "
    "die ausgewählten Avatare in diesem Frame tragen und nicht tragen",
    "Part": "Teil",
    "Id of the garment's part": "Kennung des Kleidungsstücks",
    "Garment": "Kleidungsstück",
    "What another avatar of this file has": "Was ein anderer Avatar dieser Datei hat",
    "Nothing of that id is in this avatar's wardrobe": "Nichts mit dieser Kennung ist in der Garderobe dieses Avatars",
    "Removed {name}": "{name} entfernt",
    "No other avatar of this file has anything to wear": "Kein anderer Avatar dieser Datei hat etwas anzuziehen",
    "That garment isn't in this file any more": "Dieses Kleidungsstück ist nicht mehr in dieser Datei",
    "Select the avatar that is to wear it": "Den Avatar auswählen, der es tragen soll",
    "{name} is worn by {count} more": "{name} wird von {count} weiteren getragen",
    "{count} keyframes inserted": "{count} Keyframes eingefügt",
    "This avatar is linked from another file: make it editable here first": "Dieser Avatar ist aus einer anderen Datei "
    "verknüpft: zuerst hier bearbeitbar machen",
    "{count} of the selected avatars don't have it": "{count} der ausgewählten Avatare haben es nicht",
    "Add to Wardrobe": "Zur Garderobe hinzufügen",
    "Hair": "Haar",
    "Beard": "Bart",
    "Hat": "Hut",
    "Outfit": "Ganzes Outfit",
    "Top": "Oberteil",
    "Bottom": "Unterteil",
    "Accessories": "Zubehör",
    "Add": "Hinzufügen",
    "From a File or Folder…": "Aus Datei oder Ordner…",
    "From Another Avatar…": "Von einem anderen Avatar…",
    "From the service: choose the avatar in the gallery": "Vom Dienst: den Avatar in der Galerie wählen",
    "From the Service…": "Vom Dienst…",
    "Reset Look": "Aussehen zurücksetzen",
    "Give the selected avatars the colours and surfaces back that their exports have": "Den ausgewählten Avataren die "
    "Farben und Oberflächen zurückgeben, die ihre Exporte haben",
    "Key Look": "Aussehen keyen",
    "Insert keyframes at this frame for every colour and surface that differs from the export's": "In diesem Frame "
    "Keyframes für jede Farbe und Oberfläche einfügen, die vom Export abweicht",
    "Material Quality": "Materialqualität",
    "Draw the selected avatars with or without relief, roughness maps and scattering; simple is quicker to draw": "Die "
    "ausgewählten Avatare mit oder ohne Relief, Rauheitskarten und Streuung darstellen; einfach ist schneller",
    "Quality": "Qualität",
    "Of the materials": "Der Materialien",
    "With relief, roughness maps and scattering, as far as the import brought them": "Mit Relief, Rauheitskarten und "
    "Streuung, soweit der Import sie mitgebracht hat",
    "Colours only: quick to draw": "Nur Farben: schnell dargestellt",
    "{count} materials reset": "{count} Materialien zurückgesetzt",
    "They have that quality; what an import left out comes with another import": "Sie haben diese Qualität; was ein "
    "Import ausgelassen hat, kommt mit einem neuen Import",
    "Look": "Aussehen",
    "Full": "Voll",
    "Simple": "Einfach",
    "Skin": "Haut",
    "Eyes": "Augen",
    "Lips": "Lippen",
    "Colour": "Farbe",
    "Lips Colour": "Lippenfarbe",
    "The colour that this avatar has here; the materials of others stay as they are": "Die Farbe, die dieser Avatar "
    "hier hat; die Materialien anderer bleiben, wie sie sind",
    "Skin Detail": "Hautdetails",
    "Fine relief of the skin that no texture has": "Feines Relief der Haut, das keine Textur hat",
    "Detail Scale": "Detailgröße",
    "How fine that relief is": "Wie fein dieses Relief ist",
    "Scattering": "Streuung",
    "How much light scatters below the surface": "Wie viel Licht unter der Oberfläche gestreut wird",
    "Relief": "Relief",
    "How deep the relief of the texture is": "Wie tief das Relief der Textur ist",
    "Roughness": "Rauheit",
    "How dull the surface is": "Wie matt die Oberfläche ist",
    "Specular": "Spiegelung",
    "How much it mirrors at right angles": "Wie stark es im rechten Winkel spiegelt",
    "Body": "Körper",
    "Reset Body": "Körper zurücksetzen",
    "Set the body shapes of the selected avatars back to zero": "Die Körperformen der ausgewählten Avatare auf null "
    "setzen",
    "{count} shapes reset": "{count} Formen zurückgesetzt",
    "Measure Height": "Größe messen",
    "Measure the height from the soles to the crown, without hair and shoes, whatever the pose": "Die Größe von den "
    "Sohlen bis zum Scheitel messen, ohne Haar und Schuhe, in jeder Pose",
    "Height: {metres:.3f} m": "Größe: {metres:.3f} m",
    "This export has no shapes of the body": "Dieser Export hat keine Körperformen",
    "Export: {name}": "Export: {name}",
    "Code: {code}": "Code: {code}",
    "Imported at scale {scale:g}": "Im Maßstab {scale:g} importiert",
    "Parts: {count}": "Teile: {count}",
    "Vertices: {count:,}": "Punkte: {count:,}",
    "Faces: {count:,}": "Flächen: {count:,}",
    "Shape keys: {count}": "Shape Keys: {count}",
    "Bones: {count}": "Knochen: {count}",
    "Materials: {count}": "Materialien: {count}",
    "What you may do with an avatar, its hair and its clothes is in the licence of your account.": "Was mit einem "
    "Avatar, seinem Haar und seiner Kleidung erlaubt ist, steht in der Lizenz des Kontos.",
    "Linked: clothes can't be changed here": "Verknüpft: Kleidung kann hier nicht geändert werden",
    "Linked: colours can't be changed here": "Verknüpft: Farben können hier nicht geändert werden",
    "Linked: the body can't be changed here": "Verknüpft: Der Körper kann hier nicht geändert werden",
    "Linked: the level can't be changed here": "Verknüpft: Die Stufe kann hier nicht geändert werden",
}
