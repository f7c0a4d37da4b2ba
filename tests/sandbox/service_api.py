"""A thin caller that speaks plain HTTP to a sandbox, for the tests of this folder."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from typing import Any, ClassVar

import requests
from PIL import Image, ImageDraw

from avatarsdk_core.sandbox import Durations, KeyPair, Sandbox

INSTANT = Durations(uploading=0, queued=0, computing=0, export=0)
FINAL = {"Completed", "Failed", "Timed Out"}


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (320, 400), colour: tuple[int, int, int] = (224, 178, 150)
) -> bytes:
    """A photo of skin of one colour before a grey wall."""
    file = io.BytesIO()
    image = Image.new("RGB", size, (120, 122, 125))
    width, height = size
    ImageDraw.Draw(image).ellipse((width * 0.25, height * 0.15, width * 0.75, height * 0.8), fill=colour)
    image.save(file, kind)
    return file.getvalue()


@dataclass
class Api:
    """Requests to a sandbox with the bearer token of one credential pair, and a PlayerUID when one is set."""

    url: str
    token: str
    player: str | None = None
    session: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def signed_in(cls, service: Sandbox, pair: KeyPair) -> Api:
        answer = requests.post(
            service.url + "o/token/",
            data={"grant_type": "client_credentials"},
            auth=(pair.client_id, pair.client_secret),
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        return cls(service.url, answer.json()["access_token"])

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        """`path`: below the root, or a whole URL that the service handed out."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.player is not None:
            headers["X-PlayerUID"] = self.player
        url = path if path.startswith("http") else self.url + path
        return self.session.request(method, url, headers=headers | options.pop("headers", {}), timeout=300, **options)

    # An export that costs little: most tests are about something else.
    SMALL: ClassVar[str] = '{"avatar": {"list": ["AvatarTeethUpper"], "textures": {"list": []}}}'

    def create(self, photo: bytes | None = None, **fields: str) -> requests.Response:
        data = {"name": "Test", "pipeline": "metaperson_2.0", "export_parameters": self.SMALL, **fields}
        return self("POST", "avatars/", data=data, files={"photo": ("p.jpg", photo or picture())})

    def wait(self, url: str, seconds: float = 400) -> dict[str, Any]:
        """Poll an avatar or an export until its status is final."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = self("GET", url)
            assert answer.status_code == 200, answer.text
            if answer.json()["status"] in FINAL:
                return dict(answer.json())
            time.sleep(0.05)
        raise AssertionError(f"{url} isn't final after {seconds} s: {answer.text}")
