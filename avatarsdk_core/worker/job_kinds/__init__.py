"""What a job may be: a file `<kind>.py` for each, with `run(work)`.

It may be cut at any moment, and is called again with all that its journal has kept (`work.job`): what is noted there
isn't done twice. It ends with `work.note(Delivered(…))`, or raises an error of `avatarsdk_core.errors`.
"""
