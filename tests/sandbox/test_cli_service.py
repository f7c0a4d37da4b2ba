"""The commands against a real sandbox: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.sandbox.cli_runs import Run
from tests.sandbox.service_api import picture

TEETH = 'avatar.list=["AvatarTeethUpper"]'  # an export that costs little: most tests are about something else
LIGHT = ("--format", "glb", "--lod", "LOD2", "--set-export", TEETH, "--texture", "Color", "--texture-profile", "1K.jpg")
NEW = ("me.jpg", "--pipeline", "metaperson_2.0", "--subtype", "female", *LIGHT)
FACE = ("--haircut", "female_NewSea_J086f", "--blendshapes", "legacy_45", "--model-info", "age,skin_color")


@pytest.fixture(autouse=True)
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "me.jpg"
    path.write_bytes(picture())
    return path


@pytest.fixture(scope="module")
def codes() -> dict[str, str]:
    """Codes of what an earlier test made, for those that only look at it."""
    return {}


@pytest.fixture
def avatar(run: Run, codes: dict[str, str]) -> str:
    """The code of a computed avatar with one export."""
    if "avatar" not in codes:
        made = run("avatars", "create", *NEW, "--name", "Ann", "--wait")
        assert made.code == 0, made.err
        assert run("exports", "wait", made.out.strip()).code == 0
        codes["avatar"] = made.out.strip()
    return codes["avatar"]


@pytest.fixture
def face(run: Run, codes: dict[str, str]) -> str:
    """The code of a computed avatar of a pipeline without exports."""
    if "face" not in codes:
        made = run("avatars", "create", "me.jpg", "--pipeline", "animated_face", *FACE, "--wait")
        assert made.code == 0, made.err
        codes["face"] = made.out.strip()
    return codes["face"]


def test_create_prints_the_code_alone_and_says_how_to_go_on(run: Run) -> None:
    made = run("avatars", "create", *NEW)
    assert (made.code, made.out.count("\n"), len(made.out.strip())) == (0, 1, 36)
    assert f"avatarsdk avatars wait {made.out.strip()}" in made.err
    shown = run("avatars", "show", made.out.strip(), "--json")
    assert (shown.json["name"], shown.json["pipeline"]) == ("me", "metaperson_2.0")
    assert run("avatars", "delete", made.out.strip(), "--yes").code == 0


def test_lists_are_tables_for_people_and_one_json_document_for_scripts(run: Run, avatar: str) -> None:
    table = run("avatars", "list").out.splitlines()
    assert table[0].split() == ["code", "name", "status", "pipeline", "created"]
    assert any(avatar in line and "Ann" in line and "Completed" in line for line in table[1:])
    listed = run("avatars", "list", "--json", "--name", "ann", "--limit", 1).json
    assert [each["code"] for each in listed] == [avatar]
    assert run("avatars", "list", "--status", "failed", "--json").json == []
    none = run("avatars", "list", "--created-before", "2020-01-01")
    assert (none.code, none.out, none.err) == (0, "", "No avatars found.\n")


def test_latest_is_the_newest_and_its_changes_are_shown(run: Run, avatar: str) -> None:
    changed = run("avatars", "update", "latest", "--description", "in spring")
    assert (changed.code, avatar in changed.out, "in spring" in changed.out) == (0, True, True)
    assert "avatarsdk" not in changed.out  # our own tag isn't for people
    assert run("avatars", "update", avatar).code == 2


def test_pictures_are_written_whole_and_never_over_a_file(run: Run, avatar: str, tmp_path: Path) -> None:
    assert run("avatars", "preview", avatar).out == "preview.png\n"
    assert (tmp_path / "preview.png").read_bytes().startswith(b"\x89PNG")
    again = run("avatars", "preview", avatar)
    assert (again.code, "--force" in again.err) == (3, True)
    assert run("avatars", "preview", avatar, "--force", "--json").json["path"] == "preview.png"
    assert run("avatars", "thumbnail", avatar, "-o", "no/such/folder.jpg").code == 3
    assert {path.name for path in tmp_path.iterdir()} == {"me.jpg", "preview.png"}


@pytest.mark.parametrize(
    "words",
    ["haircuts list", "haircuts show afro", "textures list", "textures download", "blendshapes"],
)
def test_results_that_are_in_exports_alone_lead_there(run: Run, avatar: str, words: str) -> None:
    group, *rest = words.split()
    said = run(group, *rest[:1], avatar, *rest[1:])
    assert (said.code, f"`avatarsdk exports list {avatar}`" in said.err) == (6, True), said
    assert run("exports", "list", avatar).code == 0


def test_an_export_is_downloaded_checked_and_mended(run: Run, avatar: str, tmp_path: Path) -> None:
    first = run("exports", "download", avatar, "--out", "one", "--json")
    assert (first.code, first.json["fetched"] != []) == (0, True)
    assert run("exports", "download", avatar, "--out", "one", "--json").json["fetched"] == []
    assert "all as they came" in run("exports", "check", "one", "--verify").err
    (model,) = (tmp_path / "one" / "avatar").glob("model.*")
    model.unlink()
    damaged = run("exports", "check", "one")
    assert (damaged.code, damaged.out) == (12, f"missing: avatar/{model.name}\n")
    assert run("exports", "download", avatar, "--out", "one").code == 0
    assert model.is_file()
    assert run("exports", "check", "one", "--json").json["ok"]
    assert run("exports", "check", "nowhere").code == 12


def test_exports_are_listed_shown_and_fetched_one_file_at_a_time(run: Run, avatar: str, tmp_path: Path) -> None:
    (export,) = run("exports", "list", avatar, "--json").json
    assert run("exports", "show", avatar, "--json").json["code"] == export["code"]
    assert "avatar" in run("exports", "show", avatar, export["code"]).out
    assert run("exports", "file", avatar, "latest", "avatar").out == "avatar.zip\n"
    assert (tmp_path / "avatar.zip").read_bytes().startswith(b"PK")
    static = export["files"][0]["static_files"]
    if static:
        name = static[0].rsplit("/", 1)[-1]
        assert run("exports", "file", avatar, export["code"], "avatar", "--static-file", name).out == f"{name}\n"


def test_a_further_export_is_made_and_deleted(run: Run, avatar: str) -> None:
    made = run("exports", "create", avatar, *LIGHT, "--comment", "for a friend", "--wait")
    assert made.code == 0, made.err
    assert "for a friend" in run("exports", "show", avatar, made.out.strip()).out
    assert run("exports", "delete", avatar, made.out.strip()).code == 2
    assert run("exports", "delete", avatar, made.out.strip(), "--yes", "--json").json == {"deleted": [made.out.strip()]}
    assert len(run("exports", "list", avatar, "--json").json) == 1


def test_deleting_needs_a_yes_where_nobody_can_be_asked(run: Run) -> None:
    code = run("avatars", "create", *NEW).out.strip()
    refused = run("avatars", "delete", code)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert run("avatars", "show", code).code == 0
    assert run("avatars", "delete", code, "--yes", "--json").json == {"deleted": [code]}
    assert run("avatars", "show", code).code == 6


def test_parameters_that_can_not_be_are_told_before_anything_is_sent(run: Run) -> None:
    before = run("avatars", "list", "--json").out
    for words, said in (
        (("--modify", "remove_smil"), "remove_smile"),
        (("--modify", "remove_smile=perhaps"), "remove_smile=true"),
        (("--lod", "LOD7"), "LOD7"),
        (("--export-parameters", '{"avatars": {}}'), "avatars"),
        (("--format", "stl"), "glb"),
    ):
        refused = run("avatars", "create", *NEW, *words)
        assert (refused.code, refused.out) == (7, "")
        assert said in refused.err
    assert run("avatars", "list", "--json").out == before


def test_the_service_judges_what_the_catalogue_does_not_check(run: Run) -> None:
    refused = run("avatars", "create", *NEW, "--no-check", "--modify", "no_such_thing")
    assert refused.code == 7
    assert "no_such_thing" in refused.err


def test_a_photo_that_fails_is_told_with_the_service_s_reason(run: Run) -> None:
    failed = run("avatars", "create", *NEW, "--name", "sandbox:fail", "--wait")
    assert (failed.code, failed.out) == (10, "")
    assert "Failed" in failed.err
    late = run("avatars", "create", *NEW, "--name", "sandbox:timeout", "--wait")
    assert (late.code, "Timed Out" in late.err) == (10, True)
    assert "why" in run("avatars", "show", "latest").out


def test_waiting_has_an_end(run: Run) -> None:
    code = run("avatars", "create", *NEW).out.strip()
    late = run("avatars", "wait", code, "--seconds", "0")
    assert late.code in (0, 11), late.err
    assert run("avatars", "wait", code, "--json").json["status"] == "Completed"


def test_what_there_is_not_is_exit_code_6(run: Run) -> None:
    for words in (("avatars", "show"), ("exports", "list"), ("model-info",), ("haircuts", "list"), ("selfies", "show")):
        missing = run(*words, "no-such-code")
        assert (missing.code, missing.out) == (6, ""), words
        assert missing.err.count("\n") == 1


def test_direct_results_of_a_pipeline_without_exports(run: Run, face: str, tmp_path: Path) -> None:
    assert run("avatars", "mesh", face, "--lod", 3, "-o", "m.zip").code == 0
    assert run("avatars", "pointcloud", face).out == "pointcloud.zip\n"
    assert "model" in run("textures", "list", face).out
    assert run("textures", "download", face, "model", "-o", "t.jpg").code == 0
    assert (tmp_path / "t.jpg").read_bytes().startswith(b"\xff\xd8")
    haircuts = run("haircuts", "list", face, "--json").json
    name = haircuts[0]["identity"]
    for part, start in (("mesh", b"PK"), ("pointcloud", b"PK"), ("texture", b"\x89PNG"), ("preview", b"\x89PNG")):
        done = run("haircuts", "download", face, name, "--part", part)
        assert done.code == 0, done.err
        assert (tmp_path / done.out.strip()).read_bytes().startswith(start)
    wrong = run("avatars", "mesh", face, "--lod", 99, "-o", "x.zip")
    assert (wrong.code, (tmp_path / "x.zip").exists()) == (7, False)


def test_an_avatar_of_a_pipeline_without_exports_becomes_a_folder(run: Run, face: str, tmp_path: Path) -> None:
    done = run("avatars", "download", face, "--out", "face")
    assert (done.code, done.out) == (0, "face\n"), done.err
    assert {path.name for path in (tmp_path / "face").iterdir()} == {"avatar", "female_NewSea_J086f", "export.json"}
    assert not [path.name for path in tmp_path.rglob("*") if path.suffix in (".part", ".zip")]
    inspected = run("inspect", "face", "--json").json
    avatar, haircut = inspected["files"]
    assert (avatar["sets"], avatar["parts"][0]["shapes"]) == (["legacy_45"], 45)
    assert (haircut["category"], haircut["parts"][0]["triangles"] > 1000) == ("haircuts", True)
    blocked = run("avatars", "download", face, "--out", "face")
    assert (blocked.code, "isn't an empty folder" in blocked.err) == (12, True)


def test_guesses_about_a_person_are_shown_only_when_asked_for(run: Run, face: str) -> None:
    for words in ((), ("--json",)):
        told = run("model-info", face, *words)
        assert told.code == 0
        assert "child" not in told.out
        assert not re.search(r'"?age"?[: ]', told.out)
        assert "--guesses" in told.err
    assert "age" in run("model-info", face, "--guesses", "--json").json


def test_players_and_usage_are_for_developers(developer_run: Run, run: Run) -> None:
    assert run("usage").code == 5
    assert run("players", "list").code == 5
    made = developer_run("players", "create", "--comment", "a visitor")
    player = made.out.strip()
    assert developer_run("players", "update", player, "--comment", "a guest").code == 0
    assert "a guest" in developer_run("players", "show", player).out
    assert player in developer_run("players", "list", "--comment", "guest").out
    assert developer_run("players", "delete", player).code == 2
    assert developer_run("players", "delete", player, "--yes").code == 0
    assert developer_run("players", "show", player).code == 6
    before = developer_run("usage", "--json").json["created"]
    made = developer_run("avatars", "create", *NEW)
    assert developer_run("usage", "--json").json["created"] == before + 1
    assert developer_run("avatars", "delete", made.out.strip(), "--yes").code == 0
    assert "prepaid" not in developer_run("usage", "--since", "2026-01-01").out


def test_parameters_come_from_the_service(run: Run) -> None:
    available = run("parameters", "available", "metaperson_2.0", "--subtype", "male", "--json").json
    assert available
    exported = run("parameters", "export", "metaperson_2.0", "--category", "haircuts")
    assert exported.out.splitlines()[0].split() == ["category", "group", "names"]
    flat = run("parameters", "export", "body_0.3", "--json").json
    assert isinstance(flat["haircuts"], list)
    assert run("parameters", "default", "animated_face").code == 0
    assert run("parameters", "available", "metaperson_3.0").code in (6, 7)


def test_static_resources_are_fetched_once(run: Run, tmp_path: Path) -> None:
    words = ("--subtype", "female", "--asset", "AvatarEyelashes", "--profile-name", "1K.jpg")
    listed = run("static-resources", "list", *words, "--json").json
    assert listed
    assert {row["asset"] for row in listed} == {"AvatarEyelashes"}
    first = run("static-resources", "download", *words, "--out", "textures", "--json").json
    assert first["fetched"] == first["files"] != []
    assert all((tmp_path / "textures" / name).is_file() for name in first["files"])
    assert run("static-resources", "download", *words, "--out", "textures", "--json").json["fetched"] == []


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(run: Run) -> None:
    before = run("avatars", "list", "--json").out
    words = ("avatars", "create", *NEW, "--modify", "remove_smile", "--dry-run")
    shown = run(*words)
    assert shown.code == 0, shown.err
    assert shown.out.startswith("POST http://127.0.0.1:")
    assert '"remove_smile": true' in shown.out
    assert shown.err.endswith("Nothing was sent.\n")
    request = run(*words, "--json").json
    assert request["form"]["pipeline_subtype"] == "female"
    assert request["photo"]["bytes"] > 1000
    assert run("avatars", "list", "--json").out == before


def test_a_preset_says_all_that_options_would(run: Run, tmp_path: Path) -> None:
    preset = tmp_path / "Hero.json"
    content = {
        "avatar_sdk_preset": 1,
        "pipeline": "metaperson_2.0",
        "subtype": "female",
        "choices": {"haircuts": ["Haircut3"], "model_info": ["hair_color"]},
        "values": {"avatar_modifications": {"remove_smile": True}},
        "export": {"format": "fbx"},
    }
    preset.write_text(json.dumps(content), "utf-8")
    photo = NEW[0]
    form = run("create", photo, "--preset", preset, "--haircut", "Haircut5", "--dry-run", "--json").json["form"]
    assert (form["pipeline"], form["pipeline_subtype"]) == ("metaperson_2.0", "female")
    parameters, exported = json.loads(form["parameters"]), json.loads(form["export_parameters"])
    assert parameters == {
        "model_info": {"plus": ["hair_color"]},
        "avatar_modifications": {"plus": {"remove_smile": True}},
    }
    assert (exported["format"], exported["haircuts"]["list"]) == ("fbx", ["Haircut3", "Haircut5"])
    preset.write_text("{}", "utf-8")
    refused = run("create", photo, "--preset", preset, "--dry-run")
    assert refused.code != 0
    assert "'Hero.json'" in refused.err
    assert "Traceback" not in refused.err


def test_a_selfie_goes_from_the_page_to_an_avatar(run: Run, tmp_path: Path) -> None:
    code = run("selfies", "create", "--json").json["code"]
    assert run("selfies", "download", code).code == 6
    assert code in run("selfies", "list").out
    assert run("selfies", "qr", code, "--out", "qr.png").code == 0
    assert (tmp_path / "qr.png").read_bytes().startswith(b"\x89PNG")
    assert run("selfies", "upload", code, "me.jpg").code == 0
    assert run("selfies", "wait", code, "--json").json["code"] == code
    assert run("selfies", "download", code).out == "selfie.jpg\n"
    made = run("avatars", "create", "--selfie", code, "--pipeline", "metaperson_2.0", *LIGHT)
    assert made.code == 0, made.err
    assert run("avatars", "create", "me.jpg", "--selfie", code).code == 2
    assert run("avatars", "create").code == 2
