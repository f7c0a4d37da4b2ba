"""Benchmarks of downloading, checking and unpacking: one command, one table of results beside their goals.

    python tests/benchmarks/transfer.py [--repeats 5] [--folder DIR]

Needs nginx (Debian: apt-get install nginx-light), curl, and a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import engine, exports
from tests.benchmarks.table import show


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where files are served from and written to (default: temporary)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avatarsdk-benchmark-", dir=chosen.folder) as folder:
        work = Path(folder)
        os.environ |= {"AVATARSDK_CONFIG": str(work / "config"), "AVATARSDK_CACHE": str(work / "cache")}
        rows = engine.measure(work / "engine", chosen.repeats)
        rows += exports.measure(work / "exports", chosen.repeats)
        show(rows)


if __name__ == "__main__":
    main()
