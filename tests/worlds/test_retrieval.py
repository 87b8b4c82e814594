"""The settings that the check recommends keep what photos find as high as each world allows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.worlds.comparing import compared, pairs, singles
from tests.worlds.retrieval import DEFAULT, FEW
from tests.worlds.worlds import WORLDS, World

TOLERANCE = 4.2
"""Percent: one photo of the 24, which chance decides."""


@pytest.mark.parametrize(("name", "world"), list(singles()))
def test_in_each_world(name: str, world: World) -> None:
    found = compared(world, FEW)
    assert found.recommended >= found.best - TOLERANCE, f"{name}: {found.figures}, with {found.optimum}"
    if name == "as expected":
        assert found.advised == DEFAULT


@pytest.mark.parametrize("world", [each for each in WORLDS if each.probe == "long-parameter"])
def test_long_labels_beside_short_parameters(world: World) -> None:
    found = compared(replace(world, wordy=True), FEW)
    assert found.recommended >= found.best - TOLERANCE, f"{found.figures}, with {found.optimum}"


@pytest.mark.parametrize(("name", "world"), list(pairs()))
def test_in_each_pair(name: str, world: World) -> None:
    found = compared(world, FEW[-4:])
    assert found.recommended >= found.best - TOLERANCE, f"{name}: {found.figures}, with {found.optimum}"
