"""Visibility masks hide what cloth covers and nothing that is seen."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.cloth import joint
from avatarsdk_core.sandbox.human.garments import garment_texture

SIZE = 512

SUIT = ("polo_Getik", "jeans_AZAT", "sneakers_AZAT")


@pytest.fixture(params=["female", "male"])
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(request.param)


def mask(body: Body, identity: str, texture_type: str = "BodyVisibilityMask") -> NDArray[np.uint8]:
    image = garment_texture(body, identity, texture_type, SIZE)
    assert image is not None
    return np.asarray(image)


def hidden(body: Body, part: str, image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which vertices of a part lie on hidden texels."""
    pixel = np.clip((body.parts[part].uvs * SIZE).astype(int), 0, SIZE - 1)
    return np.asarray(image[pixel[:, 1], pixel[:, 0]] == 0)


@pytest.mark.parametrize("identity", SUIT)
def test_masks_know_only_visible_and_hidden(body: Body, identity: str) -> None:
    assert set(np.unique(mask(body, identity))) == {0, 255}


@pytest.mark.parametrize(
    ("identity", "least", "most"),
    [("polo_Getik", 0.07, 0.35), ("jeans_AZAT", 0.07, 0.35), ("sneakers_AZAT", 0.08, 0.35)],
)
def test_each_garment_hides_a_plausible_share_of_the_body(body: Body, identity: str, least: float, most: float) -> None:
    share = hidden(body, "AvatarBody", mask(body, identity)).mean()
    assert least < share < most


def test_hands_stay_and_trunk_legs_and_feet_go(body: Body) -> None:
    points = body.parts["AvatarBody"].positions
    gone = np.zeros(len(points), dtype=bool)
    for identity in SUIT:
        gone |= hidden(body, "AvatarBody", mask(body, identity))
    hand = joint(body, "LeftForeArm")[0] + 0.02
    assert not gone[np.abs(points[:, 0]) > hand].any()
    chest, ankle = joint(body, "Spine2")[1], joint(body, "LeftFoot")[1]
    trunk = (np.abs(points[:, 0]) < 0.13) & (points[:, 1] < chest) & (points[:, 1] > ankle + 0.06)
    assert gone[trunk].mean() > 0.97
    assert gone[points[:, 1] < ankle - 0.03].mean() > 0.97


def test_skin_beside_the_sleeves_openings_stays(body: Body) -> None:
    points = body.parts["AvatarBody"].positions
    arm, elbow = joint(body, "LeftArm")[0], joint(body, "LeftForeArm")[0]
    beside = np.abs(np.abs(points[:, 0]) - (arm + 0.62 * (elbow - arm))) < 0.012
    assert beside.sum() > 20
    assert not hidden(body, "AvatarBody", mask(body, "polo_Getik"))[beside].any()


def test_the_shirt_hides_neck_of_the_head_mesh_only(body: Body) -> None:
    gone = hidden(body, "AvatarHead", mask(body, "polo_Getik", "HeadVisibilityMask"))
    points = body.parts["AvatarHead"].positions
    chin = body.base[724, 1]
    assert not gone[points[:, 1] > chin - 0.01].any()


@pytest.mark.parametrize("identity", ["jeans_AZAT", "sneakers_AZAT"])
def test_trousers_and_shoes_have_no_mask_for_the_head(body: Body, identity: str) -> None:
    assert garment_texture(body, identity, "HeadVisibilityMask", SIZE) is None
