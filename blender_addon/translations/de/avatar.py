# SPDX-License-Identifier: GPL-3.0-or-later
"""Living with an avatar: wardrobe, face, look, levels of detail, export."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Render Hair in All Its Layers": "Haar in allen Lagen rendern",
    "Let Cycles pass as many transparent layers as hair cards have": "Cycles so viele durchsichtige Lagen "
    "durchlassen, wie Haarkarten haben",
    "Make Avatar Editable Here": "Avatar hier bearbeitbar machen",
    "Override the linked avatar, so that its pose, face, clothes and LODs can be changed in this file": "Den "
    "verknüpften Avatar überschreiben, so dass Pose, Gesicht, Kleidung und LODs in dieser Datei geändert werden "
    "können",
    "Info": "Info",
    "LOD": "LOD",
    "Viewport": "Ansicht",
    "Render": "Rendern",
    "Linked: clothes, face, LOD and pose can't be changed in this file": "Verknüpft: Kleidung, Gesicht, LOD und Pose "
    "können in dieser Datei nicht geändert werden",
    "Select a part of an avatar": "Wählen Sie einen Teil eines Avatars aus",
    "No avatar is selected. Click a part of one, import one, or try Add › Avatar › Sample Avatar": "Kein Avatar ist "
    "ausgewählt. Klicken Sie einen Teil von einem an, importieren Sie einen, oder versuchen Sie Hinzufügen › Avatar › "
    "Beispielavatar",
    "Wardrobe": "Garderobe",
    "This avatar wears nothing": "Dieser Avatar trägt nichts",
    "Neutral": "Neutral",
    "Smile": "Lächeln",
    "Laugh": "Lachen",
    "Sad": "Traurig",
    "Angry": "Wütend",
    "Surprised": "Überrascht",
    "Afraid": "Ängstlich",
    "Disgusted": "Angeekelt",
    "Wink": "Zwinkern",
    "Kiss": "Kuss",
    "Sleepy": "Schläfrig",
    "Thinking": "Grübelnd",
    "Skin Detail": "Hautdetail",
    "Fine relief of the skin that no texture has": "Feines Relief der Haut, das keine Textur hat",
    "Scattering": "Streuung",
    "How much light scatters below the surface": "Wie viel Licht sich unter der Oberfläche streut",
    "Roughness": "Rauheit",
    "How dull the surface is": "Wie stumpf die Oberfläche ist",
    "Specular": "Spiegelung",
    "How much it mirrors at right angles": "Wie stark es im rechten Winkel spiegelt",
    "Sheen": "Glanz",
    "How far highlights are drawn out across the strands": "Wie weit Glanzlichter quer zu den Strähnen gezogen sind",
    "Fuzz": "Flaum",
    "Soft sheen of fibres at the edges of the cloth": "Weicher Glanz der Fasern an den Rändern des Stoffs",
    "The colour that this avatar has here; the materials of others stay as they are": "Die Farbe, die dieser Avatar "
    "hier hat; die Materialien anderer bleiben, wie sie sind",
    "Which level of detail the viewport shows: the lowest number is the finest": "Welche Detailstufe die Ansicht "
    "zeigt: die niedrigste Zahl ist die feinste",
    "Which level of detail renders show: the lowest number is the finest": "Welche Detailstufe gerendert wird: die "
    "niedrigste Zahl ist die feinste",
    "Hair needs about {needed} transparent bounces in Cycles, this scene has {there}: Render Properties › Light "
    "Paths › Max Bounces › Transparent, or the button in the sidebar.": "Haar braucht in Cycles etwa {needed} "
    "durchsichtige Lagen, diese Szene hat {there}: Render-Eigenschaften › Light Paths › Max Bounces › Transparent, "
    "oder der Knopf in der Seitenleiste.",
    "{name}: {count} parts, {faces:,} faces deleted": "{name}: {count} Teile, {faces:,} Flächen gelöscht",
    "Select an avatar that is linked from another file": "Einen Avatar auswählen, der aus einer anderen Datei "
    "verknüpft ist",
    "{name} can be changed here; what isn't changed follows its own file": "{name} kann hier geändert werden; was "
    "nicht geändert wird, folgt seiner eigenen Datei",
    "Put this on, or take it off where it is worn; what is in its place comes off": "Dies anziehen, oder ausziehen, "
    "wo es getragen wird; was an seiner Stelle ist, kommt weg",
    "Remove from Wardrobe": "Aus der Garderobe entfernen",
    "Delete this from the avatar's wardrobe, with its masks, at all levels of detail": "Dies aus der Garderobe des "
    "Avatars löschen, mit seinen Masken, in allen Detailstufen",
    "From Another Avatar": "Von einem anderen Avatar",
    "Give the selected avatars a copy of what another avatar of this file has, fitted to each and put on": "Den "
    "ausgewählten Avataren eine Kopie dessen geben, was ein anderer Avatar dieser Datei hat, jedem angepasst und "
    "angezogen",
    "Key What Is Worn": "Getragenes keyframen",
    "Insert keyframes for what the selected avatars wear and don't wear at this frame": "Keyframes dafür setzen, was "
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
    "{count} keyframes inserted": "{count} Keyframes gesetzt",
    "This avatar is linked from another file: make it editable here first": "Dieser Avatar ist aus einer anderen "
    "Datei verknüpft: erst hier bearbeitbar machen",
    "{count} of the selected avatars don't have it": "{count} der ausgewählten Avatare haben es nicht",
    "Add to Wardrobe": "Zur Garderobe hinzufügen",
    "Beard": "Bart",
    "Hat": "Hut",
    "Outfit": "Outfit",
    "Top": "Oberteil",
    "Bottom": "Unterteil",
    "Add": "Hinzufügen",
    "From a File or Folder…": "Aus Datei oder Ordner…",
    "From Another Avatar…": "Von einem anderen Avatar…",
    "From the service: choose the avatar in the gallery": "Vom Dienst: den Avatar in der Galerie wählen",
    "From the Service…": "Vom Dienst…",
}
