"""The sandbox's memory: one SQLite file, so that a restart (or a kill) loses nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.records import Avatar, Export, ExportFile, Player

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE tokens (digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, mode TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE players (code TEXT PRIMARY KEY, client_id TEXT NOT NULL, comment TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE avatars (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, player TEXT, name TEXT NOT NULL, description TEXT NOT NULL,
    pipeline TEXT NOT NULL, subtype TEXT NOT NULL, parameters TEXT NOT NULL, created REAL NOT NULL, built REAL,
    changed REAL, failure TEXT
);
CREATE INDEX avatars_of_client ON avatars (client_id, created);
CREATE TABLE exports (
    code TEXT PRIMARY KEY, avatar_code TEXT NOT NULL REFERENCES avatars (code) ON DELETE CASCADE,
    comment TEXT NOT NULL, parameters TEXT NOT NULL, created REAL NOT NULL, started REAL, built REAL, failure TEXT,
    files TEXT NOT NULL
);
CREATE INDEX exports_of_avatar ON exports (avatar_code, created);
"""
_JSON_COLUMNS = ("parameters", "files")


class Store:
    """Players, avatars, exports and tokens. Safe to use from several threads: one statement at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            path.chmod(0o600)
            self._database.row_factory = sqlite3.Row
            self._database.execute("PRAGMA foreign_keys = ON")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")  # safe against a kill; a power cut may cost seconds
            self._prepare(path)
        except (OSError, sqlite3.Error) as error:
            raise SandboxError(f"The sandbox can't use its database {path}: {error}.") from error

    def _prepare(self, path: Path) -> None:
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT;")
        elif version != _SCHEMA_VERSION:
            raise SandboxError(f"{path} is of another version of the sandbox ({version}); choose a new state folder.")

    def close(self) -> None:
        with self._lock:
            self._database.close()

    # Tokens: only their digests are kept, so that the file tells nobody how to sign in.

    def add_token(self, token: str, client_id: str, mode: str, expires: float, now: float) -> None:
        self._run("DELETE FROM tokens WHERE expires <= ?", now)
        self._run("INSERT INTO tokens VALUES (?, ?, ?, ?)", _digest(token), client_id, mode, expires)

    def token_owner(self, token: str, now: float) -> tuple[str, str] | None:
        """The (client id, mode) of a token that is known and not expired."""
        rows = self._run("SELECT client_id, mode FROM tokens WHERE digest = ? AND expires > ?", _digest(token), now)
        return (rows[0]["client_id"], rows[0]["mode"]) if rows else None

    # Players

    def add_player(self, player: Player) -> None:
        self._insert(("players", player))

    def player(self, code: str, client_id: str) -> Player | None:
        rows = self._run("SELECT * FROM players WHERE code = ? AND client_id = ?", code, client_id)
        return Player(**rows[0]) if rows else None

    def players(self, client_id: str) -> list[Player]:
        """Newest first."""
        rows = self._run("SELECT * FROM players WHERE client_id = ? ORDER BY created DESC, rowid DESC", client_id)
        return [Player(**row) for row in rows]

    # Avatars

    def add_avatar(self, avatar: Avatar, exports: list[Export]) -> None:
        """Store an avatar together with its first exports: both or neither."""
        self._insert(("avatars", avatar), *(("exports", export) for export in exports))

    def avatar(self, code: str) -> Avatar | None:
        rows = self._run("SELECT * FROM avatars WHERE code = ?", code)
        return Avatar(**rows[0]) if rows else None

    def avatars(self, client_id: str) -> list[Avatar]:
        """Newest first."""
        rows = self._run("SELECT * FROM avatars WHERE client_id = ? ORDER BY created DESC, rowid DESC", client_id)
        return [Avatar(**row) for row in rows]

    def avatar_codes(self) -> set[str]:
        return {row["code"] for row in self._run("SELECT code FROM avatars")}

    def unfinished_avatars(self) -> list[Avatar]:
        rows = self._run("SELECT * FROM avatars WHERE built IS NULL AND failure IS NULL ORDER BY created, rowid")
        return [Avatar(**row) for row in rows]

    def finish_avatar(self, code: str, now: float, failure: str | None) -> bool:
        """Note the end of a computation; False when the avatar was deleted meanwhile."""
        return bool(
            self._run(
                "UPDATE avatars SET built = ?, changed = ?, failure = ? WHERE code = ? RETURNING code",
                None if failure else now,
                now,
                failure,
                code,
            )
        )

    def delete_avatar(self, code: str) -> None:
        self._run("DELETE FROM avatars WHERE code = ?", code)

    # Exports

    def add_export(self, export: Export) -> None:
        self._insert(("exports", export))

    def export(self, avatar_code: str, code: str) -> Export | None:
        rows = self._run("SELECT * FROM exports WHERE code = ? AND avatar_code = ?", code, avatar_code)
        return _export(rows[0]) if rows else None

    def exports(self, avatar_code: str) -> list[Export]:
        """Oldest first."""
        rows = self._run("SELECT * FROM exports WHERE avatar_code = ? ORDER BY created, rowid", avatar_code)
        return [_export(row) for row in rows]

    def unfinished_exports(self) -> list[Export]:
        rows = self._run("SELECT * FROM exports WHERE built IS NULL AND failure IS NULL ORDER BY created, rowid")
        return [_export(row) for row in rows]

    def start_export(self, code: str, now: float) -> None:
        self._run("UPDATE exports SET started = ? WHERE code = ?", now, code)

    def finish_export(self, code: str, now: float, files: list[ExportFile], failure: str | None) -> bool:
        """Note the end of a build; False when the export was deleted meanwhile."""
        return bool(
            self._run(
                "UPDATE exports SET built = ?, files = ?, failure = ? WHERE code = ? RETURNING code",
                None if failure else now,
                json.dumps([dataclasses.asdict(file) for file in files]),
                failure,
                code,
            )
        )

    def delete_export(self, code: str) -> None:
        self._run("DELETE FROM exports WHERE code = ?", code)

    # SQL

    def _run(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [_decoded(row) for row in self._database.execute(sql, values)]

    def _insert(self, *records: tuple[str, Player | Avatar | Export]) -> None:
        """Add rows to the tables named, all or none."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                for table, record in records:
                    self._insert_row(table, dataclasses.asdict(record))
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _insert_row(self, table: str, values: dict[str, Any]) -> None:
        values.update({name: json.dumps(values[name]) for name in _JSON_COLUMNS if name in values})
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 (our own records' names)
        self._database.execute(sql, tuple(values.values()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _decoded(row: sqlite3.Row) -> dict[str, Any]:
    values = dict(row)
    values.update({name: json.loads(values[name]) for name in _JSON_COLUMNS if name in values})
    return values


def _export(row: dict[str, Any]) -> Export:
    files = tuple(ExportFile(f["identity"], f["category"], tuple(f["static_files"])) for f in row.pop("files"))
    return Export(**row, files=files)
