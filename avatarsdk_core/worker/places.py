"""Where the worker's files are, below one private folder (Blender's folder for the extension's own files)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from avatarsdk_core.worker.messages import is_id


@dataclass(frozen=True)
class JobPlace:
    """One job's folder: its journal, its lock, and the photo until the avatar is there."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def photo(self) -> Path:
        return self.folder / "photo"


@dataclass(frozen=True)
class Home:
    """All of it.

    Attributes:
        folder: given by Blender; others may not look into it.
    """

    folder: Path

    @property
    def jobs(self) -> Path:
        return self.folder / "jobs"

    @property
    def sessions(self) -> Path:
        return self.folder / "sessions"

    def job(self, job: str) -> JobPlace:
        """Raises ValueError: that is no id."""
        if not is_id(job):
            raise ValueError(f"{job!r} is no job's id")
        return JobPlace(self.jobs / job)

    def session(self, session: str) -> Path:
        """The file with a session's answers."""
        return self.sessions / f"{session}.jsonl"

    def all_jobs(self) -> list[JobPlace]:
        """Every job that has a folder. Raises OSError."""
        if not self.jobs.is_dir():
            return []
        return [JobPlace(path) for path in sorted(self.jobs.iterdir()) if is_id(path.name)]
