# SPDX-License-Identifier: GPL-3.0-or-later
"""Living with an avatar: wardrobe, face, look, levels of detail, export."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Copy for Export": "Kopie für den Export",
    "Copy what the avatar shows, and delete the skin that its clothes hide in the copy; the avatar stays as it is": ""
    "Kopieren, was der Avatar zeigt, und in der Kopie die Haut löschen, die seine Kleidung verdeckt; der Avatar "
    "bleibt, wie er ist",
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
    "Linked: clothes, face, LOD and pose": "Verknüpft: Kleidung, Gesicht, LOD und Pose",
    "can't be changed in this file.": "können in dieser Datei nicht geändert werden.",
    "Select a part of an avatar": "Ein Teil eines Avatars auswählen",
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
    "Thinking": "Nachdenklich",
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
}
