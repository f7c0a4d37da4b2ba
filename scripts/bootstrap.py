# SPDX-License-Identifier: MIT
"""From a fresh checkout to a finished demo or a full test run, with nothing but a Python and the network.

    python3 scripts/bootstrap.py demo [--out DIR] [-- ARGUMENTS OF avatarsdk demo]
    python3 scripts/bootstrap.py test [--blender 4.2,5.2] [--require] [-- ARGUMENTS OF pytest]
    python3 scripts/bootstrap.py lint

This file keeps to a syntax that every Python 3 reads, so that an old one answers with a sentence.
"""

import sys

OLDEST = (3, 8)

if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(
            "bootstrap: this is Python {}.{}; start it with Python {}.{} or newer".format(
                *(sys.version_info[:2] + OLDEST)
            )
        )
    from environments.commands import main

    sys.exit(main(sys.argv[1:]))
