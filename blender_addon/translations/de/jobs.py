# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: the panel, the status bar, an avatar's arrival."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "the animation to stop": "das Ende der Animation",
    "object mode": "den Objektmodus",
    "the render to end": "das Ende des Renderns",
    "the bake to end": "das Ende des Backens",
    "the compositor to end": "das Ende des Compositors",
    "“{tool}” to end": "das Ende von „{tool}“",
    "{name} is ready, and waits for {reason}": "{name} ist fertig und wartet auf {reason}",
    "{name} is there": "{name} ist da",
    "Avatar SDK: {count} jobs": "Avatar SDK: {count} Aufträge",
    "Jobs": "Aufträge",
    "Ready; waits for {reason}": "Fertig; wartet auf {reason}",
    "… and {count} more": "… und {count} weitere",
    "Avatar SDK Job": "Auftrag des Avatar SDK",
    "Pause, resume, cancel or remove a job": "Einen Auftrag anhalten, fortsetzen, abbrechen oder entfernen",
    "Copy Details": "Einzelheiten kopieren",
    "Copy what is known of this job and of this system, for a report. It holds no password and no name of yours": "Was "
    "über diesen Auftrag und dieses System bekannt ist kopieren, für einen Bericht. Es enthält kein Passwort und "
    "keinen Namen von Ihnen",
    "Import Avatar": "Avatar importieren",
    "Import the avatar that this job has brought": "Den Avatar importieren, den dieser Auftrag gebracht hat",
    "Clear Ended Jobs": "Beendete Aufträge entfernen",
    "Take all jobs that have ended off the list. Downloaded files stay": "Alle beendeten Aufträge von der Liste "
    "nehmen. Heruntergeladene Dateien bleiben",
    "3D Cursor": "3D-Cursor",
    "At the 3D cursor": "Am 3D-Cursor",
    "World Origin": "Weltursprung",
    "At the origin of the world": "Im Ursprung der Welt",
    "Place": "Ort",
    "Where the avatar stands": "Wo der Avatar steht",
    "Pause": "Anhalten",
    "Stop working on this job for now; it goes on where it was when it is resumed": "Die Arbeit an diesem Auftrag "
    "vorerst anhalten; er geht beim Fortsetzen da weiter, wo er war",
    "Resume": "Fortsetzen",
    "Go on where this job was": "Da weitermachen, wo dieser Auftrag war",
    "Retry": "Wiederholen",
    "Try again; what was reached so far is kept": "Noch einmal versuchen; was erreicht wurde, bleibt",
    "Ask the service whether it has made this meanwhile; nothing new is created": "Den Dienst fragen, ob er dies "
    "inzwischen gemacht hat; nichts Neues wird erstellt",
    "Create Again": "Noch einmal erstellen",
    "Ask the service once more. If it has begun the first one after all, both are made, and both count": "Den Dienst "
    "noch einmal bitten. Hat er den ersten doch begonnen, entstehen beide, und beide zählen",
    "Cancel": "Abbrechen",
    "Stop working on this job. What the service computes stays there": "Die Arbeit an diesem Auftrag beenden. Was "
    "der Dienst berechnet, bleibt dort",
    "Remove": "Entfernen",
    "Take this job off the list. Downloaded files stay": "Diesen Auftrag von der Liste nehmen. Heruntergeladene "
    "Dateien bleiben",
    "The details are in the clipboard": "Die Einzelheiten sind in der Zwischenablage",
    "This job has brought nothing yet: wait for it": "Dieser Auftrag hat noch nichts gebracht: abwarten",
    "{name} has arrived: {count} parts": "{name} ist angekommen: {count} Teile",
    "The service works on the avatar": "Der Dienst arbeitet an dem Avatar",
    "Waiting for its turn": "Wartet, bis er an der Reihe ist",
    "Looking whether it was created already": "Sieht nach, ob er schon erstellt wurde",
    "Sending the photo": "Sendet das Foto",
    "The service prepares the files": "Der Dienst bereitet die Dateien vor",
    "Downloading": "Lädt herunter",
    "Trying again soon": "Versucht es bald noch einmal",
    "Paused": "Angehalten",
    "Cancelled; what the service computes stays there": "Abgebrochen; was der Dienst berechnet, bleibt dort",
    "Failed": "Fehlgeschlagen",
    "Done": "Fertig",
    "Interrupted: resume to go on": "Unterbrochen: fortsetzen, um weiterzumachen",
    "In progress in another Blender": "In einem anderen Blender in Arbeit",
    "Ready to import": "Bereit zum Importieren",
    "The service takes the photo in": "Der Dienst nimmt das Foto an",
    "Waiting in the service's line": "Wartet in der Schlange des Dienstes",
    "The service computes the avatar": "Der Dienst berechnet den Avatar",
    "The avatar is computed": "Der Avatar ist berechnet",
    "about {hours:.1f} h left": "noch etwa {hours:.1f} h",
    "about {seconds} s left": "noch etwa {seconds} s",
    "about {minutes} min left": "noch etwa {minutes} min",
}
