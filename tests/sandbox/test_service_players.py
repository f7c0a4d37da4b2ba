"""Players: listed, commented on, deleted; by whom."""

from __future__ import annotations

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import Api


def test_a_comment_is_changed(developer: Api, client: Api) -> None:
    for api in (developer, client):
        player = developer("POST", "players/", data={"comment": "before"}).json() if api is developer else None
        url = player["url"] if player else f"players/{client.player}/"
        answer = api("PATCH", url, data={"comment": "after"})
        assert answer.status_code == 200
        assert answer.json()["comment"] == "after"
        assert api("PATCH", url).json()["comment"] == "after", "what isn't sent stays"
        assert api("GET", url).json() == answer.json()


def test_only_developers_delete_a_player(service: Sandbox, developer: Api, client: Api) -> None:
    player = developer("POST", "players/").json()
    assert client("DELETE", f"players/{client.player}/").status_code == 403
    assert client("DELETE", player["url"]).status_code == 403
    assert developer("DELETE", player["url"]).status_code == 204
    assert developer("GET", player["url"]).status_code == 404
    assert developer("DELETE", player["url"]).status_code == 404


def test_the_avatars_of_a_deleted_player_stay_for_developers(developer: Api) -> None:
    player = developer("POST", "players/").json()
    developer.player = player["code"]
    avatar = developer.create().json()
    developer.player = None
    assert developer("DELETE", player["url"]).status_code == 204
    assert developer("GET", avatar["url"]).status_code == 200


def test_players_are_filtered(developer: Api) -> None:
    made = [developer("POST", "players/", data={"comment": text}).json() for text in ("Ünique phone", "ünique tablet")]

    def comments(query: str) -> list[str]:
        return [player["comment"] for player in developer("GET", f"players/?{query}").json()]

    assert comments("comment=ÜNIQUE") == ["ünique tablet", "Ünique phone"]
    assert comments("comment=ünique&comment=phone") == ["Ünique phone"]
    assert comments(f"comment=ünique&created_after={made[0]['created_on']}") == ["ünique tablet"]
    assert comments(f"comment=ünique&created_before={made[1]['created_on']}") == ["Ünique phone"]
    assert comments("comment=%25") == []
    assert developer("GET", "players/?created_after=0").status_code == 400
