"""The page on which somebody takes a selfie with a phone: one photo, then it says that it is done.

Nothing is loaded from anywhere else; without JavaScript a plain form does the same.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from string import Template
from typing import Literal

State = Literal["ready", "done", "gone"]

_FILES = resources.files(__package__)
_STYLE = (_FILES / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_FILES / "page.js").read_text(encoding="utf-8")

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$title</h1>
$body
</main>
$script</body>
</html>
""")

_READY = Template("""<p>The picture goes to the computer that showed you the code, and nowhere else.</p>
<ul class="small">
<li>Look straight into the camera, eyes open, mouth closed.</li>
<li>Even light, hair out of the face, no glasses.</li>
</ul>
<form method="post" enctype="multipart/form-data" data-limit="$limit">
<div class="card scripted-only">
<img class="shot" id="shot" alt="The picture to be sent" hidden>
<div class="empty" id="empty" aria-hidden="true"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor">
<circle cx="12" cy="9" r="4.5"/><path d="M3.5 21c1-5 4.5-6.5 8.5-6.5s7.5 1.5 8.5 6.5"/></svg></div>
</div>
<div class="row">
<label class="button scripted-only">Take a picture
<input type="file" accept="image/jpeg,image/png" capture="user" aria-label="Take a picture"></label>
<label class="button">Choose a picture
<input type="file" name="photo" accept="image/jpeg,image/png" aria-label="Choose a picture"></label>
<p id="say" role="status" aria-live="polite">$message</p>
<progress id="bar" max="1" value="0" hidden></progress>
<button id="send" type="submit">Send</button>
</div>
</form>
<p class="small">This page takes one picture$until.</p>
""")

_DONE = """<div class="card"><p class="good"><strong>The picture has arrived.</strong></p>
<p>You can close this page and go on at the computer.</p></div>
"""

_GONE = """<div class="card"><p class="bad">This page isn't there any more.</p>
<p>Ask for a new code at the computer: a page is good for 24 hours and for one picture.</p></div>
"""

_TITLES = {"ready": "Take a selfie", "done": "Thank you", "gone": "Too late"}


def _source(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


PAGE_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_source(_STYLE)}; script-src {_source(_SCRIPT)}; img-src blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers for every page: only its own style and script may run, and nothing remembers it."""


def upload_page(state: State, *, limit: int = 50 << 20, until: str = "", message: str = "") -> str:
    """The whole page.

    Args:
        state: `ready` for a photo, `done` when one has arrived, `gone` when it expired or never was.
        limit: bytes of a photo at most.
        until: when it expires, in words, or "".
        message: what was wrong with the last try, or ""; plain text, without markup.
    """
    bodies = {
        "ready": _READY.substitute(limit=limit, until=f", until {until}" if until else "", message=_escaped(message)),
        "done": _DONE,
        "gone": _GONE,
    }
    script = f"<script>{_SCRIPT}</script>\n" if state == "ready" else ""
    return _PAGE.substitute(title=_TITLES[state], style=_STYLE, body=bodies[state], script=script)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
