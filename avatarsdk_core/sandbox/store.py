"""The sandbox's memory: one SQLite file, so that a restart (or a kill) loses nothing."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.records import Avatar, Export, ExportFile, Player, Selfie, Token

_SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE tokens (
    digest TEXT PRIMARY KEY, kind TEXT NOT NULL, client_id TEXT NOT NULL, mode TEXT NOT NULL, scope TEXT NOT NULL,
    expires REAL NOT NULL, family TEXT NOT NULL, public INTEGER NOT NULL, used INTEGER NOT NULL,
    redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, method TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX tokens_of_family ON tokens (family);
CREATE TABLE players (code TEXT PRIMARY KEY, client_id TEXT NOT NULL, comment TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX players_of_client ON players (client_id, created);
CREATE TABLE selfies (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, player TEXT, comment TEXT NOT NULL, created REAL NOT NULL,
    expires REAL NOT NULL, visited INTEGER NOT NULL, media_type TEXT NOT NULL
);
CREATE INDEX selfies_of_client ON selfies (client_id, created);
CREATE TABLE avatars (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, player TEXT, name TEXT NOT NULL, description TEXT NOT NULL,
    pipeline TEXT NOT NULL, subtype TEXT NOT NULL, parameters TEXT NOT NULL, created REAL NOT NULL, built REAL,
    changed REAL, failure TEXT, outcome TEXT NOT NULL, seed TEXT NOT NULL, direct INTEGER NOT NULL
);
CREATE INDEX avatars_of_client ON avatars (client_id, created);
CREATE TABLE creations (client_id TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX creations_of_client ON creations (client_id, created);
CREATE TABLE exports (
    code TEXT PRIMARY KEY, avatar_code TEXT NOT NULL REFERENCES avatars (code) ON DELETE CASCADE,
    comment TEXT NOT NULL, parameters TEXT NOT NULL, created REAL NOT NULL, started REAL, built REAL, failure TEXT,
    outcome TEXT NOT NULL, wanted INTEGER NOT NULL, files TEXT NOT NULL
);
CREATE INDEX exports_of_avatar ON exports (avatar_code, created);
"""
_JSON_COLUMNS = ("parameters", "files")
_BOOLEAN_COLUMNS = ("public", "used", "visited", "wanted", "direct")

Record = Token | Player | Selfie | Avatar | Export
_TABLES: dict[type[Record], str] = {
    Token: "tokens",
    Player: "players",
    Selfie: "selfies",
    Avatar: "avatars",
    Export: "exports",
}
_NEWEST_FIRST = "ORDER BY created DESC, rowid DESC LIMIT ? OFFSET ?"


@dataclasses.dataclass(frozen=True)
class Condition:
    """A part of a WHERE clause of our own writing, and the values for its question marks."""

    sql: str
    values: tuple[Any, ...] = ()


class Store:
    """Tokens, players, selfies, avatars and exports. Safe to use from several threads: one statement at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            path.chmod(0o600)
            self._database.row_factory = sqlite3.Row
            self._database.execute("PRAGMA foreign_keys = ON")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")  # safe against a kill; a power cut may cost seconds
            self.define("casefold", 1, str.casefold)
            self._prepare(path)
        except (OSError, sqlite3.Error) as error:
            raise SandboxError(f"The sandbox can't use its database {path}: {error}.") from error

    def _prepare(self, path: Path) -> None:
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT;")
        elif version != _SCHEMA_VERSION:
            raise SandboxError(f"{path} is of another version of the sandbox ({version}); choose a new state folder.")

    def define(self, name: str, arguments: int, function: Callable[..., Any]) -> None:
        """A function that conditions may call."""
        self._database.create_function(name, arguments, function)

    def close(self) -> None:
        with self._lock:
            self._database.close()

    # Tokens: only their digests are kept, so that the file tells nobody how to sign in.

    def add_tokens(self, tokens: Sequence[Token], now: float) -> None:
        self._run("DELETE FROM tokens WHERE expires <= ?", now)
        self._insert(tokens)

    def token(self, digest: str) -> Token | None:
        rows = self._run("SELECT * FROM tokens WHERE digest = ?", digest)
        return Token(**rows[0]) if rows else None

    def use_token(self, digest: str) -> bool:
        """Use up a code or a refresh token; False when somebody has done so before."""
        return bool(self._run("UPDATE tokens SET used = 1 WHERE digest = ? AND used = 0 RETURNING digest", digest))

    def revoke_token(self, digest: str) -> None:
        self._run("DELETE FROM tokens WHERE digest = ?", digest)

    def revoke_family(self, family: str) -> None:
        self._run("DELETE FROM tokens WHERE family = ?", family)

    # Players

    def add_player(self, player: Player) -> None:
        self._insert([player])

    def player(self, code: str, client_id: str) -> Player | None:
        rows = self._run("SELECT * FROM players WHERE code = ? AND client_id = ?", code, client_id)
        return Player(**rows[0]) if rows else None

    def players(self, conditions: Sequence[Condition], limit: int, offset: int) -> list[Player]:
        """Newest first."""
        return [Player(**row) for row in self._listed("players", conditions, limit, offset)]

    def comment_player(self, code: str, comment: str) -> None:
        self._run("UPDATE players SET comment = ? WHERE code = ?", comment, code)

    def delete_player(self, code: str) -> None:
        self._run("DELETE FROM players WHERE code = ?", code)

    # Selfies

    def add_selfie(self, selfie: Selfie) -> None:
        self._insert([selfie])

    def selfie(self, code: str) -> Selfie | None:
        rows = self._run("SELECT * FROM selfies WHERE code = ?", code)
        return Selfie(**rows[0]) if rows else None

    def selfies(self, conditions: Sequence[Condition], limit: int, offset: int) -> list[Selfie]:
        """Newest first."""
        return [Selfie(**row) for row in self._listed("selfies", conditions, limit, offset)]

    def visit_selfie(self, code: str) -> None:
        self._run("UPDATE selfies SET visited = 1 WHERE code = ?", code)

    def upload_selfie(self, code: str, media_type: str) -> None:
        """Note that the photo is there."""
        self._run("UPDATE selfies SET media_type = ? WHERE code = ?", media_type, code)

    def delete_expired_selfies(self, now: float) -> list[str]:
        """The codes of those that are gone now."""
        return [row["code"] for row in self._run("DELETE FROM selfies WHERE expires <= ? RETURNING code", now)]

    def selfie_codes(self) -> set[str]:
        return {row["code"] for row in self._run("SELECT code FROM selfies")}

    # Avatars

    def add_avatar(self, avatar: Avatar, exports: Sequence[Export]) -> None:
        """Store an avatar together with its first exports: both or neither."""
        self.add_avatars([avatar], exports)

    def add_avatars(self, avatars: Sequence[Avatar], exports: Sequence[Export]) -> None:
        """Store avatars with their exports, all or none, and count them as created for good."""
        with self._lock, self._transaction():
            for avatar in avatars:
                self._insert_row(avatar)
            for export in exports:
                self._insert_row(export)
            creations = [(avatar.client_id, avatar.created) for avatar in avatars]
            self._database.executemany("INSERT INTO creations VALUES (?, ?)", creations)

    def avatar(self, code: str) -> Avatar | None:
        rows = self._run("SELECT * FROM avatars WHERE code = ?", code)
        return Avatar(**rows[0]) if rows else None

    def avatars(self, conditions: Sequence[Condition], limit: int, offset: int) -> list[Avatar]:
        """Newest first."""
        return [Avatar(**row) for row in self._listed("avatars", conditions, limit, offset)]

    def count_creations(self, client_id: str, since: float, until: float) -> int:
        """Avatars ever created in [since, until), deleted ones too."""
        sql = "SELECT COUNT(*) AS n FROM creations WHERE client_id = ? AND created >= ? AND created < ?"
        return int(self._run(sql, client_id, since, until)[0]["n"])

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

    def rename_avatar(self, code: str, name: str, description: str, now: float) -> None:
        sql = "UPDATE avatars SET name = ?, description = ?, changed = ? WHERE code = ?"
        self._run(sql, name, description, now, code)

    def delete_avatar(self, code: str) -> None:
        self._run("DELETE FROM avatars WHERE code = ?", code)

    # Exports

    def add_export(self, export: Export) -> None:
        self._insert([export])

    def export(self, avatar_code: str, code: str) -> Export | None:
        rows = self._run("SELECT * FROM exports WHERE code = ? AND avatar_code = ?", code, avatar_code)
        return _export(rows[0]) if rows else None

    def export_by_code(self, code: str) -> Export | None:
        rows = self._run("SELECT * FROM exports WHERE code = ?", code)
        return _export(rows[0]) if rows else None

    def exports(self, avatar_code: str) -> list[Export]:
        """Oldest first."""
        rows = self._run("SELECT * FROM exports WHERE avatar_code = ? ORDER BY created, rowid", avatar_code)
        return [_export(row) for row in rows]

    def unfinished_exports(self) -> list[Export]:
        """Those that are to be built."""
        sql = "SELECT * FROM exports WHERE built IS NULL AND failure IS NULL AND wanted = 1 ORDER BY created, rowid"
        return [_export(row) for row in self._run(sql)]

    def want_exports(self, avatar_code: str) -> list[Export]:
        """Have an avatar's exports built after all; answers those that weren't wanted before."""
        rows = self._run("UPDATE exports SET wanted = 1 WHERE avatar_code = ? AND wanted = 0 RETURNING *", avatar_code)
        return [_export(row) for row in rows]

    def export_codes(self) -> dict[str, set[str]]:
        """The export codes of every avatar, by avatar code."""
        codes: dict[str, set[str]] = {row["code"]: set() for row in self._run("SELECT code FROM avatars")}
        for row in self._run("SELECT avatar_code, code FROM exports"):
            codes[row["avatar_code"]].add(row["code"])
        return codes

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

    def count(self, kind: type[Player | Selfie | Avatar], conditions: Sequence[Condition]) -> int:
        where, values = _where(conditions)
        return int(self._run(f"SELECT COUNT(*) AS n FROM {_TABLES[kind]} {where}", *values)[0]["n"])  # noqa: S608

    def _listed(self, table: str, conditions: Sequence[Condition], limit: int, offset: int) -> list[dict[str, Any]]:
        where, values = _where(conditions)
        return self._run(f"SELECT * FROM {table} {where} {_NEWEST_FIRST}", *values, limit, offset)  # noqa: S608

    def _run(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [_decoded(row) for row in self._database.execute(sql, values)]

    def _insert(self, records: Iterable[Record]) -> None:
        """Add rows, all or none."""
        with self._lock, self._transaction():
            for record in records:
                self._insert_row(record)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._database)

    def _insert_row(self, record: Record) -> None:
        values = dataclasses.asdict(record)
        values.update({name: json.dumps(values[name]) for name in _JSON_COLUMNS if name in values})
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO {_TABLES[type(record)]} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
        self._database.execute(sql, tuple(values.values()))


class _Transaction:
    """All statements of a with block, or none of them."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._database.execute("COMMIT" if kind is None else "ROLLBACK")


def _where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """Table names, column names and conditions are our own; values go to the question marks."""
    if not conditions:
        return "", []
    sql = " AND ".join(f"({condition.sql})" for condition in conditions)
    return f"WHERE {sql}", [value for condition in conditions for value in condition.values]


def _decoded(row: sqlite3.Row) -> dict[str, Any]:
    values = dict(row)
    values.update({name: json.loads(values[name]) for name in _JSON_COLUMNS if name in values})
    values.update({name: bool(values[name]) for name in _BOOLEAN_COLUMNS if name in values})
    return values


def _export(row: dict[str, Any]) -> Export:
    files = tuple(ExportFile(f["identity"], f["category"], tuple(f["static_files"])) for f in row.pop("files"))
    return Export(**row, files=files)
