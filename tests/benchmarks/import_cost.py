"""What `from avatarsdk_core import Client` costs beside `import requests_oauthlib`: fresh processes, interleaved.

    python -m tests.benchmarks.import_cost

Measured inside the process, so that the interpreter's own start isn't counted. The bound is 1.3.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

BOUND = 1.3
OURS = "from avatarsdk_core import Client"
THEIRS = "import requests_oauthlib"


def seconds(statement: str) -> float:
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=25)
    count = parser.parse_args().count
    seconds(OURS)  # both are compiled and in the disk's cache from now on
    seconds(THEIRS)
    pairs = [(seconds(OURS), seconds(THEIRS)) for _ in range(count)]
    mine, plain = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{OURS}: {mine * 1e3:.0f} ms; {THEIRS}: {plain * 1e3:.0f} ms; medians of {count} fresh processes")
    print(f"ratio {mine / plain:.3f} (bound {BOUND})")
    return 0 if mine / plain <= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
