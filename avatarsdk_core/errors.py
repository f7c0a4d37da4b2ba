"""Everything this package raises on purpose: one tree, so that `except AvatarSDKError` catches all of it.

The text of an error is one line for a person: what is wrong, with the value, and what to do about it. Errors pickle
with their fields, so that a worker process can hand them over. None ever holds a secret.

    AvatarSDKError
    ├── ServiceError              talking to the service; has status, method, path, detail, advice
    │   ├── ApiError              the service refuses the request (4xx)
    │   │   ├── InvalidRequest        400: has fields
    │   │   ├── AuthenticationError   401
    │   │   ├── AccessDenied          403
    │   │   ├── NotFound              404
    │   │   └── Throttled             429: has retry_after
    │   ├── ServiceUnavailable    it can't serve anybody now (5xx): has retry_after
    │   │   └── ServiceUnreachable    no answer at all: has reason
    │   │       └── AnswerLost            … after a request that may have changed something
    │   ├── ProtocolError         its answer makes no sense
    │   ├── ComputationFailed     an avatar or export ended as Failed or Timed Out: has status_verbose
    │   ├── MaybeMade             what was asked for may be made or not, which a person has to decide about
    │   └── DeadlineExceeded      not done within the time given
    ├── TransferError             a download can't be completed: has name, done, total
    │   ├── IntegrityError            another length or digest than announced
    │   ├── NoFileError               the service has no such file (204)
    │   └── ArchiveError              a zip is damaged or harmful
    ├── CacheError                the cache's folder can't be used
    ├── Cancelled                 the caller's event was set
    ├── SettingsError             credentials, URLs, profiles
    ├── ParametersError           computation or export parameters make no sense
    ├── UnknownNameError          a name that the catalogue doesn't hold
    ├── PhotoError                the photo can't be used
    ├── BundleError               a folder, zip or file is no avatar export
    ├── ExpressionError           an expression's file can't be used
    ├── SandboxError              the local service can't start
    └── BlenderError              Blender or the add-on is missing, or failed
"""

# ruff: noqa: N818 — a class named for what happened needs no suffix; none of these names shadows a builtin.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AvatarSDKError(Exception):
    """Root of the tree. `str(error)` is one line that a user can act on."""


class Cancelled(AvatarSDKError):
    """The caller's cancel event was set."""


class SettingsError(AvatarSDKError):
    """A setting (credentials, root URL, a path) is missing or makes no sense."""


class UnknownNameError(AvatarSDKError):
    """A name that the catalogue doesn't hold: a pipeline, a subtype, a parameter, a blendshape set."""


class ParametersError(AvatarSDKError):
    """Computation or export parameters make no sense."""


class PhotoError(AvatarSDKError):
    """The photo can't be used: missing, empty, too large, or not a JPEG or PNG."""


class ServiceError(AvatarSDKError):
    """Talking to the service failed.

    Attributes:
        status: HTTP status code; None where no answer is the cause.
        method, path: of the request, the path without its query; "" where no single request is the cause.
        detail: the service's own words, or "".
        advice: what to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        method: str = "",
        path: str = "",
        detail: str = "",
        advice: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.method = method
        self.path = path
        self.detail = detail
        self.advice = advice


class ApiError(ServiceError):
    """The service refuses the request: it answered with a status from 400 to 499."""


class InvalidRequest(ApiError):
    """400: the service refuses a field of the request.

    Attributes:
        fields: field → its messages, as the service gives them; empty where it names no field.
    """

    def __init__(self, message: str, *, fields: Mapping[str, tuple[str, ...]] | None = None, **about: Any) -> None:
        super().__init__(message, **about)
        self.fields: Mapping[str, tuple[str, ...]] = fields or {}


class AuthenticationError(ApiError):
    """401, or the token endpoint refused the credentials."""


class AccessDenied(ApiError):
    """403: the plan, the access mode or the PlayerUID doesn't allow it."""


class NotFound(ApiError):
    """404: unknown, deleted, not yours, or not computed yet."""


class Throttled(ApiError):
    """429: too many requests, and waiting as told didn't help within the deadline.

    Attributes:
        retry_after: seconds until it is worth trying again, from the moment of the answer; None where not told.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **about: Any) -> None:
        super().__init__(message, **about)
        self.retry_after = retry_after


class ServiceUnavailable(ServiceError):
    """The service can't serve anybody now: it answered with a status from 500 on.

    Attributes:
        retry_after: seconds until it is worth trying again, from the moment of the answer; None where not told.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **about: Any) -> None:
        super().__init__(message, **about)
        self.retry_after = retry_after


class ServiceUnreachable(ServiceUnavailable):
    """No answer: no network, wrong host or port, or the sandbox isn't running.

    Attributes:
        reason: the part of the message that tells why.
    """

    def __init__(self, message: str, reason: str = "", **about: Any) -> None:
        super().__init__(message, **about)
        self.reason = reason


class AnswerLost(ServiceUnreachable):
    """A request was sent and no answer came: the service may or may not have carried it out."""


class ProtocolError(ServiceError):
    """The service's answer makes no sense: not JSON, without a needed field, or with a URL that can't be used."""


class ComputationFailed(ServiceError):
    """The service finished an avatar or an export as Failed or Timed Out.

    Attributes:
        status_verbose: what the service tells about it: {"code", "message"}, or {}.
    """

    def __init__(self, message: str, *, status_verbose: Mapping[str, Any] | None = None, **about: Any) -> None:
        super().__init__(message, **about)
        self.status_verbose: Mapping[str, Any] = status_verbose or {}


class MaybeMade(ServiceError):
    """Something that costs was asked for, no answer came, and it hasn't shown up since: only a person may ask again."""


class DeadlineExceeded(ServiceError):
    """Something wasn't done within the time given: a request with all its tries, or a computation waited for."""


class TransferError(AvatarSDKError):
    """A download couldn't be completed.

    Attributes:
        name: the file; "" where it isn't about a single one.
        done, total: bytes of it on the disk when it ended, and of the whole file where known.
    """

    def __init__(self, message: str, *, name: str = "", done: int = 0, total: int | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.done = done
        self.total = total


class IntegrityError(TransferError):
    """A file came with another length or digest than the service announces or the caller expects."""


class NoFileError(TransferError):
    """The service says that there is no such file for what was asked: it answered 204."""


class ArchiveError(TransferError):
    """A zip is damaged, or unpacking it would do harm (an entry that leaves the folder, a bomb, a link)."""


class CacheError(AvatarSDKError):
    """The cache's folder can't be read or written; downloads go on without it."""


class BundleError(AvatarSDKError):
    """A folder, zip or file isn't an avatar export that can be read."""


class ExpressionError(AvatarSDKError):
    """A file of facial expressions can't be read or written, or something in it is wrong."""


class SandboxError(AvatarSDKError):
    """The local sandbox can't start: a package is missing, the port is taken, its state can't be written."""


class BlenderError(AvatarSDKError):
    """Blender (the bpy module or an executable) or the add-on can't be found, or failed."""
