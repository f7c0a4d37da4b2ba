"""One exit code for each kind of error, so that scripts can tell them apart (a table in docs/command_line.md)."""

from __future__ import annotations

from avatarsdk_core import errors

OK = 0
OTHER = 1
USAGE = 2
BUG = 70
INTERRUPTED = 130
BROKEN_PIPE = 141

# The first kind that an error is of counts: subclasses stand before what they are subclasses of.
_KINDS: tuple[tuple[type[BaseException], int], ...] = (
    (errors.SettingsError, 3),
    (errors.AuthenticationError, 4),
    (errors.AccessDenied, 5),
    (errors.NotFound, 6),
    (errors.InvalidRequest, 7),
    (errors.UnknownNameError, 7),
    (errors.ParametersError, 7),
    (errors.PhotoError, 7),
    (errors.Throttled, 8),
    (errors.ComputationFailed, 10),
    (errors.DeadlineExceeded, 11),
    (errors.ServiceError, 9),
    (errors.TransferError, 12),
    (errors.BundleError, 12),
    (errors.SandboxError, 13),
    (errors.BlenderError, 14),
    (errors.Cancelled, INTERRUPTED),
)

MEANINGS = {
    OK: "done",
    OTHER: "another error, which the message explains; or the answer to a question was no",
    USAGE: "wrong arguments",
    3: "a setting is missing or makes no sense; nobody is signed in; an output can't be written",
    4: "the service refuses the sign-in",
    5: "the plan, the access mode or the PlayerUID doesn't allow it",
    6: "there is no such thing, or it isn't computed yet",
    7: "the photo, the parameters or another value of the request can't be used",
    8: "throttled: too many requests",
    9: "the service can't be reached, has a problem, or answers nonsense",
    10: "the service couldn't compute the avatar or the export",
    11: "it took longer than the time given",
    12: "a download, an archive or an export's folder can't be used",
    13: "the sandbox can't run",
    14: "Blender or the add-on can't be found, or failed",
    BUG: "a bug of ours; the message names a file with details",
    INTERRUPTED: "interrupted by Ctrl+C",
    BROKEN_PIPE: "whoever reads the output closed it",
}


def exit_code(error: BaseException) -> int:
    """The exit code for one of this package's errors."""
    return next((code for kind, code in _KINDS if isinstance(error, kind)), OTHER)
