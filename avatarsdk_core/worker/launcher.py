"""Run as `python -I launcher.py CORE HOME SESSION PARENT`: starts the worker with the core found in the folder CORE.

With -I neither the current folder nor the user's own packages can put another module in place of ours. Nothing that
is given here is a secret: those come down stdin.
"""

import sys

if __name__ == "__main__":
    core, home, session, parent = sys.argv[1:5]
    sys.path.insert(0, core)
    from avatarsdk_core.worker.process import main

    main(home, session, parent)
