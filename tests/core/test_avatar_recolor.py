"""Recolouring: the vendor's formulas, in sRGB space."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from avatarsdk_core.avatar import recolor
from avatarsdk_core.avatar.colors import read_colors

DEFAULT = np.array([[recolor.DEFAULT_SKIN]], np.float32)


@pytest.mark.parametrize("target", [(0.35, 0.22, 0.15), (0.9, 0.75, 0.68), (0.2, 0.5, 0.9)])
def test_skin_of_the_default_colour_becomes_the_target(target: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(recolor.skin(DEFAULT, target)[0, 0], target, atol=1e-6)


def test_skin_keeps_its_shading_when_only_the_brightness_changes() -> None:
    half = tuple(value / 2 for value in recolor.DEFAULT_SKIN)
    colors = np.random.default_rng(1).random((4, 5, 3), np.float32)
    np.testing.assert_allclose(recolor.skin(colors, half), colors / 2, atol=1e-6)


def test_a_black_default_skin_is_refused() -> None:
    with pytest.raises(ValueError, match="black"):
        recolor.skin(DEFAULT, (1, 1, 1), (0, 0, 0))


def test_hair_moves_by_four_fifths_of_the_difference() -> None:
    texture = np.array([[[0.4, 0.3, 0.2], [0.5, 0.4, 0.3]]], np.float32)
    moved = recolor.hair(texture, (0.75, 0.5, 0.25), (0.45, 0.35, 0.25))
    np.testing.assert_allclose(moved - texture, np.broadcast_to([0.24, 0.12, 0.0], (1, 2, 3)), atol=1e-6)


def test_towards_black_hair_is_multiplied_and_never_negative() -> None:
    texture = np.array([[[0.8, 0.7, 0.6], [0.1, 0.1, 0.1]]], np.float32)
    black = recolor.hair(texture, (0, 0, 0), (0.5, 0.45, 0.4))
    assert black.min() >= 0
    np.testing.assert_allclose(black[0, 0], 0.15 * (texture[0, 0] - 0.8 * np.array([0.5, 0.45, 0.4])), atol=1e-6)


def test_the_mean_colour_is_that_of_what_is_opaque() -> None:
    pixels = np.zeros((2, 2, 4), np.float32)
    pixels[0, 0] = (1.0, 0.5, 0.25, 1.0)
    pixels[0, 1] = (0.5, 0.5, 0.75, 0.1)
    assert recolor.average(pixels) == pytest.approx((0.75, 0.5, 0.5))
    assert recolor.average(pixels[1:]) == (0, 0, 0)


def test_measured_colours_are_read_and_guesses_are_not(tmp_path: Path) -> None:
    color = {"red": 255, "green": 51, "blue": 0}
    content = {"skin_color": color, "hair_color": None, "lips_color": {"red": 300}, "age": "grown", "gender": "x"}
    (tmp_path / "model.json").write_text(json.dumps(content))
    assert read_colors([tmp_path / "missing", tmp_path]) == {"skin_color": (1.0, 0.2, 0.0)}


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"skin_color": [1, 2, 3]}', "[" * 100_000])
def test_a_damaged_model_json_has_no_colours(tmp_path: Path, text: str) -> None:
    (tmp_path / "model.json").write_text(text)
    assert read_colors([tmp_path]) == {}
