"""What Blender may ask: a file `<kind>.py` for each, with `answer(work, **fields)`, which returns the last answer.

It runs in a thread of the worker. It raises an error of `avatarsdk_core.errors` where there is no answer; it tells
`work.tell(…)` what comes before; what takes long gets `work.cancel`.
"""
