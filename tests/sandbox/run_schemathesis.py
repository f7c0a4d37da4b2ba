"""Schemathesis over the Web API's OpenAPI description, against a sandbox with seeded objects.

    python -m venv /somewhere && /somewhere/bin/pip install schemathesis
    python -m tests.sandbox.run_schemathesis /somewhere/bin/schemathesis ../shared/api/openapi.yaml [options of its run]

Every operation gets codes of objects that are there (operations that delete get some of their own), so that it can
reach a 2xx. Afterwards each operation's status codes are counted; one without a 2xx, and every failure that
`EXPLAINED` doesn't explain, make the exit code 1.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import requests

from avatarsdk_core.sandbox import Durations, Sandbox
from tests.sandbox.service_api import Api, picture

FACE = {
    "pipeline": "animated_face",
    "export_parameters": "",
    "parameters": '{"haircuts": {"base": ["female_NewSea_J086f"]}, "blendshapes": {"base": ["visemes_17"]}}',
}
# What "operation: failure: status answer" looks like -> why the sandbox is right, or the description isn't.
EXPLAINED = (
    (
        r'^GET /(avatars|players|selfies)/: Undocumented status code: 404 \{"detail":"Invalid page',
        "a page outside the range is 404 (spec, section 4); the description lists no 404 for lists",
    ),
    (
        r"^GET /players/: Undocumented status code: 400 .*is not a time",
        "a bad filter is 400, as the description has it for avatars; it forgot players",
    ),
    (
        r"^POST /o/revoke_token/: (Undocumented status code|Schema-valid request rejected): 400 .*invalid_request",
        "RFC 7009 2.1 requires `token`, RFC 6749 5.2 makes its absence 400; the description lists no 400",
    ),
    (
        r"^POST /o/token/: Schema-valid request rejected: 400 .*(invalid_request|invalid_grant|invalid_scope)",
        "a code, password or refresh token made up at random isn't valid; the description can't say so",
    ),
    (
        r"^GET /o/authorize/: (Undocumented status code|Schema-valid request rejected): 400 \(page\)",
        "an unknown client or address must be told to the person, not redirected (RFC 6749 4.1.2.1)",
    ),
    (
        r"^GET /o/authorize/: Schema-violating request accepted: 302",
        "a wrong response_type is told to the application by redirect (RFC 6749 4.1.2.1)",
    ),
    (
        r"^\w+ /o/authorize/: (Wrong response to undeclared method|Allow header mismatch)",
        "the page's own form is sent back to it, as is usual; the description shows only GET",
    ),
    (
        r'^(POST /avatars/|PATCH /avatars/\{code\}/): Schema-valid request rejected: 400 \{"name":\["This field is req',
        "a name is needed; the description sets no minimum length",
    ),
    (
        r'^POST /avatars/: Schema-valid request rejected: 400 \{"(photo|selfie|parameters|export_parameters|pipeline)',
        "exactly one of photo and selfie, a real picture, JSON text: said in words in the description",
    ),
    (
        r'^POST /avatars/\{code\}/exports/: Schema-valid request rejected: 400 \{"(export_)?parameters":\["',
        "the text must be JSON of known export parameters; the description takes any text",
    ),
    (
        r"^POST /selfies/\{code\}/upload/: Schema-valid request rejected: 400",
        "one real picture per page (spec, section 5.6)",
    ),
    (
        r"Null characters are not allowed|characters; 5000 are allowed",
        "texts have limits that the description doesn't name",
    ),
)


_HOOKS = """
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    # A selfie's code in a body can't be named in the configuration.
    if case.operation.label == "POST /avatars/" and isinstance(case.body, dict) and "selfie" in case.body:
        case.body = {{"name": case.body.get("name") or "seeded", "pipeline": "metaperson_2.0", "selfie": "{selfie}"}}
    # An empty one is none (RFC 7009, 2.1).
    if case.operation.label == "POST /o/revoke_token/" and isinstance(case.body, dict):
        case.body["token"] = case.body.get("token") or "an-old-one"
"""


def main() -> int:
    program, description = (str(Path(path).absolute()) for path in sys.argv[1:3])
    options = sys.argv[3:]
    with Sandbox(durations=Durations(0, 0, 0, 0)) as service, tempfile.TemporaryDirectory() as folder:
        config, report = Path(folder, "schemathesis.toml"), Path(folder, "report")
        config.write_text(_config(service, Path(folder)), encoding="utf-8")
        command = [program, "--config-file", str(config), "run", description, "--url", service.url.rstrip("/")]
        command += ["--report", "ndjson", "--report-dir", str(report), "--no-color", *options]
        done = subprocess.run(command, cwd=folder, check=False)  # it keeps a cache where it runs
        events = [json.loads(line) for path in report.glob("*.ndjson") for line in path.read_text().splitlines()]
    print(f"schemathesis ended with {done.returncode}; {len(events)} events")
    return _judged(events)


def _config(service: Sandbox, folder: Path) -> str:
    """The sandbox's secrets and the codes of its objects, for schemathesis."""
    pair = service.credentials.developer
    api = Api.signed_in(service, pair)
    face = api.wait(api.create(**FACE).json()["url"])
    small = '{"avatar": {"list": ["AvatarTeethUpper"]}, "textures": {"profile": "1K.jpg"}}'
    avatar = api.wait(api.create(export_parameters=small).json()["url"])
    (export,) = (api.wait(shown["url"]) for shown in api("GET", avatar["exports"]).json())
    (file,) = export["files"]
    doomed, doomed_of_export = (api.wait(api.create().json()["url"]) for _ in range(2))
    doomed_export = api("GET", doomed_of_export["exports"]).json()[0]
    player, doomed_player = (api("POST", "players/").json()["code"] for _ in range(2))
    selfie, empty_selfie = (api("POST", "selfies/").json() for _ in range(2))
    requests.post(selfie["upload_page_url"], files={"photo": ("me.jpg", picture())}, timeout=300).raise_for_status()
    for link in ("mesh", "blendshapes", "texture", "preview"):  # what is built once shouldn't time a request out
        api("GET", face[link])
    category, asset, filename = file["static_files"][0].rsplit("/", 3)[1:]
    by_path: dict[str, dict[str, str]] = {
        r"^(?!DELETE).* /players/\{code\}/": {"code": player},
        r"^DELETE /players/": {"code": doomed_player},
        r"^(?!DELETE).* /avatars/\{code\}/(?!exports|haircuts|textures/\{)": {"code": face["code"]},
        r"^GET /avatars/\{code\}/haircuts": {"code": face["code"], "identity": "female_NewSea_J086f"},
        r"^GET /avatars/\{code\}/textures/\{identity\}": {"code": face["code"], "identity": "model"},
        r"^DELETE /avatars/\{code\}/$": {"code": doomed["code"]},
        r"^(?!DELETE).* /avatars/\{code\}/exports": {
            "code": avatar["code"],
            "export_code": export["code"],
            "export_file": file["identity"],
            "filename": filename,
        },
        r"^DELETE /avatars/\{code\}/exports": {
            "code": doomed_of_export["code"],
            "export_code": doomed_export["code"],
        },
        r"^GET /selfies/\{code\}/(?!upload)": {"code": selfie["code"]},
        r".* /selfies/\{code\}/upload": {"code": empty_selfie["code"]},
        r"^GET /static_resources/\{pipeline\}/$": {"pipeline": "metaperson_2.0"},
        r"^GET /static_resources/\{pipeline\}/textures": {
            "pipeline": "metaperson_2.0",
            "category": category,
            "asset": asset,
            "filename": filename,
        },
    }
    hooks = folder / "hooks.py"
    hooks.write_text(_HOOKS.format(selfie=selfie["code"]), encoding="utf-8")
    lines = [
        f'hooks = "{hooks}"',
        "[auth.openapi.bearer]",
        f'bearer = "{api.token}"',
        "[auth.openapi.queryToken]",
        f'api_key = "{api.token}"',
        "[auth.openapi.clientBasic]",
        f'username = "{pair.client_id}"',
        f'password = "{pair.client_secret}"',
    ]
    for pattern, values in by_path.items():
        shown = ", ".join(f'"path.{name}" = "{value}"' for name, value in values.items())
        lines += ["[[operations]]", f"include-name-regex = '{pattern}'", f"parameters = {{ {shown} }}"]
    lines += [
        "[[operations]]",
        'include-name = "GET /o/authorize/"',
        "parameters = { "
        f'"query.client_id" = "{pair.client_id}", "query.redirect_uri" = "http://127.0.0.1:9/callback" }}',
    ]
    return "\n".join(lines) + "\n"


def _judged(events: list[dict[str, Any]]) -> int:
    """Print what each operation reached, and every kind of failure with its reason; 1 where something is left open."""
    recorders = [event["ScenarioFinished"]["recorder"] for event in events if "ScenarioFinished" in event]
    reached: dict[str, Counter[int]] = defaultdict(Counter)
    failures: Counter[tuple[str, str, str]] = Counter()
    for recorder in recorders:
        for case, interaction in recorder.get("interactions", {}).items():
            response = interaction.get("response") or {"status_code": 0}
            reached[recorder["label"]][response["status_code"]] += 1
            for check in recorder.get("checks", {}).get(case, ()):
                if check["status"] != "success":
                    failures[_kind(check["failure_info"]["failure"], recorder["label"], response)] += 1
    open_ends = [label for label, codes in reached.items() if not any(200 <= code < 400 for code in codes)]
    for label, codes in sorted(reached.items()):
        print(f"{label:90} {' '.join(f'{code}:{count}' for code, count in sorted(codes.items()))}")
    for (operation, title, answer), count in sorted(failures.items()):
        reason = _reason(operation, title, answer)
        open_ends += [] if reason else [f"{operation}: {title}: {answer}"]
        print(f"{count:5} {operation}: {title}: {answer}\n      {reason or 'UNEXPLAINED'}")
    print(f"{len(reached)} operations, {sum(sum(codes.values()) for codes in reached.values())} requests")
    for text in open_ends:
        print(f"OPEN: {text}")
    return 1 if open_ends else 0


def _kind(failure: dict[str, Any], label: str, response: dict[str, Any]) -> tuple[str, str, str]:
    body = base64.b64decode((response.get("content") or {}).get("$base64", "")).decode("utf-8", "replace")
    shown = "(page)" if body.startswith("<!doctype") else body[:60]
    return failure.get("operation") or label, failure["title"], f"{response['status_code']} {shown}"


def _reason(operation: str, title: str, answer: str) -> str:
    for pattern, reason in EXPLAINED:
        if re.search(pattern, f"{operation}: {title}: {answer}"):
            return reason
    return ""


if __name__ == "__main__":
    sys.exit(main())
