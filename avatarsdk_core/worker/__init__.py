"""The process beside Blender that talks to the service: `launcher.py` starts it, `process.py` is its main loop.

Both sides share `messages` (what is said), `journal` (how it is written down), `job` (what the lines of a journal add
up to) and `places` (where the files are); these load no network library.

    commands and secrets   →  the worker's stdin, a JSON object a line; its end means that Blender is gone
    answers                ←  <home>/sessions/<session>.jsonl, for this run alone
    each job               ←  <home>/jobs/<job>/journal.jsonl, which outlives both
"""
