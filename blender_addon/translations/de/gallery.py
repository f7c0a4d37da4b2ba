# SPDX-License-Identifier: GPL-3.0-or-later
"""The gallery and the export of an avatar once more."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Export Avatar Again": "Avatar noch einmal exportieren",
    "Have the service export this avatar once more, with other clothes, hair or files, and import the result": "Den "
    "Dienst diesen Avatar noch einmal exportieren lassen, mit anderer Kleidung, anderem Haar oder anderen Dateien, "
    "und das Ergebnis importieren",
    "LOD1 (full)": "LOD1 (voll)",
    "All triangles that the service makes": "Alle Dreiecke, die der Dienst macht",
    "LOD2 (light)": "LOD2 (leicht)",
    "Fewer triangles, for crowds and games": "Weniger Dreiecke, für Mengen und Spiele",
    "Wear": "Tragen",
    "Have this in the export": "Dies im Export haben",
    "Subtype": "Variante",
    "Whose clothes and hair": "Wessen Kleidung und Haar",
    "Of the files; GLB keeps most": "Der Dateien; GLB behält am meisten",
    "Level of Detail": "Detailstufe",
    "How many triangles the meshes have": "Wie viele Dreiecke die Netze haben",
    "A part of the name": "Ein Teil des Namens",
    "Avatars of this pipeline have no exports: import it as it is": "Avatare dieser Art haben keine Exporte: so "
    "importieren, wie er ist",
    "{name} is being exported, and appears when it is there": "{name} wird exportiert und erscheint, wenn alles da ist",
    "Words of the name, or the beginning of the avatar's code": "Wörter des Namens, oder der Anfang des Codes",
    "Status": "Status",
    "Only avatars of this status": "Nur Avatare mit diesem Status",
    "Only avatars of this kind": "Nur Avatare dieser Art",
    "Any Status": "Jeder Status",
    "Any Kind": "Jede Art",
    "Sort": "Ordnen",
    "Which avatars come first": "Welche Avatare zuerst kommen",
    "Newest First": "Neueste zuerst",
    "Oldest First": "Älteste zuerst",
    "Refresh Avatar Gallery": "Avatar-Galerie neu lesen",
    "Look anew at the avatars folder, and ask the service for its list": "Den Ordner der Avatare neu ansehen und den "
    "Dienst nach seiner Liste fragen",
    "Turn Page of Avatar Gallery": "In der Avatar-Galerie blättern",
    "Turn the page of the gallery": "In der Galerie blättern",
    "Pick Avatar": "Avatar wählen",
    "Pick this avatar": "Diesen Avatar wählen",
    "Import Avatar from Gallery": "Avatar aus der Galerie importieren",
    "Import this avatar: at once where its files are on the disk, else as soon as they are downloaded": "Diesen "
    "Avatar importieren: sofort, wo seine Dateien auf der Platte liegen, sonst, sobald sie heruntergeladen sind",
    "Download and Import": "Herunterladen und importieren",
    "Rename Avatar": "Avatar umbenennen",
    "Give this avatar another name on the service; folders on the disk and objects in the scene keep theirs": "Dem "
    "Avatar beim Dienst einen anderen Namen geben; Ordner auf der Platte und Objekte der Szene behalten ihre",
    "Delete Avatar": "Avatar löschen",
    "Delete this avatar on the service, for good. Its files on the disk and what is in the scene stay": "Diesen "
    "Avatar beim Dienst endgültig löschen. Seine Dateien auf der Platte und was in der Szene ist bleiben",
    "Open Folder of Avatar": "Ordner des Avatars öffnen",
    "Show this avatar's folder in the system's file browser": "Den Ordner dieses Avatars im Dateimanager zeigen",
    "Replace in Place": "An Ort und Stelle ersetzen",
    "Where this avatar is in the scene already, it is brought up to date instead of being added again": "Wo dieser "
    "Avatar schon in der Szene ist, wird er erneuert statt noch einmal hinzugefügt",
    "The service deletes it and all its exports for good. Files on this disk stay.": "Der Dienst löscht ihn und alle "
    "seine Exporte endgültig. Dateien auf dieser Platte bleiben.",
    "Delete": "Löschen",
    "This avatar isn't in the gallery any more: refresh it": "Dieser Avatar ist nicht mehr in der Galerie: neu lesen",
    "{name} is being downloaded, and appears when it is there": "{name} wird heruntergeladen und erscheint, wenn "
    "alles da ist",
    "An avatar needs a name": "Ein Avatar braucht einen Namen",
    "Switch to Object Mode first": "Erst in den Objektmodus wechseln",
    "{name} isn't on this disk yet. {reason}": "{name} ist noch nicht auf dieser Platte. {reason}",
    "{name} isn't computed: there are no files": "{name} ist nicht berechnet: es gibt keine Dateien",
    "Delete {name}?": "{name} löschen?",
    "{name} has no folder on this disk: import it first": "{name} hat keinen Ordner auf dieser Platte: erst "
    "importieren",
    "Gallery": "Galerie",
    "Looking for avatars…": "Avatare werden gesucht…",
    "Re-import": "Neu importieren",
    "Signed out: avatars of this disk": "Abgemeldet: Avatare dieser Platte",
    "Offline: avatars of this disk": "Offline: Avatare dieser Platte",
    "No avatar matches": "Kein Avatar passt",
    "No avatars yet": "Noch keine Avatare",
    "Create one from a photo, or try Add › Avatar › Sample Avatar": "Einen aus einem Foto erstellen, oder Hinzufügen "
    "› Avatar › Beispielavatar versuchen",
    "Export Again…": "Noch einmal exportieren…",
    "Rename…": "Umbenennen…",
    "Delete…": "Löschen…",
    "on this disk": "auf dieser Platte",
    "Open Folder": "Ordner öffnen",
    "Uploading": "Wird hochgeladen",
    "Queued": "In der Warteschlange",
    "Computing": "Wird berechnet",
    "Completed": "Fertig berechnet",
    "Timed Out": "Zeit überschritten",
}
