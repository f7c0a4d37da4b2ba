"""Everything this package raises on purpose: one tree, so that `except AvatarSDKError` catches all of it.

The text of an error is one line for a person: what is wrong, with the value, and what to do about it. Errors pickle
(their arguments are their state), so that a worker process can hand them over. None ever holds a secret.
"""

from __future__ import annotations


class AvatarSDKError(Exception):
    """Root of the tree. `str(error)` is one line that a user can act on."""


class OperationCancelledError(AvatarSDKError):
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
    """Talking to the service failed."""


class ServiceUnreachableError(ServiceError):
    """No answer: no network, wrong host or port, the sandbox isn't running, or the time was up.

    Attributes: `reason`, the part of the message that tells why.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message, reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.args[0])


class AnswerLostError(ServiceUnreachableError):
    """A request was sent and no answer came: the service may or may not have carried it out."""


class ProtocolError(ServiceError):
    """The service's answer makes no sense: not JSON, without a needed field, or with a URL that can't be used."""


class ApiError(ServiceError):
    """The service answered with an error status.

    Attributes: `status` (HTTP status code), `detail` (the service's own words), `url` (without its query).
    """

    def __init__(self, message: str, status: int = 0, detail: str = "", url: str = "") -> None:
        super().__init__(message, status, detail, url)
        self.status = status
        self.detail = detail
        self.url = url

    def __str__(self) -> str:
        return str(self.args[0])


class BadRequestError(ApiError):
    """400: the service refuses a field of the request."""


class AuthenticationError(ApiError):
    """401, or the token endpoint refused the credentials."""


class ForbiddenError(ApiError):
    """403: the plan, the access mode or the PlayerUID doesn't allow it."""


class NotFoundError(ApiError):
    """404: unknown, deleted, not yours, or not computed yet."""


class ThrottledError(ApiError):
    """429: too many requests, and waiting as told didn't help within the deadline."""


class ComputationError(ServiceError):
    """The service finished an avatar or an export as Failed or Timed Out."""


class WaitTimeoutError(ServiceError):
    """Something didn't reach a final status within the time given."""


class TransferError(AvatarSDKError):
    """A download couldn't be completed; nothing half-written is left."""


class ArchiveError(TransferError):
    """A zip is damaged, or unpacking it would do harm (an entry that leaves the folder, a bomb, a link)."""


class BundleError(AvatarSDKError):
    """A folder, zip or file isn't an avatar export that can be read."""


class SandboxError(AvatarSDKError):
    """The local sandbox can't start: a package is missing, the port is taken, its state can't be written."""


class BlenderError(AvatarSDKError):
    """Blender (the bpy module or an executable) or the add-on can't be found, or failed."""
