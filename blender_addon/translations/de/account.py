# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences, signing in, the network."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Looking who is signed in…": "Es wird nachgesehen, wer angemeldet ist…",
    "Sign in first": "Erst anmelden",
    "Counting the cache…": "Der Zwischenspeicher wird gezählt…",
    "{size:,.0f} MB in the cache": "{size:,.0f} MB im Zwischenspeicher",
    "Blender is offline: allow online access in Preferences › System › Network": "Blender ist offline: "
    "Online-Zugriff erlauben unter Einstellungen › System › Netzwerk",
    "Blender was started with --offline-mode: start it without": "Blender wurde mit --offline-mode gestartet: ohne "
    "das starten",
    "Sign In to Avatar SDK": "Beim Avatar SDK anmelden",
    "Try these credentials now, and keep them in your system's keychain if the service accepts them": "Diese "
    "Zugangsdaten jetzt prüfen, und im Schlüsselbund des Systems aufbewahren, wenn der Dienst sie annimmt",
    "Use the Sandbox": "Die Sandbox benutzen",
    "Sign in to the sandbox that runs on this computer: everything works, and nothing costs anything": "Bei der "
    "Sandbox anmelden, die auf diesem Rechner läuft: alles geht, und nichts kostet etwas",
    "Look Again": "Noch einmal nachsehen",
    "Look again for a sandbox on this computer": "Noch einmal nach einer Sandbox auf diesem Rechner suchen",
    "Sign Out": "Abmelden",
    "Forget the credentials on this computer and end their token. Avatars stay": "Die Zugangsdaten auf diesem "
    "Rechner vergessen und ihr Token beenden. Avatare bleiben",
    "Try Again": "Noch einmal versuchen",
    "Ask the service again who is signed in": "Den Dienst noch einmal fragen, wer angemeldet ist",
    "Copy": "Kopieren",
    "Copy this to the clipboard": "Dies in die Zwischenablage kopieren",
    "Sign In…": "Anmelden…",
    "Open this add-on's preferences: signing in, folders, cache": "Die Einstellungen dieses Add-ons öffnen: "
    "Anmeldung, Ordner, Zwischenspeicher",
    "Copied": "Kopiert",
    "Fill in all fields of the form first": "Erst alle Felder ausfüllen",
    "Allow Online Access": "Online-Zugriff erlauben",
    "Clear Avatar SDK Cache": "Zwischenspeicher des Avatar SDK leeren",
    "Remove all files from the cache; they are downloaded again when they are needed. Avatars stay": "Alle Dateien "
    "des Zwischenspeichers entfernen; sie werden neu heruntergeladen, wenn sie gebraucht werden. Avatare bleiben",
    "Problems": "Probleme",
    "Only what goes wrong": "Nur, was schiefgeht",
    "Steps": "Schritte",
    "Also what is being done": "Auch, was gerade getan wird",
    "Everything": "Alles",
    "Every request, for a report about a fault": "Jede Anfrage, für einen Fehlerbericht",
    "Avatars Folder": "Avatare-Ordner",
    "Where downloaded avatars are kept, each in a folder of its own. Empty: the folder Avatar SDK in your documents": ""
    "Wo heruntergeladene Avatare liegen, jeder in einem eigenen Ordner. Leer: der Ordner Avatar SDK in Ihren "
    "Dokumenten",
    "Cache Folder": "Zwischenspeicher-Ordner",
    "The system's folder for caches": "Der Zwischenspeicher-Ordner des Systems",
    "Where files are kept that many avatars share. Empty: the system's folder for caches, which the command line "
    "uses too": "Wo Dateien liegen, die viele Avatare teilen. Leer: der Ordner des Systems dafür, den auch die "
    "Kommandozeile benutzt",
    "Cache Limit (MB)": "Grenze des Zwischenspeichers (MB)",
    "How large the cache may grow, in megabytes; what was used longest ago is removed first": "Wie groß der "
    "Zwischenspeicher werden darf, in Megabyte; was am längsten nicht gebraucht wurde, wird zuerst entfernt",
    "Drag & Drop of Model Files": "Modelldateien durch Ziehen und Ablegen",
    "Offer the Avatar SDK when a .glb, .gltf, .fbx, .obj or .ply file is dropped into the 3D View. Where Blender has "
    "an importer of its own, a menu asks which one to use": "Das Avatar SDK anbieten, wenn eine Datei .glb, .gltf, "
    ".fbx, .obj oder .ply in die 3D-Ansicht gezogen wird. Wo Blender selbst importieren kann, fragt ein Menü, wer es "
    "tun soll",
    "How much of the textures the materials use when an avatar arrives or is imported from the gallery": "Wie viel "
    "von den Texturen die Materialien benutzen, wenn ein Avatar ankommt oder aus der Galerie importiert wird",
    "Log": "Protokoll",
    "What is told on Blender's console and in the log of the background process; never secrets": "Was auf Blenders "
    "Konsole und im Protokoll des Hintergrundprozesses steht; nie Geheimes",
    "Import": "Importieren",
    "Avatar SDK, in your documents": "Avatar SDK, in Ihren Dokumenten",
    "Clear": "Leeren",
    "Removed {files} files, {size:.0f} MB": "{files} Dateien entfernt, {size:.0f} MB",
    "Network": "Netzwerk",
    "Folders": "Ordner",
    "Blender was started offline: imports work, signing in and creating don't": "Blender wurde offline gestartet: "
    "Importieren geht, Anmelden und Erstellen nicht",
    "Blender is offline: imports work, signing in and creating don't": "Blender ist offline: Importieren geht, "
    "Anmelden und Erstellen nicht",
    "Application": "Anwendung",
    "With the client id and the client secret of your application on avatarsdk.com": "Mit Client-ID und "
    "Client-Geheimnis Ihrer Anwendung auf avatarsdk.com",
    "Access Token": "Zugriffstoken",
    "With an access token that somebody gave you; it ends after some hours": "Mit einem Zugriffstoken, das Ihnen "
    "jemand gab; es endet nach einigen Stunden",
    "Sandbox": "Sandbox",
    "With a service of your own on this computer, for trying out: no account, no cost": "Mit einem eigenen Dienst "
    "auf diesem Rechner, zum Ausprobieren: kein Konto, keine Kosten",
    "By access token": "Mit Zugriffstoken",
    "Access: developer, you see all avatars of the application": "Zugang: Entwickler, Sie sehen alle Avatare der "
    "Anwendung",
    "Access: client, you see the avatars made on this computer": "Zugang: Client, Sie sehen die auf diesem Rechner "
    "erstellten Avatare",
    "Sign In With": "Anmelden mit",
    "Client ID": "Client-ID",
    "Of your application on avatarsdk.com": "Ihrer Anwendung auf avatarsdk.com",
    "Client Secret": "Client-Geheimnis",
    "Of the same application. It is kept in your system's keychain, never in Blender's files": "Derselben Anwendung. "
    "Es liegt im Schlüsselbund Ihres Systems, nie in Blenders Dateien",
    "It is kept in your system's keychain, never in Blender's files": "Es liegt im Schlüsselbund Ihres Systems, nie "
    "in Blenders Dateien",
    "Service": "Dienst",
    "Address of another service than the public one. Empty: https://api.avatarsdk.com/": "Adresse eines anderen "
    "Dienstes als des öffentlichen. Leer: https://api.avatarsdk.com/",
    "Signed in to the sandbox on this computer": "Bei der Sandbox auf diesem Rechner angemeldet",
    "Signed in": "Angemeldet",
    "Avatars: {counted}": "Avatare: {counted}",
    "https://api.avatarsdk.com/": "https://api.avatarsdk.com/",
    "Trying…": "Wird geprüft…",
    "Sign In": "Anmelden",
    "Service: {host}": "Dienst: {host}",
    "Plan: the service doesn't tell its name; the Create panel shows what it includes": "Tarif: der Dienst nennt ihn "
    "nicht; die Tafel Avatar erstellen zeigt, was er enthält",
    "Avatars made: only developer access is told": "Erstellte Avatare: das erfährt nur der Entwicklerzugang",
    "Looking for a sandbox on this computer…": "Eine Sandbox auf diesem Rechner wird gesucht…",
    "Application: {client_id}": "Anwendung: {client_id}",
    "Kept in: {place}": "Aufbewahrt in: {place}",
    "Get an Account": "Ein Konto anlegen",
    "Use the Sandbox at {url}": "Die Sandbox unter {url} benutzen",
    "A sandbox answers at {url} and doesn't tell its keys: paste those of its terminal under Application, with its "
    "address as Service": "Unter {url} antwortet eine Sandbox und nennt ihre Schlüssel nicht: die aus ihrem Terminal "
    "unter Anwendung einfügen, mit ihrer Adresse als Dienst",
    "No sandbox runs here. Start one in a terminal, then look again:": "Hier läuft keine Sandbox. In einem Terminal "
    "eine starten, dann noch einmal nachsehen:",
    "The service refuses this: check what you typed, also the address if you gave one": "Der Dienst lehnt das ab: "
    "bitte prüfen, was eingegeben wurde, auch die Adresse, falls eine angegeben ist",
}
