"""A request as it would be sent, shown and not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from avatarsdk_core.cli.common import Invocation
from avatarsdk_core.cli.printing import print_json, print_record, say
from avatarsdk_core.creation import megabytes

if TYPE_CHECKING:
    from avatarsdk_core.photo import Photo

_HEADERS = {"Authorization": "Bearer (not shown)", "Content-Type": "multipart/form-data"}


def show_request(
    invocation: Invocation, path: str, form: Mapping[str, str], photo: Photo | None, explained: Sequence[str]
) -> None:
    """A POST to `path` below the root URL. Secrets aren't in it, nor is the photo's content."""
    url = invocation.root_url() + path
    if invocation.json:
        sent = {"photo": _facts(photo)} if photo else {}
        request = {"method": "POST", "url": url, "headers": _HEADERS, "form": dict(form), **sent}
        print_json(request | {"explained": list(explained)})
        return
    click.echo(f"POST {url}")
    print_record((f"{name}:", value) for name, value in _HEADERS.items())
    click.echo()
    words = photo and f"{photo.upload_name}, {photo.width}x{photo.height}, {megabytes(len(photo.data))}"
    print_record([*form.items(), ("photo", words)])
    for line in explained:
        say(line)
    say("Nothing was sent.")


def _facts(photo: Photo) -> dict[str, object]:
    return {
        "name": photo.upload_name,
        "type": photo.media_type,
        "width": photo.width,
        "height": photo.height,
        "bytes": len(photo.data),
    }
